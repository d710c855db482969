/* SPDX-License-Identifier: Apache-2.0 */
/* models/expert-language.json: what `warroom train expert language` has learned. */
#pragma once

#include "expert/hashed.h"

struct language_numbers {
    struct hashed_head intent;
    struct str card; /* JSON */
};

MUST_CHECK bool language_numbers_read(struct arena *arena, struct str text,
                                      struct language_numbers *out, struct err *err);

/* Those that the program is built with, read when they are first asked for. */
const struct language_numbers *language_numbers(void);
