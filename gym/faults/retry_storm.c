/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payment gives up on the bank before an answer can be there, and asks again, at once and many
 * times. The bank takes, ever since, some charges a second from us, far more than our customers
 * make: the repetitions use them up, and are answered 429.
 */
#include "gym/faults/fault.h"

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "bank", NULL, "charges_per_s_max", "5");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CONFIGURATION,
        .cause = "it repeats charges up to thirty times without a pause, each before an answer can "
                 "be there, and the bank answers 429",
        .author = "Mina Okafor",
        .message = "fail fast on the bank and try again",
        .settings = {{"bank_timeout_ms", "25", NULL},
                     {"bank_retries", "30", NULL},
                     {"bank_retry_pause_ms", "0", NULL}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_retry_storm = {
    .name = "retry_storm",
    .group = "code",
    .summary = "Calls are repeated without a pause, until who is called refuses them",
    .place = "payment",
    .options = "bank_timeout_ms 25, bank_retries 30, bank_retry_pause_ms 0, "
               "charges_per_s_max 5 (the bank's, always)",
    .can_run = fault_runs_anywhere,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_revert,
};
