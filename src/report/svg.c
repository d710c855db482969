/* SPDX-License-Identifier: Apache-2.0 */
#include "report/svg.h"

#include "report/escape.h"

#define TITLE_CHARS_MAX 300
#define DESC_CHARS_MAX 2000
#define CHAR_WIDTH 0.56      /* of the font size, for letters of the Latin script */
#define WIDE_CHAR_WIDTH 1.05 /* and of the scripts of East Asia */
#define WIDE_FROM 0x1100

void svg_open(struct buf *out, const char *class, double width, double height, struct str label)
{
    buf_printf(out,
               "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" "
               "role=\"img\" aria-label=\"",
               class, width, height, width, height);
    escape_html(out, label);
    buf_add(out, STR("\">\n"));
}

void svg_close(struct buf *out)
{
    buf_add(out, STR("</svg>\n"));
}

void svg_line(struct buf *out, const char *class, double x1, double y1, double x2, double y2)
{
    buf_printf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class,
               x1, y1, x2, y2);
}

void svg_rect(struct buf *out, const char *class, double x, double y, double width, double height,
              double radius)
{
    buf_printf(out,
               "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
               "rx=\"%.1f\"/>\n",
               class, x, y, width > 0 ? width : 0, height > 0 ? height : 0, radius);
}

void svg_text(struct buf *out, const char *class, double x, double y, enum svg_anchor anchor,
              struct str text)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    buf_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", class, x, y,
               anchors[anchor]);
    escape_html(out, text);
    buf_add(out, STR("</text>\n"));
}

void svg_title(struct buf *out, struct str text)
{
    buf_add(out, STR("<title>"));
    escape_html(out, escape_clip(out->arena, text, TITLE_CHARS_MAX));
    buf_add(out, STR("</title>"));
}

void svg_circle(struct buf *out, const char *class, double x, double y, double radius)
{
    buf_printf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", class, x, y,
               radius);
}

void svg_path(struct buf *out, const char *class, const char *data)
{
    buf_printf(out, "<path class=\"%s\" d=\"%s\"/>\n", class, data);
}

void svg_desc(struct buf *out, struct str text)
{
    buf_add(out, STR("<desc>"));
    escape_html(out, escape_clip(out->arena, text, DESC_CHARS_MAX));
    buf_add(out, STR("</desc>\n"));
}

static double char_width(uint32_t code)
{
    return code != ESCAPE_INVALID && code >= WIDE_FROM ? WIDE_CHAR_WIDTH : CHAR_WIDTH;
}

double svg_text_width(struct str text, double font_size)
{
    double width = 0;
    while (text.len > 0)
        width += char_width(escape_take(&text)) * font_size;
    return width;
}

struct str svg_fit(struct arena *arena, struct str text, double width, double font_size)
{
    struct str rest = text;
    size_t chars = 0;
    while (rest.len > 0 && width >= 0) {
        width -= char_width(escape_take(&rest)) * font_size;
        chars++;
    }
    return width >= 0 ? text : escape_clip(arena, text, chars > 2 ? chars - 1 : 2);
}
