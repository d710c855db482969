/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cut at headings, because that is where whoever wrote it changed the subject; and where a section
 * is longer than what an index and a sentence encoder tell apart, at an empty line or else a line.
 *
 * The plain text has lost the lines of the document. A passage is found there again by its first
 * letters and digits, for whatever marks, tags and blanks stand between, those are the same in
 * both. Where they are not, it is said to stand where the one before it does: near enough to find.
 */
#include "knowledge/cut.h"

#include "base/arena.h"

#include <string.h>

#define LEVELS 6
#define KEY_BYTES 20 /* letters and digits that a passage is looked for by: four words */
#define LOOK_BYTES ((size_t)64 << 10) /* how far behind the one before; tables of HTML are long */

/* ---- where it stands ---- */

static bool is_kept(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* The letters and digits of a document, and the line of each. */
struct letters {
    char *text;
    uint32_t *lines;
    size_t len;
    uint32_t last_line; /* on which anything stands */
};

/* How far a tag reaches at `at`; 0: it is none. */
static size_t tag_len(struct str bytes, size_t at)
{
    if (bytes.ptr[at] != '<')
        return 0;
    for (size_t i = at + 1; i < bytes.len && i - at < 2048; i++)
        if (bytes.ptr[i] == '>')
            return i + 1 - at;
    return 0;
}

static struct letters letters_of(struct arena *arena, struct str bytes, enum markup kind)
{
    struct letters out = {.text = arena_alloc(arena, bytes.len + 1),
                          .lines = arena_push_many(arena, uint32_t, bytes.len + 1)};
    uint32_t line = 1;
    size_t tag_end = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        const char c = lowered(bytes.ptr[i]);
        line += c == '\n';
        if (kind == MARKUP_HTML && i >= tag_end)
            tag_end = i + tag_len(bytes, i);
        if (!is_kept(c) || i < tag_end)
            continue;
        out.text[out.len] = c;
        out.lines[out.len++] = line;
        out.last_line = line;
    }
    return out;
}

/* The line where these words stand behind `*from`, which is moved there; 0: it is not found. */
static uint32_t line_of(const struct letters *letters, struct str words, size_t *from)
{
    char key[KEY_BYTES];
    size_t len = 0;
    for (size_t i = 0; i < words.len && len < KEY_BYTES; i++)
        if (is_kept(lowered(words.ptr[i])))
            key[len++] = lowered(words.ptr[i]);
    const size_t left = letters->len - *from;
    const char *at =
        len == 0 ? NULL
                 : memmem(letters->text + *from, left < LOOK_BYTES ? left : LOOK_BYTES, key, len);
    if (!at)
        return 0;
    *from = (size_t)(at - letters->text);
    return letters->lines[*from];
}

/* ---- headings ---- */

static struct str clipped(struct str text, size_t bytes_max)
{
    if (text.len <= bytes_max)
        return text;
    size_t len = bytes_max;
    while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return str_slice(text, 0, len);
}

struct path {
    struct str headings[LEVELS + 1]; /* by level */
};

static void enter(struct path *path, const struct markup_section *section)
{
    if (section->level == 0 || section->level > LEVELS)
        return;
    path->headings[section->level] = clipped(str_trim(section->heading), HEADING_BYTES_MAX);
    for (uint32_t level = section->level + 1; level <= LEVELS; level++)
        path->headings[level] = STR("");
}

/* The title of the document is no part of it. */
static struct str path_text(struct arena *arena, const struct path *path, struct str title)
{
    struct buf out = buf_new(arena);
    for (uint32_t level = 1; level <= LEVELS; level++) {
        const struct str heading = path->headings[level];
        if (heading.len == 0 || (level == 1 && str_eq(heading, title)))
            continue;
        buf_add(&out, out.len > 0 ? STR(" > ") : STR(""));
        buf_add(&out, heading);
    }
    return buf_str(&out);
}

/* ---- passages ---- */

/* Where a piece ends that begins at 0: at an empty line, a line, a blank, in that order. */
static size_t piece_len(struct str text)
{
    if (text.len <= PASSAGE_BYTES)
        return text.len;
    size_t paragraph = 0, line = 0, blank = 0;
    for (size_t i = 1; i < PASSAGE_BYTES; i++) {
        if (text.ptr[i] == '\n' && text.ptr[i - 1] == '\n')
            paragraph = i;
        if (text.ptr[i] == '\n')
            line = i;
        if (text.ptr[i] == ' ')
            blank = i;
    }
    return paragraph > PASSAGE_BYTES / 3 ? paragraph
           : line > 0                    ? line
           : blank > 0                   ? blank
                                         : clipped(text, PASSAGE_BYTES).len;
}

struct cutter {
    struct arena *arena;
    struct letters letters;
    size_t from; /* in the letters */
    uint32_t line;
    struct cutting *out;
    uint32_t room;
};

static void add(struct cutter *cutter, struct str section, struct str text)
{
    struct cutting *out = cutter->out;
    if (out->count == PASSAGES_MAX) {
        out->is_cut = true;
        return;
    }
    if (out->count == cutter->room) {
        const size_t size = cutter->room * sizeof *out->passages;
        cutter->room = cutter->room ? 2 * cutter->room : 16;
        out->passages =
            arena_grow(cutter->arena, out->passages, size, cutter->room * sizeof *out->passages);
    }
    out->passages[out->count++] =
        (struct passage){.section = section, .text = text, .first_line = cutter->line};
}

static void move_to(struct cutter *cutter, struct str words)
{
    const uint32_t line = line_of(&cutter->letters, words, &cutter->from);
    cutter->line = line > 0 ? line : cutter->line;
}

/* A heading alone is a passage too: it may be all that names its subject. */
static void add_section(struct cutter *cutter, struct str section, struct str heading,
                        struct str text)
{
    bool is_first = true;
    if (heading.len > 0)
        move_to(cutter, heading);
    do {
        const size_t len = piece_len(text);
        const struct str piece = str_slice(text, 0, len);
        if (!is_first || heading.len == 0)
            move_to(cutter, piece);
        if (piece.len > 0 || heading.len > 0)
            add(cutter, section, piece);
        text = str_trim(str_slice(text, len > 0 ? len : 1, text.len));
        is_first = false;
    } while (text.len > 0 && !cutter->out->is_cut);
}

/* Each ends where the next begins. */
static void set_last_lines(struct cutting *out, uint32_t last_line)
{
    for (uint32_t i = 0; i < out->count; i++) {
        struct passage *it = &out->passages[i];
        const uint32_t next = i + 1 < out->count ? out->passages[i + 1].first_line : 0;
        it->last_line = next > it->first_line ? next - 1 : it->first_line;
        if (i + 1 == out->count && last_line > it->first_line)
            it->last_line = last_line;
    }
}

struct cutting document_cut(struct arena *arena, struct str bytes, enum markup kind)
{
    struct buf plain = buf_new(arena);
    struct cutting out = {0};
    struct path path = {0};
    struct markup_section section;
    bytes = str_slice(bytes, 0, DOCUMENT_BYTES_MAX);
    markup_to_text(&plain, bytes, kind);
    struct cutter cutter = {
        .arena = arena, .letters = letters_of(arena, bytes, kind), .line = 1, .out = &out};
    for (struct str rest = buf_str(&plain); !out.is_cut && markup_take_section(&rest, &section);) {
        enter(&path, &section);
        if (out.title.len == 0 && section.level == 1)
            out.title = path.headings[1];
        add_section(&cutter, path_text(arena, &path, out.title), section.heading, section.text);
    }
    set_last_lines(&out, cutter.letters.last_line);
    return out;
}
