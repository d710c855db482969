/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for programs; report.schema.json describes it. Names are stable: what changes its
 * meaning gets a new name, and the schema version counts such changes.
 */
#include "report/escape.h"
#include "report/prose.h"

#include "base/arena.h"
#include "report/told.h"

#include <jansson.h>
#include <math.h>

#define SCHEMA_VERSION 4
#define REAL_DIGITS 15 /* rounded numbers print as they were rounded */

struct writer {
    const struct report *report;
    struct arena *arena;
};

static json_t *text(const struct writer *writer, struct str text)
{
    const struct str valid = escape_utf8(writer->arena, text);
    return json_stringn(valid.ptr, valid.len);
}

static json_t *text_or_null(const struct writer *writer, struct str s)
{
    return s.len > 0 ? text(writer, s) : json_null();
}

static json_t *time_or_null(const struct writer *writer, int64_t time_ns)
{
    return time_ns != 0 ? text(writer, time_format_rfc3339(writer->arena, time_ns)) : json_null();
}

static json_t *share(double number)
{
    return json_real(round(prose_share(number) * 1e4) / 1e4);
}

static json_t *citation(const struct writer *writer, const struct evidence *evidence)
{
    return text(writer, str_printf(writer->arena, "E%u", evidence->id));
}

static json_t *sentences(const struct writer *writer, const struct sentence *list)
{
    json_t *array = json_array();
    for (; list; list = list->next)
        json_array_append_new(array, text(writer, list->text));
    return array;
}

static json_t *alert_object(const struct writer *writer)
{
    const struct alert *alert = writer->report->casefile->alert;
    json_t *labels = json_object();
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        const struct str name = escape_utf8(writer->arena, alert->labels[i].name);
        /* the first of a name wins, as in alert_label() */
        if (!json_object_getn(labels, name.ptr, name.len))
            json_object_setn_new(labels, name.ptr, name.len, text(writer, alert->labels[i].value));
    }
    json_t *object = json_object();
    json_object_set_new(object, "id", text(writer, alert->id));
    json_object_set_new(object, "name", text(writer, alert->name));
    json_object_set_new(object, "status", text(writer, alert->status));
    json_object_set_new(object, "severity", text(writer, alert->severity));
    json_object_set_new(object, "service", text(writer, alert->service));
    json_object_set_new(object, "starts_at", time_or_null(writer, alert->starts_ns));
    json_object_set_new(object, "summary", text(writer, alert->summary));
    json_object_set_new(object, "labels", labels);
    return object;
}

/* Who reads only this must not take a guess for a finding: the guess stands in `hypotheses`. */
static json_t *verdict_object(const struct writer *writer)
{
    const struct hypothesis *best = writer->report->best;
    const bool known = writer->report->known;
    json_t *object = json_object();
    json_object_set_new(object, "known", json_boolean(known));
    json_object_set_new(object, "subject", known ? text(writer, best->subject) : json_null());
    json_object_set_new(object, "instance",
                        known ? text_or_null(writer, best->instance) : json_null());
    json_object_set_new(object, "cause",
                        known ? text(writer, prose_cause(writer->report, best)) : json_null());
    json_object_set_new(object, "finding",
                        known ? json_string(finding_name(best->finding)) : json_null());
    json_object_set_new(object, "kind", known ? json_string(kind_name(best->kind)) : json_null());
    json_object_set_new(object, "confidence", share(best ? best->confidence : 0));
    json_object_set_new(object, "since",
                        time_or_null(writer, known ? prose_since(writer->report, best) : 0));
    return object;
}

static json_t *cited(const struct writer *writer, const struct evidence *const *list,
                     uint32_t count)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++)
        if (prose_stands(writer->report, list[i]))
            json_array_append_new(array, citation(writer, list[i]));
    return array;
}

static json_t *weight(double number)
{
    return json_real(isfinite(number) ? round(number * 1e4) / 1e4 : 0);
}

