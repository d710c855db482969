/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML in one pass: text is written, tags end lines. No tree is built, so a page that is not closed
 * or is nested a million deep costs what its bytes cost. What is never read by people (scripts,
 * styles, navigation, footers) goes with all that is in it, if it is closed at all.
 */
#include "text/markup_lines.h"

#include "base/utf8.h"
#include "text/markup.h"

#define TAG_BYTES_MAX 65536 /* images are written into attributes, as base64 */
#define NAME_MAX 16
#define ENTITY_MAX 12

static const struct {
    const char *name;
    enum element element;
    uint32_t level;
} elements[] = {
    {"h1", ELEMENT_HEADING, 1},      {"h2", ELEMENT_HEADING, 2},
    {"h3", ELEMENT_HEADING, 3},      {"h4", ELEMENT_HEADING, 4},
    {"h5", ELEMENT_HEADING, 5},      {"h6", ELEMENT_HEADING, 6},
    {"p", ELEMENT_BLOCK, 0},         {"section", ELEMENT_BLOCK, 0},
    {"article", ELEMENT_BLOCK, 0},   {"blockquote", ELEMENT_BLOCK, 0},
    {"table", ELEMENT_BLOCK, 0},     {"ul", ELEMENT_BLOCK, 0},
    {"ol", ELEMENT_BLOCK, 0},        {"dl", ELEMENT_BLOCK, 0},
    {"hr", ELEMENT_BLOCK, 0},        {"details", ELEMENT_BLOCK, 0},
    {"summary", ELEMENT_LINE, 0},    {"main", ELEMENT_BLOCK, 0},
    {"figure", ELEMENT_BLOCK, 0},    {"figcaption", ELEMENT_LINE, 0},
    {"form", ELEMENT_LINE, 0},       {"div", ELEMENT_LINE, 0},
    {"br", ELEMENT_LINE, 0},         {"tr", ELEMENT_LINE, 0},
    {"dt", ELEMENT_LINE, 0},         {"dd", ELEMENT_LINE, 0},
    {"thead", ELEMENT_LINE, 0},      {"tbody", ELEMENT_LINE, 0},
    {"tfoot", ELEMENT_LINE, 0},      {"caption", ELEMENT_LINE, 0},
    {"body", ELEMENT_LINE, 0},       {"html", ELEMENT_LINE, 0},
    {"header", ELEMENT_LINE, 0},     {"center", ELEMENT_LINE, 0},
    {"option", ELEMENT_LINE, 0},     {"aside", ELEMENT_BLOCK, 0},
    {"li", ELEMENT_ITEM, 0},         {"td", ELEMENT_CELL, 0},
    {"th", ELEMENT_CELL, 0},         {"pre", ELEMENT_CODE, 0},
    {"textarea", ELEMENT_CODE, 0},   {"head", ELEMENT_UNSEEN, 0},
    {"script", ELEMENT_UNSEEN, 0},   {"style", ELEMENT_UNSEEN, 0},
    {"noscript", ELEMENT_UNSEEN, 0}, {"template", ELEMENT_UNSEEN, 0},
    {"svg", ELEMENT_UNSEEN, 0},      {"nav", ELEMENT_UNSEEN, 0},
    {"footer", ELEMENT_UNSEEN, 0},   {"iframe", ELEMENT_UNSEEN, 0},
    {"object", ELEMENT_UNSEEN, 0},   {"math", ELEMENT_UNSEEN, 0},
    {"canvas", ELEMENT_UNSEEN, 0},   {"button", ELEMENT_UNSEEN, 0},
    {"a", ELEMENT_INLINE, 0},        {"b", ELEMENT_INLINE, 0},
    {"i", ELEMENT_INLINE, 0},        {"em", ELEMENT_INLINE, 0},
    {"strong", ELEMENT_INLINE, 0},   {"code", ELEMENT_INLINE, 0},
    {"tt", ELEMENT_INLINE, 0},       {"kbd", ELEMENT_INLINE, 0},
    {"span", ELEMENT_INLINE, 0},     {"img", ELEMENT_INLINE, 0},
    {"sup", ELEMENT_INLINE, 0},      {"sub", ELEMENT_INLINE, 0},
    {"u", ELEMENT_INLINE, 0},        {"s", ELEMENT_INLINE, 0},
    {"del", ELEMENT_INLINE, 0},      {"ins", ELEMENT_INLINE, 0},
    {"small", ELEMENT_INLINE, 0},    {"font", ELEMENT_INLINE, 0},
    {"samp", ELEMENT_INLINE, 0},     {"var", ELEMENT_INLINE, 0},
    {"picture", ELEMENT_INLINE, 0},  {"source", ELEMENT_INLINE, 0},
    {"video", ELEMENT_INLINE, 0},    {"input", ELEMENT_INLINE, 0},
};

