/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_databases_##name;
#include "agent/databases_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_databases_##name,
#include "agent/databases_tools.inc"
#undef X
    NULL,
};

const struct agent agent_databases = {
    .name = "databases",
    .summary = "What databases log: slow statements, who holds locks, what they run out of",
    .signal = SIGNAL_LOGS,
    .tools = tools,
};
