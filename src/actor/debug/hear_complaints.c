/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what those who are in trouble say of it, in words that name a kind of fault, and what
 * those who call them say.
 *
 * Each piece names a kind, and what that is at one end of a call is another one at the other. Its
 * strength is how clear the words are, by how much more often they are said since the onset than
 * before.
 *
 * It tells the place, too, where the words leave one end only: who is called and named, if it does
 * not itself complain of somebody further down, for of a chain of complaints the last link is
 * broken; or who says clearly what it lacks itself. What is said once is no more than a hint. Who
 * complains of many of those whom it calls tells of none of them. Words that any fault brings
 * about, and errors without words, tell no place.
 *
 * Of whom no signal tells but its callers, all that is wrong is a dependency's own business: none
 * of those who read the report can look into it.
 */
#include "actor/actor.h"

#include "actor/news.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "agent/logs/complaint.h"
#include "agent/logs/lines.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>

#define EVIDENCE_MAX 16
#define PER_SUBJECT_MAX 3
#define STRENGTH_MIN 0.05
#define CLEAR_OF_OUTSIDE 0.6 /* whatever is said of one that only its callers see */
#define ONCE_HALF 0.5        /* what the platform says once is worth two thirds */
#define CLEAR_UNKNOWN 0.4    /* errors that name a callee which knows of no error */
#define CLEAR_OF_PLACE 0.5   /* words that any fault brings about are less clear */
#define CLEAR_OF_SELF 0.8    /* what mostly has that one reason is not enough to blame oneself */
#define AS_OFTEN 4           /* a callee's own complaint for each so many of it: it passes on */
#define TIMES_MIN 2          /* to tell a place: what lasts is said again */
#define CALLEES_MIN 2        /* that somebody complains of, to tell that it is cut off itself */
#define CALLEES_ENOUGH 3     /* as many do not fail at once, though they are not most */
#define QUOTE_BYTES_MAX 80

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {0},
};

struct saying {
    const struct batch *rows;
    size_t row;
    struct str subject;
    enum kind kind;
    const char *cause;
    double strength;
    bool tells_place;
};

struct work {
    struct call *call;
    const struct record *in;
    int64_t since_ns;
    struct saying *sayings;
    size_t count;
};

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static bool truth_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row] != 0;
}

static int64_t since_at(const struct batch *rows, size_t row)
{
    return batch_column(rows, "since")->integers[row];
}

static bool is_of_other(const struct batch *rows, size_t row)
{
    const struct str about = text_at(rows, row, "about");
    return about.len > 0 && !str_eq(about, text_at(rows, row, "speaker"));
}

/* ---- at which end the fault is ---- */

/* It complains of somebody itself, about as often as others complain of it. */
static bool points_further(const struct batch *rows, size_t row)
{
    const struct str about = text_at(rows, row, "about");
    for (size_t i = 0; i < rows->rows; i++)
        if (str_eq(text_at(rows, i, "speaker"), about) && is_of_other(rows, i) &&
            AS_OFTEN * since_at(rows, i) >= since_at(rows, row))
            return true;
    return false;
}

static bool is_complained_of(const struct batch *rows, struct str speaker, struct str callee)
{
    for (size_t i = 0; i < rows->rows; i++)
        if (str_eq(text_at(rows, i, "speaker"), speaker) &&
            str_eq(text_at(rows, i, "about"), callee))
            return true;
    return false;
}

/* Its complaints are of most of those whom it calls, or of many: what they share is the one who
 * complains. */
static bool is_cut_off(const struct topology *topology, const struct batch *rows,
                       struct str speaker)
{
    const uint32_t node = topology_find(topology, speaker);
    uint32_t called = 0, complained_of = 0;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        if (topology->edges[i].caller != node)
            continue;
        called++;
        complained_of +=
            is_complained_of(rows, speaker, topology->nodes.keys[topology->edges[i].callee]);
    }
    return complained_of >= CALLEES_ENOUGH ||
           (complained_of >= CALLEES_MIN && 2 * complained_of > called);
}

static bool tells_place_of_callee(const struct work *work, const struct batch *rows, size_t row,
                                  double clear)
{
    return clear >= CLEAR_OF_PLACE && is_of_other(rows, row) && !points_further(rows, row) &&
           !is_cut_off(&work->call->casefile->topology, rows, text_at(rows, row, "speaker"));
}

/* Nobody else is spoken of, and what is said is of what the speaker itself has or was given. */
static bool tells_place_of_speaker(const struct batch *rows, size_t row,
                                   const struct complaint *complaint)
{
    return complaint && complaint->clear >= CLEAR_OF_SELF && !is_of_other(rows, row) &&
           (complaint->of_peer == KIND_UNKNOWN || text_at(rows, row, "about").len > 0);
}

