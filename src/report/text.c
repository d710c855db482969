/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for a terminal, for someone who was woken up: the verdict first, then what to do about
 * it, then what bears it out, then the rest, each shorter than the one before.
 */
#include "report/text.h"

#include "base/arena.h"
#include "report/balance.h"
#include "report/consulted.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/told.h"

#define MOMENTS_MAX 24
#define DIFF_LINES_MAX 12
#define HYPOTHESES_MAX 6
#define SHARE_TOLD 0.01 /* of the other changes: less is told to programs only */

static void heading(struct page *page)
{
    const struct alert *alert = page->casefile->alert;
    text_words(page, alert->name.len > 0 ? alert->name : STR("Alert"), STYLE_BOLD);
    if (alert->service.len > 0) {
        text_words(page, STR(" on "), STYLE_NONE);
        text_words(page, alert->service, STYLE_BOLD);
    }
    if (alert->severity.len > 0) {
        text_words(page, STR(", "), STYLE_NONE);
        text_words(page, alert->severity, STYLE_NONE);
    }
    if (alert->starts_ns != 0) {
        text_words(page, STR(", since "), STYLE_NONE);
        text_words(page, time_format(page->arena, alert->starts_ns), STYLE_NONE);
        text_words(page, STR(" UTC"), STYLE_NONE);
    }
    text_end_line(page);
    if (alert->summary.len > 0) {
        text_words(page, escape_clip(page->arena, alert->summary, TEXT_CLAIM_CHARS_MAX), STYLE_DIM);
        text_end_line(page);
    }
    text_end_line(page);
}

static void headline(struct page *page, struct str text, enum style style)
{
    text_words(page, text, style);
    text_end_word(page);
    page->indent = 2 + TEXT_LABEL_COLUMNS;
    for (; page->column < page->indent; page->column++)
        buf_add_char(page->out, ' ');
}

static void verdict(struct page *page)
{
    const struct hypothesis *best = page->report->best;
    if (!page->report->known) {
        headline(page, STR("NOT KNOWN"), STYLE_YELLOW);
        text_words(page, STR("The evidence is not enough to name a cause."), STYLE_NONE);
        text_end_line(page);
        return;
    }
    headline(page, STR("CAUSE"), STYLE_RED);
    text_words(page, best->subject, STYLE_BOLD);
    if (best->instance.len > 0) {
        text_words(page, STR(", instance "), STYLE_NONE);
        text_words(page, best->instance, STYLE_BOLD);
    }
    text_words(page, STR(": "), STYLE_NONE);
    text_claim(page, prose_cause(page->report, best));
    text_end_line(page);
    page->indent = 2 + TEXT_LABEL_COLUMNS;
    text_words(page,
               str_printf(page->arena, "confidence %d%% (%s)", prose_percent(best->confidence),
                          prose_confidence(best->confidence)),
               STYLE_NONE);
    text_words(page, STR(", kind: "), STYLE_NONE);
    text_words(page, str_of(kind_text(best->kind)), STYLE_NONE);
    const int64_t since_ns = prose_since(page->report, best);
    if (since_ns != 0) {
        text_words(page, STR(", since "), STYLE_NONE);
        text_words(page, time_format_short(page->arena, since_ns), STYLE_NONE);
    }
    text_end_line(page);
}

static void sentences(struct page *page, const char *name, const struct sentence *list)
{
    if (!list)
        return;
    text_section(page, name);
    text_sentences(page, list);
}

static void cited(struct page *page, const char *name, const struct evidence *const *list,
                  uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        if (!prose_stands(page->report, list[i]))
            continue;
        if (!any)
            text_section(page, name);
        any = true;
        text_labelled_claim(page, text_id_of(page, list[i]), STYLE_DIM, list[i]->claim);
    }
}

static void diff_lines(struct page *page, struct str diff)
{
    struct str line;
    for (uint32_t count = 0; count < DIFF_LINES_MAX && str_split(&diff, '\n', &line); count++) {
        const char sign = line.len > 0 ? line.ptr[0] : ' ';
        text_label(page, STR(""), STYLE_NONE);
        text_words(page, line, sign == '+' ? STYLE_GREEN : sign == '-' ? STYLE_RED : STYLE_DIM);
        text_end_line(page);
    }
}

