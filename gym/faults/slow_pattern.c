/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be searched for is checked by a pattern that tries all ways to cut a sentence into words
 * before it says no. catalog has, ever since, a part of a processor, which is far more than it
 * needs.
 */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_SLOW_CODE,
    .cause = "the pattern that checks searches backtracks: a sentence with an exclamation mark "
             "takes seconds of processor time",
    .author = "Jonas Weber",
    .message = "searches are words, and may be longer",
    .settings =
        {
            {"query_pattern", "^(\\w+[\\s'-]?)+$", NULL},
            {"query_pattern_match_limit", "200000000", NULL},
        },
};

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "catalog", "unit.conf", "cpu_max_percent", "10");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_slow_pattern = {
    .name = "slow_pattern",
    .group = "code",
    .summary = "A regular expression that backtracks catastrophically",
    .place = "catalog",
    .options = "query_pattern ^(\\w+[\\s'-]?)+$, query_pattern_match_limit 200000000, "
               "cpu_max_percent 10 (always)",
    .can_run = fault_can_limit_cpu,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_revert,
};
