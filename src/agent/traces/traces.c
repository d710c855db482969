/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_traces_##name;
#include "agent/traces_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_traces_##name,
#include "agent/traces_tools.inc"
#undef X
    NULL,
};

const struct agent agent_traces = {
    .name = "traces",
    .summary = "Spans: where time is lost, what fails, which path requests take",
    .signal = SIGNAL_TRACES,
    .tools = tools,
};
