/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: which service the alert is about, and when it began. Both are written into the case,
 * because every later step compares before with after.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "agent/trials.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <ctype.h>

/* Without any series to tell, an alert is taken to fire this long after its cause. */
#define LAG_NS_DEFAULT (120 * NS_PER_S)
#define CLEAR_SPLIT 10.83 /* of calls and lines; p = .001 for a single trial */
#define WORD_LEN_MIN 4    /* shorter words of a summary are words of the language, not names */

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"subject", TYPE_TEXT, FIELD_OPTIONAL, "the service that the alert is about", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.' || c == '/';
}

/* Whether a service is meant by a word: its name, or its name up to a version or suffix. */
static bool means(struct str word, struct str service)
{
    return word.len >= WORD_LEN_MIN && service.len >= word.len &&
           str_find_no_case(str_slice(service, 0, word.len), word) == 0 &&
           (service.len == word.len || service.ptr[word.len] == '-' ||
            service.ptr[word.len] == '_');
}

static bool is_in(const struct column *services, size_t count, struct str name)
{
    for (size_t row = 0; row < count; row++)
        if (str_eq(services->texts[row], name))
            return true;
    return false;
}

/* The alert's service, or else the one that a word of its text means; of several the shortest. */
static struct str subject_of(const struct alert *alert, const struct column *services, size_t count)
{
    if (is_in(services, count, alert->service))
        return alert->service;
    struct str best = STR("");
    const struct str texts[] = {alert->service, alert->summary, alert->name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str rest = texts[i];
        while (rest.len > 0) {
            size_t len = 0;
            while (len < rest.len && is_name_char(rest.ptr[len]))
                len++;
            for (size_t row = 0; row < count && len > 0; row++) {
                const struct str service = services->texts[row];
                if (means(str_slice(rest, 0, len), service) &&
                    (best.len == 0 || service.len < best.len))
                    best = service;
            }
            rest = str_slice(rest, len + 1, rest.len);
        }
    }
    return best;
}

static bool find_subject(struct call *call, struct err *err)
{
    struct casefile *casefile = call->casefile;
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT DISTINCT service FROM (SELECT service::VARCHAR AS service FROM "
                            "metrics UNION ALL "
                            "SELECT service FROM logs UNION ALL SELECT service FROM traces UNION "
                            "ALL SELECT caller FROM topology UNION ALL SELECT callee FROM topology)"
                            " WHERE service <> '' ORDER BY 1"),
                        &rows, err))
        return false;
    const struct str subject =
        subject_of(casefile->alert, batch_column(rows, "service"), rows->rows);
    casefile->subject = str_copy(casefile->arena, subject);
    casefile->triage.services_count = (uint32_t)rows->rows;
    return true;
}

/* latency or errors where the alert's labels name such a metric; else nothing. */
static struct str alert_kind(const struct alert *alert)
{
    const struct str metric = alert_label(alert, "metric");
    if (metric.len == 0)
        return STR("");
    switch (metric_meaning_of(metric).kind) {
    case METRIC_LATENCY:
        return STR("latency");
    case METRIC_ERRORS:
    case METRIC_SUCCESS:
        return STR("errors");
    default:
        return STR("");
    }
}

/* A witness of the onset, and how fine its clock is; onset_ns is 0 where it cannot tell. */
struct witness {
    int64_t onset_ns;
    int64_t step_ns;
};

static bool ask_metrics(struct call *call, struct witness *out, struct err *err)
{
    const struct alert *alert = call->casefile->alert;
    const struct tool *tool = agent_tool(STR("metrics.onset"));
    struct record in = record_new(call->scratch, tool->sig.input), answer;
    *record_at(&in, "alert") = value_time(alert->starts_ns);
    if (alert_kind(alert).len > 0) {
        *record_at(&in, "service") = value_text(call->casefile->subject);
        *record_at(&in, "kind") = value_text(alert_kind(alert));
        *record_at(&in, "statistic") = value_text(alert_label(alert, "statistic"));
    }
    if (!agent_use(call, "metrics.onset", &in, &answer, err))
        return false;
    const struct value *onset = record_at(&answer, "onset");
    *out = (struct witness){.onset_ns = onset->known ? onset->integer : 0,
                            .step_ns = record_at(&answer, "step")->integer};
    return true;
}

