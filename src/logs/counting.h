/* SPDX-License-Identifier: Apache-2.0 */
/* The second reading of some log files: how often each template came, when and with which values.
 */
#pragma once

#include "logs/mining.h"

/* `survey` has its sides, slots and templates; all the rest is filled in. */
MUST_CHECK bool counting_run(struct arena *arena, struct input *const *inputs, uint32_t count,
                             const struct survey_options *options, const struct mining *mining,
                             struct survey *survey, struct err *err);
