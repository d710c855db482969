/* SPDX-License-Identifier: Apache-2.0 */
#include "report/retell.h"

#include "base/arena.h"
#include "guard/claim.h"
#include "report/escape.h"
#include "report/prose.h"

#define COMMAND_BYTES_MAX 2000 /* nobody approves more than can be read */

/* ---- what stands beside a sentence ---- */

/* A backquote that does not close would swallow the lines that follow. */
static void line(struct buf *beside, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(beside, text.ptr[i] == '`' ? ' ' : text.ptr[i]);
    buf_add_char(beside, '\n');
}

/* In backquotes a digit of a name is no number that a sentence could use. */
static void name(struct buf *beside, struct str text)
{
    if (!str_contains(text, STR("`")))
        buf_printf(beside, "`%.*s`\n", STR_ARG(text));
}

static void add_alert(struct writing *writing, struct buf *beside)
{
    const struct casefile *casefile = writing->casefile;
    const struct alert *alert = casefile->alert;
    name(beside, alert->name);
    name(beside, alert->service);
    name(beside, casefile->subject);
    line(beside, alert->summary);
    if (alert->starts_ns != 0)
        line(beside, time_format(writing->arena, alert->starts_ns));
    if (casefile->onset_known)
        line(beside, time_format(writing->arena, casefile->incident.start_ns));
    if (prose_onset_to_alert_ns(casefile) > 0)
        line(beside, span_format(writing->arena, prose_onset_to_alert_ns(casefile)));
}

static void add_services(struct writing *writing, struct buf *beside)
{
    const struct map *services = &writing->casefile->topology.nodes;
    for (uint32_t i = 0; i < services->count; i++)
        name(beside, services->keys[i]);
}

static void add_triage(struct buf *beside, const struct triage *triage)
{
    for (uint32_t i = 0; i < triage->affected_count; i++)
        name(beside, triage->affected[i]);
    buf_printf(beside, "%u %u %u\n", triage->affected_count, triage->services_count,
               triage->changes_count);
}

/* What the investigation itself consists of, and counts. */
static void add_course(struct writing *writing, struct buf *beside)
{
    const struct casefile *casefile = writing->casefile;
    uint32_t leads = 0, abandoned = 0, plans = 0, hypotheses = 0;
    for (const struct lead *it = casefile->leads; it; it = it->next, leads++) {
        name(beside, it->subject);
        abandoned += it->state == LEAD_ABANDONED;
    }
    for (const struct plan_entry *it = casefile->plans; it; it = it->next)
        plans++;
    for (const struct step_entry *it = casefile->steps; it; it = it->next) {
        name(beside, it->name);
        name(beside, it->runbook);
    }
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next, hypotheses++) {
        name(beside, it->subject);
        buf_printf(beside, "%d %.4f\n", prose_percent(it->confidence), prose_share(it->confidence));
    }
    buf_printf(beside, "%u %u %u %u %u %u\n", leads, abandoned, leads - abandoned, plans,
               hypotheses, casefile->steps_count);
    buf_printf(beside, "%u %g %g\n", casefile->budget.steps_max, CONFIDENCE_MIN,
               CONFIDENCE_MIN * 100);
    line(beside,
         span_format(writing->arena, casefile->budget.deadline.at_ns - casefile->opened_ns));
}

static void add_commands(struct buf *beside, const struct proposal *proposals)
{
    for (const struct proposal *it = proposals; it; it = it->next) {
        name(beside, it->subject);
        line(beside, it->command);
        line(beside, it->undo);
    }
}

/* ---- words ---- */

static bool passes(struct writing *writing, struct str words, struct buf *beside, struct err *err)
{
    return sentence_check_beside(words, buf_str(beside), writing->casefile->evidence, err);
}

/* The words if they may be told; else empty, and `before` with the words is in `removed`. */
static struct str checked(struct writing *writing, const char *before, struct str words,
                          struct buf *beside)
{
    struct err err = {0};
    if (passes(writing, words, beside, &err))
        return str_copy(writing->arena, words);
    writing_remove(writing, str_printf(writing->arena, "%s%.*s", before, STR_ARG(words)), err.text);
    return STR("");
}

