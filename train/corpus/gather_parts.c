/* SPDX-License-Identifier: Apache-2.0 */
/* Where a text is cut: never within a line, and between thoughts where there is room for that. */
#include "train/corpus/gather_parts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "text/markup.h"

#include <string.h>

#define HEADING_BYTES_MAX 200
#define SMALL_BYTES 400 /* a section below that goes with the next: a heading is no document */

bool gather_give(struct gather *gather, enum document_kind kind, struct str source, uint32_t number,
                 struct str text, struct err *err)
{
    struct arena *arena = arena_new("document");
    const struct document document = {
        .kind = kind,
        .source = str_printf(arena, "%.*s#%u", STR_ARG(source), number),
        .text = utf8_mended(arena, text),
    };
    const bool ok = document.text.len == 0 || gather->take(gather->state, &document, err);
    arena_free(arena);
    return ok;
}

/* ---- windows ---- */

bool pane_end(struct pane *pane, struct err *err)
{
    const struct str text = {pane->text, pane->len};
    pane->len = 0;
    return str_trim(text).len == 0 ||
           gather_give(pane->gather, pane->kind, pane->source, ++pane->number, text, err);
}

/* Up to `bytes_max`, and no part of a character where there are any. */
static struct str cut(struct str line, size_t bytes_max)
{
    size_t len = line.len < bytes_max ? line.len : bytes_max;
    while (len > 0 && len < line.len && ((unsigned char)line.ptr[len] & 0xc0) == 0x80)
        len--;
    return str_slice(line, 0, len > 0 ? len : bytes_max);
}

/* As much of a line as a document has room for, up to a blank if one is near. */
static struct str piece_of(struct str line)
{
    const struct str piece = cut(line, DOCUMENT_BYTES_MAX - 1);
    const char *blank = piece.len < line.len ? memrchr(piece.ptr, ' ', piece.len) : NULL;
    return blank && blank > piece.ptr + piece.len / 2
               ? str_slice(piece, 0, (size_t)(blank - piece.ptr) + 1)
               : piece;
}

static bool add_piece(struct pane *pane, struct str piece, struct err *err)
{
    if (pane->len + piece.len + 1 > DOCUMENT_BYTES_MAX && !pane_end(pane, err))
        return false;
    if (piece.len > 0)
        memcpy(pane->text + pane->len, piece.ptr, piece.len);
    pane->len += piece.len;
    pane->text[pane->len++] = '\n';
    return true;
}

bool pane_add(struct pane *pane, struct str line, struct err *err)
{
    for (;;) {
        const struct str piece = piece_of(line);
        if (!add_piece(pane, piece, err))
            return false;
        line = str_slice(line, piece.len, line.len);
        if (line.len == 0)
            return true;
    }
}

/* ---- prose ---- */

static bool add_heading(struct pane *pane, const struct markup_section *section, struct err *err)
{
    char line[HEADING_BYTES_MAX + 8];
    const struct str heading = cut(section->heading, HEADING_BYTES_MAX);
    const int len =
        snprintf(line, sizeof line, "%.*s %.*s", (int)section->level, "######", STR_ARG(heading));
    return section->level == 0 ||
           (pane_add(pane, (struct str){line, (size_t)len}, err) && pane_add(pane, STR(""), err));
}

/* A section that fits stays whole; a long one ends between two paragraphs. */
static bool add_section(struct pane *pane, const struct markup_section *section, struct err *err)
{
    const size_t len = section->heading.len + section->text.len + 16;
    if ((pane->len > SMALL_BYTES || pane->len + len > DOCUMENT_BYTES_MAX) && !pane_end(pane, err))
        return false;
    bool ok = add_heading(pane, section, err);
    struct str rest = section->text, line;
    while (ok && str_split(&rest, '\n', &line)) {
        const bool is_end = line.len == 0 && pane->len > DOCUMENT_BYTES_MAX * 3 / 4;
        ok = is_end ? pane_end(pane, err) : pane_add(pane, line, err);
    }
    return ok && (pane->len == 0 || pane_add(pane, STR(""), err));
}

bool gather_prose(struct gather *gather, struct str source, struct str plain, struct err *err)
{
    struct pane pane = {.gather = gather, .kind = DOCUMENT_PROSE, .source = source};
    struct markup_section section;
    bool ok = true;
    while (ok && markup_take_section(&plain, &section))
        ok = add_section(&pane, &section, err);
    return ok && pane_end(&pane, err);
}

/* ---- code ---- */

bool gather_code(struct gather *gather, struct str source, struct str text, struct err *err)
{
    struct pane pane = {.gather = gather, .kind = DOCUMENT_CODE, .source = source};
    struct str line;
    bool ok = true;
    while (ok && str_split(&text, '\n', &line)) {
        const bool is_gap = str_trim(line).len == 0 && pane.len > DOCUMENT_BYTES_MAX / 2;
        ok = is_gap ? pane_end(&pane, err) : pane_add(&pane, line, err);
    }
    return ok && pane_end(&pane, err);
}

/* ---- logs ---- */

/* A line of a file of any size; what does not fit is read and forgotten. False: the end. */
static bool next_line(FILE *file, char *line, size_t *len, bool *is_cut)
{
    int c;
    *len = 0;
    *is_cut = false;
    while ((c = getc_unlocked(file)) != EOF && c != '\n') {
        if (*len < LINE_BYTES_MAX)
            line[(*len)++] = (char)c;
        else
            *is_cut = true;
    }
    return c != EOF || *len > 0;
}

bool gather_log(struct gather *gather, struct str source, FILE *file, struct err *err)
{
    struct pane pane = {.gather = gather, .kind = DOCUMENT_LOG, .source = source};
    static char line[LINE_BYTES_MAX];
    size_t len;
    bool is_cut, ok = true, was_cut = false;
    while (ok && next_line(file, line, &len, &is_cut)) {
        if (is_cut && !was_cut)
            gather->pass(gather->state, PASSED_CUT_LINES, source, "a line is longer than 16 kB");
        was_cut |= is_cut;
        ok = pane_add(&pane, (struct str){line, len}, err);
    }
    return ok && pane_end(&pane, err);
}
