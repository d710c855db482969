/* SPDX-License-Identifier: Apache-2.0 */
/* A script's process, from the fork on. */
#pragma once

#include "tool/script.h"

/* Reads answers from `in`, writes messages to `out`, and never returns. */
_Noreturn void script_worker(struct str text, const struct script_limits *limits, int in, int out);