static struct str with_citation(struct writing *writing, struct str words,
                                const struct evidence *evidence)
{
    const struct str citation = str_printf(writing->arena, "[E%u]", evidence->id);
    if (str_contains(words, citation))
        return words;
    return str_printf(writing->arena, "%.*s %.*s", STR_ARG(words), STR_ARG(citation));
}

/* The words with a citation of `by`, or as they are, or with the first that bears them out. */
static struct str cited(struct writing *writing, struct str words, struct str subject,
                        const struct evidence *by, struct buf *beside)
{
    struct err ignored = {0};
    if (words.len == 0)
        return words;
    const struct str with = by ? with_citation(writing, words, by) : words;
    if (passes(writing, with, beside, &ignored))
        return with;
    for (const struct evidence *it = writing->casefile->evidence; it; it = it->next) {
        if (it->bearing == BEARING_GAP || !str_eq(it->subject, subject))
            continue;
        const struct str candidate = with_citation(writing, with, it);
        if (passes(writing, candidate, beside, &ignored))
            return candidate;
    }
    return with;
}

/* ---- triage ---- */

/* Up to a stop that is followed by a blank, and the citations behind it. */
static bool next_sentence(struct str *rest, struct str *out)
{
    *rest = str_trim(*rest);
    bool quoted = false;
    size_t end = 0;
    for (; end < rest->len; end++) {
        const char c = rest->ptr[end];
        quoted = quoted != (c == '`');
        if (quoted || (c != '.' && c != '!' && c != '?') || end + 1 == rest->len)
            continue;
        const struct str after = str_slice(*rest, end + 1, rest->len);
        if (after.ptr[0] == ' ' && !str_starts(str_trim(after), STR("[E")))
            break;
    }
    *out = str_slice(*rest, 0, end + 1);
    *rest = str_slice(*rest, end + 1, rest->len);
    return out->len > 0;
}

static struct str sentences(struct writing *writing, struct str text, struct buf *beside)
{
    struct buf out = buf_new(writing->arena);
    struct str sentence;
    while (next_sentence(&text, &sentence)) {
        const struct str kept = checked(writing, "", sentence, beside);
        if (kept.len > 0 && out.len > 0)
            buf_add_char(&out, ' ');
        buf_add(&out, kept);
    }
    return buf_str(&out);
}

static void retell_triage(struct writing *writing)
{
    struct triage *told = &writing->report->triage;
    struct buf beside = buf_new(writing->arena);
    *told = writing->casefile->triage;
    add_alert(writing, &beside);
    add_services(writing, &beside);
    add_triage(&beside, told);
    told->severity_reason = sentences(writing, told->severity_reason, &beside);
    told->noise_reason = sentences(writing, told->noise_reason, &beside);
}

/* ---- proposals ---- */

static struct str command_or_none(struct writing *writing, struct str subject, struct str command)
{
    command = str_trim(command);
    const char *why = command.len > COMMAND_BYTES_MAX ? "it is too long to be approved"
                      : !escape_is_harmless(command)  ? "it holds characters that do not print"
                                                      : NULL;
    if (!why)
        return str_copy(writing->arena, command);
    writing_remove(writing, str_printf(writing->arena, "A command for `%.*s`.", STR_ARG(subject)),
                   why);
    return STR("");
}

/* False: what it is for is not borne out, so it is not proposed. */
static bool retell_proposal(struct writing *writing, const struct proposal *it,
                            struct proposal *told)
{
    struct buf beside = buf_new(writing->arena);
    add_alert(writing, &beside);
    add_services(writing, &beside);
    name(&beside, it->subject);
    line(&beside, it->command);
    line(&beside, it->undo);
    *told = (struct proposal){.kind = it->kind, .subject = it->subject};
    told->text = checked(writing, "", str_trim(it->text), &beside);
    if (told->text.len == 0)
        return false;
    told->command = command_or_none(writing, it->subject, it->command);
    if (told->command.len > 0) /* there is nothing to undo of what was not told */
        told->undo = command_or_none(writing, it->subject, it->undo);
    told->risk = checked(writing, "Risk: ", str_trim(it->risk), &beside);
    if (told->risk.len == 0 && it->risk.len > 0)
        told->risk = STR("What it may break is not known: what was said of it is not borne out.");
    return true;
}

