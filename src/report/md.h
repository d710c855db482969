/* SPDX-License-Identifier: Apache-2.0 */
/* What the forms in Markdown share. GitHub's, without raw HTML. */
#pragma once

#include "report/report.h"

#define MD_CLAIM_CHARS_MAX 1200

struct md {
    const struct report *report;
    const struct casefile *casefile;
    struct arena *arena;
    struct buf *out;
    bool in_table; /* there a pipe must be escaped even in code */
};

void md_fixed(const struct md *page, const char *text); /* ours, never of others */
void md_plain(const struct md *page, struct str text);  /* of others */
void md_code(const struct md *page, struct str text);
void md_claim(const struct md *page, struct str text);

/* A block of code, with its own lines, that no line of its text can end. */
void md_block(const struct md *page, const char *language, struct str text);

/* A heading and a list; nothing where there is no sentence. */
/* What a model wrote of that part, and that it did. */
void md_told(const struct md *page, const char *heading, const char *part);

void md_list(const struct md *page, const char *heading, const struct sentence *sentences);

/* What is looked up at the end. */
void md_evidence(const struct md *page);
void md_gaps(const struct md *page);
void md_withdrawn(const struct md *page);

/* markdown_course.c: how bad it is, what to do, and how it was investigated */
void md_mitigations(const struct md *page);
void md_blame(const struct md *page);
void md_impact(const struct md *page);
void md_course(struct md *page);
void md_corrections(const struct md *page);
