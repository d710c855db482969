/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"

#define COLUMNS 100

static const char *style_code(enum style style)
{
    static const char *const codes[] = {
        [STYLE_NONE] = "\033[0m",   [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
        [STYLE_RED] = "\033[1;31m", [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m",
    };
    return codes[style];
}

static void spaces(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_char(out, ' ');
}

static void set_style(struct page *page, enum style style)
{
    if (page->report->colour && style != page->style) {
        if (page->style != STYLE_NONE)
            buf_add(&page->word, str_of(style_code(STYLE_NONE)));
        if (style != STYLE_NONE)
            buf_add(&page->word, str_of(style_code(style)));
    }
    page->style = style;
}

void text_end_word(struct page *page)
{
    const enum style style = page->style;
    set_style(page, STYLE_NONE);
    if (page->word_columns > 0) {
        const bool first = page->column <= page->indent;
        if (!first && page->column + 1 + page->word_columns > COLUMNS) {
            buf_add_char(page->out, '\n');
            page->column = 0;
        } else if (!first) {
            buf_add_char(page->out, ' ');
            page->column++;
        }
        if (page->column < page->indent) {
            spaces(page->out, page->indent - page->column);
            page->column = page->indent;
        }
        buf_add(page->out, buf_str(&page->word));
        page->column += page->word_columns;
    }
    page->word.len = 0;
    page->word_columns = 0;
    set_style(page, style);
}

void text_words(struct page *page, struct str text, enum style style)
{
    struct buf clean = buf_new(page->arena);
    escape_plain(&clean, text);
    struct str rest = buf_str(&clean);
    set_style(page, style);
    while (rest.len > 0) {
        const struct str before = rest;
        if (escape_take(&rest) == ' ') {
            text_end_word(page);
            continue;
        }
        buf_add(&page->word, str_slice(before, 0, before.len - rest.len));
        page->word_columns++;
    }
    set_style(page, STYLE_NONE);
}

void text_claim(struct page *page, struct str text)
{
    struct str rest = escape_clip(page->arena, text, TEXT_CLAIM_CHARS_MAX);
    struct piece piece;
    while (prose_next(&rest, &piece)) {
        if (piece.kind == PIECE_NAME)
            text_words(page, piece.text, STYLE_BOLD);
        else if (piece.kind == PIECE_CITATION)
            text_words(page, str_printf(page->arena, "[E%u]", piece.id), STYLE_DIM);
        else
            text_words(page, piece.text, STYLE_NONE);
    }
}

void text_end_line(struct page *page)
{
    text_end_word(page);
    set_style(page, STYLE_NONE);
    buf_add_char(page->out, '\n');
    page->column = 0;
    page->indent = 0;
}

void text_label(struct page *page, struct str text, enum style style)
{
    page->indent = 2;
    text_words(page, text, style);
    text_end_word(page);
    page->indent = 2 + TEXT_LABEL_COLUMNS;
    if (page->column >= page->indent)
        return;
    spaces(page->out, page->indent - page->column);
    page->column = page->indent;
}

void text_section(struct page *page, const char *name)
{
    text_end_line(page);
    text_words(page, str_of(name), STYLE_BOLD);
    text_end_line(page);
}

void text_labelled_claim(struct page *page, struct str name, enum style style, struct str text)
{
    text_label(page, name, style);
    text_claim(page, text);
    text_end_line(page);
}

struct str text_id_of(struct page *page, const struct evidence *evidence)
{
    return str_printf(page->arena, "[E%u]", evidence->id);
}

void text_labelled_verbatim(struct page *page, struct str name, struct str text)
{
    struct str line;
    for (bool first = true; str_split(&text, '\n', &line); first = false) {
        text_label(page, first ? name : STR(""), STYLE_DIM);
        if (escape_is_harmless(line))
            buf_add(page->out, line);
        else
            escape_plain(page->out, line);
        text_end_line(page);
    }
}

void text_sentences(struct page *page, const struct sentence *list)
{
    for (; list; list = list->next) {
        page->indent = 2;
        text_words(page, STR("-"), STYLE_DIM);
        text_end_word(page);
        page->indent = 4;
        text_claim(page, list->text);
        text_end_line(page);
    }
}
