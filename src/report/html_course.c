/* SPDX-License-Identifier: Apache-2.0 */
/* The sections that retell the case: how bad it is, what to do, and how it was investigated. */
#include "report/html.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/trail.h"

#define CELLS_MAX 60 /* more squares than that are not counted by eye */
#define AFFECTED_MAX 24
#define INPUT_CHARS_MAX 160
#define OUTCOME_CHARS_MAX 400

/* ---- what to do ---- */

static void command(const struct html *html, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    buf_printf(html->out, "<dt class=\"of-command\">%s</dt><dd><pre class=\"command\">", name);
    html_text(html, text);
    html_raw(html, "</pre></dd>\n");
}

static void proposal_item(const struct html *html, const struct proposal *it)
{
    html_raw(html, "<li><p>");
    html_claim(html, it->text);
    html_raw(html, "</p>\n");
    if (it->command.len + it->undo.len + it->risk.len > 0) {
        html_raw(html, "<dl class=\"commands\">\n");
        command(html, "Run", it->command);
        command(html, "Undo", it->undo);
        if (it->risk.len > 0) {
            html_raw(html, "<dt>Risk</dt><dd>");
            html_claim(html, it->risk);
            html_raw(html, "</dd>\n");
        }
        html_raw(html, "</dl>\n");
    }
    html_raw(html, "</li>\n");
}

static void proposals(const struct html *html, const struct proposal *list)
{
    html_raw(html, "<ol class=\"claims steps proposals\">\n");
    for (; list; list = list->next)
        proposal_item(html, list);
    html_raw(html, "</ol>\n</section>\n");
}

void html_mitigations(const struct html *html)
{
    if (!html->report->mitigations)
        return;
    html_raw(html, "<section class=\"act\">\n<h2>What to do now<small>for a person to approve; "
                   "nothing was changed</small></h2>\n");
    proposals(html, html->report->mitigations);
}

void html_corrections(const struct html *html)
{
    if (!html->report->corrections)
        return;
    html_raw(html, "<section>\n<h2>So that it does not come back<small>for people to decide on"
                   "</small></h2>\n");
    proposals(html, html->report->corrections);
}

/* ---- impact ---- */

static void judged(const struct html *html, const char *name, const char *is, const char *class,
                   struct str reason)
{
    buf_printf(html->out, "<div><dt>%s</dt><dd><b class=\"%s\">%s</b>", name, class, is);
    if (reason.len > 0) {
        html_raw(html, "<p>");
        html_claim(html, reason);
        html_raw(html, "</p>");
    }
    html_raw(html, "</dd></div>\n");
}

/* A square a service, those that suffer filled. */
static void squares(const struct html *html, uint32_t affected, uint32_t services)
{
    html_raw(html, "<span class=\"cells\" aria-hidden=\"true\">");
    for (uint32_t i = 0; i < services; i++)
        html_raw(html, i < affected ? "<i class=\"on\"></i>" : "<i></i>");
    html_raw(html, "</span>");
}

static void affected(const struct html *html)
{
    const struct triage *triage = &html->report->triage;
    const uint32_t count = triage->affected_count, services = triage->services_count;
    if (count == 0)
        return;
    buf_printf(html->out, "<div><dt>Services that suffer</dt><dd><b>%u", count);
    if (services >= count)
        buf_printf(html->out, " of %u", services);
    html_raw(html, "</b>");
    if (services >= count && services <= CELLS_MAX)
        squares(html, count, services);
    html_raw(html, "<p>");
    for (uint32_t i = 0; i < count && i < AFFECTED_MAX; i++) {
        html_code(html, escape_clip(html->arena, triage->affected[i], PROSE_NAME_CHARS_MAX));
        html_raw(html, " ");
    }
    if (count > AFFECTED_MAX)
        buf_printf(html->out, "and %u more", count - AFFECTED_MAX);
    html_raw(html, "</p></dd></div>\n");
}

static void claims(const struct html *html, const struct sentence *list)
{
    for (; list; list = list->next) {
        html_raw(html, "<li>");
        html_claim(html, list->text);
        html_raw(html, "</li>\n");
    }
}

