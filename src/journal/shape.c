/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/shape.h"

#include <math.h>
#include <string.h>

/* Far enough for all telemetry, and so that the distance of any two times has room in 64 bits. */
#define TIME_MIN (-(INT64_C(1) << 60))
#define TIME_MAX INT64_C(7500000000000000000)
#define SPAN_MAX (INT64_C(1) << 60)
#define INTEGER_MAX (INT64_C(1) << 53)

/* ---- names ---- */

#define NAME_OF(function, type, of)                                                                \
    static const char *function(unsigned number)                                                   \
    {                                                                                              \
        return of((enum type)number);                                                              \
    }

NAME_OF(name_of_signal, signal, signal_name)
NAME_OF(name_of_bearing, bearing, bearing_name)
NAME_OF(name_of_finding, finding, finding_name)
NAME_OF(name_of_kind, kind, kind_name)
NAME_OF(name_of_symptom, symptom, symptom_name)
NAME_OF(name_of_severity, severity, severity_name)
NAME_OF(name_of_noise, noise, noise_name)
NAME_OF(name_of_source_state, source_state, source_state_name)
NAME_OF(name_of_step_state, step_state, step_state_name)
NAME_OF(name_of_lead_state, lead_state, lead_state_name)
NAME_OF(name_of_proposal, proposal_kind, proposal_kind_name)

/* ---- tables ---- */