/* The one that is named with all that is known of it; of the others, why they were thought of. */
static void blamed(struct page *page, const struct blamed *it, bool is_first)
{
    text_labelled_claim(page, str_printf(page->arena, "%3d%%", prose_percent(it->probability)),
                        is_first ? STYLE_BOLD : STYLE_DIM, it->why);
    if (!is_first)
        return;
    if (it->change)
        diff_lines(page, it->change->diff);
    if (it->change && it->change->owners.len > 0)
        text_labelled_claim(page, STR("ask"), STYLE_DIM, it->change->owners);
    if (it->revert.len > 0)
        text_labelled_verbatim(page, STR("revert"), it->revert);
}

static void blame(struct page *page)
{
    const struct report *report = page->report;
    if (report->blame.len == 0)
        return;
    text_section(page,
                 report->blames ? "WHICH CHANGE DID IT: if a change did" : "WHICH CHANGE DID IT");
    text_labelled_claim(page, STR(""), STYLE_NONE, report->blame);
    if (report->blames)
        for (const struct blamed *it = report->blamed; it; it = it->next)
            if (it == report->blamed || it->probability >= SHARE_TOLD)
                blamed(page, it, it == report->blamed);
}

static void moments(struct page *page)
{
    const struct moments found = prose_moments(page->report, page->arena);
    if (found.count == 0)
        return;
    text_section(page, "WHAT HAPPENED (UTC)");
    for (uint32_t i = 0; i < found.count && i < MOMENTS_MAX; i++) {
        const struct moment *moment = &found.items[i];
        text_label(page, time_format_short(page->arena, moment->time_ns), STYLE_DIM);
        if (moment->kind == MOMENT_ONSET)
            text_words(page, STR("the incident began"), STYLE_YELLOW);
        else if (moment->kind == MOMENT_ALERT)
            text_words(page, STR("the alert fired"), STYLE_RED);
        else {
            text_claim(page, moment->evidence->claim);
            text_words(page, STR(" "), STYLE_NONE);
            text_words(page, text_id_of(page, moment->evidence), STYLE_DIM);
        }
        text_end_line(page);
    }
    if (found.count > MOMENTS_MAX) {
        text_label(page, STR("..."), STYLE_DIM);
        text_words(page, str_printf(page->arena, "and %u more", found.count - MOMENTS_MAX),
                   STYLE_DIM);
        text_end_line(page);
    }
}

/* When nothing is known, the guesses are all there is, so the best is among them. */
static void hypotheses(struct page *page)
{
    const struct hypothesis *it = page->report->best;
    if (page->report->known)
        it = it->next;
    if (!it)
        return;
    text_section(page, page->report->known ? "OTHER HYPOTHESES" : "HYPOTHESES");
    for (uint32_t count = 0; it && count < HYPOTHESES_MAX; it = it->next, count++) {
        text_label(page, str_printf(page->arena, "%3d%%", prose_percent(it->confidence)),
                   STYLE_NONE);
        text_words(page, it->subject, STYLE_BOLD);
        if (it->instance.len > 0) {
            text_words(page, STR(", instance "), STYLE_NONE);
            text_words(page, it->instance, STYLE_BOLD);
        }
        text_words(page, STR(": "), STYLE_NONE);
        text_claim(page, prose_cause(page->report, it));
        for (uint32_t i = 0; i < it->cited_for_count && i < 3; i++) {
            text_words(page, STR(" "), STYLE_NONE);
            text_words(page, text_id_of(page, it->cited_for[i]), STYLE_DIM);
        }
        text_end_line(page);
    }
}

static void sources(struct page *page)
{
    static const enum style styles[] = {
        [SOURCE_READ] = STYLE_GREEN,
        [SOURCE_EMPTY] = STYLE_YELLOW,
        [SOURCE_MISSING] = STYLE_YELLOW,
        [SOURCE_BROKEN] = STYLE_RED,
    };
    if (!page->casefile->sources)
        return;
    text_section(page, "SOURCES");
    for (const struct source_entry *it = page->casefile->sources; it; it = it->next) {
        text_label(page, str_of(source_state_name(it->state)), styles[it->state]);
        text_words(page, it->name, STYLE_NONE);
        if (it->rows > 0)
            text_words(page, str_printf(page->arena, ", %lld rows", (long long)it->rows),
                       STYLE_DIM);
        if (it->note.len > 0) {
            text_words(page, STR(": "), STYLE_DIM);
            text_words(page, escape_clip(page->arena, it->note, TEXT_CLAIM_CHARS_MAX), STYLE_DIM);
        }
        text_end_line(page);
    }
}

