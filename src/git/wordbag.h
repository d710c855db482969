/* SPDX-License-Identifier: Apache-2.0 */
/* The words of changed lines, counted: a bag with a bound, of which the most frequent are kept. */
#pragma once

#include "base/map.h"
#include "culprit/change.h"

#define WORDBAG_WORDS_MAX 4096              /* different ones; later ones are about the same */
#define WORDBAG_WORD_BYTES_MAX 64           /* longer is no word: base64, hashes */
#define WORDBAG_WORD_BYTES_MIN 3            /* `i`, `if`, `0x` tell no change from another */
#define WORDBAG_BYTES_MAX ((size_t)1 << 20) /* of a change that are looked at */

struct wordbag {
    struct arena *arena;
    struct map words;
    uint32_t *counts; /* by number of the word */
    size_t bytes;
};

struct wordbag wordbag_new(struct arena *arena);
void wordbag_add(struct wordbag *bag, struct str text);

/* The `max` most frequent, those that came first before others as frequent. */
struct change_word *wordbag_best(const struct wordbag *bag, uint32_t max, uint32_t *count);