/* ---- what a complaint says of either end ---- */

static void add_saying(struct work *work, const struct batch *rows, size_t row, struct str subject,
                       enum kind kind, const char *cause, double clear, bool tells_place)
{
    const double since = (double)since_at(rows, row);
    const double before = (double)batch_column(rows, "before")->integers[row];
    const double news = truth_at(rows, row, "of_platform")
                            ? since / (since + before + ONCE_HALF)
                            : news_share(work->call->casefile, work->since_ns, since, before);
    const double strength = clear * news;
    if (kind == KIND_UNKNOWN || subject.len == 0 || strength < STRENGTH_MIN ||
        !actor_is_asked_about(work->in, subject))
        return;
    work->sayings[work->count++] =
        (struct saying){.rows = rows,
                        .row = row,
                        .subject = subject,
                        .kind = kind,
                        .cause = cause,
                        .strength = strength,
                        .tells_place = tells_place && since >= TIMES_MIN};
}

static void take_up(struct work *work, const struct batch *rows, size_t row)
{
    const struct complaint *complaint = complaint_find(text_at(rows, row, "complaint"));
    const struct str speaker = text_at(rows, row, "speaker"), about = text_at(rows, row, "about");
    const bool of_speaker = tells_place_of_speaker(rows, row, complaint);
    const double clear = complaint ? complaint->clear : 0;
    if (truth_at(rows, row, "outside")) {
        const double outside = fmax(CLEAR_OF_OUTSIDE, clear);
        add_saying(work, rows, row, about, KIND_DEPENDENCY,
                   "those who call it say that it does not serve them", outside,
                   tells_place_of_callee(work, rows, row, outside));
    } else if (!complaint) {
        add_saying(work, rows, row, about, KIND_CODE_PATH,
                   "it answers, and those who call it cannot go on with the answer", CLEAR_UNKNOWN,
                   false);
    } else {
        add_saying(work, rows, row, about, complaint->of_peer, complaint->peer_text, clear,
                   of_speaker || tells_place_of_callee(work, rows, row, clear));
    }
    if (complaint && !str_eq(speaker, about))
        add_saying(work, rows, row, speaker, complaint->of_speaker, complaint->speaker_text, clear,
                   of_speaker);
}

static int stronger_first(const void *a, const void *b)
{
    const struct saying *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    if (x->row != y->row)
        return (x->row > y->row) - (x->row < y->row);
    return str_compare(x->subject, y->subject);
}

/* One piece for each kind of each subject, and not too many. */
static bool is_told(const struct saying *const *told, size_t count, const struct saying *saying)
{
    size_t of_subject = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(told[i]->subject, saying->subject))
            continue;
        if (told[i]->kind == saying->kind)
            return true;
        of_subject++;
    }
    return of_subject >= PER_SUBJECT_MAX;
}

/* ---- evidence ---- */

/* The words as a pattern of SQL. */
static struct str like_of(struct arena *arena, struct str words)
{
    struct buf like = buf_new(arena);
    buf_add_char(&like, '%');
    for (size_t i = 0; i < words.len; i++) {
        const char c = words.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            buf_add_char(&like, '\\');
        buf_add_char(&like, c == '*' ? '%' : c);
    }
    if (words.len > 0)
        buf_add_char(&like, '%');
    return buf_str(&like);
}

static struct str query_of(struct work *work, const struct saying *it)
{
    struct arena *arena = work->call->scratch;
    const struct str speaker = text_at(it->rows, it->row, "speaker");
    const struct str about = text_at(it->rows, it->row, "about");
    const struct str words = text_at(it->rows, it->row, "words");
    const struct str since = sql_time(arena, work->since_ns);
    const struct str like = sql_quote(arena, like_of(arena, words));
    struct str from;
    if (truth_at(it->rows, it->row, "of_platform"))
        from = str_printf(arena,
                          "SELECT time, concat_ws(' ', reason, message) AS message, object FROM "
                          "events WHERE contains(object, %s) AND lower(type) = 'warning'",
                          sql_quote(arena, speaker).ptr);
    else
        from = str_printf(
            arena, "SELECT time, message, '' AS object FROM logs WHERE service = %s%s%s%s",
            sql_quote(arena, speaker).ptr,
            truth_at(it->rows, it->row, "named")
                ? str_printf(arena, " AND contains(message, %s)", sql_quote(arena, about).ptr).ptr
                : "",
            words.len == 0 ? " AND " : "", words.len == 0 ? LINE_FAILED_SQL : "");
    return str_printf(
        arena,
        "SELECT %s AS subject, %s AS speaker, %s AS about, %s AS onset, count(*) FILTER (WHERE "
        "time >= %s) AS "
        "since, count(*) FILTER (WHERE time < %s) AS before, arg_max(message, (time, message)) "
        "FILTER (WHERE time >= %s) AS line FROM (%s) WHERE message ILIKE %s ESCAPE '\\'",
        sql_quote(arena, it->subject).ptr, sql_quote(arena, speaker).ptr,
        sql_quote(arena, about).ptr, since.ptr, since.ptr, since.ptr, since.ptr, from.ptr,
        like.ptr);
}

