/* SPDX-License-Identifier: Apache-2.0 */
#include "report/md.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/told.h"

#define FENCE_MIN 3

void md_fixed(const struct md *page, const char *text)
{
    buf_add(page->out, str_of(text));
}

void md_plain(const struct md *page, struct str text)
{
    escape_markdown(page->out, text);
}

static size_t longest_fence_in(struct str text)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* A code span ends at a run of backquotes as long as the one that began it, so ours is longer. */
void md_code(const struct md *page, struct str text)
{
    struct buf clean = buf_new(page->arena);
    escape_plain(&clean, text);
    const struct str inner = buf_str(&clean);
    if (str_trim(inner).len == 0)
        return;
    const size_t fence = longest_fence_in(inner) + 1;
    for (size_t i = 0; i < fence; i++)
        buf_add_char(page->out, '`');
    if (fence > 1)
        buf_add_char(page->out, ' ');
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.ptr[i] == '|' && page->in_table)
            buf_add_char(page->out, '\\');
        buf_add_char(page->out, inner.ptr[i]);
    }
    if (fence > 1)
        buf_add_char(page->out, ' ');
    for (size_t i = 0; i < fence; i++)
        buf_add_char(page->out, '`');
}

void md_claim(const struct md *page, struct str text)
{
    struct str rest = escape_clip(page->arena, text, MD_CLAIM_CHARS_MAX);
    struct piece piece;
    bool after_citation = false;
    while (prose_next(&rest, &piece)) {
        /* "[E7](" and "[E7]:" would make a link of what follows */
        if (after_citation && piece.kind == PIECE_TEXT &&
            (piece.text.ptr[0] == '(' || piece.text.ptr[0] == ':'))
            buf_add_char(page->out, '\\');
        if (piece.kind == PIECE_NAME)
            md_code(page, piece.text);
        else if (piece.kind == PIECE_CITATION)
            buf_printf(page->out, "[E%u]", piece.id);
        else
            md_plain(page, piece.text);
        after_citation = piece.kind == PIECE_CITATION;
    }
}

/* A block ends at a fence as long as the one that began it, so ours is longer than any inside. */
void md_block(const struct md *page, const char *language, struct str text)
{
    size_t fence = longest_fence_in(text) + 1;
    fence = fence > FENCE_MIN ? fence : FENCE_MIN;
    struct buf line = buf_new(page->arena);
    for (size_t i = 0; i < fence; i++)
        buf_add_char(&line, '`');
    buf_printf(page->out, "\n%s%s\n", buf_str(&line).ptr, language);
    struct str part;
    while (str_split(&text, '\n', &part)) {
        if (escape_is_harmless(part))
            buf_add(page->out, part);
        else
            escape_plain(page->out, part);
        buf_add_char(page->out, '\n');
    }
    buf_printf(page->out, "%s\n", buf_str(&line).ptr);
}

void md_list(const struct md *page, const char *heading, const struct sentence *sentences)
{
    if (!sentences)
        return;
    buf_printf(page->out, "\n## %s\n\n", heading);
    for (; sentences; sentences = sentences->next) {
        md_fixed(page, "- ");
        md_claim(page, sentences->text);
        md_fixed(page, "\n");
    }
}

void md_told(const struct md *page, const char *heading, const char *part)
{
    const struct telling *telling = told_find(page->report, part);
    if (!telling)
        return;
    buf_printf(page->out, "\n## %s\n\n> ", heading);
    md_plain(page, told_note(page->arena, telling));
    md_fixed(page, "\n\n");
    for (const struct sentence *it = telling->sentences; it; it = it->next) {
        md_claim(page, it->text);
        md_fixed(page, it->next ? " " : "\n");
    }
}

void md_evidence(const struct md *page)
{
    const struct casefile *casefile = page->casefile;
    if (prose_count(casefile, BEARING_SUPPORTS) + prose_count(casefile, BEARING_REFUTES) == 0)
        return;
    md_fixed(page, "\n## Evidence\n\nTo see it again: `warroom query BUNDLE 'SQL'`\n\n");
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        if (it->bearing == BEARING_GAP)
            continue;
        buf_printf(page->out, "- **E%u** (%s, %s%s) ", it->id, signal_name(it->signal),
                   it->bearing == BEARING_REFUTES ? "speaks against: " : "",
                   finding_text(it->finding));
        md_claim(page, it->claim);
        if (it->query.len > 0) {
            md_fixed(page, "  \n  ");
            md_code(page, it->query);
        }
        md_fixed(page, "\n");
    }
}

void md_gaps(const struct md *page)
{
    if (prose_count(page->casefile, BEARING_GAP) == 0)
        return;
    md_fixed(page, "\n## What could not be found out\n\n");
    for (const struct evidence *it = page->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_GAP)
            continue;
        buf_printf(page->out, "- %s: ", signal_name(it->signal));
        md_claim(page, it->claim);
        md_fixed(page, "\n");
    }
}

void md_withdrawn(const struct md *page)
{
    if (!page->casefile->withdrawn)
        return;
    md_fixed(page, "\n## Withdrawn claims\n\n");
    for (const struct withdrawal *it = page->casefile->withdrawn; it; it = it->next) {
        buf_printf(page->out, "- E%u: ", it->evidence->id);
        md_claim(page, it->evidence->claim);
        md_fixed(page, " (");
        md_plain(page, it->why);
        md_fixed(page, ")\n");
    }
}
