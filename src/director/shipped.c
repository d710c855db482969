/* SPDX-License-Identifier: Apache-2.0 */
#include "director/shipped.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *file;
    const char *text;
} shipped[] = {
#include "director/shipped_runbooks.inc"
};

static bool add_shipped(struct library *library, struct arena *arena, struct buf *problems)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
        ok &= load_text(library, arena, str_of(shipped[i].file), str_of(shipped[i].text), problems);
    return ok;
}

bool shipped_library(struct arena *arena, const char *folder, struct library *out,
                     struct buf *problems, struct err *err)
{
    *out = (struct library){0};
    if (!add_shipped(out, arena, problems)) {
        fprintf(stderr, "warroom: bug: a shipped runbook is wrong:\n%s", buf_str(problems).ptr);
        abort();
    }
    if (folder && !load_folder(out, arena, folder, problems, err))
        return false;
    struct problem *found = NULL;
    if (library_check(arena, out, &found))
        return true;
    runbook_print_problems(found, folder ? str_of(folder) : STR("shipped"), problems);
    return err_set(err, ERR_USAGE, "the library of runbooks has problems");
}
