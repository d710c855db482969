/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown line by line: what kind of line it is, then the marks within it. A mark counts where its
 * end stands on the same line, near enough; what does not end is text, as a reader would have it.
 */
#include "text/markup_lines.h"

#include "text/markup.h"

#define NEAR 512     /* bytes to the end of a mark; links have long addresses */
#define NESTED_MAX 6 /* marks within marks */
#define FENCE_MIN 3
#define QUOTES_MAX 16 /* "> > > ..." */

static void put_inline(struct markup_lines *lines, struct str text, int depth);

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static size_t run_of(struct str text, size_t at)
{
    size_t len = 1;
    while (at + len < text.len && text.ptr[at + len] == text.ptr[at])
        len++;
    return len;
}

/* ---- within a line ---- */

/* Where the same run of the same mark stands again; STR_NPOS: not nearby. */
static size_t same_run(struct str text, size_t from, char mark, size_t len)
{
    for (size_t i = from; i < text.len && i < from + NEAR;) {
        const size_t run = text.ptr[i] == mark ? run_of(text, i) : 0;
        if (run == len)
            return i;
        i += run > 0 ? run : 1;
    }
    return STR_NPOS;
}

/* `code`; how much of the text it takes, 0: it is none. */
static size_t put_code(struct markup_lines *lines, struct str text)
{
    const size_t len = run_of(text, 0);
    const size_t end = same_run(text, len, '`', len);
    if (end == STR_NPOS)
        return 0;
    markup_put(lines, str_trim(str_slice(text, len, end)), LINE_TEXT);
    return end + len;
}

/* *text*, __text__, ~~text~~: of `_` only around whole words, or snake_case_names would suffer. */
static size_t put_emphasis(struct markup_lines *lines, struct str text, size_t at, int depth)
{
    const char mark = text.ptr[at];
    const size_t len = run_of(text, at), start = at + len;
    const bool in_word = mark == '_' && at > 0 && is_word(text.ptr[at - 1]);
    if (len > 3 || (mark == '~' && len != 2) || start >= text.len || text.ptr[start] == ' ' ||
        in_word || depth == NESTED_MAX)
        return 0;
    const size_t end = same_run(text, start, mark, len);
    const bool ends_in_word =
        end != STR_NPOS && mark == '_' && end + len < text.len && is_word(text.ptr[end + len]);
    if (end == STR_NPOS || text.ptr[end - 1] == ' ' || ends_in_word)
        return 0;
    put_inline(lines, str_slice(text, start, end), depth + 1);
    return end + len - at;
}

/* The bracket that closes the one at `at`, nested ones passed over; STR_NPOS: none nearby. */
static size_t closing(struct str text, size_t at, char open, char close)
{
    uint32_t depth = 0;
    for (size_t i = at; i < text.len && i < at + NEAR; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == open)
            depth++;
        else if (text.ptr[i] == close && --depth == 0)
            return i;
    }
    return STR_NPOS;
}

/* [text](address), [text][name], ![text](address): the text. */
static size_t put_link(struct markup_lines *lines, struct str text, int depth)
{
    const size_t open = text.ptr[0] == '!' ? 1 : 0;
    const size_t end = closing(text, open, '[', ']');
    if (end == STR_NPOS || end + 1 >= text.len || depth == NESTED_MAX)
        return 0;
    const char next = text.ptr[end + 1];
    const size_t behind = next == '('   ? closing(text, end + 1, '(', ')')
                          : next == '[' ? closing(text, end + 1, '[', ']')
                                        : STR_NPOS;
    if (behind == STR_NPOS)
        return 0;
    put_inline(lines, str_slice(text, open + 1, end), depth + 1);
    return behind + 1;
}