/* Adds what one tool's candidates weigh to the weights; both tools have the same candidates. */
static bool add_candidates(struct call *call, const char *tool_name, double weights[TRIAL_BINS],
                           int64_t onsets[TRIAL_BINS], struct err *err)
{
    struct record in = record_new(call->scratch, agent_tool(str_of(tool_name))->sig.input), out;
    *record_at(&in, "alert") = value_time(call->casefile->alert->starts_ns);
    if (!agent_use(call, tool_name, &in, &out, err))
        return false;
    const struct batch *rows = record_at(&out, "candidates")->rows;
    for (size_t row = 0; row < rows->rows && row < TRIAL_BINS; row++) {
        weights[row] += batch_column(rows, "weight")->reals[row];
        onsets[row] = batch_column(rows, "onset")->integers[row];
    }
    return true;
}

/* Calls and log lines, together: the candidate that splits them best, if it splits them clearly. */
static bool ask_requests(struct call *call, struct witness *out, struct err *err)
{
    double weights[TRIAL_BINS] = {0};
    int64_t onsets[TRIAL_BINS] = {0};
    if (!add_candidates(call, "traces.onset", weights, onsets, err) ||
        !add_candidates(call, "logs.onset", weights, onsets, err))
        return false;
    *out = (struct witness){.step_ns = TRIAL_BIN_NS};
    double best = CLEAR_SPLIT;
    for (int bin = 0; bin < TRIAL_BINS; bin++)
        if (weights[bin] > best) {
            best = weights[bin];
            out->onset_ns = onsets[bin];
        }
    return true;
}

/* The witness with the finer clock is believed, if it can tell at all; the other is not even asked.
 */
static bool find_onset(struct call *call, struct witness *out, struct err *err)
{
    struct err none = {0};
    *out = (struct witness){0};
    if (!ask_metrics(call, out, &none) && none.kind != ERR_NOT_FOUND)
        return err_set(err, none.kind, "%s", none.text);
    if (out->onset_ns != 0 && out->step_ns <= TRIAL_BIN_NS)
        return true;
    struct witness requests;
    if (!ask_requests(call, &requests, err))
        return false;
    if (requests.onset_ns != 0)
        *out = requests;
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct casefile *casefile = call->casefile;
    if (!find_subject(call, err))
        return false;

    struct witness witness;
    if (!find_onset(call, &witness, err))
        return false;
    casefile->onset_known = witness.onset_ns != 0;
    casefile->onset_error_ns = casefile->onset_known ? 2 * witness.step_ns : LAG_NS_DEFAULT;
    const int64_t onset_ns =
        casefile->onset_known ? witness.onset_ns : casefile->alert->starts_ns - LAG_NS_DEFAULT;
    casefile->incident = (struct window){
        .start_ns = onset_ns,
        .end_ns = casefile->data.end_ns > onset_ns ? casefile->data.end_ns : onset_ns + 1,
    };
    if (!casefile->onset_known && casefile->data.end_ns > casefile->data.start_ns + 1)
        casefile_add_gap(casefile, SIGNAL_METRICS, STR(""),
                         STR("No series shows when the incident began; it is taken to be two "
                             "minutes before the alert."));
    if (casefile->subject.len > 0)
        *record_at(out, "subject") = value_text(casefile->subject);
    *record_at(out, "onset") = value_time(onset_ns);
    return true;
}

const struct actor actor_find_onset = {
    .sig = {.name = "find_onset",
            .summary = "Find which service the alert is about and when it began",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .run = run,
};
