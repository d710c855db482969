/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sentence of free English in pieces: what of it is a number with its unit, a time of day, a name
 * by its form, something in quotes, a plain word, or a stop.
 *
 * Numbers are read as people write them: "15", "1,200", "fifteen", "two thirds", "one in twenty",
 * "half", "2.5 s", "64mb", "39 %", "six thousand times".
 */
#pragma once

#include "guard/amount.h"

struct arena;

/* Of a sentence; the rest of a longer one is not read, and it has `too_many`. */
#define WORDS_MAX 400

enum word_kind { WORD_PLAIN, WORD_NUMBER, WORD_CLOCK, WORD_NAME, WORD_QUOTE, WORD_STOP };

struct word {
    enum word_kind kind;
    struct str text;  /* as it was written; of a quote: what is in it */
    struct str lower; /* of a plain word or a name, without "'s" */
    bool owns;        /* "'s" follows */
    bool capital;
    struct amount amount;
    int64_t clock_s;           /* of the day */
    int64_t clock_tolerance_s; /* 30 of "12:03" */
};

struct words {
    struct word *items;
    uint32_t count;
    bool too_many;
};

/* The texts live as long as `text` and the arena. */
struct words words_of(struct arena *arena, struct str text);
