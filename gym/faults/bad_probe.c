/* SPDX-License-Identifier: Apache-2.0 */
/* The probe asks for a page that was never there: instances in the best of health are killed for
 * it, and started, and killed. */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *path = fault_text(run, "path", "/health");
    const struct str message =
        str_printf(world->arena, "%s: probe %s, as all teams do now", run->service, path);
    fault_tell(world, run, KIND_PROBE,
               "the probe of %s asks for %s, which it answers with 404: healthy instances are "
               "killed every 15 s",
               run->service, path);
    return deploy_set(world, run->service, "unit.conf", "health_path", path, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Priya Nair", .message = message.ptr},
                           err);
}

const struct fault fault_bad_probe = {
    .name = "bad_probe",
    .group = "orchestration",
    .summary = "The probe is wrong, and healthy instances are restarted",
    .place = "catalog",
    .options = "path /health",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
