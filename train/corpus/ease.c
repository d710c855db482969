/* SPDX-License-Identifier: Apache-2.0 */
/* Stages rather than a sorted file: they are written as they come, in memory that none of them
 * needs. */
#include "train/corpus/ease.h"

#include "text/minhash.h"

#include <math.h>

#define WORDS_OF_LONG 600.0
#define LONG_LETTERS 10
#define SLOTS 2048 /* for distinct words: a document of 4 kB has fewer than a thousand */

static double distinct(struct str text)
{
    uint64_t slots[SLOTS] = {0}, hash;
    struct shingles words = shingles_of(text, 1);
    double all = 0.0, first = 0.0;
    while (shingles_next(&words, &hash)) {
        uint64_t *slot = &slots[hash % SLOTS]; /* two words in one slot count as one or as many */
        first += *slot != hash;
        *slot = hash;
        all++;
    }
    return first / fmax(all, 1.0);
}

double ease_difficulty(struct str text, double masked)
{
    double words = 0.0, rare = 0.0, marks = 0.0;
    for (size_t at = 0; at < text.len;) {
        size_t letters = 0, others = 0;
        for (; at < text.len && (unsigned char)text.ptr[at] > ' '; at++) {
            const char c = text.ptr[at], lower = (char)(c | 32);
            const bool is_letter = (lower >= 'a' && lower <= 'z') || (unsigned char)c >= 0x80;
            letters += is_letter;
            others += !is_letter;
        }
        at++;
        words += letters + others > 0;
        rare += letters > LONG_LETTERS || (letters > 0 && others > 1);
        marks += (double)others;
    }
    const double parts[] = {words / WORDS_OF_LONG, distinct(text), 2.0 * rare / fmax(words, 1.0),
                            2.0 * marks / fmax((double)text.len, 1.0), 2.0 * masked};
    double sum = 0.0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        sum += fmin(parts[i], 1.0);
    return sum / (double)(sizeof parts / sizeof *parts);
}

uint32_t ease_stage(double difficulty)
{
    const double stage = floor(difficulty * EASE_STAGES);
    return stage < EASE_STAGES - 1 ? (uint32_t)fmax(stage, 0.0) : EASE_STAGES - 1;
}
