/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_events_##name;
#include "agent/events_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_events_##name,
#include "agent/events_tools.inc"
#undef X
    NULL,
};

const struct agent agent_events = {
    .name = "events",
    .summary = "Kubernetes events and the state of its objects",
    .signal = SIGNAL_EVENTS,
    .tools = tools,
};
