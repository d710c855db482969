/* SPDX-License-Identifier: Apache-2.0 */
/* The probe asks for a page that was never there: instances in the best of health are killed for
 * it, and started, and killed. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_PROBE,
    .cause =
        "the probe asks for what is answered with 404: healthy instances are killed every 15 s",
    .author = "Priya Nair",
    .message = "probe the path that all teams have now",
    .settings = {{"health_path", "/health", "unit.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_bad_probe = {
    .name = "bad_probe",
    .group = "orchestration",
    .summary = "The probe is wrong, and healthy instances are restarted",
    .place = "catalog",
    .options = "health_path /health",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