#define ELEMENTS (sizeof elements / sizeof *elements)

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

/* ---- entities ---- */

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
    {"nbsp", ' '},     {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026}, {"lsquo", 0x2018},
    {"rsquo", 0x2019}, {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"laquo", 0xab},    {"raquo", 0xbb},
    {"copy", 0xa9},    {"reg", 0xae},     {"trade", 0x2122}, {"deg", 0xb0},      {"plusmn", 0xb1},
    {"micro", 0xb5},   {"middot", 0xb7},  {"bull", 0x2022},  {"times", 0xd7},    {"divide", 0xf7},
    {"larr", 0x2190},  {"rarr", 0x2192},  {"uarr", 0x2191},  {"darr", 0x2193},   {"harr", 0x2194},
    {"le", 0x2264},    {"ge", 0x2265},    {"ne", 0x2260},    {"auml", 0xe4},     {"ouml", 0xf6},
    {"uuml", 0xfc},    {"Auml", 0xc4},    {"Ouml", 0xd6},    {"Uuml", 0xdc},     {"szlig", 0xdf},
    {"eacute", 0xe9},  {"egrave", 0xe8},  {"agrave", 0xe0},  {"ccedil", 0xe7},   {"euro", 0x20ac},
    {"para", 0xb6},    {"sect", 0xa7},    {"shy", 0xad},
};

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

static uint32_t number_of(struct str digits, int base)
{
    uint32_t code = 0;
    for (size_t i = 0; i < digits.len; i++) {
        const int digit = digit_of(digits.ptr[i]);
        if (digit >= base || code > 0x10ffff)
            return 0;
        code = code * (uint32_t)base + (uint32_t)digit;
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code > 0x10ffff || is_surrogate ? 0 : code;
}

uint32_t markup_entity(struct str text, size_t *len)
{
    const size_t end = str_find(str_slice(text, 0, ENTITY_MAX), STR(";"));
    if (text.len < 3 || text.ptr[0] != '&' || end == STR_NPOS)
        return 0;
    *len = end + 1;
    const struct str name = str_slice(text, 1, end);
    if (str_starts(name, STR("#x")) || str_starts(name, STR("#X")))
        return number_of(str_slice(name, 2, name.len), 16);
    if (str_starts(name, STR("#")))
        return number_of(str_slice(name, 1, name.len), 10);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (str_eq(name, str_of(entities[i].name)))
            return entities[i].code;
    return 0;
}

void markup_put_code_point(struct markup_lines *lines, uint32_t code, enum markup_line kind)
{
    if (code < 0x80) {
        markup_put_char(lines, (char)code, kind);
        return;
    }
    char bytes[4];
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(first[len] | code);
    markup_put(lines, (struct str){bytes, len}, kind);
}

/* ---- tags ---- */

static size_t comment_len(struct str text)
{
    const size_t end = str_find(str_slice(text, 4, text.len), STR("-->"));
    return end == STR_NPOS ? text.len : 4 + end + 3;
}

/*
 * Up to the '>' that is in no quotes, or to the first one where quotes do not end; 0: there is
 * none. A quote that hides one end closes at the next, so few tags are looked through twice.
 */
static size_t tag_len(struct str text)
{
    char quote = 0;
    for (size_t i = 1; i < text.len && i < TAG_BYTES_MAX; i++) {
        const char c = text.ptr[i];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '>')
            return i + 1;
        else if ((c == '"' || c == '\'') && text.ptr[i - 1] == '=')
            quote = c;
    }
    const char *end = memchr(text.ptr, '>', text.len);
    return end ? (size_t)(end - text.ptr) + 1 : 0;
}

static bool name_is(struct str name, const char *known)
{
    return name.len == strlen(known) && str_find_no_case(name, str_of(known)) == 0;
}

static size_t element_of(struct str name)
{
    size_t i = 0;
    while (i < ELEMENTS && !name_is(name, elements[i].name))
        i++;
    return i;
}

bool markup_tag(struct str text, struct tag *out)
{
    *out = (struct tag){.name = STR(""), .element = ELEMENT_INLINE};
    if (str_starts(text, STR("<!--"))) {
        out->len = comment_len(text);
        return true;
    }
    const size_t at = text.len > 1 && text.ptr[1] == '/' ? 2 : 1;
    const bool is_declaration = text.len > 1 && (text.ptr[1] == '!' || text.ptr[1] == '?');
    if (text.len <= at || (!is_letter(text.ptr[at]) && !is_declaration))
        return false;
    out->len = tag_len(text);
    if (out->len == 0 || is_declaration)
        return out->len > 0;
    size_t end = at;
    while (end < out->len && end < at + NAME_MAX && is_name(text.ptr[end]))
        end++;
    out->name = str_slice(text, at, end);
    out->closes = at == 2;
    const size_t known = element_of(out->name);
    out->element = known < ELEMENTS ? elements[known].element : ELEMENT_UNKNOWN;
    out->level = known < ELEMENTS ? elements[known].level : 0;
    return true;
}

