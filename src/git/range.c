/* SPDX-License-Identifier: Apache-2.0 */
#include "git/range.h"

#include "base/arena.h"
#include "git/child.h"

#define ID_BYTES_MAX 65 /* of SHA-256 in hexadecimal, and a line end */

static struct str tip_of(struct arena *arena, struct str text)
{
    const size_t dots = str_find(text, STR(".."));
    const struct str tip = dots == STR_NPOS ? text : str_slice(text, dots + 2, text.len);
    return str_copy(arena, tip.len > 0 ? tip : STR("HEAD"));
}

bool git_range(struct arena *arena, const char *folder, const char *text, struct git_range *out,
               struct err *err)
{
    const struct str range = str_of(text);
    const bool is_range = str_contains(range, STR(".."));
    if (range.len == 0 || str_contains(range, STR("...")))
        return err_set(err, ERR_USAGE, "`%s` is neither a revision nor a range A..B", text);
    const struct str most = str_printf(arena, "--max-count=%d", is_range ? GIT_RANGE_MAX + 1 : 1);
    const char *const words[] = {
        "rev-list", "--first-parent", most.ptr, "--end-of-options", text, "--", NULL};
    struct str ids, line;
    if (!git_ask(arena, folder, words, (size_t)(GIT_RANGE_MAX + 1) * ID_BYTES_MAX, &ids, err))
        return false;
    *out = (struct git_range){.ids = arena_push_many(arena, struct str, GIT_RANGE_MAX),
                              .tip = tip_of(arena, range)};
    while (str_split(&ids, '\n', &line)) {
        if (line.len == 0)
            continue;
        if (out->count == GIT_RANGE_MAX)
            return err_set(err, ERR_OVER_BUDGET, "`%s` has more than %d changes; name a part of it",
                           text, GIT_RANGE_MAX);
        out->ids[out->count++] = line;
    }
    return true;
}
