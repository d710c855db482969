/* SPDX-License-Identifier: Apache-2.0 */
/* `warroom eval expert trace`: is the place at fault the first by its span classes? */
#include "base/arena.h"
#include "eval/shapes.h"
#include "eval/span_cases.h"
#include "eval/verb.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct verb eval_expert_trace;

static const char help[] =
    "Measures how often the trace expert puts the place at fault first, by spans alone.\n"
    "\n"
    "usage: warroom eval expert trace DIR...\n"
    "\n"
    "The folders are as for `warroom eval rca`; cases without traces, and those of which no span "
    "or\n"
    "call tells of the place, are left out. rules: the strongest evidence that an investigation "
    "makes of spans.\n"
    "What the weights are worth on systems that they were not learned from stands in their card.\n";

static void score(const void *state, const struct span_case *item, double *scores)
{
    trace_blame(state, &item->classes, scores);
}

static double share_of(const struct span_cases *cases, struct str set, span_score_fn *by,
                       const void *state, uint32_t *count)
{
    double sum = 0;
    *count = 0;
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct span_case *item = &cases->items[i];
        if (!str_eq(item->set, set))
            continue;
        double *scores = arena_push_many(cases->arena, double, item->classes.count);
        by(state, item, scores);
        sum += span_case_first(item, scores);
        (*count)++;
    }
    return sum / *count;
}

static void tell(const struct span_cases *cases, struct str set)
{
    uint32_t count;
    const double expert = share_of(cases, set, score, trace_weights_shipped(), &count);
    double low, high;
    shapes_interval((uint32_t)lround(expert * count), count, &low, &high);
    printf("%-14.*s %5u  %.3f (%.3f to %.3f)  %.3f  %.3f      %.3f\n", STR_ARG(set), count, expert,
           low, high, share_of(cases, set, span_score_rules, NULL, &count),
           share_of(cases, set, span_score_self, NULL, &count),
           share_of(cases, set, span_score_gap, NULL, &count));
}

static int run(int argc, char **argv)
{
    struct err err = {0};
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_MEASURED;
    }
    struct arena *arena = arena_new("classes");
    struct span_cases cases = {.arena = arena};
    bool ok = (argc >= 2 || err_set(&err, ERR_USAGE, "folders are wanted")) &&
              span_cases_read(&cases, argv + 1, &err);
    if (ok)
        printf("set            cases  expert                  rules  self time  gap\n");
    for (uint32_t i = 0; ok && i < cases.count; i++)
        if (i == 0 || !str_eq(cases.items[i].set, cases.items[i - 1].set))
            tell(&cases, cases.items[i].set);
    ok = ok && verb_printed(&err);
    arena_free(arena);
    return ok ? EXIT_MEASURED : verb_complain("eval expert trace", &err);
}

const struct verb eval_expert_trace = {
    .name = "trace",
    .summary = "the place at fault, by its spans",
    .run = run,
};
