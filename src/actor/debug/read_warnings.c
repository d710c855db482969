/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what the platform warned of: memory, restarts, images, volumes, scheduling, probes.
 *
 * inspect_objects judges the same objects from all that is known of them, so a warning that it has
 * judged is left out, and beside any judgement of it a warning weighs next to nothing. The causes
 * are in the words of agent/events/inquiry.h, so that the verdict hears one witness and not two.
 * The strengths say how surely the message names a cause rather than a symptom: a container that
 * was killed for its memory is a cause, a probe that fails is a symptom of anything. That it ends
 * again and again is certain, and the verdict knows that a restart is rather an effect.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "agent/events/inquiry.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <stdlib.h>

#define EVIDENCE_MAX 8
#define PER_SUBJECT_MAX 2
#define BESIDE_JUDGEMENT 0.1 /* of the strength: only a reminder */
#define WITHIN_NS                                                                                  \
    (600 * NS_PER_S)   /* before the onset; what was last seen earlier is another story */
#define COUNT_HALF 0.5 /* a warning that came once is worth two thirds */
#define QUOTE_BYTES_MAX 90

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"cause", TYPE_TEXT, FIELD_OPTIONAL, "what the first of them says is wrong", NULL},
    {0},
};

/* The first row whose reason and message fit; an empty one fits always. */
static const struct {
    const char *reason;  /* as the controller names it; the whole of it */
    const char *message; /* a part of it */
    enum cause cause;
    double strength;
} readings[] = {
    {"OOMKilling", "", CAUSE_OUT_OF_MEMORY, 0.8},
    {"OOMKilled", "", CAUSE_OUT_OF_MEMORY, 0.8},
    {"", "OOMKilled", CAUSE_OUT_OF_MEMORY, 0.8},
    {"", "out of memory", CAUSE_OUT_OF_MEMORY, 0.5},
    {"", "exit status 137", CAUSE_KILLED, 0.3},
    {"", "exit code 137", CAUSE_KILLED, 0.3},
    {"", "signal 9", CAUSE_KILLED, 0.3},
    {"", "ImagePullBackOff", CAUSE_IMAGE_UNKNOWN, 0.4},
    {"", "pulling image", CAUSE_IMAGE_UNKNOWN, 0.4},
    {"", "pull image", CAUSE_IMAGE_UNKNOWN, 0.4},
    {"FailedMount", "", CAUSE_MOUNT_FAILED, 0.4},
    {"FailedAttachVolume", "", CAUSE_MOUNT_FAILED, 0.4},
    {"FailedScheduling", "", CAUSE_UNSCHEDULABLE, 0.4},
    {"CrashLoopBackOff", "", CAUSE_CRASH, 0.7},
    {"BackOff", "", CAUSE_CRASH, 0.7},
    {"Restarted", "", CAUSE_RESTARTED, 0.2},
    {"", "exit status", CAUSE_CRASH, 0.7},
    {"", "exit code", CAUSE_CRASH, 0.7},
    {"", "killed by signal", CAUSE_CRASH, 0.7},
    {"Unhealthy", "", CAUSE_READINESS_FAILS, 0.1},
};
#define READINGS_COUNT (sizeof readings / sizeof *readings)

struct warning {
    const struct batch *rows;
    size_t row;
    size_t reading;
    struct str subject;
};

/* What is said once may be said of anything; a crash that comes back does not go by itself. */
static double strength_of(const struct warning *warning)
{
    const double count = (double)batch_column(warning->rows, "count")->integers[warning->row];
    return readings[warning->reading].strength * count / (count + COUNT_HALF);
}

static struct str text_of(const struct warning *warning, const char *column)
{
    return batch_column(warning->rows, column)->texts[warning->row];
}

/* READINGS_COUNT: it says nothing that is read here. */
static size_t reading_of(struct str reason, struct str message)
{
    size_t i = 0;
    for (; i < READINGS_COUNT; i++) {
        const struct str wanted = str_of(readings[i].reason), part = str_of(readings[i].message);
        if ((wanted.len == 0 || str_eq(wanted, reason)) &&
            (part.len == 0 || str_find_no_case(message, part) != STR_NPOS))
            break;
    }
    return i;
}

/* ---- of whom: "pods/cart-5bc9dbdf66-xp6gj" and "process/cart-1" are about `cart` ---- */

static bool is_one_of(struct str name, struct str service)
{
    return service.len > 0 && str_starts(name, service) &&
           (name.len == service.len || name.ptr[service.len] == '-');
}

/* The longest name of a service, of a suspect or of the one that is asked about; else empty. */
static struct str subject_of(const struct casefile *casefile, const struct record *in,
                             struct str object)
{
    struct str name = object, best = STR("");
    for (size_t i = 0; i < object.len; i++)
        if (object.ptr[i] == '/')
            name = str_slice(object, i + 1, object.len);
    for (uint32_t i = 0; i < casefile->topology.nodes.count; i++) {
        const struct str service = casefile->topology.nodes.keys[i];
        if (is_one_of(name, service) && service.len > best.len)
            best = service;
    }
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_one_of(name, it->subject) && it->subject.len > best.len)
            best = it->subject;
    const struct value *asked = record_at(in, "service");
    if (asked->known && is_one_of(name, asked->text) && asked->text.len > best.len)
        best = asked->text;
    return best;
}

/* ---- what is known of it already ---- */

