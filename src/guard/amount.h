/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers with their units as people write them: in digits, and in words. */
#pragma once

#include "base/str.h"

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

/* One with its unit at the beginning of a text: "64mb", "1s", "0.39"; 0: there is none. */
size_t amount_read(struct str text, struct amount *out);

/* The unit that follows; `m` and `d` are none where they stand alone: "5 m" may be anything. */
bool amount_take_unit(struct amount *amount, struct str word, bool attached);

/* As it was written, in units of that size. */
void amount_set_unit(struct amount *amount, enum unit unit, double scale);

/* How many digits stand there. */
size_t amount_digits(struct str text, size_t at);

/* "fifteen", "twenty-one", "dozen", "twice". */
bool amount_cardinal(struct str word, double *out);

/* "half", "thirds". */
bool amount_fraction(struct str word, double *out);

/* Whether a list of words, with blanks around each, has this one. */
bool amount_among(const char *list, struct str word);
