/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was found of a case, in the fewest words: of whom, what kind of thing. By it one incident is
 * recognised in another, when the numbers, the names of pods and the lines of logs are others.
 *
 * "orders locks" a line, each once, in the order of finding; what past incidents and neighbours
 * suggest is nothing that was found.
 */
#pragma once

#include "case/casefile.h"

#define SIGNATURE_LINES_MAX 64 /* of hundreds of pieces of evidence the first tell which it is */

struct str signature_of(struct arena *arena, const struct casefile *casefile);
