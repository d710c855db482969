/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/conclude.h"

#include "base/arena.h"
#include "cli/plan.h"
#include "engine/investigate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool replayed(struct arena *arena, FILE *file, const char *path, struct report *out,
                     struct err *err)
{
    struct reader *reader;
    struct replay *replay;
    return reader_open(arena, file, str_of(path), &reader, err) &&
           replay_new(arena, reader, &replay, err) && investigate_again(arena, replay, out, err);
}

static bool investigated(struct arena *arena, const char *path, struct report *out, struct err *err)
{
    struct library *library = arena_push(arena, struct library);
    const struct investigation how = {.clock = clock_system(), .direction = {.library = library}};
    if (!plan_load_library(arena, NULL, library))
        return err_set(err, ERR_USAGE, "the shipped runbooks have problems");
    return investigate(arena, str_of(path), &how, out, err);
}

/* A journal begins as JSON does; no bundle does. */
bool conclude(struct arena *arena, const char *path, struct report *out, struct err *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    const bool is_journal = fgetc(file) == '{';
    rewind(file);
    const bool ok =
        is_journal ? replayed(arena, file, path, out, err) : investigated(arena, path, out, err);
    fclose(file);
    return ok || err_context(err, "%s", "a case is a bundle or its journal");
}