/* <https://address>, <b>: the address, nothing. A name in brackets that is no element stays. */
static size_t put_bracket(struct markup_lines *lines, struct str text)
{
    struct tag tag;
    const size_t end = str_find(str_slice(text, 0, NEAR), STR(">"));
    const struct str inside = str_slice(text, 1, end);
    if (end != STR_NPOS && (str_contains(inside, STR("://")) || str_contains(inside, STR("@"))) &&
        !str_contains(inside, STR(" "))) {
        markup_put(lines, inside, LINE_TEXT);
        return end + 1;
    }
    const bool is_comment = str_starts(text, STR("<!--")); /* which may go on to the line's end */
    if (!markup_tag(is_comment ? text : str_slice(text, 0, NEAR), &tag) ||
        tag.element == ELEMENT_UNKNOWN)
        return 0;
    return tag.len;
}

static size_t put_mark(struct markup_lines *lines, struct str text, size_t at, int depth)
{
    const struct str rest = str_slice(text, at, text.len);
    size_t len = 0;
    switch (rest.ptr[0]) {
    case '`':
        return put_code(lines, rest);
    case '*':
    case '_':
    case '~':
        return put_emphasis(lines, text, at, depth);
    case '[':
        return put_link(lines, rest, depth);
    case '!':
        return rest.len > 1 && rest.ptr[1] == '[' ? put_link(lines, rest, depth) : 0;
    case '<':
        return put_bracket(lines, rest);
    case '&': {
        const uint32_t code = markup_entity(rest, &len);
        if (code != 0)
            markup_put_code_point(lines, code, LINE_TEXT);
        return code != 0 ? len : 0;
    }
    case '\\':
        if (rest.len < 2 || is_word(rest.ptr[1]) || rest.ptr[1] == ' ')
            return 0;
        markup_put_char(lines, rest.ptr[1], LINE_TEXT);
        return 2;
    default:
        return 0;
    }
}

static void put_inline(struct markup_lines *lines, struct str text, int depth)
{
    for (size_t at = 0; at < text.len;) {
        size_t len = put_mark(lines, text, at, depth);
        if (len == 0) { /* a run of marks that mean nothing stays whole */
            len = strchr("*_~`", text.ptr[at]) && text.ptr[at] ? run_of(text, at) : 1;
            markup_put(lines, str_slice(text, at, at + len), LINE_TEXT);
        }
        at += len;
    }
}

/* ---- lines ---- */

struct page {
    struct markup_lines *lines;
    char fence; /* that is open: '`', '~'; 0: none */
    size_t fence_len;
    bool in_comment;
    bool after_text; /* the line before was text, which "===" can make a heading */
};

static bool is_only(struct str line, const char *chars)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '\0' || !strchr(chars, line.ptr[i]))
            return false;
    return line.len > 0;
}

static struct str without_quotes(struct str line)
{
    for (int i = 0; i < QUOTES_MAX && line.len > 0 && line.ptr[0] == '>'; i++)
        line = str_trim(str_slice(line, 1, line.len));
    return line;
}

/* True: the line is part of a fence, or of what is fenced. */
static bool read_fenced(struct page *page, struct str line)
{
    const struct str trimmed = str_trim(line);
    const bool is_mark =
        trimmed.len >= FENCE_MIN && (trimmed.ptr[0] == '`' || trimmed.ptr[0] == '~');
    const size_t run = is_mark ? run_of(trimmed, 0) : 0;
    if (page->fence == 0) {
        const bool has_more =
            run < trimmed.len && str_contains(str_slice(trimmed, run, trimmed.len), STR("`"));
        if (run < FENCE_MIN || has_more)
            return false;
        markup_end_line(page->lines, LINE_TEXT, true);
        page->fence = trimmed.ptr[0];
        page->fence_len = run;
        page->lines->has_gap = true;
        return true;
    }
    if (run >= page->fence_len && trimmed.ptr[0] == page->fence && run == trimmed.len) {
        page->fence = 0;
        page->lines->has_gap = true;
        return true;
    }
    markup_put(page->lines, line, LINE_CODE);
    markup_end_line(page->lines, LINE_CODE, true);
    return true;
}

