/* SPDX-License-Identifier: Apache-2.0 */
/* The parts in Markdown that retell the case: how bad, what to do, how it was investigated. */
#include "report/md.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"

#define INPUT_CHARS_MAX 160
#define OUTCOME_CHARS_MAX 300
#define SHARE_TOLD 0.01

/* ---- what to do ---- */

static void proposals(const struct md *page, const struct proposal *list)
{
    uint32_t number = 0;
    for (; list; list = list->next) {
        buf_printf(page->out, "\n**%u.** ", ++number);
        md_claim(page, list->text);
        md_fixed(page, "\n");
        if (list->command.len > 0)
            md_block(page, "sh", list->command);
        if (list->undo.len > 0) {
            md_fixed(page, "\nTo undo it:\n");
            md_block(page, "sh", list->undo);
        }
        if (list->risk.len > 0) {
            md_fixed(page, "\nRisk: ");
            md_claim(page, list->risk);
            md_fixed(page, "\n");
        }
    }
}

void md_mitigations(const struct md *page)
{
    if (!page->report->mitigations)
        return;
    md_fixed(page, "\n## What to do now\n\nFor a person to approve; nothing was changed.\n");
    proposals(page, page->report->mitigations);
}

void md_corrections(const struct md *page)
{
    if (!page->report->corrections)
        return;
    md_fixed(page, "\n## So that it does not come back\n");
    proposals(page, page->report->corrections);
}

/* ---- which change ---- */

static void blamed(const struct md *page, const struct blamed *it, bool is_first)
{
    buf_printf(page->out, "\n- **%d%%** ", prose_percent(it->probability));
    md_claim(page, it->why);
    md_fixed(page, "\n");
    if (!is_first || !it->change)
        return;
    if (it->change->diff.len > 0)
        md_block(page, "diff", it->change->diff);
    if (it->change->owners.len > 0) {
        md_fixed(page, "\nAsk: ");
        md_plain(page, it->change->owners);
        md_fixed(page, "\n");
    }
    if (it->revert.len > 0) {
        md_fixed(page, "\nTo take it back, for a person to approve:\n");
        md_block(page, "sh", it->revert);
    }
}

void md_blame(const struct md *page)
{
    const struct report *report = page->report;
    if (report->blame.len == 0)
        return;
    md_fixed(page, "\n## Which change did it\n\n");
    md_claim(page, report->blame);
    md_fixed(page, report->blames ? " The shares hold if a change did it at all.\n" : "\n");
    if (report->blames)
        for (const struct blamed *it = report->blamed; it; it = it->next)
            if (it == report->blamed || it->probability >= SHARE_TOLD)
                blamed(page, it, it == report->blamed);
}

/* ---- impact ---- */

static void judged(const struct md *page, const char *name, const char *is, struct str reason)
{
    buf_printf(page->out, "- %s: **%s**", name, is);
    if (reason.len > 0) {
        md_fixed(page, ". ");
        md_claim(page, reason);
    }
    md_fixed(page, "\n");
}

static void affected(const struct md *page, const struct triage *triage)
{
    if (triage->affected_count == 0)
        return;
    md_fixed(page, "- Affected: ");
    if (triage->services_count >= triage->affected_count)
        buf_printf(page->out, "**%u of %u** services: ", triage->affected_count,
                   triage->services_count);
    for (uint32_t i = 0; i < triage->affected_count; i++) {
        md_fixed(page, i > 0 ? ", " : "");
        md_code(page, escape_clip(page->arena, triage->affected[i], PROSE_NAME_CHARS_MAX));
    }
    md_fixed(page, "\n");
}

static void claims(const struct md *page, const struct sentence *list)
{
    for (; list; list = list->next) {
        md_fixed(page, "- ");
        md_claim(page, list->text);
        md_fixed(page, "\n");
    }
}

