/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of documents write with: one line of plain text after the other. */
#pragma once

#include "base/buf.h"

struct markup_lines {
    struct buf *out;
    struct buf line; /* what has been written of the line that is not ended */
    bool is_begun;   /* something stands in `out` that is ours */
    bool has_gap;    /* an empty line is wanted before the next */
};

enum markup_line { LINE_TEXT, LINE_CODE };

struct markup_lines markup_lines_new(struct buf *out);

/* A character, a control character less; a blank after a blank goes where `code` is false. */
void markup_put_char(struct markup_lines *lines, char c, enum markup_line kind);
void markup_put(struct markup_lines *lines, struct str text, enum markup_line kind);

/* Ends the line. One that is empty asks for a gap if it is `spaced`, and is nothing otherwise. */
void markup_end_line(struct markup_lines *lines, enum markup_line kind, bool spaced);

/* Ends the line as a heading of that level. */
void markup_end_heading(struct markup_lines *lines, uint32_t level);

/* What `&name;` or `&#65;` at the start of `text` stands for; 0: it is none. `len` is its length.
 */
uint32_t markup_entity(struct str text, size_t *len);
void markup_put_code_point(struct markup_lines *lines, uint32_t code, enum markup_line kind);

/* What an element does to the lines around it. */
enum element {
    ELEMENT_UNKNOWN,
    ELEMENT_INLINE,
    ELEMENT_LINE,  /* begins and ends a line */
    ELEMENT_BLOCK, /* and has a gap around it */
    ELEMENT_ITEM,
    ELEMENT_CELL,
    ELEMENT_CODE,
    ELEMENT_HEADING,
    ELEMENT_UNSEEN, /* with all that is in it */
};

/* `text` begins with '<'. False: it is no tag. Comments and declarations are tags without a name.
 */
struct tag {
    struct str name; /* as it is written, in `text` */
    enum element element;
    uint32_t level; /* of a heading */
    bool closes;
    size_t len; /* with both brackets */
};
bool markup_tag(struct str text, struct tag *out);

/* Whether the line is indented as code is, by four columns; `code` is what stands behind them. */
bool markup_is_code(struct str line, struct str *code);

void markup_read_html(struct markup_lines *lines, struct str bytes);
void markup_read_markdown(struct markup_lines *lines, struct str bytes);
