/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes index`: reads what has landed in a repository, and keeps it. */
#include "cli/changes.h"

#include "base/arena.h"
#include "base/buf.h"
#include "report/escape.h"

#include <stdio.h>

static bool check(const struct changes_options *options, struct err *err)
{
    return options->repo || err_set(err, ERR_USAGE, "--repo wants the folder of a repository");
}

static bool run(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err)
{
    struct git_index index;
    if (!changes_update(arena, options, &index, err))
        return false;
    struct buf path = buf_new(arena);
    escape_plain(&path, ledger_path(index.ledger));
    printf("%lld changes, %lld of them new, up to %.*s\n%s\n", (long long)index.changes,
           (long long)index.added, STR_ARG(index.revision), buf_str(&path).ptr);
    *positive = true;
    return true;
}

const struct changes_verb changes_index = {.name = "index", .check = check, .run = run};
