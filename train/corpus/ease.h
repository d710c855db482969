/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a curriculum, from simple to complex (Y. Bengio et al., "Curriculum Learning",
 * 2009): a score of a document and of what is asked about it, cut into stages.
 *
 * difficulty = the mean of five numbers from 0 to 1:
 *   length      words, 1 at 600
 *   variety     distinct words among all
 *   rarity      words that are long (above ten letters) or made of parts (digits, `_`, `/`, `.`),
 * twice marks       characters that are neither letter nor white space, twice masked      share of
 * words to be filled in, twice; a quarter where all are foretold one by one
 */
#pragma once

#include "base/str.h"

#define EASE_STAGES 10
#define EASE_CAUSAL 0.25 /* each next word is foretold with all before it in sight */

/* 0 to 1. */
double ease_difficulty(struct str text, double masked);

/* 0, the simplest, to EASE_STAGES - 1. */
uint32_t ease_stage(double difficulty);