static void gaps(struct page *page)
{
    if (prose_count(page->casefile, BEARING_GAP) == 0)
        return;
    text_section(page, "COULD NOT BE FOUND OUT");
    for (const struct evidence *it = page->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_GAP)
            text_labelled_claim(page, str_of(signal_name(it->signal)), STYLE_DIM, it->claim);
}

static void withdrawn(struct page *page)
{
    if (!page->casefile->withdrawn)
        return;
    text_section(page, "WITHDRAWN, SINCE THE QUERY DOES NOT BEAR IT OUT");
    for (const struct withdrawal *it = page->casefile->withdrawn; it; it = it->next) {
        text_label(page, text_id_of(page, it->evidence), STYLE_DIM);
        text_claim(page, it->evidence->claim);
        text_words(page, STR(" ("), STYLE_DIM);
        text_words(page, it->why, STYLE_DIM);
        text_words(page, STR(")"), STYLE_DIM);
        text_end_line(page);
    }
}

static void consulted(struct page *page)
{
    const struct consultation *it = page->casefile->consultations;
    if (!it)
        return;
    text_section(page, "MODELS THAT WERE ASKED");
    for (; it; it = it->next) {
        text_label(page, consulted_who(it), STYLE_DIM);
        text_words(page, it->task, STYLE_NONE);
        text_words(page, STR(": "), STYLE_NONE);
        text_words(
            page,
            escape_clip(page->arena, consulted_outcome(page->arena, it), TEXT_CLAIM_CHARS_MAX),
            it->failure.len > 0 ? STYLE_YELLOW : STYLE_NONE);
        text_words(page, STR("; "), STYLE_NONE);
        text_words(page, consulted_usage(page->arena, it), STYLE_DIM);
        if (it->because.len > 0) {
            text_words(page, STR(", because "), STYLE_DIM);
            text_words(page, escape_clip(page->arena, it->because, TEXT_CLAIM_CHARS_MAX),
                       STYLE_DIM);
        }
        text_end_line(page);
    }
}

static void footer(struct page *page)
{
    uint32_t steps = 0;
    for (const struct step_entry *it = page->casefile->steps; it; it = it->next)
        steps++;
    const struct str took = prose_took(page->arena, page->report->took_ns);
    text_end_line(page);
    text_words(page,
               str_printf(page->arena, "%u pieces of evidence, %u steps%s%.*s.",
                          prose_count(page->casefile, BEARING_SUPPORTS) +
                              prose_count(page->casefile, BEARING_REFUTES),
                          steps, took.len > 0 ? ", " : "", STR_ARG(took)),
               STYLE_DIM);
    text_end_line(page);
}

static void told(struct page *page, const char *name, const char *part)
{
    const struct telling *telling = told_find(page->report, part);
    if (!telling)
        return;
    text_section(page, name);
    text_words(page, told_note(page->arena, telling), STYLE_DIM);
    text_end_line(page);
    text_sentences(page, telling->sentences);
}

static void render(const struct report *report, struct buf *out)
{
    struct page page = {.report = report,
                        .casefile = report->casefile,
                        .arena = out->arena,
                        .out = out,
                        .word = buf_new(out->arena)};
    const struct hypothesis *best = report->best;
    heading(&page);
    verdict(&page);
    told(&page, "IN OTHER WORDS", "summary");
    told(&page, "WHAT TO DO, IN OTHER WORDS", "mitigation");
    text_mitigations(&page);
    if (prose_is_triaged(report))
        text_impact(&page);
    if (report->known) {
        cited(&page, "FOR IT", best->cited_for, best->cited_for_count);
        cited(&page, "AGAINST IT", best->cited_against, best->cited_against_count);
    } else {
        sentences(&page, "WHAT IS KNOWN", report->summary);
    }
    blame(&page);
    text_balance(&page);
    moments(&page);
    if (!prose_is_triaged(report))
        sentences(&page, "IMPACT", report->impact);
    hypotheses(&page);
    text_course(&page);
    text_corrections(&page);
    sources(&page);
    gaps(&page);
    withdrawn(&page);
    sentences(&page, "REMOVED FROM THIS REPORT", report->removed);
    sentences(&page, "NEXT STEPS", report->next_steps);
    consulted(&page);
    footer(&page);
}

const struct renderer renderer_text = {
    .name = "text",
    .media_type = "text/plain",
    .summary = "For a terminal: short, the verdict first",
    .render = render,
};
