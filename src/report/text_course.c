/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the text that retell the case: how bad, what to do, and how it was investigated. */
#include "report/text.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"

#define AFFECTED_MAX 12

/* ---- what to do ---- */

static void proposals(struct page *page, const struct proposal *list)
{
    uint32_t number = 0;
    for (; list; list = list->next) {
        text_labelled_claim(page, str_printf(page->arena, "%u.", ++number), STYLE_NONE, list->text);
        if (list->command.len > 0)
            text_labelled_verbatim(page, STR("run"), list->command);
        if (list->undo.len > 0)
            text_labelled_verbatim(page, STR("undo"), list->undo);
        if (list->risk.len > 0)
            text_labelled_claim(page, STR("risk"), STYLE_DIM, list->risk);
    }
}

void text_mitigations(struct page *page)
{
    if (!page->report->mitigations)
        return;
    text_section(page, "WHAT TO DO NOW: for a person to approve; nothing was changed");
    proposals(page, page->report->mitigations);
}

void text_corrections(struct page *page)
{
    if (!page->report->corrections)
        return;
    text_section(page, "SO THAT IT DOES NOT COME BACK");
    proposals(page, page->report->corrections);
}

/* ---- impact ---- */

static enum style style_of_severity(enum severity severity)
{
    return severity == SEVERITY_HIGH       ? STYLE_RED
           : severity == SEVERITY_MODERATE ? STYLE_YELLOW
                                           : STYLE_NONE;
}

/* "high: the reason." */
static void judged(struct page *page, const char *name, const char *is, enum style style,
                   struct str reason)
{
    text_label(page, str_of(name), STYLE_DIM);
    text_words(page, str_of(is), style);
    if (reason.len > 0) {
        text_words(page, STR(": "), STYLE_NONE);
        text_claim(page, reason);
    }
    text_end_line(page);
}

static void affected(struct page *page, const struct triage *triage)
{
    if (triage->affected_count == 0)
        return;
    text_label(page, STR("affected"), STYLE_DIM);
    if (triage->services_count >= triage->affected_count)
        text_words(page,
                   str_printf(page->arena, "%u of %u services: ", triage->affected_count,
                              triage->services_count),
                   STYLE_NONE);
    for (uint32_t i = 0; i < triage->affected_count && i < AFFECTED_MAX; i++) {
        text_words(page, i > 0 ? STR(", ") : STR(""), STYLE_NONE);
        text_words(page, escape_clip(page->arena, triage->affected[i], PROSE_NAME_CHARS_MAX),
                   STYLE_BOLD);
    }
    if (triage->affected_count > AFFECTED_MAX)
        text_words(page,
                   str_printf(page->arena, " and %u more", triage->affected_count - AFFECTED_MAX),
                   STYLE_NONE);
    text_end_line(page);
}

void text_impact(struct page *page)
{
    const struct triage *triage = &page->report->triage;
    text_section(page, "IMPACT");
    if (triage->severity != SEVERITY_UNKNOWN)
        judged(page, "severity", severity_name(triage->severity),
               style_of_severity(triage->severity), triage->severity_reason);
    affected(page, triage);
    if (triage->noise != NOISE_UNKNOWN)
        judged(page, "noise", noise_name(triage->noise),
               triage->noise == NOISE_LIKELY ? STYLE_YELLOW : STYLE_NONE, triage->noise_reason);
    if (triage->changes_count > 0)
        judged(
            page, "changes",
            str_printf(page->arena, "%u in the hour before the alert", triage->changes_count).ptr,
            STYLE_NONE, STR(""));
    text_sentences(page, page->report->impact);
    text_sentences(page, page->report->history);
    if (page->report->seen) {
        text_section(page, "SEEN BEFORE");
        text_sentences(page, page->report->seen);
    }
}

/* ---- how it was investigated ---- */

/* The runbooks that a plan follows tell more in a line than its text would in ten. */
static void followed(struct page *page, struct str text)
{
    struct str line;
    uint32_t count = 0;
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (!str_starts(line, STR("follow ")))
            continue;
        text_words(page, count++ > 0 ? STR(", ") : STR("follow "), STYLE_NONE);
        text_words(page,
                   escape_clip(page->arena, str_slice(line, 7, line.len), PROSE_NAME_CHARS_MAX),
                   STYLE_BOLD);
    }
    if (count > 0)
        text_words(page, STR(". "), STYLE_NONE);
}

static void plan(struct page *page, const struct plan_entry *plan, bool revised)
{
    text_label(page, revised ? STR("revised") : STR("plan"), STYLE_DIM);
    followed(page, plan->text);
    text_claim(page, plan->why);
    text_end_line(page);
}

/* "Given up after S4-S6: the reason." */
static void lead(struct page *page, const struct lead *lead)
{
    static const enum style styles[] = {
        [LEAD_SUPPOSED] = STYLE_DIM, [LEAD_HELD] = STYLE_GREEN, [LEAD_ABANDONED] = STYLE_YELLOW};
    const struct str steps = prose_steps_of(page->arena, lead);
    text_label(page, str_printf(page->arena, "lead %u", lead->id), STYLE_DIM);
    text_words(page, escape_clip(page->arena, lead->subject, PROSE_NAME_CHARS_MAX), STYLE_BOLD);
    if (lead->because.len > 0) {
        text_words(page, STR(": "), STYLE_NONE);
        text_claim(page, lead->because);
    }
    text_words(page, STR(". "), STYLE_NONE);
    text_words(page, str_of(prose_lead_state(lead->state)), styles[lead->state]);
    if (steps.len > 0)
        text_words(page, str_printf(page->arena, " after %s", steps.ptr), STYLE_NONE);
    if (lead->reason.len > 0) {
        text_words(page, STR(": "), STYLE_NONE);
        text_claim(page, lead->reason);
    }
    text_words(page, STR("."), STYLE_NONE);
    text_end_line(page);
}

/* Names only: what leads point at. The other forms have what each was given and gave. */
static void steps(struct page *page)
{
    if (!prose_has_runbooks(page->casefile))
        return;
    text_label(page, STR("steps"), STYLE_DIM);
    for (const struct step_entry *it = page->casefile->steps; it; it = it->next) {
        const bool failed = it->state == STEP_FAILED, skipped = it->state == STEP_SKIPPED;
        text_words(page, str_printf(page->arena, "S%u ", it->id), STYLE_DIM);
        text_words(page, escape_clip(page->arena, it->name, PROSE_NAME_CHARS_MAX),
                   failed    ? STYLE_RED
                   : skipped ? STYLE_DIM
                             : STYLE_NONE);
        if (failed || skipped)
            text_words(page, failed ? STR(" (failed)") : STR(" (skipped)"), STYLE_DIM);
        text_words(page, it->next ? STR(", ") : STR(""), STYLE_NONE);
    }
    text_end_line(page);
}

void text_course(struct page *page)
{
    const struct report *report = page->report;
    if (report->plans || report->leads || report->stopped_because.len > 0)
        text_section(page, "HOW IT WAS INVESTIGATED");
    for (const struct plan_entry *it = report->plans; it; it = it->next)
        plan(page, it, it != report->plans);
    for (const struct lead *it = report->leads; it; it = it->next)
        lead(page, it);
    if (report->stopped_because.len > 0)
        text_labelled_claim(page, STR("stopped"), STYLE_DIM, report->stopped_because);
    steps(page);
}
