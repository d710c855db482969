/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes list`: the changes of a repository as a feed, for other programs to read. */
#include "cli/changes.h"

#include "base/arena.h"

#include <stdio.h>

static bool check(const struct changes_options *options, struct err *err)
{
    return options->repo || err_set(err, ERR_USAGE, "--repo wants the folder of a repository");
}

static bool run(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err)
{
    struct git_index index;
    struct str lines;
    int64_t at_ns = INT64_MAX;
    if (!changes_time(options->at, &at_ns, err) || !changes_update(arena, options, &index, err) ||
        !git_index_lines(arena, &index, at_ns, &lines, err))
        return false;
    fwrite(lines.ptr, 1, lines.len, stdout);
    *positive = true;
    return true;
}

const struct changes_verb changes_list = {.name = "list", .check = check, .run = run};