static const char *severity_class(enum severity severity)
{
    return severity == SEVERITY_HIGH ? "bad" : severity == SEVERITY_MODERATE ? "warn" : "";
}

void html_impact(const struct html *html)
{
    const struct report *report = html->report;
    const struct triage *triage = &report->triage;
    html_section(html, "Impact", 0);
    html_raw(html, "<dl class=\"judged\">\n");
    if (triage->severity != SEVERITY_UNKNOWN)
        judged(html, "Severity", severity_name(triage->severity), severity_class(triage->severity),
               triage->severity_reason);
    affected(html);
    if (triage->noise != NOISE_UNKNOWN)
        judged(html, "Is it noise?", noise_name(triage->noise),
               triage->noise == NOISE_LIKELY ? "warn" : "", triage->noise_reason);
    if (triage->changes_count > 0)
        judged(html, "Changes in the hour before",
               str_printf(html->arena, "%u", triage->changes_count).ptr, "", STR(""));
    html_raw(html, "</dl>\n");
    if (report->impact || report->history) {
        html_raw(html, "<ul class=\"claims\">\n");
        claims(html, report->impact);
        claims(html, report->history);
        html_raw(html, "</ul>\n");
    }
    html_section_end(html);
    if (!report->seen)
        return;
    html_section(html, "Seen before", 0);
    html_raw(html, "<ul class=\"claims\">\n");
    claims(html, report->seen);
    html_raw(html, "</ul>\n");
    html_section_end(html);
}

/* ---- how it was investigated ---- */

static bool has_lead(const struct report *report, enum lead_state state)
{
    for (const struct lead *it = report->leads; it; it = it->next)
        if (it->state == state)
            return true;
    return false;
}

static bool has_failed_step(const struct casefile *casefile)
{
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->state == STEP_FAILED)
            return true;
    return false;
}

static void trail(const struct html *html)
{
    if (!trail_has_any(html->report))
        return;
    html_raw(html, "<div class=\"scroll\">\n");
    trail_draw(html->out, html->report);
    html_raw(html, "</div>\n<ul class=\"legend\"><li><i class=\"dark\"></i>found something</li>"
                   "<li><i class=\"open\"></i>found nothing</li>");
    if (has_failed_step(html->casefile))
        html_raw(html, "<li><i class=\"hollow\"></i>failed</li>");
    if (has_lead(html->report, LEAD_ABANDONED))
        html_raw(html, "<li><i class=\"cut\"></i>lead given up</li>");
    if (has_lead(html->report, LEAD_HELD))
        html_raw(html, trail_names_the_cause(html->report)
                           ? "<li><i class=\"ring red\"></i>lead that held</li>"
                           : "<li><i class=\"ring\"></i>lead that held</li>");
    html_raw(html, "</ul>\n");
}

static void lead_item(const struct html *html, const struct lead *lead)
{
    static const char *const classes[] = {
        [LEAD_SUPPOSED] = "", [LEAD_HELD] = "good", [LEAD_ABANDONED] = "warn"};
    const struct str steps = prose_steps_of(html->arena, lead);
    buf_printf(html->out, "<li id=\"L%u\" value=\"%u\"><p><b>", lead->id, lead->id);
    html_text(html, escape_clip(html->arena, lead->subject, PROSE_NAME_CHARS_MAX));
    html_raw(html, lead->because.len > 0 ? "</b>: " : "</b>");
    html_claim(html, lead->because);
    buf_printf(html->out, "</p>\n<p><span class=\"badge %s\">%s</span> ", classes[lead->state],
               prose_lead_state(lead->state));
    if (steps.len > 0)
        buf_printf(html->out, "<span class=\"quiet\">after %s%s</span> ", steps.ptr,
                   lead->reason.len > 0 ? ":" : "");
    html_claim(html, lead->reason);
    html_raw(html, "</p></li>\n");
}

