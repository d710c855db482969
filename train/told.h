/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a training: the table for a person, the provenance for the file. */
#pragma once

#include "base/buf.h"
#include "train/validate.h"

struct told {
    const struct examples *examples;
    const struct validation *validation;
    const struct weights *start;
    uint32_t left_out; /* cases that could not be investigated */
    struct str date;
};

void told_table(const struct told *told, struct buf *out);

/* A line for each case, tab-separated: what was made of it without its set. */
void told_cases(const struct told *told, struct buf *out);

/* As JSON, for the weights learned without one set, or with all (SET_NONE). */
struct str told_provenance(struct arena *arena, const struct told *told, uint32_t left_out_set);
