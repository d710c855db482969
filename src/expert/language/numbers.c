/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/language/numbers.h"

#include "base/arena.h"
#include "expert/language/intent.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "expert/language/shipped_expert_language.inc"
};

bool language_numbers_read(struct arena *arena, struct str text, struct language_numbers *out,
                           struct err *err)
{
    json_error_t problem;
    json_t *json = json_loadb(text.ptr, text.len, 0, &problem);
    if (!json)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = hashed_head_read(arena, json_object_get(json, "intent"), INTENTS_COUNT,
                                     &out->intent, err) ||
                    err_context(err, "intent");
    out->card = hashed_card(arena, json);
    json_decref(json);
    return ok;
}

static struct language_numbers numbers;

static void read_shipped(void)
{
    static struct arena *arena; /* lives as long as the program; static: no leak is seen in that */
    struct err err = {0};
    arena = arena_new("expert language");
    if (language_numbers_read(arena, str_of(shipped[0].text), &numbers, &err))
        return;
    fprintf(stderr, "warroom: bug: %s: %s\n", shipped[0].file, err.text);
    abort();
}

const struct language_numbers *language_numbers(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_shipped);
    return &numbers;
}