static void retell_proposals(struct writing *writing)
{
    struct proposal **mitigations = &writing->report->mitigations;
    struct proposal **corrections = &writing->report->corrections;
    for (const struct proposal *it = writing->casefile->proposals; it; it = it->next) {
        struct proposal *told = arena_push(writing->arena, struct proposal);
        if (!retell_proposal(writing, it, told))
            continue;
        struct proposal ***end = it->kind == PROPOSAL_MITIGATION ? &mitigations : &corrections;
        **end = told;
        *end = &told->next;
    }
}

/* ---- the course of the investigation ---- */

static struct str why(struct writing *writing, const struct lead *lead, const char *was,
                      struct str words, const struct evidence *by, struct buf *beside)
{
    const struct str before =
        str_printf(writing->arena, "`%.*s` was %s: ", STR_ARG(lead->subject), was);
    const struct str subject = str_printf(writing->arena, "`%.*s`: ", STR_ARG(lead->subject));
    words = writing_without_stop(words);
    if (str_starts(words, subject)) /* it stands before them in any form */
        words = str_slice(words, subject.len, words.len);
    return checked(writing, before.ptr, cited(writing, words, lead->subject, by, beside), beside);
}

static void retell_lead(struct writing *writing, const struct lead *lead, struct lead *told)
{
    struct buf beside = buf_new(writing->arena);
    *told = *lead;
    told->next = NULL;
    told->reason = STR("");
    told->against = prose_stands(writing->report, lead->against) ? lead->against : NULL;
    add_alert(writing, &beside);
    name(&beside, lead->subject);
    if (lead->state == LEAD_ABANDONED) {
        told->reason = why(writing, lead, "given up", lead->reason, told->against, &beside);
        if (told->reason.len == 0 && told->against)
            told->reason = str_printf(writing->arena, "see [E%u]", told->against->id);
    }
    add_services(writing, &beside);
    told->because = why(writing, lead, "supposed", lead->because, NULL, &beside);
}

static void retell_leads(struct writing *writing)
{
    struct lead **end = &writing->report->leads;
    for (const struct lead *it = writing->casefile->leads; it; it = it->next) {
        struct lead *told = arena_push(writing->arena, struct lead);
        retell_lead(writing, it, told);
        *end = told;
        end = &told->next;
    }
}

static void retell_plans(struct writing *writing, struct buf *beside)
{
    struct plan_entry **end = &writing->report->plans;
    for (const struct plan_entry *it = writing->casefile->plans; it; it = it->next) {
        struct plan_entry *told = arena_push(writing->arena, struct plan_entry);
        *told = (struct plan_entry){
            .why = checked(writing, "", str_trim(it->why), beside),
            .text = it->text,
            .first_step_id = it->first_step_id,
        };
        *end = told;
        end = &told->next;
    }
}

static void retell_drafts(struct writing *writing, struct buf *beside)
{
    struct draft **end = &writing->report->drafts;
    for (const struct draft *it = writing->casefile->drafts; it; it = it->next) {
        const struct str text = checked(writing, "", str_trim(it->text), beside);
        if (text.len == 0)
            continue;
        *end = arena_push(writing->arena, struct draft);
        **end = (struct draft){.section = it->section, .text = text};
        end = &(*end)->next;
    }
}

void retell(struct writing *writing)
{
    retell_triage(writing);
    retell_proposals(writing);
    retell_leads(writing);

    struct buf beside = buf_new(writing->arena);
    add_alert(writing, &beside);
    add_services(writing, &beside);
    add_triage(&beside, &writing->casefile->triage);
    add_course(writing, &beside);
    retell_plans(writing, &beside);
    writing->report->stopped_because =
        checked(writing, "", str_trim(writing->casefile->stopped_because), &beside);
    add_commands(&beside, writing->report->mitigations);
    add_commands(&beside, writing->report->corrections);
    retell_drafts(writing, &beside);
}
