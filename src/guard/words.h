/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sentence of free English in pieces: what of it is a number with its unit, a time of day, a name
 * by its form, something in quotes, a plain word, or a stop.
 *
 * Numbers are read as people write them: "15", "1,200", "fifteen", "two thirds", "one in twenty",
 * "half", "2.5 s", "64mb", "39 %", "six thousand times".
 */
#pragma once

#include "base/str.h"

struct arena;

#define WORDS_MAX                                                                                  \
    400 /* of a sentence; the rest of a longer one is not read, and WORDS_TOO_MANY                 \
         */

enum unit { UNIT_NONE, UNIT_TIME, UNIT_BYTES, UNIT_SHARE };

struct amount {
    double number;    /* in its unit: seconds, bytes, 1 for all */
    double tolerance; /* half a unit of the last digit that was written, in the same */
    enum unit unit;
    double written; /* as it was written: 2.5 of "2.5 s" */
    bool rate;      /* "a second", "per minute" follows */
    bool times;     /* "times", "-fold" follows: a factor, or how often */
    bool in_words;  /* "half", "a third": nobody measures with words */
};

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

/* A number with its unit at the beginning of a text: "64mb", "1s", "0.39"; 0: there is none. */
size_t words_amount(struct str text, struct amount *out);