static json_t *contributions(const struct writer *writer, const struct hypothesis *hypothesis)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < hypothesis->contributions_count; i++) {
        const struct contribution *it = &hypothesis->contributions[i];
        if (!prose_stands(writer->report, it->evidence))
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "evidence", citation(writer, it->evidence));
        json_object_set_new(object, "weight", weight(it->weight));
        json_object_set_new(object, "left", weight(it->left));
        json_object_set_new(object, "share", share(it->share));
        json_object_set_new(object, "explained_by", text_or_null(writer, it->explained_by));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *hypotheses(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct hypothesis *it = writer->report->best; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "subject", text(writer, it->subject));
        json_object_set_new(object, "instance", text_or_null(writer, it->instance));
        json_object_set_new(object, "cause", text(writer, prose_cause(writer->report, it)));
        json_object_set_new(object, "finding", json_string(finding_name(it->finding)));
        json_object_set_new(object, "kind", json_string(kind_name(it->kind)));
        json_object_set_new(object, "confidence", share(it->confidence));
        json_object_set_new(object, "since", time_or_null(writer, prose_since(writer->report, it)));
        json_object_set_new(object, "for", cited(writer, it->cited_for, it->cited_for_count));
        json_object_set_new(object, "against",
                            cited(writer, it->cited_against, it->cited_against_count));
        json_object_set_new(object, "would_settle", text(writer, it->would_settle));
        json_object_set_new(object, "place", share(it->place));
        json_object_set_new(object, "age", share(it->age));
        json_object_set_new(object, "contributions", contributions(writer, it));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *window_object(const struct writer *writer, struct window window)
{
    json_t *object = json_object();
    json_object_set_new(object, "start", time_or_null(writer, window.start_ns));
    json_object_set_new(object, "end", time_or_null(writer, window.end_ns));
    return object;
}

static json_t *evidence_object(const struct writer *writer, const struct evidence *it)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", citation(writer, it));
    json_object_set_new(object, "signal", json_string(signal_name(it->signal)));
    json_object_set_new(object, "bearing", json_string(bearing_name(it->bearing)));
    json_object_set_new(object, "finding", json_string(finding_name(it->finding)));
    json_object_set_new(object, "subject", text(writer, it->subject));
    json_object_set_new(object, "instance", text_or_null(writer, it->instance));
    json_object_set_new(object, "window", window_object(writer, it->window));
    json_object_set_new(object, "onset", time_or_null(writer, it->onset_ns));
    json_object_set_new(object, "onset_error_s",
                        it->onset_error_ns > 0 ? json_real((double)it->onset_error_ns / 1e9)
                                               : json_null());
    json_object_set_new(object, "claim", text(writer, it->claim));
    json_object_set_new(object, "query", text(writer, it->query));
    json_object_set_new(object, "strength", share(it->strength));
    return object;
}

static json_t *evidence(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct evidence *it = writer->report->casefile->evidence; it; it = it->next)
        if (it->bearing != BEARING_GAP)
            json_array_append_new(array, evidence_object(writer, it));
    return array;
}

static json_t *gaps(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct evidence *it = writer->report->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_GAP)
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "signal", json_string(signal_name(it->signal)));
        json_object_set_new(object, "subject", text(writer, it->subject));
        json_object_set_new(object, "text", text(writer, it->claim));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *sources(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct source_entry *it = writer->report->casefile->sources; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "name", text(writer, it->name));
        json_object_set_new(object, "state", json_string(source_state_name(it->state)));
        json_object_set_new(object, "rows", json_integer(it->rows));
        json_object_set_new(object, "note", text(writer, it->note));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *withdrawn(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct withdrawal *it = writer->report->casefile->withdrawn; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "id", citation(writer, it->evidence));
        json_object_set_new(object, "claim", text(writer, it->evidence->claim));
        json_object_set_new(object, "why", text(writer, it->why));
        json_array_append_new(array, object);
    }
    return array;
}

static double milliseconds(int64_t span_ns)
{
    return round((double)span_ns / 1e4) / 1e2;
}

/* What a step was given and gave is JSON already; where it is none, null. */
static json_t *object_or_null(struct str json)
{
    json_t *value = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(value))
        return value;
    json_decref(value);
    return json_null();
}

static json_t *number_or_null(uint32_t number)
{
    return number != 0 ? json_integer(number) : json_null();
}

