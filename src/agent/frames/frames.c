/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#define X(name) extern const struct tool tool_frames_##name;
#include "agent/frames_tools.inc"
#undef X

static const struct tool *const tools[] = {
#define X(name) &tool_frames_##name,
#include "agent/frames_tools.inc"
#undef X
    NULL,
};

const struct agent agent_frames = {
    .name = "frames",
    .summary =
        "What no other tool measures: all rows of the case, by SQL or by a script of one's own",
    .signal = SIGNAL_METRICS,
    .tools = tools,
};
