/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_changes_##name;
#include "agent/changes_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_changes_##name,
#include "agent/changes_tools.inc"
#undef X
    NULL,
};

const struct agent agent_changes = {
    .name = "changes",
    .summary = "What was changed, where and when",
    .signal = SIGNAL_CHANGES,
    .tools = tools,
};
