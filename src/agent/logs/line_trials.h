/* SPDX-License-Identifier: Apache-2.0 */
/* Trials made of log lines: in how many visits to a service was a line of this template written? */
#pragma once

#include "agent/logs/lines.h"
#include "agent/trials.h"

struct line_trial {
    uint32_t template;
};

struct line_trials {
    struct line_trial *items;
    struct trial *trials; /* beside items */
    size_t count;
};

/* All in the call's scratch. */
MUST_CHECK bool line_trials_make(struct call *call, const struct lines *lines, int64_t alert_ns,
                                 struct line_trials *out, struct err *err);
