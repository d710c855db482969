/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the matcher of the code expert is worth: alone, beside the formula and the ranker of
 * culprit/, and as one more sign of that ranker.
 */
#pragma once

#include "base/err.h"

struct match_options {
    const char *held_out; /* REPOSITORY.json: the matcher learned without it */
    const char *rankers;  /* the same of the ranker */
    char **folders;       /* ends with NULL */
};

MUST_CHECK bool match_changes(const struct match_options *options, struct err *err);
