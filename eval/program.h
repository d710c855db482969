/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program is that is measured. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

/*
 * The path as given, or else $WARROOM, or else `warroom` beside our own executable. The result is
 * absolute. Never $PATH: one must not measure another program than the one just built.
 */
MUST_CHECK bool program_find(struct arena *arena, const char *given, struct str *out,
                             struct err *err);