static bool is_of_objects(const struct evidence *evidence, struct str subject)
{
    return evidence->bearing == BEARING_SUPPORTS && str_eq(evidence->subject, subject) &&
           (evidence->finding == FINDING_OBJECT || evidence->finding == FINDING_RESTART);
}

/* 1: nothing is; 0: it has been said. */
static double left_to_say(const struct call *call, struct str subject, struct str cause)
{
    double left = 1;
    for (const struct evidence *it = call->casefile->evidence; it; it = it->next) {
        if (!is_of_objects(it, subject) || it->step_id == call->step_id)
            continue;
        if (str_eq(it->cause, cause))
            return 0;
        left = BESIDE_JUDGEMENT;
    }
    return left;
}

static bool is_told(const struct warning *told, int64_t count, const struct warning *warning)
{
    uint32_t of_subject = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!str_eq(told[i].subject, warning->subject))
            continue;
        if (readings[told[i].reading].cause == readings[warning->reading].cause)
            return true;
        of_subject++;
    }
    return of_subject >= PER_SUBJECT_MAX;
}

/* ---- evidence ---- */

/* Restarts are no warnings of their own: agent/events/warnings.c counts what was started again. */
static struct str query_of(struct arena *arena, struct str object, struct str reason)
{
    const bool restarted = str_eq(reason, STR("Restarted"));
    return str_printf(
        arena,
        "SELECT object, %s AS reason, sum(n)::BIGINT AS times, max(time) AS last, "
        "coalesce(arg_max(message, (time, message)), max(message)) AS message FROM (SELECT object, "
        "time, message, "
        "greatest(coalesce(\"count\", 1), 1) - %d AS n FROM events WHERE object = %s AND reason = "
        "%s) WHERE n > 0 GROUP BY object",
        sql_quote(arena, reason).ptr, restarted ? 1 : 0, sql_quote(arena, object).ptr,
        restarted ? "'Started'" : sql_quote(arena, reason).ptr);
}

static void add_evidence(struct call *call, const struct warning *warning, double strength)
{
    struct arena *arena = call->scratch;
    const struct str object = text_of(warning, "object"), reason = text_of(warning, "reason");
    const struct str message = claim_quote(arena, text_of(warning, "message"), QUOTE_BYTES_MAX);
    const struct column *last = batch_column(warning->rows, "last");
    const struct str when =
        last->known[warning->row]
            ? str_printf(arena, ", last at %s",
                         time_format_short(arena, last->integers[warning->row]).ptr)
            : STR("");
    const enum cause cause = readings[warning->reading].cause;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_EVENTS,
            .bearing = BEARING_SUPPORTS,
            .finding = cause_flags(cause) & CAUSE_RESTART ? FINDING_RESTART : FINDING_OBJECT,
            .subject = warning->subject,
            .cause = str_of(cause_words(cause)),
            .window = call->casefile->incident,
            .claim = str_printf(
                arena, "The platform reported `%s` of `%s` %lld times%s: `%s`.", reason.ptr,
                object.ptr, (long long)batch_column(warning->rows, "count")->integers[warning->row],
                when.ptr, message.ptr),
            .query = query_of(arena, object, reason),
            .strength = strength,
        });
}

/* A container that was killed for its memory is told before that it was started again. */
static int surer_first(const void *a, const void *b)
{
    const struct warning *x = a, *y = b;
    const double of_x = strength_of(x), of_y = strength_of(y);
    if (of_x != of_y)
        return of_x < of_y ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static bool is_of_the_incident(const struct casefile *casefile, const struct warning *warning)
{
    const struct column *last = batch_column(warning->rows, "last");
    return !last->known[warning->row] ||
           last->integers[warning->row] >= casefile->incident.start_ns - WITHIN_NS;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("events.warnings"))->sig.input);
    struct record answer;
    if (!agent_use_once(call, "events.warnings", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "warnings")->rows;
    struct warning *warnings = arena_push_many(call->scratch, struct warning, rows->rows);
    size_t warnings_count = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        struct warning warning = {.rows = rows, .row = row};
        warning.reading = reading_of(text_of(&warning, "reason"), text_of(&warning, "message"));
        warning.subject = subject_of(call->casefile, in, text_of(&warning, "object"));
        if (warning.reading < READINGS_COUNT && warning.subject.len > 0 &&
            actor_is_asked_about(in, warning.subject) &&
            is_of_the_incident(call->casefile, &warning))
            warnings[warnings_count++] = warning;
    }
    qsort(warnings, warnings_count, sizeof *warnings, surer_first);

    struct warning told[RINGS_COUNT * EVIDENCE_MAX];
    int64_t count = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < warnings_count; i++) {
        const struct str cause = str_of(cause_words(readings[warnings[i].reading].cause));
        const double left = left_to_say(call, warnings[i].subject, cause);
        if (left <= 0 || !room_is_left(&room, warnings[i].subject) ||
            is_told(told, count, &warnings[i]))
            continue;
        if (count == 0)
            *record_at(out, "cause") = value_text(cause);
        add_evidence(call, &warnings[i], strength_of(&warnings[i]) * left);
        room_take(&room, warnings[i].subject);
        told[count++] = warnings[i];
    }
    *record_at(out, "found") = value_int(count);
    return true;
}

const struct actor actor_read_warnings = {
    .sig = {.name = "read_warnings",
            .summary = "Read what the platform warned of",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_EVENTS,
    .run = run,
};
