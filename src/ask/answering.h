/* SPDX-License-Identifier: Apache-2.0 */
/* How a sentence gets into an answer. What it says stands in what it cites, or it is left out. */
#pragma once

#include "ask/ask.h"

struct answering {
    struct arena *arena;
    const struct ask_matter *matter;
    const struct casefile *casefile;
    struct ask_answer *out;
    struct said **last;
    struct map told;   /* nothing is said twice */
    struct buf beside; /* lines that need no citation: the question's names, the alert, counts */
};

struct answering answering_new(struct arena *arena, const struct ask_matter *matter,
                               struct ask_answer *out);

/* Checked against the evidence it cites and `beside`. False: it is left out. */
bool say(struct answering *answering, struct str text);

/* What the report says already: it has been checked. */
void say_again(struct answering *answering, struct str text);
void say_all(struct answering *answering, const struct sentence *list);

/* A claim with its citation, without a check: the reading of claims has borne it out. */
void say_claim(struct answering *answering, const char *before, const struct evidence *evidence);

/* To the letter, on a line of its own. */
void say_command(struct answering *answering, struct str command);

/* Words of ours with values that are put beside them first. */
void say_beside(struct answering *answering, struct str text, struct str values);
