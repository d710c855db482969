/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the text of an alert gives to look for: its words, the files and places it names.
 *
 * The text may be anything: one line, a stack trace, a page of log. It is read to a limit, and of
 * more distinct words than CLUES_MAX the first are taken: what people write first matters most.
 */
#pragma once

#include "case/alert.h"
#include "text/terms.h"

#define CLUES_TEXT_BYTES_MAX ((size_t)64 << 10)
#define CLUES_MAX 400
#define CLUES_PATHS_MAX 32

struct clue {
    struct str word; /* as terms_next() gives it */
    enum term_kind kind;
    uint32_t count; /* how often it is said */
    bool trouble;   /* a word of any alert: "failed", "error"; it tells nothing of what failed */
};

struct clues {
    struct clue *items; /* in the order of the text */
    uint32_t count;
    struct str *pairs; /* "thread pool", as pair_next() gives them */
    uint32_t pairs_count;
    struct str *paths; /* "src/cart/db.c", "db.c"; without line number and leading "./" */
    uint32_t paths_count;
    bool is_cut; /* the text went on after what is read of it */
};

struct clues clues_read(struct arena *arena, struct str text);

/* What it says, a line each: its name, service, summary and the values of its labels. */
struct str clues_text_of_alert(struct arena *arena, const struct alert *alert);

/* clues_read() of that. */
struct clues clues_of_alert(struct arena *arena, const struct alert *alert);

/*
 * Takes the words of that name out: which service suffers is told by culprit/context.h, and that a
 * change is about it would be counted twice.
 */
void clues_leave_out(struct clues *clues, struct str name);
