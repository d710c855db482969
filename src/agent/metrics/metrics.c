/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_metrics_##name;
#include "agent/metrics_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_metrics_##name,
#include "agent/metrics_tools.inc"
#undef X
    NULL,
};

const struct agent agent_metrics = {
    .name = "metrics",
    .summary = "Time series: when they changed, which, by how much",
    .signal = SIGNAL_METRICS,
    .tools = tools,
};