static json_t *triage_object(const struct writer *writer)
{
    const struct triage *triage = &writer->report->triage;
    json_t *affected = json_array();
    for (uint32_t i = 0; i < triage->affected_count; i++)
        json_array_append_new(affected, text(writer, triage->affected[i]));
    json_t *object = json_object();
    json_object_set_new(object, "symptom", json_string(symptom_name(triage->symptom)));
    json_object_set_new(object, "severity", json_string(severity_name(triage->severity)));
    json_object_set_new(object, "severity_reason", text(writer, triage->severity_reason));
    json_object_set_new(object, "noise", json_string(noise_name(triage->noise)));
    json_object_set_new(object, "noise_reason", text(writer, triage->noise_reason));
    json_object_set_new(object, "history", sentences(writer, writer->report->history));
    json_object_set_new(object, "affected", affected);
    json_object_set_new(object, "services", json_integer(triage->services_count));
    json_object_set_new(object, "changes", json_integer(triage->changes_count));
    if (writer->report->seen)
        json_object_set_new(object, "seen_before", sentences(writer, writer->report->seen));
    return object;
}

static json_t *proposals(const struct writer *writer, const struct proposal *list)
{
    json_t *array = json_array();
    for (; list; list = list->next) {
        json_t *object = json_object();
        json_object_set_new(object, "subject", text(writer, list->subject));
        json_object_set_new(object, "text", text(writer, list->text));
        json_object_set_new(object, "command", text_or_null(writer, list->command));
        json_object_set_new(object, "undo", text_or_null(writer, list->undo));
        json_object_set_new(object, "risk", text_or_null(writer, list->risk));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *blamed_object(const struct writer *writer, const struct blamed *it)
{
    static const struct exhibit_change nothing;
    const struct exhibit_change *change = it->change ? it->change : &nothing;
    json_t *object = json_object();
    json_object_set_new(object, "id", text(writer, it->evidence->change));
    json_object_set_new(object, "probability", share(it->probability));
    json_object_set_new(object, "evidence", citation(writer, it->evidence));
    json_object_set_new(object, "why", text(writer, it->why));
    json_object_set_new(object, "service", text_or_null(writer, it->evidence->subject));
    json_object_set_new(object, "author", text_or_null(writer, change->author));
    json_object_set_new(object, "message", text_or_null(writer, change->message));
    json_object_set_new(object, "landed", time_or_null(writer, change->landed_ns));
    json_object_set_new(object, "deployed", time_or_null(writer, change->brought_ns));
    json_object_set_new(object, "diff", text_or_null(writer, change->diff));
    json_object_set_new(object, "owners", text_or_null(writer, change->owners));
    json_object_set_new(object, "revert", text_or_null(writer, it->revert));
    return object;
}

static json_t *changes(const struct writer *writer)
{
    const struct report *report = writer->report;
    json_t *candidates = json_array();
    for (const struct blamed *it = report->blamed; it; it = it->next)
        json_array_append_new(candidates, blamed_object(writer, it));
    json_t *object = json_object();
    json_object_set_new(object, "named", json_boolean(report->blames));
    json_object_set_new(object, "text", text_or_null(writer, report->blame));
    json_object_set_new(object, "candidates", candidates);
    return object;
}

static json_t *plans(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct plan_entry *it = writer->report->plans; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "why", text(writer, it->why));
        json_object_set_new(object, "text", text(writer, it->text));
        json_object_set_new(object, "first_step", json_integer(it->first_step_id));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *found_for(const struct writer *writer, const struct lead *lead)
{
    const struct casefile *casefile = writer->report->casefile;
    json_t *array = json_array();
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing != BEARING_GAP && prose_lead_of(casefile, it) == lead->id)
            json_array_append_new(array, citation(writer, it));
    return array;
}

static json_t *leads(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct lead *it = writer->report->leads; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "id", json_integer(it->id));
        json_object_set_new(object, "subject", text(writer, it->subject));
        json_object_set_new(object, "because", text(writer, it->because));
        json_object_set_new(object, "state", json_string(lead_state_name(it->state)));
        json_object_set_new(object, "reason", text_or_null(writer, it->reason));
        json_object_set_new(object, "against",
                            it->against ? citation(writer, it->against) : json_null());
        json_object_set_new(object, "first_step", number_or_null(it->first_step_id));
        json_object_set_new(object, "last_step", number_or_null(it->last_step_id));
        json_object_set_new(object, "found", found_for(writer, it));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *drafts(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct draft *it = writer->report->drafts; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "section", text(writer, it->section));
        json_object_set_new(object, "text", text(writer, it->text));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *steps(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct step_entry *it = writer->report->casefile->steps; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "id", json_integer(it->id));
        json_object_set_new(object, "name", text(writer, it->name));
        json_object_set_new(object, "runbook", text_or_null(writer, it->runbook));
        json_object_set_new(object, "lead", number_or_null(it->lead_id));
        json_object_set_new(object, "state", json_string(step_state_name(it->state)));
        json_object_set_new(object, "input", object_or_null(it->input));
        json_object_set_new(object, "output", object_or_null(it->output));
        json_object_set_new(object, "outcome", text(writer, it->outcome));
        json_object_set_new(object, "started_ms", json_real(milliseconds(it->started_ns)));
        json_object_set_new(object, "took_ms", json_real(milliseconds(it->took_ns)));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *prose(const struct writer *writer)
{
    json_t *array = json_array();
    for (const struct telling *it = writer->report->tellings; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "part", text(writer, it->part));
        json_object_set_new(object, "by", text_or_null(writer, it->by));
        json_object_set_new(object, "sentences", sentences(writer, it->sentences));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *models(const struct writer *writer)
{
    json_t *array = json_array();
    const struct consultation *it = writer->report->casefile->consultations;
    for (; it; it = it->next) {
        json_t *object = json_object();
        json_object_set_new(object, "expert", text_or_null(writer, it->expert));
        json_object_set_new(object, "ability", text(writer, it->ability));
        json_object_set_new(object, "task", text(writer, it->task));
        json_object_set_new(object, "because", text_or_null(writer, it->because));
        json_object_set_new(object, "failure", text_or_null(writer, it->failure));
        json_object_set_new(object, "questions", json_integer(it->questions));
        json_object_set_new(object, "repairs", json_integer(it->repairs));
        json_object_set_new(object, "refused", json_integer(it->refused));
        json_object_set_new(object, "tokens_in", json_integer((json_int_t)it->tokens_in));
        json_object_set_new(object, "tokens_out", json_integer((json_int_t)it->tokens_out));
        json_object_set_new(object, "cost", json_real(round(it->money * 1e6) / 1e6));
        json_object_set_new(object, "took_ms", json_real(milliseconds(it->took_ns)));
        json_object_set_new(object, "first_ms", json_real(milliseconds(it->first_ns)));
        json_array_append_new(array, object);
    }
    return array;
}

static int append(const char *bytes, size_t len, void *out)
{
    buf_add(out, (struct str){.ptr = bytes, .len = len});
    return 0;
}

static void render(const struct report *report, struct buf *out)
{
    const struct writer writer = {.report = report, .arena = out->arena};
    json_t *timings = json_object();
    json_object_set_new(timings, "total_ms", json_real(milliseconds(report->took_ns)));

    json_t *root = json_object();
    json_object_set_new(root, "schema_version", json_integer(SCHEMA_VERSION));
    json_object_set_new(root, "alert", alert_object(&writer));
    json_object_set_new(root, "verdict", verdict_object(&writer));
    json_object_set_new(root, "summary", sentences(&writer, report->summary));
    json_object_set_new(root, "mitigations", proposals(&writer, report->mitigations));
    json_object_set_new(root, "changes", changes(&writer));
    json_object_set_new(root, "triage", triage_object(&writer));
    json_object_set_new(root, "impact", sentences(&writer, report->impact));
    json_object_set_new(root, "hypotheses", hypotheses(&writer));
    json_object_set_new(root, "evidence", evidence(&writer));
    json_object_set_new(root, "gaps", gaps(&writer));
    json_object_set_new(root, "sources", sources(&writer));
    json_object_set_new(root, "withdrawn", withdrawn(&writer));
    json_object_set_new(root, "removed", sentences(&writer, report->removed));
    json_object_set_new(root, "next_steps", sentences(&writer, report->next_steps));
    json_object_set_new(root, "corrections", proposals(&writer, report->corrections));
    json_object_set_new(root, "plans", plans(&writer));
    json_object_set_new(root, "leads", leads(&writer));
    json_object_set_new(root, "stopped_because", text_or_null(&writer, report->stopped_because));
    json_object_set_new(root, "steps", steps(&writer));
    json_object_set_new(root, "postmortem", drafts(&writer));
    if (report->tellings)
        json_object_set_new(root, "prose", prose(&writer));
    if (report->casefile->consultations) /* no word of models where none was asked */
        json_object_set_new(root, "models", models(&writer));
    json_object_set_new(root, "timings", timings);

    json_dump_callback(root, append, out, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS));
    buf_add_char(out, '\n');
    json_decref(root);
}

const struct renderer renderer_json = {
    .name = "json",
    .media_type = "application/json",
    .summary = "Everything, for programs; see report.schema.json",
    .render = render,
};
