/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for a terminal, for someone who was woken up: the verdict first, then what bears it
 * out, then the rest, each shorter than the one before.
 */
#include "report/escape.h"
#include "report/prose.h"
#include "report/scale.h"

#include "base/arena.h"

#include <string.h>

#define COLUMNS 100
#define CLAIM_CHARS_MAX 400
#define MOMENTS_MAX 24
#define DIFF_LINES_MAX 12
#define HYPOTHESES_MAX 6
#define LABEL_COLUMNS 10 /* what stands before a claim: a time, an id */

enum style { STYLE_NONE, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW };

/* Words are gathered until it is known whether they still fit on the line. */
struct page {
    const struct report *report;
    const struct casefile *casefile;
    struct arena *arena;
    struct buf *out;
    size_t indent;
    size_t column;
    struct buf word;
    size_t word_columns;
    enum style style; /* of the last character in `word` */
};

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

static void end_word(struct page *page)
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

static void words(struct page *page, struct str text, enum style style)
{
    struct buf clean = buf_new(page->arena);
    escape_plain(&clean, text);
    struct str rest = buf_str(&clean);
    set_style(page, style);
    while (rest.len > 0) {
        const struct str before = rest;
        if (escape_take(&rest) == ' ') {
            end_word(page);
            continue;
        }
        buf_add(&page->word, str_slice(before, 0, before.len - rest.len));
        page->word_columns++;
    }
    set_style(page, STYLE_NONE);
}

static void claim(struct page *page, struct str text)
{
    struct str rest = escape_clip(page->arena, text, CLAIM_CHARS_MAX);
    struct piece piece;
    while (prose_next(&rest, &piece)) {
        if (piece.kind == PIECE_NAME)
            words(page, piece.text, STYLE_BOLD);
        else if (piece.kind == PIECE_CITATION)
            words(page, str_printf(page->arena, "[E%u]", piece.id), STYLE_DIM);
        else
            words(page, piece.text, STYLE_NONE);
    }
}

static void end_line(struct page *page)
{
    end_word(page);
    set_style(page, STYLE_NONE);
    buf_add_char(page->out, '\n');
    page->column = 0;
    page->indent = 0;
}

/* Starts a line with a label in a column of its own; what follows is wrapped beside it. */
static void label(struct page *page, struct str text, enum style style)
{
    page->indent = 2;
    words(page, text, style);
    end_word(page);
    page->indent = 2 + LABEL_COLUMNS;
    if (page->column >= page->indent)
        return;
    spaces(page->out, page->indent - page->column);
    page->column = page->indent;
}

static void section(struct page *page, const char *name)
{
    end_line(page);
    words(page, str_of(name), STYLE_BOLD);
    end_line(page);
}

static void labelled_claim(struct page *page, struct str name, enum style style, struct str text)
{
    label(page, name, style);
    claim(page, text);
    end_line(page);
}

static struct str id_of(struct page *page, const struct evidence *evidence)
{
    return str_printf(page->arena, "[E%u]", evidence->id);
}

/* ---- sections ---- */

static void heading(struct page *page)
{
    const struct alert *alert = page->casefile->alert;
    words(page, alert->name.len > 0 ? alert->name : STR("Alert"), STYLE_BOLD);
    if (alert->service.len > 0) {
        words(page, STR(" on "), STYLE_NONE);
        words(page, alert->service, STYLE_BOLD);
    }
    if (alert->severity.len > 0) {
        words(page, STR(", "), STYLE_NONE);
        words(page, alert->severity, STYLE_NONE);
    }
    if (alert->starts_ns != 0) {
        words(page, STR(", since "), STYLE_NONE);
        words(page, time_format(page->arena, alert->starts_ns), STYLE_NONE);
        words(page, STR(" UTC"), STYLE_NONE);
    }
    end_line(page);
    if (alert->summary.len > 0) {
        words(page, escape_clip(page->arena, alert->summary, CLAIM_CHARS_MAX), STYLE_DIM);
        end_line(page);
    }
    end_line(page);
}

