/* SPDX-License-Identifier: Apache-2.0 */
/* Orders that weigh little are taken for something to download: they are paid for, nobody packs
 * them, and nothing fails. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CODE_PATH,
    .cause = "checkout leaves out the job for the workers: paid orders are not shipped, without an "
             "error",
    .author = "Mina Okafor",
    .message = "no parcel for what is only downloaded",
    .settings =
        {
            {"digital_weight_max_g", "100000", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_skipped_jobs = {
    .name = "skipped_jobs",
    .group = "code",
    .summary = "Work is left out silently: orders are paid for and never packed",
    .place = "checkout",
    .options = "digital_weight_max_g 100000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
