/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strokes that drawings are made of. Colours are CSS classes of the page (style.h), so that one
 * drawing serves light, dark and paper.
 */
#pragma once

#include "base/buf.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* `label` is what a screen reader says. Drawings end with svg_close(). */
void svg_open(struct buf *out, const char *class, double width, double height, struct str label);
void svg_close(struct buf *out);

void svg_line(struct buf *out, const char *class, double x1, double y1, double x2, double y2);
void svg_rect(struct buf *out, const char *class, double x, double y, double width, double height,
              double radius);
void svg_text(struct buf *out, const char *class, double x, double y, enum svg_anchor anchor,
              struct str text);
void svg_title(struct buf *out, struct str text); /* shown when the pointer rests on the parent */

void svg_circle(struct buf *out, const char *class, double x, double y, double radius);
void svg_path(struct buf *out, const char *class, const char *data);
void svg_desc(struct buf *out, struct str text); /* what a screen reader tells beyond the label */

/* About how wide the text will be; fonts differ, so leave some room. */
double svg_text_width(struct str text, double font_size);

/* The text, cut to about that width. */
struct str svg_fit(struct arena *arena, struct str text, double width, double font_size);