static void headline(struct page *page, struct str text, enum style style)
{
    words(page, text, style);
    end_word(page);
    page->indent = 2 + LABEL_COLUMNS;
    spaces(page->out, page->indent - page->column);
    page->column = page->indent;
}

static void verdict(struct page *page)
{
    const struct hypothesis *best = page->report->best;
    if (!page->report->known) {
        headline(page, STR("NOT KNOWN"), STYLE_YELLOW);
        words(page, STR("The evidence is not enough to name a cause."), STYLE_NONE);
        end_line(page);
        return;
    }
    headline(page, STR("CAUSE"), STYLE_RED);
    words(page, best->subject, STYLE_BOLD);
    if (best->instance.len > 0) {
        words(page, STR(", instance "), STYLE_NONE);
        words(page, best->instance, STYLE_BOLD);
    }
    words(page, STR(": "), STYLE_NONE);
    claim(page, prose_cause(page->report, best));
    end_line(page);
    page->indent = 2 + LABEL_COLUMNS;
    words(page,
          str_printf(page->arena, "confidence %d%% (%s)", prose_percent(best->confidence),
                     prose_confidence(best->confidence)),
          STYLE_NONE);
    const int64_t since_ns = prose_since(page->report, best);
    if (since_ns != 0) {
        words(page, STR(", since "), STYLE_NONE);
        words(page, time_format_short(page->arena, since_ns), STYLE_NONE);
    }
    end_line(page);
}

static void sentences(struct page *page, const char *name, const struct sentence *list)
{
    if (!list)
        return;
    section(page, name);
    for (; list; list = list->next) {
        page->indent = 2;
        words(page, STR("-"), STYLE_DIM);
        end_word(page);
        page->indent = 4;
        claim(page, list->text);
        end_line(page);
    }
}

static void cited(struct page *page, const char *name, const struct evidence *const *list,
                  uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        if (!prose_stands(page->report, list[i]))
            continue;
        if (!any)
            section(page, name);
        any = true;
        labelled_claim(page, id_of(page, list[i]), STYLE_DIM, list[i]->claim);
    }
}

/* The lines that a change took out and put in, of the changes that are cited for the best guess. */
static void changes(struct page *page)
{
    bool any = false;
    for (const struct exhibit *it = page->report->casefile->exhibits; it; it = it->next) {
        const struct evidence *evidence = casefile_find(page->report->casefile, it->evidence_id);
        if (it->kind != EXHIBIT_CHANGE || !evidence || !page->report->best ||
            !str_eq(evidence->subject, page->report->best->subject))
            continue;
        if (!any)
            section(page, "WHAT WAS CHANGED");
        any = true;
        label(page, it->change.id, STYLE_DIM);
        words(page, it->change.message, STYLE_NONE);
        end_line(page);
        struct str diff = it->change.diff, line;
        for (uint32_t count = 0; count < DIFF_LINES_MAX && str_split(&diff, '\n', &line);) {
            if (line.len == 0 || (line.ptr[0] != '+' && line.ptr[0] != '-') ||
                str_starts(line, STR("+++")) || str_starts(line, STR("---")))
                continue;
            count++;
            label(page, STR(""), STYLE_NONE);
            words(page, line, line.ptr[0] == '+' ? STYLE_YELLOW : STYLE_DIM);
            end_line(page);
        }
    }
}

