/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of one side, what is learned from or what is asked, and how near one of the other side
 * comes. A text is near to one of the pile if they share a run of thirteen words (T. Brown and
 * others 2020, appendix C), if it holds a shorter one whole that makes up half of it or more
 * (containment, A. Broder 1997), or if they resemble each other by MINHASH_ALIKE (text/minhash.h).
 * Digits do not count: what is the same at another time is the same.
 */
#pragma once

#include "base/str.h"
#include "text/minhash.h"

struct arena;

#define PILE_RUN 13
#define PILE_WORDS_MIN 4 /* what is shorter is said by everybody */
#define PILE_TEXTS_MAX 100000

struct pile_text {
    struct str text, source;
    struct minhash sketch;
};

struct pile;

struct pile *pile_new(struct arena *arena);

/*
 * A text, once: what has too few words, or has been added already, is passed over. Both are copied.
 * False: there are PILE_TEXTS_MAX.
 */
bool pile_add(struct pile *pile, struct str text, struct str source);

/* The text as a whole, and each of its lines. */
bool pile_add_lines(struct pile *pile, struct str text, struct str source);

uint32_t pile_count(const struct pile *pile);
const struct pile_text *pile_text(const struct pile *pile, uint32_t number);

/* To be called once all is added, before pile_nearest(). */
void pile_close(struct pile *pile);

struct nearest {
    const struct pile_text *text; /* NULL: the pile is empty */
    double alike;                 /* the Jaccard index of runs of five words, estimated */
    bool has_run;                 /* they share a run of thirteen, or it holds a shorter one */
};

bool nearest_is_near(const struct nearest *nearest);

/* That which shares a run first of all, or else that which is most alike. */
struct nearest pile_nearest(const struct pile *pile, const struct pile_text *text);
