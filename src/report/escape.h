/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of others made harmless: logs, names and notes come from outside, and whoever writes a log
 * line must not be able to write a part of the report.
 *
 * Everywhere, invalid UTF-8, control characters and marks that turn the direction of reading become
 * U+FFFD: they show that something was there, and do nothing.
 */
#pragma once

#include "base/buf.h"
#include "base/utf8.h"

/* For HTML and SVG, between tags and within quoted attributes alike. Line ends and tabs stay. */
void escape_html(struct buf *out, struct str text);

/* For a terminal: one line, without anything that a terminal would obey. */
void escape_plain(struct buf *out, struct str text);

/* Outside of code spans in Markdown, on one line. */
void escape_markdown(struct buf *out, struct str text);

/* Whether a terminal would show it as it is. Line ends and tabs are allowed. */
bool escape_is_harmless(struct str text);

/* Valid UTF-8 without NUL, else unchanged: JSON has its own escapes for control characters. */
struct str escape_utf8(struct arena *arena, struct str text);

/* The first `chars_max` characters, and an ellipsis if there were more. */
struct str escape_clip(struct arena *arena, struct str text, size_t chars_max);

/* Characters, not bytes; what is no UTF-8 counts a character a byte. */
size_t escape_chars(struct str text);

/* Takes the first character off `rest`; ESCAPE_INVALID for a byte that is no UTF-8. */
#define ESCAPE_INVALID UTF8_INVALID
uint32_t escape_take(struct str *rest);
