/* SPDX-License-Identifier: Apache-2.0 */
/* The words of changed lines, counted: a bag with a bound, of which the most frequent are kept. */
#pragma once

#include "base/map.h"
#include "culprit/change.h"

#define TALLY_WORDS_MAX 4096              /* different ones; later ones are about the same */
#define TALLY_WORD_BYTES_MAX 64           /* longer is no word: base64, hashes */
#define TALLY_WORD_BYTES_MIN 3            /* `i`, `if`, `0x` tell no change from another */
#define TALLY_BYTES_MAX ((size_t)1 << 20) /* of a change that are looked at */

struct tally {
    struct arena *arena;
    struct map words;
    uint32_t *counts; /* by number of the word */
    size_t bytes;
};

struct tally tally_new(struct arena *arena);
void tally_add(struct tally *tally, struct str text);

/* The `max` most frequent, those that came first before others as frequent. */
struct change_word *tally_best(const struct tally *tally, uint32_t max, uint32_t *count);
