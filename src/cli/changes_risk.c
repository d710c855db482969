/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom changes risk`: how risky changes are before they ship, and whether too risky for CI. */
#include "cli/changes.h"

#include "base/arena.h"
#include "cli/risks.h"
#include "git/range.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LIMIT_USUAL 10
#define LIMIT_MAX GIT_RANGE_MAX

static bool check(const struct changes_options *options, struct err *err)
{
    if (!options->what)
        return err_set(err, ERR_USAGE, "`risk` wants a revision or a range: HEAD, main..topic");
    return !options->feed || (!options->repo && !options->revision && !options->ledger) ||
           err_set(err, ERR_USAGE, "--repo, --rev and --ledger do not go with --feed");
}

static bool read_fail_over(const char *text, double *out, struct err *err)
{
    *out = 100.0;
    return !text || (str_to_real(str_of(text), out) && *out >= 0.0 && *out <= 100.0) ||
           err_set(err, ERR_USAGE, "--fail-over wants a score from 0 to 100, not `%s`", text);
}

/* ---- which changes ---- */

struct chosen {
    uint32_t *numbers;
    uint32_t count;
};

static bool find(const struct history *history, struct str id, uint32_t *number, struct err *err)
{
    *number = map_find(&history->ids, id);
    return *number != MAP_NONE ||
           err_set(err, ERR_NOT_FOUND, "there is no change `%.*s`", STR_ARG(id));
}

/* ID or ID..ID, which is after the first up to the second, in landing order. */
static bool choose_of_feed(struct arena *arena, const struct changes_options *options,
                           const struct history *history, struct chosen *out, struct err *err)
{
    const struct str text = str_of(options->what);
    const size_t dots = str_find(text, STR(".."));
    const struct str last = dots == STR_NPOS ? text : str_slice(text, dots + 2, text.len);
    uint32_t from, to;
    if (!find(history, last, &to, err))
        return false;
    if (dots == STR_NPOS)
        from = to;
    else if (!find(history, str_slice(text, 0, dots), &from, err))
        return false;
    else
        from++;
    const uint32_t count = to >= from ? to - from + 1 : 0;
    if (count > GIT_RANGE_MAX)
        return err_set(err, ERR_OVER_BUDGET, "`%s` has more than %d changes; name a part of it",
                       options->what, GIT_RANGE_MAX);
    *out = (struct chosen){arena_push_many(arena, uint32_t, count), count};
    for (uint32_t i = 0; i < count; i++)
        out->numbers[i] = from + i;
    return true;
}

/* False: the last of them is not in this history. */
static bool choose_of_range(struct arena *arena, const struct history *history,
                            const struct git_range *range, struct chosen *out)
{
    *out = (struct chosen){arena_push_many(arena, uint32_t, range->count), 0};
    for (uint32_t i = 0; i < range->count; i++) {
        const uint32_t number = map_find(&history->ids, range->ids[i]);
        if (number != MAP_NONE)
            out->numbers[out->count++] = number;
        else if (i == 0)
            return false;
    }
    if (out->count < range->count)
        fprintf(stderr, "warroom: %u changes of the range are older than what is read\n",
                range->count - out->count);
    return true;
}

static bool read_repository(struct arena *arena, const struct changes_options *options,
                            struct history **history, struct risks *risks, struct feed *feed,
                            struct chosen *chosen, struct err *err)
{
    struct changes_options at = *options;
    struct git_range range;
    at.repo = options->repo ? options->repo : ".";
    if (!git_range(arena, at.repo, options->what, &range, err))
        return false;
    if (!changes_read(arena, &at, INT64_MAX, *history, feed, &risks->owners, err))
        return false;
    if (choose_of_range(arena, *history, &range, chosen))
        return true;
    /* It is on another line than HEAD: a branch that is not checked out. */
    at.revision = range.tip.ptr;
    *history = history_new(arena);
    if (!changes_read(arena, &at, INT64_MAX, *history, feed, &risks->owners, err))
        return false;
    return choose_of_range(arena, *history, &range, chosen) ||
           err_set(err, ERR_NOT_FOUND,
                   "`%s` is not among the changes that are read; name what it "
                   "belongs to with --rev",
                   options->what);
}

/* ---- what is told ---- */

static int compare_risks(const void *left, const void *right)
{
    const struct risk *a = *(const struct risk *const *)left;
    const struct risk *b = *(const struct risk *const *)right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->number < b->number) - (a->number > b->number); /* the later first */
}

static void judge(struct arena *arena, const struct chosen *chosen, struct risks *risks)
{
    uint32_t to = 0;
    for (uint32_t i = 0; i < chosen->count; i++)
        to = chosen->numbers[i] >= to ? chosen->numbers[i] + 1 : to;
    const struct risk *all = risk_assess(arena, risks->history, to, risks->model);
    risks->items = arena_push_many(arena, const struct risk *, chosen->count);
    for (uint32_t i = 0; i < chosen->count; i++) {
        risks->items[risks->count++] = &all[chosen->numbers[i]];
        risks->over += all[chosen->numbers[i]].score > risks->fail_over;
    }
    if (risks->count > 1)
        qsort(risks->items, risks->count, sizeof(const struct risk *), compare_risks);
}

static bool run(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err)
{
    struct feed feed = {0};
    struct chosen chosen = {0};
    struct history *history = history_new(arena);
    struct risks risks = {.model = risk_model_shipped(),
                          .feed = &feed,
                          .colour = isatty(STDOUT_FILENO) == 1 && !getenv("NO_COLOR")};
    if (!changes_limit(options->limit, LIMIT_USUAL, LIMIT_MAX, &risks.limit, err) ||
        !read_fail_over(options->fail_over, &risks.fail_over, err))
        return false;
    if (options->feed
            ? !changes_read(arena, options, INT64_MAX, history, &feed, &risks.owners, err) ||
                  !choose_of_feed(arena, options, history, &chosen, err)
            : !read_repository(arena, options, &history, &risks, &feed, &chosen, err))
        return false;
    risks.history = history;
    judge(arena, &chosen, &risks);
    (options->json ? risks_print_json : risks_print)(arena, &risks);
    *positive = risks.over == 0;
    return true;
}

const struct changes_verb changes_risk = {
    .name = "risk", .takes_what = true, .check = check, .run = run};