/* ---- the page ---- */

struct page {
    struct markup_lines *lines;
    struct str rest;
    enum markup_line kind;
    uint32_t heading;       /* that is open; 0: none */
    const char *tags_end;   /* behind the last '>': from there on nothing is a tag */
    bool is_open[ELEMENTS]; /* what was looked for to its end and has none: not again */
    bool wants_title;       /* there is no other heading of the first level */
};

static void end_line(struct page *page, bool spaced)
{
    if (page->heading > 0)
        markup_end_heading(page->lines, page->heading);
    else
        markup_end_line(page->lines, page->kind, false);
    page->lines->has_gap |= spaced;
}

static void put_title(struct page *page, struct str head)
{
    const size_t start = str_find_no_case(head, STR("<title"));
    if (!page->wants_title || start == STR_NPOS)
        return;
    struct tag tag;
    struct str title = str_slice(head, start, head.len);
    if (!markup_tag(title, &tag))
        return;
    title = str_slice(title, tag.len, title.len);
    const size_t end = str_find(title, STR("<"));
    for (title = str_slice(title, 0, end); title.len > 0;) {
        size_t len = 1;
        const uint32_t code = markup_entity(title, &len);
        if (code != 0)
            markup_put_code_point(page->lines, code, LINE_TEXT);
        else
            markup_put_char(page->lines, title.ptr[0], LINE_TEXT);
        title = str_slice(title, code != 0 ? len : 1, title.len);
    }
    markup_end_heading(page->lines, 1);
}

/* Passes over an element that nobody sees; `page->rest` stands behind its opening tag. */
static void skip(struct page *page, const struct tag *tag)
{
    const size_t number = element_of(tag->name);
    char closing[NAME_MAX + 3] = "</";
    memcpy(closing + 2, tag->name.ptr, tag->name.len);
    if (number >= ELEMENTS || page->is_open[number])
        return;
    const size_t end = str_find_no_case(page->rest, str_of(closing));
    if (end == STR_NPOS) {
        page->is_open[number] = true;
        return;
    }
    if (name_is(tag->name, "head"))
        put_title(page, str_slice(page->rest, 0, end));
    page->rest = str_slice(page->rest, end, page->rest.len);
}

static void enter(struct page *page, const struct tag *tag)
{
    switch (tag->element) {
    case ELEMENT_UNKNOWN:
    case ELEMENT_INLINE:
        break;
    case ELEMENT_LINE:
    case ELEMENT_BLOCK:
        end_line(page, tag->element == ELEMENT_BLOCK);
        break;
    case ELEMENT_ITEM:
        end_line(page, false);
        if (!tag->closes)
            markup_put(page->lines, STR("- "), LINE_TEXT);
        break;
    case ELEMENT_CELL:
        if (!tag->closes && page->lines->line.len > 0)
            markup_put(page->lines, STR(" | "), LINE_TEXT);
        break;
    case ELEMENT_CODE:
        end_line(page, true);
        page->kind = tag->closes ? LINE_TEXT : LINE_CODE;
        break;
    case ELEMENT_HEADING:
        end_line(page, true);
        page->heading = tag->closes ? 0 : tag->level;
        break;
    case ELEMENT_UNSEEN:
        if (!tag->closes)
            skip(page, tag);
        break;
    }
}

void markup_read_html(struct markup_lines *lines, struct str bytes)
{
    struct page page = {.lines = lines,
                        .rest = bytes,
                        .wants_title = str_find_no_case(bytes, STR("<h1")) == STR_NPOS};
    const char *last = bytes.len > 0 ? memrchr(bytes.ptr, '>', bytes.len) : NULL;
    page.tags_end = last ? last : bytes.ptr;
    struct tag tag;
    size_t len = 0;
    while (page.rest.len > 0) {
        const char c = page.rest.ptr[0];
        if (c == '<' && page.rest.ptr < page.tags_end && markup_tag(page.rest, &tag)) {
            page.rest = str_slice(page.rest, tag.len, page.rest.len);
            enter(&page, &tag);
            continue;
        }
        const uint32_t code = c == '&' ? markup_entity(page.rest, &len) : 0;
        if (code != 0)
            markup_put_code_point(lines, code, page.kind);
        else if (c == '\n' && page.kind == LINE_CODE)
            markup_end_line(lines, LINE_CODE, true);
        else
            markup_put_char(lines, c, page.kind);
        page.rest = str_slice(page.rest, code != 0 ? len : 1, page.rest.len);
    }
    end_line(&page, false);
}
