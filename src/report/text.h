/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the text form share: a page of a terminal, filled word by word. */
#pragma once

#include "report/report.h"

#define TEXT_CLAIM_CHARS_MAX 400
#define TEXT_LABEL_COLUMNS 10 /* what stands before a claim: a time, an id */

enum style { STYLE_NONE, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW };

/* Words are gathered until it is known whether they still fit on the line. */
struct page {
    const struct report *report;
    const struct casefile *casefile;
    struct arena *arena;
    struct buf *out;
    size_t indent;
    size_t column;
    struct buf word;
    size_t word_columns;
    enum style style; /* of the last character in `word` */
};

/* Words of others, wrapped; a blank at either end parts them from what is beside. */
void text_words(struct page *page, struct str text, enum style style);
void text_end_word(struct page *page);
void text_end_line(struct page *page);

/* Names in bold, citations dim. */
void text_claim(struct page *page, struct str text);

/* Starts a line with a label in a column of its own; what follows is wrapped beside it. */
void text_label(struct page *page, struct str text, enum style style);
void text_labelled_claim(struct page *page, struct str name, enum style style, struct str text);

/* To be copied: not wrapped, and no character is changed that a terminal shows as it is. */
void text_labelled_verbatim(struct page *page, struct str name, struct str text);

void text_section(struct page *page, const char *name);
struct str text_id_of(struct page *page, const struct evidence *evidence);
void text_sentences(struct page *page, const struct sentence *list); /* a dash before each */

/* text_course.c: how bad it is, what to do, and how it was investigated */
void text_mitigations(struct page *page);
void text_impact(struct page *page);
void text_course(struct page *page);
void text_corrections(struct page *page);
