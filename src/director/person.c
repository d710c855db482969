/* SPDX-License-Identifier: Apache-2.0 */
#include "director/person.h"

#include "base/arena.h"

static bool write_text(void *state, struct casefile *casefile, const struct library *library,
                       struct buf *out, struct err *err)
{
    (void)casefile, (void)library, (void)err;
    buf_add(out, *(const struct str *)state);
    return true;
}

bool planner_of_person(struct arena *arena, const char *file, struct str text,
                       const struct library *library, struct planner *out, struct buf *problems)
{
    struct runbook *book;
    struct problem *found = NULL;
    if (!runbook_parse(arena, text, &book, &found) ||
        !runbook_check(arena, book, library, &found)) {
        runbook_print_problems(found, str_of(file), problems);
        return false;
    }
    struct str *kept = arena_push(arena, struct str);
    *kept = text;
    *out =
        (struct planner){.name = "a person", .is_final = true, .write = write_text, .state = kept};
    return true;
}
