/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model is to learn of a document: to fill in what was taken out of it.
 *
 * Documents: the seven denoisers of UL2 (Y. Tay et al., "UL2: Unifying Language Learning
 * Paradigms", 2022, table 3 and 3.1.2), drawn with equal chances. The input begins with the mode,
 * "[R]", "[S]" or
 * "[X]", and has a sentinel of T5, "<extra_id_0>" and so on, in the place of each span; the target
 * has each sentinel before what stood there, and one more at its end. A token is a word here: the
 * trainer's vocabulary cuts it further.
 *
 * Code: names that carry meaning are taken out (what is thrown, what is called, what is named,
 * texts); white space, brackets and keywords never. The mode is "[C]".
 */
#pragma once

#include "base/buf.h"

#define SENTINELS_MAX 99 /* T5's vocabulary has a hundred; the last ends the target */

struct objective {
    struct str input, target;
    const char *denoiser; /* "r3", "r8", "s", "x3", "x8", "x64", "x64h", "c" */
    double masked;        /* share of words that were taken out, 0 to 1 */
};

/* False: there is too little to take anything out of. Both live in `arena`. */
bool objective_prose(struct arena *arena, struct str text, uint64_t *state, struct objective *out);
bool objective_code(struct arena *arena, struct str text, uint64_t *state, struct objective *out);