static void plan_article(const struct html *html, const struct plan_entry *plan, uint32_t number)
{
    html_raw(html, "<div><dt>");
    if (number == 1)
        html_raw(html, "Plan");
    else
        buf_printf(html->out, "Revised before S%u", plan->first_step_id);
    html_raw(html, "</dt><dd>");
    html_claim(html, plan->why);
    if (plan->text.len > 0) {
        html_raw(html, "<details><summary>the plan</summary><pre>");
        html_text(html, plan->text);
        html_raw(html, "</pre></details>");
    }
    html_raw(html, "</dd></div>\n");
}

void html_course(const struct html *html)
{
    const struct report *report = html->report;
    if (!report->leads && !report->plans && report->stopped_because.len == 0)
        return;
    html_section(html, "How it was investigated", 0);
    trail(html);
    if (report->leads) {
        html_raw(html, "<ol class=\"leads\">\n");
        for (const struct lead *it = report->leads; it; it = it->next)
            lead_item(html, it);
        html_raw(html, "</ol>\n");
    }
    html_raw(html, "<dl class=\"plans\">\n");
    uint32_t number = 0;
    for (const struct plan_entry *it = report->plans; it; it = it->next)
        plan_article(html, it, ++number);
    if (report->stopped_because.len > 0) {
        html_raw(html, "<div><dt>Why it stopped</dt><dd>");
        html_claim(html, report->stopped_because);
        html_raw(html, "</dd></div>\n");
    }
    html_raw(html, "</dl>\n");
    html_section_end(html);
}

/* ---- steps ---- */

static void step_row(const struct html *html, const struct step_entry *it)
{
    static const char *const classes[] = {
        [STEP_DONE] = "", [STEP_SKIPPED] = "", [STEP_FAILED] = "warn"};
    buf_printf(html->out, "<tr id=\"S%u\"><td><b>S%u</b></td><td>", it->id, it->id);
    html_text(html, escape_clip(html->arena, it->name, PROSE_NAME_CHARS_MAX));
    html_raw(html, "</td><td>");
    html_text(html, escape_clip(html->arena, it->runbook, PROSE_NAME_CHARS_MAX));
    html_raw(html, "</td><td>");
    if (it->lead_id != 0)
        buf_printf(html->out, "<a class=\"cite\" href=\"#L%u\">lead %u</a>", it->lead_id,
                   it->lead_id);
    html_raw(html, "</td><td class=\"full\">");
    html_code(html, escape_clip(html->arena, it->input, INPUT_CHARS_MAX));
    html_raw(html, "</td><td class=\"full\">");
    if (it->state != STEP_DONE)
        buf_printf(html->out, "<span class=\"badge %s\">%s</span> ", classes[it->state],
                   step_state_name(it->state));
    html_text(html, escape_clip(html->arena, it->outcome, OUTCOME_CHARS_MAX));
    html_raw(html, "</td><td class=\"num\">");
    html_text(html, prose_took(html->arena, it->took_ns));
    html_raw(html, "</td></tr>\n");
}

static void plain_row(const struct html *html, const struct step_entry *it)
{
    html_raw(html, "<tr><td>");
    html_text(html, it->name);
    html_raw(html, "</td><td>");
    html_text(html, it->outcome);
    html_raw(html, "</td><td class=\"num\">");
    html_text(html, prose_took(html->arena, it->took_ns));
    html_raw(html, "</td></tr>\n");
}

void html_steps(const struct html *html)
{
    const bool runbooks = prose_has_runbooks(html->casefile);
    uint32_t count = 0;
    for (const struct step_entry *it = html->casefile->steps; it; it = it->next)
        count++;
    if (count == 0)
        return;
    buf_printf(html->out,
               "<section>\n<details class=\"fold\"><summary><h2>Steps<small>%u</small></h2>"
               "</summary>\n",
               count);
    html_raw(html, runbooks ? "<table class=\"stack\"><thead><tr><th></th><th>Asked</th>"
                              "<th>Runbook</th><th>For</th><th>With</th><th>Outcome</th>"
                            : "<table><thead><tr><th>Step</th><th>Outcome</th>");
    html_raw(html, "<th class=\"num\">Took</th></tr></thead><tbody>\n");
    for (const struct step_entry *it = html->casefile->steps; it; it = it->next)
        (runbooks ? step_row : plain_row)(html, it);
    html_raw(html, "</tbody></table>\n</details>\n</section>\n");
}