static struct str claim_of(struct work *work, const struct saying *it, const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const struct str speaker = text_at(it->rows, it->row, "speaker");
    const struct str about = text_at(it->rows, it->row, "about");
    const struct str words = text_at(it->rows, it->row, "words");
    const struct str line = batch_column(seen, "line")->texts[0];
    const struct str said =
        claim_quote(arena, words.len > 0 ? complaint_said(line, words.ptr) : line, QUOTE_BYTES_MAX);
    const struct str of =
        is_of_other(it->rows, it->row) ? str_printf(arena, " of `%.*s`", STR_ARG(about)) : STR("");
    const struct str who = truth_at(it->rows, it->row, "of_platform")
                               ? str_printf(arena, "The platform said `%.*s` of `%.*s`",
                                            STR_ARG(said), STR_ARG(speaker))
                               : str_printf(arena, "`%.*s` logged `%.*s`%.*s", STR_ARG(speaker),
                                            STR_ARG(said), STR_ARG(of));
    return str_printf(arena, "%.*s %lld times since %s, and %lld times before.", STR_ARG(who),
                      (long long)batch_column(seen, "since")->integers[0],
                      time_format_short(arena, work->since_ns).ptr,
                      (long long)batch_column(seen, "before")->integers[0]);
}

/* *told: it is borne out by lines. */
static bool add_evidence(struct work *work, const struct saying *it, bool *told, struct err *err)
{
    const struct str query = query_of(work, it);
    struct batch *seen;
    *told = false;
    if (actor_has_told(work->call, query))
        return true;
    if (!telemetry_rows(work->call->services->telemetry, work->call->scratch, query, &seen, err))
        return false;
    *told = seen->rows > 0 && batch_column(seen, "line")->known[0];
    if (!*told)
        return true;
    const bool of_platform = truth_at(it->rows, it->row, "of_platform");
    casefile_add(work->call->casefile,
                 &(struct evidence){
                     .step_id = work->call->step_id,
                     .signal = of_platform ? SIGNAL_EVENTS : SIGNAL_LOGS,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_COMPLAINT,
                     .kind = it->kind,
                     .tells_place = it->tells_place,
                     .subject = it->subject,
                     .cause = str_of(it->cause),
                     .window = work->call->casefile->incident,
                     .onset_ns = batch_column(it->rows, "first")->integers[it->row],
                     .claim = claim_of(work, it, seen),
                     .query = query,
                     .strength = it->strength,
                 });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.call = call, .in = in, .since_ns = news_since_ns(call->casefile)};
    struct record asked = record_new(call->scratch, agent_tool(STR("logs.complaints"))->sig.input);
    struct record answer;
    *record_at(&asked, "since") = value_time(work.since_ns);
    if (!agent_use_once(call, "logs.complaints", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "complaints")->rows;
    work.sayings = arena_push_many(call->scratch, struct saying, 2 * rows->rows + 1);
    for (size_t row = 0; row < rows->rows; row++)
        take_up(&work, rows, row);
    qsort(work.sayings, work.count, sizeof *work.sayings, stronger_first);

    const struct saying *told[RINGS_COUNT * EVIDENCE_MAX];
    size_t count = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < work.count; i++) {
        const struct str subject = work.sayings[i].subject;
        bool is_borne_out;
        if (!room_is_left(&room, subject) || is_told(told, count, &work.sayings[i]))
            continue;
        if (!add_evidence(&work, &work.sayings[i], &is_borne_out, err))
            return false;
        if (!is_borne_out)
            continue;
        room_take(&room, subject);
        told[count++] = &work.sayings[i];
    }
    *record_at(out, "found") = value_int((int64_t)count);
    return true;
}

const struct actor actor_hear_complaints = {
    .sig = {.name = "hear_complaints",
            .summary = "Hear what is said of the fault by who has it and who calls that",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_LOGS,
    .run = run,
};