/* A struct of another size has a field that a journal would lose: tell it below, then here. */
#define KNOWN(type, bytes)                                                                         \
    _Static_assert(sizeof(void *) != 8 || sizeof(struct type) == (bytes),                          \
                   "struct " #type " has other fields now: give them a shape")

KNOWN(alert, 120);
KNOWN(casefile, 392);
KNOWN(triage, 72);
KNOWN(source_entry, 56);
KNOWN(plan_entry, 48);
KNOWN(step_entry, 120);
KNOWN(lead, 88);
KNOWN(evidence, 240);
KNOWN(hypothesis, 176);
KNOWN(proposal, 96);
KNOWN(draft, 40);
KNOWN(prose, 72);
KNOWN(consultation, 144);
KNOWN(exhibit_series, 72);
KNOWN(exhibit_template, 64);
KNOWN(exhibit_trace, 40);
KNOWN(exhibit_span, 72);
KNOWN(exhibit_change, 128);

#define AT(type, member) offsetof(struct type, member)
#define SIGNAL(type)                                                                               \
    {                                                                                              \
        "signal", SHAPE_NAME, AT(type, signal), name_of_signal, SIGNAL_TOPOLOGY + 1                \
    }
#define FINDING(type)                                                                              \
    {                                                                                              \
        "finding", SHAPE_NAME, AT(type, finding), name_of_finding, FINDINGS_COUNT                  \
    }
#define TEXT(type, member)                                                                         \
    {                                                                                              \
#member, SHAPE_TEXT, AT(type, member), NULL, 0                                             \
    }
#define COUNT(type, member)                                                                        \
    {                                                                                              \
#member, SHAPE_COUNT, AT(type, member), NULL, 0                                            \
    }
#define INTEGER(type, member)                                                                      \
    {                                                                                              \
#member, SHAPE_INTEGER, AT(type, member), NULL, 0                                          \
    }
#define TIME(type, member)                                                                         \
    {                                                                                              \
#member, SHAPE_TIME, AT(type, member), NULL, 0                                             \
    }
#define SPAN(type, member)                                                                         \
    {                                                                                              \
#member, SHAPE_SPAN, AT(type, member), NULL, 0                                             \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, SHAPE_TEXT, 0, NULL, 0                                                               \
    }

const struct shape alert_shapes[] = {
    TEXT(alert, id),      TEXT(alert, name),      TEXT(alert, status),  TEXT(alert, severity),
    TEXT(alert, service), TIME(alert, starts_ns), TEXT(alert, summary), END,
};

const struct shape case_shapes[] = {
    TEXT(casefile, subject),
    {"data", SHAPE_WINDOW, AT(casefile, data), NULL, 0},
    {"incident", SHAPE_WINDOW, AT(casefile, incident), NULL, 0},
    {"onset_known", SHAPE_BOOL, AT(casefile, onset_known), NULL, 0},
    SPAN(casefile, onset_error_ns),
    {"beyond_reach", SHAPE_BOOL, AT(casefile, beyond_reach), NULL, 0},
    {"symptom", SHAPE_NAME, AT(casefile, triage.symptom), name_of_symptom, SYMPTOMS_COUNT},
    {"severity", SHAPE_NAME, AT(casefile, triage.severity), name_of_severity, SEVERITY_HIGH + 1},
    {"severity_reason", SHAPE_TEXT, AT(casefile, triage.severity_reason), NULL, 0},
    {"noise", SHAPE_NAME, AT(casefile, triage.noise), name_of_noise, NOISE_LIKELY + 1},
    {"noise_reason", SHAPE_TEXT, AT(casefile, triage.noise_reason), NULL, 0},
    {"services_count", SHAPE_COUNT, AT(casefile, triage.services_count), NULL, 0},
    {"changes_count", SHAPE_COUNT, AT(casefile, triage.changes_count), NULL, 0},
    END,
};

const struct shape source_shapes[] = {
    TEXT(source_entry, name),
    {"state", SHAPE_NAME, AT(source_entry, state), name_of_source_state, SOURCE_BROKEN + 1},
    INTEGER(source_entry, rows),
    TEXT(source_entry, note),
    END,
};

const struct shape plan_shapes[] = {
    TEXT(plan_entry, why),
    TEXT(plan_entry, text),
    END,
};

const struct shape step_shapes[] = {
    COUNT(step_entry, id),
    TEXT(step_entry, name),
    TEXT(step_entry, runbook),
    {"lead", SHAPE_COUNT, AT(step_entry, lead_id), NULL, 0},
    {"state", SHAPE_NAME, AT(step_entry, state), name_of_step_state, STEP_FAILED + 1},
    TEXT(step_entry, outcome),
    SPAN(step_entry, started_ns),
    SPAN(step_entry, took_ns),
    END,
};

const struct shape lead_shapes[] = {
    COUNT(lead, id),
    TEXT(lead, subject),
    TEXT(lead, because),
    {"state", SHAPE_NAME, AT(lead, state), name_of_lead_state, LEAD_ABANDONED + 1},
    {"refuted", SHAPE_BOOL, AT(lead, refuted), NULL, 0},
    TEXT(lead, reason),
    {"first_step", SHAPE_COUNT, AT(lead, first_step_id), NULL, 0},
    {"last_step", SHAPE_COUNT, AT(lead, last_step_id), NULL, 0},
    END,
};

const struct shape evidence_shapes[] = {
    COUNT(evidence, id),
    {"step", SHAPE_COUNT, AT(evidence, step_id), NULL, 0},
    SIGNAL(evidence),
    {"bearing", SHAPE_NAME, AT(evidence, bearing), name_of_bearing, BEARING_GAP + 1},
    FINDING(evidence),
    {"kind", SHAPE_NAME, AT(evidence, kind), name_of_kind, KINDS_COUNT},
    {"eased", SHAPE_BOOL, AT(evidence, eased), NULL, 0},
    {"tells_place", SHAPE_BOOL, AT(evidence, tells_place), NULL, 0},
    TEXT(evidence, subject),
    TEXT(evidence, instance),
    TEXT(evidence, cause),
    {"window", SHAPE_WINDOW, AT(evidence, window), NULL, 0},
    TIME(evidence, onset_ns),
    SPAN(evidence, onset_error_ns),
    TEXT(evidence, claim),
    TEXT(evidence, query),
    {"strength", SHAPE_SHARE, AT(evidence, strength), NULL, 0},
    {"series_service", SHAPE_TEXT, AT(evidence, series.service), NULL, 0},
    {"series_instance", SHAPE_TEXT, AT(evidence, series.instance), NULL, 0},
    {"series_metric", SHAPE_TEXT, AT(evidence, series.metric), NULL, 0},
    TEXT(evidence, trace_id),
    TEXT(evidence, change),
    END,
};

const struct shape hypothesis_shapes[] = {
    TEXT(hypothesis, subject),
    TEXT(hypothesis, instance),
    TEXT(hypothesis, cause),
    FINDING(hypothesis),
    TIME(hypothesis, since_ns),
    {"score", SHAPE_SHARE, AT(hypothesis, score), NULL, 0},
    {"confidence", SHAPE_SHARE, AT(hypothesis, confidence), NULL, 0},
    TEXT(hypothesis, would_settle),
    {"kind", SHAPE_NAME, AT(hypothesis, kind), name_of_kind, KINDS_COUNT},
    END,
};

const struct shape proposal_shapes[] = {
    {"kind", SHAPE_NAME, AT(proposal, kind), name_of_proposal, PROPOSAL_CORRECTION + 1},
    TEXT(proposal, subject),
    TEXT(proposal, text),
    TEXT(proposal, command),
    TEXT(proposal, undo),
    TEXT(proposal, risk),
    END,
};

const struct shape draft_shapes[] = {
    TEXT(draft, section),
    TEXT(draft, text),
    END,
};

const struct shape prose_shapes[] = {
    TEXT(prose, part), TEXT(prose, text), TEXT(prose, cites), TEXT(prose, expert), END,
};

const struct shape consultation_shapes[] = {
    TEXT(consultation, ability),
    TEXT(consultation, task),
    TEXT(consultation, expert),
    TEXT(consultation, because),
    TEXT(consultation, failure),
    COUNT(consultation, questions),
    COUNT(consultation, repairs),
    COUNT(consultation, refused),
    {"tokens_in", SHAPE_INTEGER, AT(consultation, tokens_in), NULL, 0},
    {"tokens_out", SHAPE_INTEGER, AT(consultation, tokens_out), NULL, 0},
    {"money", SHAPE_REAL, AT(consultation, money), NULL, 0},
    SPAN(consultation, took_ns),
    SPAN(consultation, first_ns),
    END,
};

const struct shape series_shapes[] = {
    {"service", SHAPE_TEXT, AT(exhibit_series, name.service), NULL, 0},
    {"instance", SHAPE_TEXT, AT(exhibit_series, name.instance), NULL, 0},
    {"metric", SHAPE_TEXT, AT(exhibit_series, name.metric), NULL, 0},
    TIME(exhibit_series, onset_ns),
    END,
};

const struct shape template_shapes[] = {
    TEXT(exhibit_template, service),  TEXT(exhibit_template, text),
    TEXT(exhibit_template, exemplar), INTEGER(exhibit_template, before),
    INTEGER(exhibit_template, after), END,
};

const struct shape trace_shapes[] = {
    TEXT(exhibit_trace, trace_id),
    INTEGER(exhibit_trace, duration_us),
    END,
};

const struct shape span_shapes[] = {
    TEXT(exhibit_span, service),
    TEXT(exhibit_span, operation),
    TEXT(exhibit_span, status),
    INTEGER(exhibit_span, start_us),
    INTEGER(exhibit_span, duration_us),
    COUNT(exhibit_span, depth),
    END,
};

const struct shape change_shapes[] = {
    TEXT(exhibit_change, service),    TEXT(exhibit_change, id),
    TEXT(exhibit_change, author),     TEXT(exhibit_change, message),
    TEXT(exhibit_change, diff),       TEXT(exhibit_change, owners),
    TEXT(exhibit_change, revert),     TIME(exhibit_change, landed_ns),
    TIME(exhibit_change, brought_ns), END,
};

/* ---- writing ---- */

static const void *member_of(const struct shape *shape, const void *thing)
{
    return (const char *)thing + shape->offset;
}

static size_t size_of(const struct shape *shape)
{
    switch (shape->type) {
    case SHAPE_TEXT:
        return sizeof(struct str);
    case SHAPE_BOOL:
        return sizeof(bool);
    case SHAPE_COUNT:
    case SHAPE_NAME:
        return sizeof(uint32_t);
    case SHAPE_WINDOW:
        return sizeof(struct window);
    default:
        return sizeof(int64_t);
    }
}

static bool is_same(const struct shape *shape, const void *a, const void *b)
{
    const void *x = member_of(shape, a), *y = member_of(shape, b);
    if (shape->type == SHAPE_TEXT)
        return str_eq(*(const struct str *)x, *(const struct str *)y);
    return memcmp(x, y, size_of(shape)) == 0;
}

/* A name always stands there: zero is a name like any other. */
static bool is_empty(const struct shape *shape, const void *thing)
{
    static const char zeros[sizeof(struct window)];
    const void *member = member_of(shape, thing);
    if (shape->type == SHAPE_TEXT)
        return ((const struct str *)member)->len == 0;
    return shape->type != SHAPE_NAME && memcmp(member, zeros, size_of(shape)) == 0;
}

static void put_member(struct buf *out, const struct shape *shape, const void *thing)
{
    const void *member = member_of(shape, thing);
    json_put_key(out, shape->name);
    switch (shape->type) {
    case SHAPE_TEXT:
        json_put_text_exact(out, *(const struct str *)member);
        break;
    case SHAPE_BOOL:
        buf_add(out, *(const bool *)member ? STR("true") : STR("false"));
        break;
    case SHAPE_COUNT:
        buf_printf(out, "%u", *(const uint32_t *)member);
        break;
    case SHAPE_WINDOW: {
        const struct window *window = member;
        buf_printf(out, "{\"start_ns\":%lld,\"end_ns\":%lld}", (long long)window->start_ns,
                   (long long)window->end_ns);
        break;
    }
    case SHAPE_REAL:
    case SHAPE_SHARE:
        json_put_real_exact(out, *(const double *)member);
        break;
    case SHAPE_NAME:
        json_put_text(out, str_of(shape->name_of(*(const unsigned *)member)));
        break;
    default:
        buf_printf(out, "%lld", (long long)*(const int64_t *)member);
    }
}

void shape_put(struct buf *out, const struct shape *shapes, const void *thing)
{
    for (const struct shape *shape = shapes; shape->name; shape++)
        if (!is_empty(shape, thing))
            put_member(out, shape, thing);
}

void shape_put_changed(struct buf *out, const struct shape *shapes, const void *before,
                       const void *thing)
{
    for (const struct shape *shape = shapes; shape->name; shape++)
        if (!is_same(shape, before, thing))
            put_member(out, shape, thing);
}

bool shape_is_same(const struct shape *shapes, const void *a, const void *b)
{
    for (const struct shape *shape = shapes; shape->name; shape++)
        if (!is_same(shape, a, b))
            return false;
    return true;
}

/* ---- reading ---- */

bool shape_time_is_sane(int64_t time_ns)
{
    return time_ns >= TIME_MIN && time_ns <= TIME_MAX;
}

static bool get_integer(const json_t *json, int64_t least, int64_t most, int64_t *out)
{
    *out = json_integer_value(json);
    return json_is_integer(json) && *out >= least && *out <= most;
}

static bool get_count(const json_t *json, uint32_t *out)
{
    int64_t integer;
    const bool ok = get_integer(json, 0, UINT32_MAX, &integer);
    *out = (uint32_t)integer;
    return ok;
}

static bool get_real(const json_t *json, double least, double most, double *out)
{
    *out = json_number_value(json);
    return json_is_number(json) && *out >= least && *out <= most;
}

static bool get_window(const json_t *json, struct window *out)
{
    return get_integer(json_object_get(json, "start_ns"), TIME_MIN, TIME_MAX, &out->start_ns) &&
           get_integer(json_object_get(json, "end_ns"), TIME_MIN, TIME_MAX, &out->end_ns);
}

static bool get_name(const struct shape *shape, const json_t *json, unsigned *out)
{
    const char *name = json_string_value(json);
    for (unsigned i = 0; name && i < shape->names_count; i++)
        if (strcmp(shape->name_of(i), name) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static bool get_member(struct arena *arena, const struct shape *shape, const json_t *json,
                       void *member)
{
    switch (shape->type) {
    case SHAPE_TEXT:
        return json_get_text_exact(arena, json, member);
    case SHAPE_BOOL:
        *(bool *)member = json_is_true(json);
        return json_is_boolean(json);
    case SHAPE_COUNT:
        return get_count(json, member);
    case SHAPE_INTEGER:
        return get_integer(json, -INTEGER_MAX, INTEGER_MAX, member);
    case SHAPE_TIME:
        return get_integer(json, TIME_MIN, TIME_MAX, member);
    case SHAPE_SPAN:
        return get_integer(json, -SPAN_MAX, SPAN_MAX, member);
    case SHAPE_WINDOW:
        return get_window(json, member);
    case SHAPE_REAL:
        return get_real(json, -HUGE_VAL, HUGE_VAL, member);
    case SHAPE_SHARE:
        return get_real(json, 0, 1, member);
    case SHAPE_NAME:
        return get_name(shape, json, member);
    }
    return false;
}

static const char *wanted(const struct shape *shape)
{
    static const char *const texts[] = {
        [SHAPE_TEXT] = "a text",
        [SHAPE_BOOL] = "true or false",
        [SHAPE_COUNT] = "a whole number from 0 on",
        [SHAPE_INTEGER] = "a whole number of at most 53 bits",
        [SHAPE_TIME] = "a time in nanoseconds since 1970",
        [SHAPE_SPAN] = "a span in nanoseconds",
        [SHAPE_WINDOW] = "a window: {\"start_ns\": 1, \"end_ns\": 2}",
        [SHAPE_REAL] = "a number",
        [SHAPE_SHARE] = "a number from 0 to 1",
        [SHAPE_NAME] = "one of its names",
    };
    return texts[shape->type];
}

bool shape_get_changed(struct arena *arena, const struct shape *shapes, const json_t *object,
                       void *thing, struct err *err)
{
    if (!json_is_object(object))
        return err_set(err, ERR_CORRUPT, "an object is wanted");
    for (const struct shape *shape = shapes; shape->name; shape++) {
        const json_t *json = json_object_get(object, shape->name);
        if (json && !get_member(arena, shape, json, (char *)thing + shape->offset))
            return err_set(err, ERR_CORRUPT, "%s: %s is wanted", shape->name, wanted(shape));
    }
    return true;
}

bool shape_get(struct arena *arena, const struct shape *shapes, const json_t *object, void *thing,
               struct err *err)
{
    for (const struct shape *shape = shapes; shape->name; shape++)
        if (shape->type == SHAPE_TEXT)
            memcpy((char *)thing + shape->offset, &STR(""), sizeof(struct str));
        else
            memset((char *)thing + shape->offset, 0, size_of(shape));
    return shape_get_changed(arena, shapes, object, thing, err);
}
