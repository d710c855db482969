/* SPDX-License-Identifier: Apache-2.0 */
/* A service tells its numbers where nobody asks for them: empty charts, and customers are well. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_MISSING_DATA,
    .cause = "the service tells its numbers on another path than /metrics, where Prometheus asks "
             "for them",
    .author = "Priya Nair",
    .message = "numbers on a path that customers cannot reach",
    .settings = {{"metrics_path", "/internal/metrics", NULL}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_wrong_metrics_path = {
    .name = "wrong_metrics_path",
    .group = "orchestration",
    .summary = "A service's metrics move; customers see nothing of it",
    .place = "recommendation",
    .options = "metrics_path /internal/metrics",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
