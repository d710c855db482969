/* SPDX-License-Identifier: Apache-2.0 */
/* The whole walk over a journal from anywhere, as `warroom replay`, `retell`, `ask` and `train` go
 * it. */
#include "fuzz.h"

#include "base/arena.h"
#include "engine/investigate.h"

#include <stdio.h>

static void investigate_from(struct arena *arena, struct reader *reader)
{
    struct replay *replay;
    struct report report;
    struct err err = {0};
    const bool ok =
        replay_new(arena, reader, &replay, &err) && investigate_again(arena, replay, &report, &err);
    fuzz_expect_reason(ok, &err);
    if (!ok)
        return;
    struct buf out = buf_new(arena);
    renderer_find(STR("json"))->render(&report, &out);
    fuzz_expect(fuzz_is_utf8(buf_str(&out)), "a report is UTF-8");
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
    if (!file)
        return 0; /* some libraries open no empty memory */
    struct arena *arena = arena_new("fuzz");
    struct reader *reader;
    struct err err = {0};
    if (reader_open(arena, file, STR("j"), &reader, &err))
        investigate_from(arena, reader);
    arena_free(arena);
    fclose(file);
    return 0;
}
