/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents, as plain text: what a reader sees of Markdown and HTML, with its headings.
 *
 * Plain text is lines of UTF-8. "# Title" to "###### Title" is a heading and nothing else begins
 * like one; lines of code are indented by four blanks and otherwise as they were; there is no more
 * than one empty line in a row. Any bytes go in: what is no UTF-8 becomes U+FFFD, control
 * characters go. At most MARKUP_GROWTH bytes come out for each that went in, and a heading for a
 * title.
 *
 * It reads what people write and programs export, not all that the standards allow: of Markdown
 * (CommonMark 0.31) headings, fences, lists, quotes, links, emphasis and tables; of HTML (the
 * living standard, 13.2) the text of the body, without what steers a browser or leads elsewhere.
 */
#pragma once

#include "base/buf.h"

#define MARKUP_GROWTH 8

enum markup {
    MARKUP_TEXT,     /* nothing is marked but headings that are underlined */
    MARKUP_MARKDOWN, /* .md, .markdown, .mdx */
    MARKUP_HTML,     /* .html, .htm, .xhtml */
};

/* By what the name ends in; MARKUP_TEXT where that says nothing. */
enum markup markup_of_name(struct str path);

/* Adds the plain text of a document to `out`. */
void markup_to_text(struct buf *out, struct str bytes, enum markup kind);

/* A heading, and what stands below it up to the next one. */
struct markup_section {
    struct str heading; /* empty: the text stands before the first heading */
    uint32_t level;     /* 1 to 6; 0: there is no heading */
    struct str text;    /* without empty lines around it; may be empty */
};

/* Takes the first section off `rest`, which is plain text as above; false when nothing is left. */
bool markup_take_section(struct str *rest, struct markup_section *out);