void md_impact(const struct md *page)
{
    const struct triage *triage = &page->report->triage;
    md_fixed(page, "\n## Impact\n\n");
    if (triage->severity != SEVERITY_UNKNOWN)
        judged(page, "Severity", severity_name(triage->severity), triage->severity_reason);
    affected(page, triage);
    if (triage->noise != NOISE_UNKNOWN)
        judged(page, "Noise", noise_name(triage->noise), triage->noise_reason);
    if (triage->changes_count > 0)
        buf_printf(page->out, "- Changes in the hour before the alert: %u\n",
                   triage->changes_count);
    claims(page, page->report->impact);
    claims(page, page->report->history);
    if (page->report->seen)
        md_fixed(page, "\n## Seen before\n\n");
    claims(page, page->report->seen);
}

/* ---- how it was investigated ---- */

static void lead(const struct md *page, const struct lead *lead)
{
    const struct str steps = prose_steps_of(page->arena, lead);
    buf_printf(page->out, "%u. ", lead->id);
    md_code(page, escape_clip(page->arena, lead->subject, PROSE_NAME_CHARS_MAX));
    if (lead->because.len > 0) {
        md_fixed(page, ": ");
        md_claim(page, lead->because);
    }
    buf_printf(page->out, ". **%s**", prose_lead_state(lead->state));
    if (steps.len > 0)
        buf_printf(page->out, " after %s", steps.ptr);
    if (lead->reason.len > 0) {
        md_fixed(page, ": ");
        md_claim(page, lead->reason);
    }
    md_fixed(page, ".\n");
}

static void plan(const struct md *page, const struct plan_entry *plan, uint32_t number)
{
    if (number == 1)
        md_fixed(page, "\n**The plan.** ");
    else
        buf_printf(page->out, "\n**Revision %u of the plan.** ", number - 1);
    md_claim(page, plan->why);
    md_fixed(page, "\n");
    if (plan->text.len > 0)
        md_block(page, "", plan->text);
}

static void cell(const struct md *page, struct str text, size_t chars_max)
{
    md_fixed(page, " | ");
    md_code(page, escape_clip(page->arena, text, chars_max));
}

static void steps(struct md *page)
{
    if (!prose_has_runbooks(page->casefile))
        return;
    page->in_table = true;
    md_fixed(page, "\n## Steps\n\n| Step | Runbook | Lead | Asked | With | State | Outcome | Took |"
                   "\n|---|---|--:|---|---|---|---|--:|\n");
    for (const struct step_entry *it = page->casefile->steps; it; it = it->next) {
        buf_printf(page->out, "| S%u", it->id);
        cell(page, it->runbook, INPUT_CHARS_MAX);
        md_fixed(page, " | ");
        if (it->lead_id != 0)
            buf_printf(page->out, "%u", it->lead_id);
        cell(page, it->name, INPUT_CHARS_MAX);
        cell(page, it->input, INPUT_CHARS_MAX);
        buf_printf(page->out, " | %s | ", step_state_name(it->state));
        md_plain(page, escape_clip(page->arena, it->outcome, OUTCOME_CHARS_MAX));
        buf_printf(page->out, " | %s |\n", prose_took(page->arena, it->took_ns).ptr);
    }
    page->in_table = false;
}

void md_course(struct md *page)
{
    const struct report *report = page->report;
    uint32_t number = 0;
    if (report->plans || report->leads || report->stopped_because.len > 0)
        md_fixed(page, "\n## How it was investigated\n");
    if (report->leads)
        md_fixed(page, "\nWhere it was supposed to lie, and what became of it:\n\n");
    for (const struct lead *it = report->leads; it; it = it->next)
        lead(page, it);
    if (report->stopped_because.len > 0) {
        md_fixed(page, "\nNo further question was asked: ");
        md_claim(page, report->stopped_because);
        md_fixed(page, "\n");
    }
    for (const struct plan_entry *it = report->plans; it; it = it->next)
        plan(page, it, ++number);
    steps(page);
}
