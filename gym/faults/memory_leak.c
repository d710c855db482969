/* SPDX-License-Identifier: Apache-2.0 */
/* Product pages are kept for each customer, with large pictures, and never dropped. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_MEMORY,
    .cause = "catalog keeps a page for each product and customer, and drops none: its memory grows "
             "until the kernel kills it",
    .author = "Priya Nair",
    .message = "keep personal pages near, with pictures for large screens",
    .settings =
        {
            {"near_cache_entries", "0", NULL},
            {"near_cache_key", "sku_and_customer", NULL},
            {"picture_kb", "2048", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_memory_leak = {
    .name = "memory_leak",
    .group = "code",
    .summary = "A cache without a limit grows until the process is killed",
    .place = "catalog",
    .options = "near_cache_entries 0, near_cache_key sku_and_customer, picture_kb 2048",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
