/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rouge-2 (Lin 2004): how many pairs of neighbouring words two texts share, as the F1 of precision
 * and recall. A pair that stands twice in both counts twice.
 *
 * Words are as in the usual implementation (Python's rouge_score): in lower case, everything but a
 * to z and 0 to 9 is a blank. So "12:56:47" is three words, "0.5" two, unit_oom_kills_total four;
 * there is no stemming and no list of words that do not count. Pairs reach over full stops.
 */
#pragma once

#include "base/str.h"

struct arena;

/* 0 to 1; 0 where one of them has no pair. */
double rouge_two(struct arena *arena, struct str a, struct str b);

/* The mean over the references. */
double rouge_against(struct arena *arena, struct str text, const struct str *references,
                     uint32_t count);

/* How far the references agree among themselves: the mean over their pairs; 0 of fewer than two. */
double rouge_agreement(struct arena *arena, const struct str *references, uint32_t count);

/* What the reference that agrees least with the others gets from them. */
double rouge_worst(struct arena *arena, const struct str *references, uint32_t count);
