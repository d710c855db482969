/* SPDX-License-Identifier: Apache-2.0 */
/* The report for a ticket or a chat: short. */
#include "report/md.h"

#include "base/arena.h"
#include "report/balance.h"
#include "report/consulted.h"
#include "report/escape.h"
#include "report/prose.h"

#define EXEMPLAR_CHARS_MAX 300
#define MOMENTS_MAX 40

static void time_cell(const struct md *page, int64_t time_ns)
{
    if (time_ns != 0)
        buf_add(page->out, time_format_short(page->arena, time_ns));
}

static void heading(const struct md *page)
{
    const struct alert *alert = page->casefile->alert;
    md_fixed(page, "# ");
    md_plain(page, alert->name.len > 0 ? alert->name : STR("Alert"));
    if (alert->service.len > 0) {
        md_fixed(page, " on ");
        md_code(page, alert->service);
    }
    md_fixed(page, "\n\n");
    if (alert->severity.len > 0) {
        md_plain(page, alert->severity);
        md_fixed(page, ", ");
    }
    md_fixed(page, "fired ");
    buf_add(page->out, time_format(page->arena, alert->starts_ns));
    md_fixed(page, " UTC");
    if (alert->summary.len > 0) {
        md_fixed(page, ": ");
        md_plain(page, alert->summary);
    }
    md_fixed(page, "\n");
}

static void verdict(const struct md *page)
{
    const struct hypothesis *best = page->report->best;
    if (!page->report->known) {
        md_fixed(page, "\n**The cause is not known.**\n");
        return;
    }
    md_fixed(page, "\n**Cause:** ");
    md_code(page, best->subject);
    if (best->instance.len > 0) {
        md_fixed(page, ", instance ");
        md_code(page, best->instance);
    }
    md_fixed(page, ": ");
    md_claim(page, prose_cause(page->report, best));
    buf_printf(page->out, " (confidence %d%%, %s; kind: %s)\n", prose_percent(best->confidence),
               prose_confidence(best->confidence), kind_text(best->kind));
}

static void moments(const struct md *page)
{
    const struct moments found = prose_moments(page->report, page->arena);
    if (found.count == 0)
        return;
    md_fixed(page, "\n## What happened\n\n| UTC | What | Evidence |\n|---|---|---|\n");
    for (uint32_t i = 0; i < found.count && i < MOMENTS_MAX; i++) {
        const struct moment *moment = &found.items[i];
        md_fixed(page, "| ");
        time_cell(page, moment->time_ns);
        if (moment->kind == MOMENT_EVIDENCE) {
            md_fixed(page, " | ");
            md_claim(page, moment->evidence->claim);
            buf_printf(page->out, " | E%u |\n", moment->evidence->id);
        } else {
            md_fixed(page, moment->kind == MOMENT_ONSET ? " | **The incident began** | |\n"
                                                        : " | **The alert fired** | |\n");
        }
    }
    if (found.count > MOMENTS_MAX)
        buf_printf(page->out, "\n%u more are in the JSON report.\n", found.count - MOMENTS_MAX);
}

static void cited(const struct md *page, const struct evidence *const *evidence, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (prose_stands(page->report, evidence[i]))
            buf_printf(page->out, "E%u ", evidence[i]->id);
}

static void hypotheses(const struct md *page)
{
    if (!page->report->best)
        return;
    md_fixed(page, "\n## Hypotheses\n\n| Where | What | Confidence | For | Against |\n"
                   "|---|---|--:|---|---|\n");
    for (const struct hypothesis *it = page->report->best; it; it = it->next) {
        md_fixed(page, "| ");
        md_code(page, it->subject);
        md_fixed(page, it->instance.len > 0 ? " " : "");
        md_code(page, it->instance);
        md_fixed(page, " | ");
        md_claim(page, prose_cause(page->report, it));
        buf_printf(page->out, " | %d%% | ", prose_percent(it->confidence));
        cited(page, it->cited_for, it->cited_for_count);
        md_fixed(page, "| ");
        cited(page, it->cited_against, it->cited_against_count);
        md_fixed(page, "|\n");
    }
}