/* "# Title #"; false: it is none. */
static bool read_heading(struct page *page, struct str line)
{
    const size_t level = line.len > 0 && line.ptr[0] == '#' ? run_of(line, 0) : 0;
    if (level == 0 || level > 6 || (level < line.len && line.ptr[level] != ' '))
        return false;
    struct str title = str_trim(str_slice(line, level, line.len));
    while (title.len > 0 && title.ptr[title.len - 1] == '#')
        title.len--;
    put_inline(page->lines, title, 0);
    markup_end_heading(page->lines, (uint32_t)level);
    return true;
}

/* "| a | b |" without the bars around it, and without the line below the head of a table. */
static struct str of_table(struct str line)
{
    if (line.len < 2 || line.ptr[0] != '|')
        return line;
    line = str_slice(line, 1, line.len);
    if (line.ptr[line.len - 1] == '|')
        line.len--;
    return str_trim(line);
}

static bool is_definition(struct str line)
{
    const size_t end = line.len > 0 && line.ptr[0] == '[' ? str_find(line, STR("]: ")) : STR_NPOS;
    return end != STR_NPOS && end > 1 && line.ptr[1] != '^';
}

static void end_paragraph(struct page *page)
{
    markup_end_line(page->lines, LINE_TEXT, true);
    page->lines->has_gap = true;
    page->after_text = false;
}

/* A line of text stays open until the next one is seen: that may make a heading of it. */
static void read_line(struct page *page, struct str line)
{
    struct str code;
    const bool is_code = markup_is_code(line, &code) && !page->after_text;
    struct str trimmed = without_quotes(str_trim(line));
    if (page->after_text && is_only(trimmed, "=")) {
        markup_end_heading(page->lines, 1);
        page->after_text = false;
        return;
    }
    if (page->after_text && is_only(trimmed, "-") && trimmed.len > 1) {
        markup_end_heading(page->lines, 2);
        page->after_text = false;
        return;
    }
    if (trimmed.len == 0 || is_only(trimmed, "-*_ ") || is_only(trimmed, "|:- ")) {
        const bool is_gap = !str_contains(trimmed, STR("|"));
        if (is_gap)
            end_paragraph(page);
        return;
    }
    markup_end_line(page->lines, LINE_TEXT, false);
    page->after_text = false;
    if (is_code) {
        markup_put(page->lines, code, LINE_CODE);
        markup_end_line(page->lines, LINE_CODE, true);
        return;
    }
    if (read_heading(page, trimmed) || is_definition(trimmed))
        return;
    if (str_starts(trimmed, STR("* ")) || str_starts(trimmed, STR("+ "))) {
        markup_put(page->lines, STR("- "), LINE_TEXT);
        trimmed = str_slice(trimmed, 2, trimmed.len);
    }
    put_inline(page->lines, of_table(trimmed), 0);
    page->after_text = true;
}

/* What stands between two lines of "---" at the very start is about the page and not in it. */
static struct str behind_front_matter(struct str bytes)
{
    struct str rest = bytes, line;
    if (!str_split(&rest, '\n', &line) || !str_eq(str_trim(line), STR("---")))
        return bytes;
    while (str_split(&rest, '\n', &line))
        if (str_eq(str_trim(line), STR("---")) || str_eq(str_trim(line), STR("...")))
            return rest;
    return bytes;
}

/* What is left of the line outside of <!-- comments -->, which may go over many lines. */
static bool read_comment(struct page *page, struct str *line)
{
    if (page->in_comment) {
        const size_t end = str_find(*line, STR("-->"));
        if (end == STR_NPOS)
            return true;
        *line = str_slice(*line, end + 3, line->len);
        page->in_comment = false;
    }
    const struct str trimmed = str_trim(*line);
    if (str_starts(trimmed, STR("<!--")) && !str_contains(trimmed, STR("-->"))) {
        page->in_comment = true;
        return true;
    }
    return false;
}

void markup_read_markdown(struct markup_lines *lines, struct str bytes)
{
    struct page page = {.lines = lines};
    struct str rest = behind_front_matter(bytes), line;
    while (str_split(&rest, '\n', &line)) {
        if (page.fence == 0 && read_comment(&page, &line))
            continue;
        if (!read_fenced(&page, line))
            read_line(&page, line);
        else
            page.after_text = false;
    }
}
