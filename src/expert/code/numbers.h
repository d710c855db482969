/* SPDX-License-Identifier: Apache-2.0 */
/* models/expert-code.json: what `warroom train expert code` has learned. */
#pragma once

#include "expert/code/match.h"
#include "expert/hashed.h"

struct code_numbers {
    struct hashed_head cause;
    struct match_numbers match;
    struct str card; /* JSON */
};

MUST_CHECK bool code_numbers_read(struct arena *arena, struct str text, struct code_numbers *out,
                                  struct err *err);

/* Those that the program is built with, read when they are first asked for. */
const struct code_numbers *code_numbers(void);
