/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a ticket or a chat: short, GitHub's Markdown, no raw HTML. */
#include "report/escape.h"
#include "report/prose.h"
#include "report/scale.h"

#include "base/arena.h"

#define CLAIM_CHARS_MAX 1200
#define EXEMPLAR_CHARS_MAX 300
#define MOMENTS_MAX 40

struct page {
    const struct report *report;
    const struct casefile *casefile;
    struct arena *arena;
    struct buf *out;
    bool in_table; /* there a pipe must be escaped even in code */
};

static void fixed(const struct page *page, const char *text)
{
    buf_add(page->out, str_of(text));
}

static void plain(const struct page *page, struct str text)
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
static void code(const struct page *page, struct str text)
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

static void claim(const struct page *page, struct str text)
{
    struct str rest = escape_clip(page->arena, text, CLAIM_CHARS_MAX);
    struct piece piece;
    bool after_citation = false;
    while (prose_next(&rest, &piece)) {
        /* "[E7](" and "[E7]:" would make a link of what follows */
        if (after_citation && piece.kind == PIECE_TEXT &&
            (piece.text.ptr[0] == '(' || piece.text.ptr[0] == ':'))
            buf_add_char(page->out, '\\');
        if (piece.kind == PIECE_NAME)
            code(page, piece.text);
        else if (piece.kind == PIECE_CITATION)
            buf_printf(page->out, "[E%u]", piece.id);
        else
            plain(page, piece.text);
        after_citation = piece.kind == PIECE_CITATION;
    }
}

static void time_cell(const struct page *page, int64_t time_ns)
{
    if (time_ns != 0)
        buf_add(page->out, time_format_short(page->arena, time_ns));
}

/* ---- sections ---- */

static void list(const struct page *page, const char *heading, const struct sentence *sentences)
{
    if (!sentences)
        return;
    buf_printf(page->out, "\n## %s\n\n", heading);
    for (; sentences; sentences = sentences->next) {
        fixed(page, "- ");
        claim(page, sentences->text);
        fixed(page, "\n");
    }
}

static void heading(const struct page *page)
{
    const struct alert *alert = page->casefile->alert;
    fixed(page, "# ");
    plain(page, alert->name.len > 0 ? alert->name : STR("Alert"));
    if (alert->service.len > 0) {
        fixed(page, " on ");
        code(page, alert->service);
    }
    fixed(page, "\n\n");
    if (alert->severity.len > 0) {
        plain(page, alert->severity);
        fixed(page, ", ");
    }
    fixed(page, "fired ");
    buf_add(page->out, time_format(page->arena, alert->starts_ns));
    fixed(page, " UTC");
    if (alert->summary.len > 0) {
        fixed(page, ": ");
        plain(page, alert->summary);
    }
    fixed(page, "\n");
}

static void verdict(const struct page *page)
{
    const struct hypothesis *best = page->report->best;
    if (!page->report->known) {
        fixed(page, "\n**The cause is not known.**\n");
        return;
    }
    fixed(page, "\n**Cause:** ");
    code(page, best->subject);
    if (best->instance.len > 0) {
        fixed(page, ", instance ");
        code(page, best->instance);
    }
    fixed(page, ": ");
    claim(page, prose_cause(page->report, best));
    buf_printf(page->out, " (confidence %d%%, %s)\n", prose_percent(best->confidence),
               prose_confidence(best->confidence));
}

static void moments(const struct page *page)
{
    const struct moments found = prose_moments(page->report, page->arena);
    if (found.count == 0)
        return;
    fixed(page, "\n## What happened\n\n| UTC | What | Evidence |\n|---|---|---|\n");
    for (uint32_t i = 0; i < found.count && i < MOMENTS_MAX; i++) {
        const struct moment *moment = &found.items[i];
        fixed(page, "| ");
        time_cell(page, moment->time_ns);
        if (moment->kind == MOMENT_EVIDENCE) {
            fixed(page, " | ");
            claim(page, moment->evidence->claim);
            buf_printf(page->out, " | E%u |\n", moment->evidence->id);
        } else {
            fixed(page, moment->kind == MOMENT_ONSET ? " | **The incident began** | |\n"
                                                     : " | **The alert fired** | |\n");
        }
    }
    if (found.count > MOMENTS_MAX)
        buf_printf(page->out, "\n%u more are in the JSON report.\n", found.count - MOMENTS_MAX);
}

static void cited(const struct page *page, const struct evidence *const *evidence, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (prose_stands(page->report, evidence[i]))
            buf_printf(page->out, "E%u ", evidence[i]->id);
}