static void templates(const struct md *page)
{
    bool any = false;
    for (const struct exhibit *it = page->casefile->exhibits; it; it = it->next) {
        if (it->kind != EXHIBIT_TEMPLATE)
            continue;
        if (!any)
            md_fixed(page, "\n## Logs\n\n| Service | Before | After | Line |\n|---|--:|--:|---|\n");
        any = true;
        md_fixed(page, "| ");
        md_code(page, it->template.service);
        buf_printf(page->out, " | %lld | %lld | ", (long long)it->template.before,
                   (long long)it->template.after);
        const struct str line =
            it->template.exemplar.len > 0 ? it->template.exemplar : it->template.text;
        md_code(page, escape_clip(page->arena, line, EXEMPLAR_CHARS_MAX));
        md_fixed(page, " |\n");
    }
}

static void sources(const struct md *page)
{
    if (!page->casefile->sources)
        return;
    md_fixed(page, "\n## Sources\n\n| Source | State | Rows | Note |\n|---|---|--:|---|\n");
    for (const struct source_entry *it = page->casefile->sources; it; it = it->next) {
        md_fixed(page, "| ");
        md_code(page, it->name);
        buf_printf(page->out, " | %s | %lld | ", source_state_name(it->state), (long long)it->rows);
        md_plain(page, escape_clip(page->arena, it->note, MD_CLAIM_CHARS_MAX));
        md_fixed(page, " |\n");
    }
}

static void consulted(const struct md *page)
{
    const struct consultation *it = page->casefile->consultations;
    if (!it)
        return;
    md_fixed(page,
             "\n## Models that were asked\n\n| Who | What for | What came of it | Usage | Why "
             "this one |\n|---|---|---|---|---|\n");
    for (; it; it = it->next) {
        md_fixed(page, "| ");
        md_plain(page, consulted_who(it));
        md_fixed(page, " | ");
        md_code(page, it->task);
        md_fixed(page, " | ");
        md_plain(page,
                 escape_clip(page->arena, consulted_outcome(page->arena, it), MD_CLAIM_CHARS_MAX));
        md_fixed(page, " | ");
        md_plain(page, consulted_usage(page->arena, it));
        md_fixed(page, " | ");
        md_plain(page, escape_clip(page->arena, it->because, MD_CLAIM_CHARS_MAX));
        md_fixed(page, " |\n");
    }
}

static void render(const struct report *report, struct buf *out)
{
    struct md page = {
        .report = report, .casefile = report->casefile, .arena = out->arena, .out = out};
    heading(&page);
    verdict(&page);
    md_told(&page, "In other words", "summary");
    md_told(&page, "What to do, in other words", "mitigation");
    md_mitigations(&page);
    if (prose_is_triaged(report))
        md_impact(&page);
    md_list(&page, report->known ? "Why" : "What is known", report->summary);
    md_blame(&page);
    md_list(&page, "Next steps", report->next_steps);
    if (!prose_is_triaged(report))
        md_list(&page, "Impact", report->impact);
    page.in_table = true;
    md_balance(&page);
    moments(&page);
    hypotheses(&page);
    templates(&page);
    page.in_table = false;
    md_evidence(&page);
    md_course(&page);
    md_corrections(&page);
    page.in_table = true;
    sources(&page);
    page.in_table = false;
    md_gaps(&page);
    md_withdrawn(&page);
    md_list(&page, "Sentences that were removed", report->removed);
    page.in_table = true;
    consulted(&page);
    page.in_table = false;
    const struct str took = prose_took(page.arena, report->took_ns);
    md_fixed(&page, "\n---\n");
    if (took.len > 0)
        buf_printf(out, "warroom took %.*s. ", STR_ARG(took));
    md_fixed(&page, "Times are UTC.\n");
}

const struct renderer renderer_markdown = {
    .name = "markdown",
    .media_type = "text/markdown",
    .summary = "For a ticket or a chat",
    .render = render,
};
