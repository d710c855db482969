/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of plain text, in one place, so that no reader can write what looks like a heading and
 * is none: a line that would gets a blank in front.
 */
#include "text/markup.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "text/markup_lines.h"

#define LEVEL_MAX 6
#define CODE_COLUMNS 4
#define UNDERLINE_MIN 3 /* characters; fewer are a mark of something else */

enum markup markup_of_name(struct str path)
{
    static const struct {
        struct str ending;
        enum markup kind;
    } endings[] = {
        {{".md", 3}, MARKUP_MARKDOWN},  {{".markdown", 9}, MARKUP_MARKDOWN},
        {{".mdx", 4}, MARKUP_MARKDOWN}, {{".html", 5}, MARKUP_HTML},
        {{".htm", 4}, MARKUP_HTML},     {{".xhtml", 6}, MARKUP_HTML},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const struct str ending = endings[i].ending;
        if (path.len > ending.len &&
            str_find_no_case(str_slice(path, path.len - ending.len, path.len), ending) == 0)
            return endings[i].kind;
    }
    return MARKUP_TEXT;
}

/* ---- lines ---- */

struct markup_lines markup_lines_new(struct buf *out)
{
    return (struct markup_lines){.out = out, .line = buf_new(out->arena)};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

void markup_put_char(struct markup_lines *lines, char c, enum markup_line kind)
{
    struct buf *line = &lines->line;
    if (kind == LINE_CODE && (c == ' ' || c == '\t')) {
        buf_add_char(line, c);
        return;
    }
    if (is_blank(c)) {
        if (line->len > 0 && line->ptr[line->len - 1] != ' ')
            buf_add_char(line, ' ');
        return;
    }
    if ((unsigned char)c >= 0x20 && c != 0x7f)
        buf_add_char(line, c);
}

void markup_put(struct markup_lines *lines, struct str text, enum markup_line kind)
{
    for (size_t i = 0; i < text.len; i++)
        markup_put_char(lines, text.ptr[i], kind);
}

bool markup_is_code(struct str line, struct str *code)
{
    size_t columns = 0, at = 0;
    for (; columns < CODE_COLUMNS && at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t');
         at++)
        columns += line.ptr[at] == '\t' ? CODE_COLUMNS : 1;
    *code = str_slice(line, at, line.len);
    return columns >= CODE_COLUMNS;
}

/* How many '#' a line begins with, if that makes it a heading; else 0. */
static uint32_t level_of(struct str line)
{
    uint32_t level = 0;
    while (level < line.len && line.ptr[level] == '#')
        level++;
    return level <= LEVEL_MAX && level < line.len && line.ptr[level] == ' ' ? level : 0;
}

static void write_line(struct markup_lines *lines, struct str before, struct str line)
{
    if (lines->has_gap && lines->is_begun)
        buf_add_char(lines->out, '\n');
    buf_add(lines->out, before);
    buf_add(lines->out, line);
    buf_add_char(lines->out, '\n');
    lines->has_gap = false;
    lines->is_begun = true;
}

static struct str ended(struct markup_lines *lines)
{
    struct str line = buf_str(&lines->line);
    while (line.len > 0 && is_blank(line.ptr[line.len - 1]))
        line.len--;
    lines->line.len = 0;
    return line;
}

void markup_end_line(struct markup_lines *lines, enum markup_line kind, bool spaced)
{
    const struct str line = ended(lines);
    if (line.len == 0)
        lines->has_gap |= spaced;
    else if (kind == LINE_CODE)
        write_line(lines, STR("    "), line);
    else
        write_line(lines, level_of(line) > 0 ? STR(" ") : STR(""), line);
}

void markup_end_heading(struct markup_lines *lines, uint32_t level)
{
    const struct str line = str_trim(ended(lines));
    if (line.len == 0)
        return;
    lines->has_gap = true;
    write_line(lines, str_slice(STR("###### "), LEVEL_MAX - level, LEVEL_MAX + 1), line);
    lines->has_gap = true;
}

/* ---- text without marks ---- */

/* A heading of plain text is as long as its underline, or shorter: the rule of reStructuredText. */
static uint32_t underline_level(struct str title, struct str line)
{
    static const char marks[] = "=-~";
    const struct str trimmed = str_trim(line);
    if (trimmed.len < UNDERLINE_MIN || title.len == 0 || title.len > trimmed.len)
        return 0;
    const char *mark = strchr(marks, trimmed.ptr[0]);
    for (size_t i = 1; mark && i < trimmed.len; i++)
        if (trimmed.ptr[i] != *mark)
            mark = NULL;
    return mark && *mark ? (uint32_t)(mark - marks) + 1 : 0;
}

static void read_text(struct markup_lines *lines, struct str rest)
{
    struct str line, next = {0};
    bool has_line = str_split(&rest, '\n', &line);
    while (has_line) {
        const bool has_next = str_split(&rest, '\n', &next);
        const uint32_t level = has_next ? underline_level(str_trim(line), next) : 0;
        if (level > 0) {
            markup_put(lines, str_trim(line), LINE_TEXT);
            markup_end_heading(lines, level);
            has_line = str_split(&rest, '\n', &line);
            continue;
        }
        struct str code;
        const bool is_code = markup_is_code(line, &code);
        markup_put(lines, is_code ? code : line, is_code ? LINE_CODE : LINE_TEXT);
        markup_end_line(lines, is_code ? LINE_CODE : LINE_TEXT, true);
        line = next;
        has_line = has_next;
    }
}

void markup_to_text(struct buf *out, struct str bytes, enum markup kind)
{
    struct markup_lines lines = markup_lines_new(out);
    if (str_starts(bytes, STR("\xef\xbb\xbf"))) /* a byte order mark */
        bytes = str_slice(bytes, 3, bytes.len);
    bytes = utf8_mended(out->arena, bytes);
    switch (kind) {
    case MARKUP_TEXT:
        read_text(&lines, bytes);
        break;
    case MARKUP_MARKDOWN:
        markup_read_markdown(&lines, bytes);
        break;
    case MARKUP_HTML:
        markup_read_html(&lines, bytes);
        break;
    }
    markup_end_line(&lines, LINE_TEXT, false);
}

/* ---- sections ---- */

bool markup_take_section(struct str *rest, struct markup_section *out)
{
    *out = (struct markup_section){.heading = STR("")};
    struct str line, after = *rest;
    if (!str_split(&after, '\n', &line))
        return false;
    out->level = level_of(line);
    if (out->level > 0) {
        out->heading = str_trim(str_slice(line, out->level, line.len));
        *rest = after;
    }
    const char *start = rest->ptr;
    size_t len = 0;
    for (after = *rest; str_split(&after, '\n', &line) && level_of(line) == 0; *rest = after)
        len = (size_t)(line.ptr - start) + line.len;
    out->text = (struct str){.ptr = start, .len = len};
    while (out->text.len > 0 && out->text.ptr[0] == '\n')
        out->text = str_slice(out->text, 1, out->text.len);
    while (out->text.len > 0 && out->text.ptr[out->text.len - 1] == '\n')
        out->text.len--;
    return true;
}