static void hypotheses(const struct page *page)
{
    if (!page->report->best)
        return;
    fixed(page, "\n## Hypotheses\n\n| Where | What | Confidence | For | Against |\n"
                "|---|---|--:|---|---|\n");
    for (const struct hypothesis *it = page->report->best; it; it = it->next) {
        fixed(page, "| ");
        code(page, it->subject);
        fixed(page, it->instance.len > 0 ? " " : "");
        code(page, it->instance);
        fixed(page, " | ");
        claim(page, prose_cause(page->report, it));
        buf_printf(page->out, " | %d%% | ", prose_percent(it->confidence));
        cited(page, it->cited_for, it->cited_for_count);
        fixed(page, "| ");
        cited(page, it->cited_against, it->cited_against_count);
        fixed(page, "|\n");
    }
}

static void evidence(const struct page *page)
{
    const struct casefile *casefile = page->casefile;
    if (prose_count(casefile, BEARING_SUPPORTS) + prose_count(casefile, BEARING_REFUTES) == 0)
        return;
    fixed(page, "\n## Evidence\n\nTo see it again: `warroom query BUNDLE 'SQL'`\n\n");
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        if (it->bearing == BEARING_GAP)
            continue;
        buf_printf(page->out, "- **E%u** (%s, %s%s) ", it->id, signal_name(it->signal),
                   it->bearing == BEARING_REFUTES ? "speaks against: " : "",
                   finding_text(it->finding));
        claim(page, it->claim);
        if (it->query.len > 0) {
            fixed(page, "  \n  ");
            code(page, it->query);
        }
        fixed(page, "\n");
    }
}

static void templates(const struct page *page)
{
    bool any = false;
    for (const struct exhibit *it = page->casefile->exhibits; it; it = it->next) {
        if (it->kind != EXHIBIT_TEMPLATE)
            continue;
        if (!any)
            fixed(page, "\n## Logs\n\n| Service | Before | After | Line |\n|---|--:|--:|---|\n");
        any = true;
        fixed(page, "| ");
        code(page, it->template.service);
        buf_printf(page->out, " | %lld | %lld | ", (long long)it->template.before,
                   (long long)it->template.after);
        const struct str line =
            it->template.exemplar.len > 0 ? it->template.exemplar : it->template.text;
        code(page, escape_clip(page->arena, line, EXEMPLAR_CHARS_MAX));
        fixed(page, " |\n");
    }
}

static void sources(const struct page *page)
{
    if (!page->casefile->sources)
        return;
    fixed(page, "\n## Sources\n\n| Source | State | Rows | Note |\n|---|---|--:|---|\n");
    for (const struct source_entry *it = page->casefile->sources; it; it = it->next) {
        fixed(page, "| ");
        code(page, it->name);
        buf_printf(page->out, " | %s | %lld | ", source_state_name(it->state), (long long)it->rows);
        plain(page, escape_clip(page->arena, it->note, CLAIM_CHARS_MAX));
        fixed(page, " |\n");
    }
}

static void gaps(const struct page *page)
{
    if (prose_count(page->casefile, BEARING_GAP) == 0)
        return;
    fixed(page, "\n## What could not be found out\n\n");
    for (const struct evidence *it = page->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_GAP)
            continue;
        buf_printf(page->out, "- %s: ", signal_name(it->signal));
        claim(page, it->claim);
        fixed(page, "\n");
    }
}

static void withdrawn(const struct page *page)
{
    if (!page->casefile->withdrawn)
        return;
    fixed(page, "\n## Withdrawn claims\n\n");
    for (const struct withdrawal *it = page->casefile->withdrawn; it; it = it->next) {
        buf_printf(page->out, "- E%u: ", it->evidence->id);
        claim(page, it->evidence->claim);
        fixed(page, " (");
        plain(page, it->why);
        fixed(page, ")\n");
    }
}

static void render(const struct report *report, struct buf *out)
{
    struct page page = {
        .report = report, .casefile = report->casefile, .arena = out->arena, .out = out};
    heading(&page);
    verdict(&page);
    list(&page, report->known ? "Why" : "What is known", report->summary);
    list(&page, "Next steps", report->next_steps);
    list(&page, "Impact", report->impact);
    page.in_table = true;
    moments(&page);
    hypotheses(&page);
    templates(&page);
    page.in_table = false;
    evidence(&page);
    page.in_table = true;
    sources(&page);
    page.in_table = false;
    gaps(&page);
    withdrawn(&page);
    list(&page, "Sentences that were removed", report->removed);
    const struct str took = scale_duration_label(page.arena, (double)report->took_ns / NS_PER_US);
    buf_printf(out, "\n---\nwarroom took %.*s. Times are UTC.\n", STR_ARG(took));
}

const struct renderer renderer_markdown = {
    .name = "markdown",
    .media_type = "text/markdown",
    .summary = "For a ticket or a chat",
    .render = render,
};
