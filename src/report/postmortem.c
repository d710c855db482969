/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The draft of a post-mortem, for people to complete: what the steps of the case wrote of it, in
 * their sections, and the evidence behind each sentence. Nothing is filled in that no step knows.
 */
#include "report/md.h"

#include "base/arena.h"
#include "report/prose.h"

static void row(const struct md *page, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    buf_printf(page->out, "| %s | ", name);
    md_claim(page, text);
    md_fixed(page, " |\n");
}

static struct str in_utc(const struct md *page, int64_t time_ns)
{
    return str_printf(page->arena, "%s UTC", time_format(page->arena, time_ns).ptr);
}

static void cause(const struct md *page)
{
    const struct hypothesis *best = page->report->best;
    if (!page->report->known) {
        row(page, "Cause", STR("not known"));
        return;
    }
    md_fixed(page, "| Cause | ");
    md_code(page, best->subject);
    md_fixed(page, best->instance.len > 0 ? ", instance " : "");
    md_code(page, best->instance);
    md_fixed(page, ": ");
    md_claim(page, prose_cause(page->report, best));
    buf_printf(page->out, " (confidence %d%%) |\n", prose_percent(best->confidence));
}

/* What stands at the top of any post-mortem, as far as the case knows it. */
static void facts(const struct md *page)
{
    const struct casefile *casefile = page->casefile;
    const struct triage *triage = &page->report->triage;
    md_fixed(page, "\n| | |\n|---|---|\n");
    if (casefile->onset_known)
        row(page, "Began", in_utc(page, casefile->incident.start_ns));
    if (casefile->alert->starts_ns != 0)
        row(page, "Alert fired", in_utc(page, casefile->alert->starts_ns));
    if (prose_onset_to_alert_ns(casefile) > 0)
        row(page, "Until it fired", span_format(page->arena, prose_onset_to_alert_ns(casefile)));
    if (triage->severity != SEVERITY_UNKNOWN)
        row(page, "Severity", str_of(severity_name(triage->severity)));
    if (triage->affected_count > 0 && triage->services_count >= triage->affected_count)
        row(page, "Services affected",
            str_printf(page->arena, "%u of %u", triage->affected_count, triage->services_count));
    cause(page);
    md_fixed(page, "| Ended | |\n| Author | |\n");
}

static bool is_first_of_its_section(const struct draft *first, const struct draft *draft)
{
    for (; first != draft; first = first->next)
        if (str_eq(first->section, draft->section))
            return false;
    return true;
}

static void section(const struct md *page, const struct draft *draft)
{
    md_fixed(page, "\n## ");
    md_plain(page, draft->section.len > 0 ? draft->section : STR("Notes"));
    md_fixed(page, "\n\n");
    const struct str name = draft->section;
    for (; draft; draft = draft->next) {
        if (!str_eq(draft->section, name))
            continue;
        md_fixed(page, "- ");
        md_claim(page, draft->text);
        md_fixed(page, "\n");
    }
}

static void render(const struct report *report, struct buf *out)
{
    struct md page = {
        .report = report, .casefile = report->casefile, .arena = out->arena, .out = out};
    const struct alert *alert = report->casefile->alert;
    md_fixed(&page, "# Post-mortem: ");
    md_plain(&page, alert->name.len > 0 ? alert->name : STR("Alert"));
    if (alert->service.len > 0) {
        md_fixed(&page, " on ");
        md_code(&page, alert->service);
    }
    md_fixed(
        &page,
        "\n\n> **A draft.** It was written by a program, warroom, from the evidence that is "
        "listed at its end.\n> Sentences cite it as `[E7]` and were held against it. What only "
        "people know is not in it:\n> complete it, and take out what is wrong.\n");
    page.in_table = true;
    facts(&page);
    page.in_table = false;
    md_told(&page, "In other words", "postmortem");
    if (!report->drafts)
        md_fixed(&page, "\nThere is no draft beyond this: no step of the case wrote one.\n");
    for (const struct draft *it = report->drafts; it; it = it->next)
        if (is_first_of_its_section(report->drafts, it))
            section(&page, it);
    md_gaps(&page);
    md_list(&page, "Sentences that were removed", report->removed);
    md_evidence(&page);
    md_withdrawn(&page);
}

const struct renderer renderer_postmortem = {
    .name = "postmortem",
    .media_type = "text/markdown",
    .summary = "The draft of a post-mortem, in Markdown",
    .render = render,
};
