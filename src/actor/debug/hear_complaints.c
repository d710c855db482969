/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what those who are in trouble say of it, in words that name a kind of fault, and what
 * those who call them say.
 *
 * Each piece names a kind and weighs nothing: who is at fault is for other evidence to tell, and
 * what a kind is at one end of a call is another one at the other. Its strength is how clear the
 * words are, by how much more often they are said since the onset than before.
 *
 * Of whom no signal tells but its callers, all that is wrong is a dependency's own business: none
 * of those who read the report can look into it.
 */
#include "actor/actor.h"

#include "actor/news.h"
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

/* ---- what a complaint says of either end ---- */

static void add_saying(struct work *work, const struct batch *rows, size_t row, struct str subject,
                       enum kind kind, const char *cause, double clear)
{
    const double since = (double)batch_column(rows, "since")->integers[row];
    const double before = (double)batch_column(rows, "before")->integers[row];
    const double news = truth_at(rows, row, "of_platform")
                            ? since / (since + before + ONCE_HALF)
                            : news_share(work->call->casefile, work->since_ns, since, before);
    const double strength = clear * news;
    if (kind == KIND_UNKNOWN || subject.len == 0 || strength < STRENGTH_MIN ||
        !actor_is_asked_about(work->in, subject))
        return;
    work->sayings[work->count++] = (struct saying){.rows = rows,
                                                   .row = row,
                                                   .subject = subject,
                                                   .kind = kind,
                                                   .cause = cause,
                                                   .strength = strength};
}

static void take_up(struct work *work, const struct batch *rows, size_t row)
{
    const struct complaint *complaint = complaint_find(text_at(rows, row, "complaint"));
    const struct str speaker = text_at(rows, row, "speaker"), about = text_at(rows, row, "about");
    if (truth_at(rows, row, "outside"))
        add_saying(work, rows, row, about, KIND_DEPENDENCY,
                   "those who call it say that it does not serve them",
                   fmax(CLEAR_OF_OUTSIDE, complaint ? complaint->clear : 0));
    else if (!complaint)
        add_saying(work, rows, row, about, KIND_CODE_PATH,
                   "it answers, and those who call it cannot go on with the answer", CLEAR_UNKNOWN);
    else
        add_saying(work, rows, row, about, complaint->of_peer, complaint->peer_text,
                   complaint->clear);
    if (complaint && !str_eq(speaker, about))
        add_saying(work, rows, row, speaker, complaint->of_speaker, complaint->speaker_text,
                   complaint->clear);
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
    const bool of_other = about.len > 0 && !str_eq(about, speaker);
    const struct str of = of_other ? str_printf(arena, " of `%.*s`", STR_ARG(about)) : STR("");
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

    const struct saying *told[EVIDENCE_MAX];
    size_t count = 0;
    for (size_t i = 0; i < work.count && count < EVIDENCE_MAX; i++) {
        bool is_borne_out;
        if (is_told(told, count, &work.sayings[i]))
            continue;
        if (!add_evidence(&work, &work.sayings[i], &is_borne_out, err))
            return false;
        if (is_borne_out)
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
