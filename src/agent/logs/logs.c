/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_logs_##name;
#include "agent/logs_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_logs_##name,
#include "agent/logs_tools.inc"
#undef X
    NULL,
};

const struct agent agent_logs = {
    .name = "logs",
    .summary = "Log lines as templates: what is new, gone, more or less often, what was thrown",
    .signal = SIGNAL_LOGS,
    .tools = tools,
};