static void moments(struct page *page)
{
    const struct moments found = prose_moments(page->report, page->arena);
    if (found.count == 0)
        return;
    section(page, "WHAT HAPPENED (UTC)");
    for (uint32_t i = 0; i < found.count && i < MOMENTS_MAX; i++) {
        const struct moment *moment = &found.items[i];
        label(page, time_format_short(page->arena, moment->time_ns), STYLE_DIM);
        if (moment->kind == MOMENT_ONSET)
            words(page, STR("the incident began"), STYLE_YELLOW);
        else if (moment->kind == MOMENT_ALERT)
            words(page, STR("the alert fired"), STYLE_RED);
        else {
            claim(page, moment->evidence->claim);
            words(page, STR(" "), STYLE_NONE);
            words(page, id_of(page, moment->evidence), STYLE_DIM);
        }
        end_line(page);
    }
    if (found.count > MOMENTS_MAX) {
        label(page, STR("..."), STYLE_DIM);
        words(page, str_printf(page->arena, "and %u more", found.count - MOMENTS_MAX), STYLE_DIM);
        end_line(page);
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
    section(page, page->report->known ? "OTHER HYPOTHESES" : "HYPOTHESES");
    for (uint32_t count = 0; it && count < HYPOTHESES_MAX; it = it->next, count++) {
        label(page, str_printf(page->arena, "%3d%%", prose_percent(it->confidence)), STYLE_NONE);
        words(page, it->subject, STYLE_BOLD);
        if (it->instance.len > 0) {
            words(page, STR(", instance "), STYLE_NONE);
            words(page, it->instance, STYLE_BOLD);
        }
        words(page, STR(": "), STYLE_NONE);
        claim(page, prose_cause(page->report, it));
        for (uint32_t i = 0; i < it->cited_for_count && i < 3; i++) {
            words(page, STR(" "), STYLE_NONE);
            words(page, id_of(page, it->cited_for[i]), STYLE_DIM);
        }
        end_line(page);
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
    section(page, "SOURCES");
    for (const struct source_entry *it = page->casefile->sources; it; it = it->next) {
        label(page, str_of(source_state_name(it->state)), styles[it->state]);
        words(page, it->name, STYLE_NONE);
        if (it->rows > 0)
            words(page, str_printf(page->arena, ", %lld rows", (long long)it->rows), STYLE_DIM);
        if (it->note.len > 0) {
            words(page, STR(": "), STYLE_DIM);
            words(page, escape_clip(page->arena, it->note, CLAIM_CHARS_MAX), STYLE_DIM);
        }
        end_line(page);
    }
}

static void gaps(struct page *page)
{
    if (prose_count(page->casefile, BEARING_GAP) == 0)
        return;
    section(page, "COULD NOT BE FOUND OUT");
    for (const struct evidence *it = page->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_GAP)
            labelled_claim(page, str_of(signal_name(it->signal)), STYLE_DIM, it->claim);
}

static void withdrawn(struct page *page)
{
    if (!page->casefile->withdrawn)
        return;
    section(page, "WITHDRAWN, SINCE THE QUERY DOES NOT BEAR IT OUT");
    for (const struct withdrawal *it = page->casefile->withdrawn; it; it = it->next) {
        label(page, id_of(page, it->evidence), STYLE_DIM);
        claim(page, it->evidence->claim);
        words(page, STR(" ("), STYLE_DIM);
        words(page, it->why, STYLE_DIM);
        words(page, STR(")"), STYLE_DIM);
        end_line(page);
    }
}

static void footer(struct page *page)
{
    uint32_t steps = 0;
    for (const struct step_entry *it = page->casefile->steps; it; it = it->next)
        steps++;
    const struct str took =
        scale_duration_label(page->arena, (double)page->report->took_ns / NS_PER_US);
    end_line(page);
    words(page,
          str_printf(page->arena, "%u pieces of evidence, %u steps, %.*s.",
                     prose_count(page->casefile, BEARING_SUPPORTS) +
                         prose_count(page->casefile, BEARING_REFUTES),
                     steps, STR_ARG(took)),
          STYLE_DIM);
    end_line(page);
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
    if (report->known) {
        cited(&page, "FOR IT", best->cited_for, best->cited_for_count);
        cited(&page, "AGAINST IT", best->cited_against, best->cited_against_count);
    } else {
        sentences(&page, "WHAT IS KNOWN", report->summary);
    }
    changes(&page);
    moments(&page);
    sentences(&page, "IMPACT", report->impact);
    hypotheses(&page);
    sources(&page);
    gaps(&page);
    withdrawn(&page);
    sentences(&page, "REMOVED FROM THIS REPORT", report->removed);
    sentences(&page, "NEXT STEPS", report->next_steps);
    footer(&page);
}

const struct renderer renderer_text = {
    .name = "text",
    .media_type = "text/plain",
    .summary = "For a terminal: short, the verdict first",
    .render = render,
};
