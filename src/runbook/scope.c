/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/scope.h"

#include "base/arena.h"

#define SHOWS_MIN 0.5 /* of strength: weaker evidence is no reason to follow a whole runbook */

const struct field alert_fields[] = {
    {"name", TYPE_TEXT, 0, "its name", NULL},
    {"service", TYPE_TEXT, 0, "the service that it names", NULL},
    {"severity", TYPE_TEXT, 0, "as it says itself", NULL},
    {"symptom", TYPE_TEXT, 0,
     "what it complains about: latency, errors, saturation, crash, scheduling, database, network, "
     "backlog, missing, traffic or unknown",
     NULL},
    {"summary", TYPE_TEXT, 0, "its words", NULL},
    {"starts", TYPE_TIME, 0, "when it fired", NULL},
    {0},
};

const struct field case_fields[] = {
    {"subject", TYPE_TEXT, 0, "the service that the alert is about", NULL},
    {"onset", TYPE_TIME, 0, "when the incident began", NULL},
    {"onset_known", TYPE_BOOL, 0, "whether the data show when it began", NULL},
    {"window", TYPE_WINDOW, 0, "from the onset to the end of the data", NULL},
    {"changed", TYPE_BOOL, 0, "whether anything was changed in the hour before the alert", NULL},
    {"findings", TYPE_INT, 0, "pieces of evidence so far", NULL},
    {"held", TYPE_INT, 0, "hypotheses that were verified and stand", NULL},
    {"abandoned", TYPE_INT, 0, "hypotheses that were given up", NULL},
    {0},
};

const struct field sources_fields[] = {
    {"metrics", TYPE_BOOL, 0, "whether there are series", NULL},
    {"logs", TYPE_BOOL, 0, "whether there are log lines", NULL},
    {"traces", TYPE_BOOL, 0, "whether there are spans", NULL},
    {"events", TYPE_BOOL, 0, "whether there are events or states of objects", NULL},
    {"changes", TYPE_BOOL, 0, "whether there are changes", NULL},
    {"topology", TYPE_BOOL, 0, "whether it is declared who calls whom", NULL},
    {0},
};

const struct field shows_fields[] = {
#define X(id, name, text) {name, TYPE_BOOL, 0, "of anyone: " text, NULL},
    FINDINGS(X)
#undef X
        {0},
};

const struct field lead_fields[] = {
    {"subject", TYPE_TEXT, 0, "the service, host or object that is suspected", NULL},
    {"because", TYPE_TEXT, 0, "why", NULL},
    {0},
};

static void set_text(const struct record *record, const char *name, struct str text)
{
    if (text.len > 0)
        *record_at(record, name) = value_text(text);
}

static struct record scope_alert(struct arena *arena, const struct casefile *casefile)
{
    const struct alert *alert = casefile->alert;
    const struct record record = record_new(arena, alert_fields);
    set_text(&record, "name", alert->name);
    set_text(&record, "service", alert->service);
    set_text(&record, "severity", alert->severity);
    set_text(&record, "symptom", str_of(symptom_name(casefile->triage.symptom)));
    set_text(&record, "summary", alert->summary);
    *record_at(&record, "starts") = value_time(alert->starts_ns);
    return record;
}

static uint32_t leads_that(const struct casefile *casefile, enum lead_state state)
{
    uint32_t count = 0;
    for (const struct lead *lead = casefile->leads; lead; lead = lead->next)
        count += lead->state == state;
    return count;
}

static struct record scope_case(struct arena *arena, const struct casefile *casefile)
{
    const struct record record = record_new(arena, case_fields);
    set_text(&record, "subject", casefile->subject);
    if (casefile->incident.start_ns != 0) {
        *record_at(&record, "onset") = value_time(casefile->incident.start_ns);
        *record_at(&record, "window") =
            (struct value){.type = TYPE_WINDOW, .known = true, .window = casefile->incident};
    }
    *record_at(&record, "onset_known") = value_bool(casefile->onset_known);
    *record_at(&record, "changed") = value_bool(casefile->triage.changes_count > 0);
    *record_at(&record, "findings") = value_int(casefile->evidence_count);
    *record_at(&record, "held") = value_int(leads_that(casefile, LEAD_HELD));
    *record_at(&record, "abandoned") = value_int(leads_that(casefile, LEAD_ABANDONED));
    return record;
}

static const struct {
    const char *source; /* a word of its name */
    const char *field;
    enum signal signal;
} signals[] = {
    {"metric", "metrics", SIGNAL_METRICS},     {"log", "logs", SIGNAL_LOGS},
    {"trace", "traces", SIGNAL_TRACES},        {"change", "changes", SIGNAL_CHANGES},
    {"event", "events", SIGNAL_EVENTS},        {"state", "events", SIGNAL_EVENTS},
    {"topology", "topology", SIGNAL_TOPOLOGY},
};

unsigned scope_signals(const struct casefile *casefile)
{
    unsigned bits = 0;
    for (const struct source_entry *entry = casefile->sources; entry; entry = entry->next)
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
            if (entry->rows > 0 && str_contains(entry->name, str_of(signals[i].source)))
                bits |= 1u << signals[i].signal;
    return bits;
}

static struct record scope_sources(struct arena *arena, const struct casefile *casefile)
{
    const struct record record = record_new(arena, sources_fields);
    const unsigned bits = scope_signals(casefile);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        *record_at(&record, signals[i].field) = value_bool((bits & (1u << signals[i].signal)) != 0);
    return record;
}

static struct record scope_shows(struct arena *arena, const struct casefile *casefile)
{
    const struct record record = record_new(arena, shows_fields);
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        record.values[finding] = value_bool(false);
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->strength >= SHOWS_MIN)
            record.values[it->finding] = value_bool(true);
    return record;
}

struct record scope_root(struct arena *arena, const struct casefile *casefile, enum root_kind root)
{
    switch (root) {
    case ROOT_ALERT:
        return scope_alert(arena, casefile);
    case ROOT_CASE:
        return scope_case(arena, casefile);
    case ROOT_SOURCES:
        return scope_sources(arena, casefile);
    default:
        return scope_shows(arena, casefile);
    }
}

struct record scope_lead(struct arena *arena, const struct lead *lead)
{
    const struct record record = record_new(arena, lead_fields);
    set_text(&record, "subject", lead->subject);
    set_text(&record, "because", lead->because);
    return record;
}
