/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests and the fuzz target: a walk with one of everything, whose world is either made up here
 * or the journal of such a walk.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "journal/replay.h"

#include <math.h>

#define CASE_T0 (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */

static const struct field case_input[] = {
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose", NULL},
    {"within", TYPE_SPAN, FIELD_OPTIONAL, "how long", NULL},
    {0},
};

static const struct field case_columns[] = {
    {"name", TYPE_TEXT, 0, "whose", NULL},
    {"weight", TYPE_REAL, 0, "how much", NULL},
    {"since", TYPE_TIME, 0, "since when", NULL},
    {0},
};

static const struct field case_output[] = {
    {"services", TYPE_INT, 0, "how many", NULL},
    {"shifts", TYPE_ROWS, FIELD_OPTIONAL, "the largest first", case_columns},
    {0},
};

/* One walk: its world is `replay`, or made up where that is NULL. */
struct case_walk {
    struct arena *arena;
    struct casefile *casefile;
    struct journal *journal;
    struct replay *replay;
    int64_t now_ns; /* of the clock of the world that is made up */
    struct str plan;
};

static inline int64_t case_tick(void *state)
{
    struct case_walk *walk = state;
    return walk->now_ns += NS_PER_MS;
}

/* ---- the world ---- */

static inline void case_load(struct case_walk *walk)
{
    struct casefile *casefile = walk->casefile;
    struct err err = {0};
    journal_begin(walk->journal, casefile);
    if (walk->replay) {
        (void)!replay_load(walk->replay, casefile, &err);
    } else {
        walk->now_ns += NS_PER_S;
        casefile->data = (struct window){CASE_T0, CASE_T0 + 600 * NS_PER_S};
        casefile_add_source(casefile, STR("metrics.csv"), SOURCE_READ, 3945, STR(""));
        casefile_add_source(casefile, STR("logs.jsonl"), SOURCE_BROKEN, 12,
                            STR("line 7: no \"time\""));
        casefile_add_gap(casefile, SIGNAL_LOGS, STR(""), STR("logs.jsonl is broken"));
        topology_add(&casefile->topology, STR("web"), STR("cart"));
        topology_add(&casefile->topology, STR("cart"), STR("db"));
    }
    journal_end_loading(walk->journal, casefile);
}

static inline void case_find(struct casefile *casefile, uint32_t step_id)
{
    const struct str affected[] = {STR("web"), STR("cart")};
    casefile->subject = STR("web");
    casefile->incident = (struct window){CASE_T0 + 300 * NS_PER_S + 7, casefile->data.end_ns};
    casefile->onset_known = true;
    casefile->onset_error_ns = 30 * NS_PER_S;
    casefile->triage.severity = SEVERITY_HIGH;
    casefile->triage.severity_reason = STR("Two services suffer [E2].");
    casefile_set_affected(casefile, affected, 2);
    topology_add(&casefile->topology, STR("web"), STR("db"));
    casefile_add(casefile, &(struct evidence){
                               .step_id = step_id,
                               .signal = SIGNAL_METRICS,
                               .bearing = BEARING_SUPPORTS,
                               .finding = FINDING_LATENCY,
                               .subject = STR("cart"),
                               .instance = STR("cart-1"),
                               .cause = STR("it waits"),
                               .window = casefile->incident,
                               .onset_ns = casefile->incident.start_ns,
                               .claim = STR("`cart` took 4.87 s."),
                               .query = STR("SELECT 4.87; DROP TABLE metrics"),
                               .strength = 1.0 / 3,
                               .series = {STR("cart"), STR("cart-1"), STR("p99\xff")},
                               .trace_id = STR("abc"),
                           });
    casefile_add(casefile, &(struct evidence){.step_id = step_id,
                                              .signal = SIGNAL_TRACES,
                                              .bearing = BEARING_REFUTES,
                                              .finding = FINDING_ERRORS,
                                              .subject = STR("db"),
                                              .claim = STR("`db` failed in 0 of 51 calls."),
                                              .query = STR("SELECT 0, 52"),
                                              .strength = 0.5});
    casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_CORRECTION,
                                                       .subject = STR("cart"),
                                                       .text = STR("Wait longer [E2].")});
    casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_MITIGATION,
                                                       .subject = STR("cart"),
                                                       .text = STR("Roll back [E2]."),
                                                       .command = STR("kubectl rollout undo"),
                                                       .undo = STR("roll forward"),
                                                       .risk = STR("a moment of 503")});
    casefile_add_draft(casefile, STR("Impact"), STR("Carts were slow [E2]."));
}

static inline bool case_answer(struct case_walk *walk, const char *name, uint32_t step_id,
                               const struct record *in, struct record *out, struct err *err)
{
    struct casefile *casefile = walk->casefile;
    bool ok = true;
    journal_begin(walk->journal, casefile);
    if (walk->replay) {
        ok = replay_answer(walk->replay, casefile, name, case_output, walk->arena, in, out, err);
    } else {
        walk->now_ns += 7 * NS_PER_MS;
        *out = record_new(walk->arena, case_output);
        if (step_id == 1)
            case_find(casefile, step_id);
        struct batch *rows = batch_new(walk->arena, case_columns);
        batch_add_row(rows);
        batch_add_row(rows);
        batch_set(rows, 0, "name", value_text((struct str){"a\0b\xfe", 4}));
        batch_set(rows, 0, "weight", (struct value){.type = TYPE_REAL, .known = true, .real = NAN});
        batch_set(rows, 1, "weight", value_real(0.1));
        batch_set(rows, 1, "since", value_time(CASE_T0 + 1));
        *record_at(out, "services") = value_int(step_id);
        *record_at(out, "shifts") = value_rows(rows);
        if (step_id == 3)
            ok = err_set(err, ERR_TIMEOUT, "%s: no answer in 5 s", name);
    }
    journal_end_answer(walk->journal, casefile, step_id, in, out, ok, err);
    return ok;
}

static inline void case_ask_plan(struct case_walk *walk)
{
    struct err err = {0};
    struct buf text = buf_new(walk->arena);
    bool ok = true;
    journal_begin(walk->journal, walk->casefile);
    if (walk->replay)
        ok = replay_plan(walk->replay, walk->casefile, STR("a friend"), &text, &err);
    else
        buf_add(&text, STR("runbook plan \"x\" {\n    find()\n}\n"));
    journal_end_planning(walk->journal, walk->casefile, STR("a friend"), buf_str(&text), ok, &err);
    walk->plan = buf_str(&text);
}

static inline void case_reread(struct case_walk *walk)
{
    struct casefile *casefile = walk->casefile;
    journal_begin(walk->journal, casefile);
    if (walk->replay)
        replay_reread(walk->replay, casefile);
    else
        casefile_withdraw(casefile, casefile_find(casefile, 3), STR("the number 51"));
    journal_end_reread(walk->journal, casefile);
}

static inline void case_exhibit(struct case_walk *walk)
{
    struct casefile *casefile = walk->casefile;
    journal_begin(walk->journal, casefile);
    if (walk->replay) {
        replay_exhibits(walk->replay, casefile);
    } else {
        static struct exhibit_point points[] = {{CASE_T0, 0.1}, {CASE_T0 + 1, 1e300}};
        static struct exhibit_span spans[] = {
            {STR("web"), STR("GET /"), STR("ERROR"), 0, 1757, 0},
            {STR("cart"), STR("GET /cart"), STR(""), 12, 1700, 1}};
        struct exhibit *it = casefile_add_exhibit(casefile, 2);
        it->kind = EXHIBIT_SERIES;
        it->series = (struct exhibit_series){
            {STR("cart"), STR("cart-1"), STR("p99\xff")}, points, 2, CASE_T0};
        it = casefile_add_exhibit(casefile, 2);
        it->kind = EXHIBIT_TRACE;
        it->trace = (struct exhibit_trace){STR("abc"), spans, 2, 1757};
        it = casefile_add_exhibit(casefile, 2);
        it->kind = EXHIBIT_TEMPLATE;
        it->template = (struct exhibit_template){STR("cart"), STR("no answer <*>"),
                                                 STR("no answer 1"), 3, 131};
        it = casefile_add_exhibit(casefile, 2);
        it->kind = EXHIBIT_CHANGE;
        it->change = (struct exhibit_change){STR("cart"),
                                             STR("3697f10b"),
                                             STR("a"),
                                             STR("m"),
                                             STR("-a = 1\n+a = 2\n"),
                                             STR("a"),
                                             STR("git revert --no-edit 3697f10b"),
                                             CASE_T0,
                                             CASE_T0};
    }
    journal_end_exhibits(walk->journal, casefile);
}

static inline void case_consult(struct case_walk *walk)
{
    struct casefile *casefile = walk->casefile;
    journal_begin(walk->journal, casefile);
    if (walk->replay) {
        replay_consulting(walk->replay, casefile);
    } else {
        casefile_add_consultation(casefile, &(struct consultation){.ability = STR("explain"),
                                                                   .task = STR("rewrite_summary"),
                                                                   .expert = STR("cloud"),
                                                                   .because = STR("`x` failed"),
                                                                   .failure = STR("no\xff"),
                                                                   .questions = 3,
                                                                   .repairs = 1,
                                                                   .refused = 2,
                                                                   .tokens_in = 1234,
                                                                   .tokens_out = 56,
                                                                   .money = 0.1,
                                                                   .took_ns = 789 * NS_PER_MS,
                                                                   .first_ns = 12 * NS_PER_MS});
        casefile_add_consultation(
            casefile, &(struct consultation){.ability = STR("plan"),
                                             .task = STR("write_plan"),
                                             .failure = STR("`cloud` may not see logs")});
    }
    journal_end_consulting(walk->journal, casefile);
}

/* ---- the walk ---- */

static inline void case_step(struct case_walk *walk, const char *name, struct str service)
{
    struct casefile *casefile = walk->casefile;
    const struct record in = record_new(walk->arena, case_input);
    struct record out;
    struct err err = {0};
    if (service.len > 0)
        *record_at(&in, "service") = value_text(service);
    const int64_t started_ns = clock_now_ns(casefile->clock);
    const bool ok = case_answer(walk, name, casefile->steps_count + 1, &in, &out, &err);
    if (!ok)
        casefile_add_gap(casefile, SIGNAL_EVENTS, STR(""),
                         str_printf(walk->arena, "the step %s", err.text));
    casefile_add_step(
        casefile, &(struct step_entry){
                      .name = str_of(name),
                      .runbook = STR("plan"),
                      .lead_id = casefile->leads ? 1 : 0,
                      .state = ok ? STEP_DONE : STEP_FAILED,
                      .outcome = ok ? str_printf(walk->arena, "%lld services",
                                                 (long long)record_at(&out, "services")->integer)
                                    : str_of(err.text),
                      .started_ns = started_ns - casefile->opened_ns,
                      .took_ns = clock_now_ns(casefile->clock) - started_ns,
                  });
}

static inline void case_rank(struct case_walk *walk)
{
    struct casefile *casefile = walk->casefile;
    struct hypothesis *hypothesis = arena_push(casefile->arena, struct hypothesis);
    const struct evidence **cited = arena_push_many(casefile->arena, const struct evidence *, 1);
    cited[0] = casefile_find(casefile, 2);
    *hypothesis = (struct hypothesis){
        .subject = STR("cart"),
        .cause = STR("it waits"),
        .finding = FINDING_LATENCY,
        .since_ns = casefile->incident.start_ns,
        .score = cited[0] ? cited[0]->strength : 0,
        .confidence = 0.75,
        .cited_for = cited,
        .cited_for_count = cited[0] ? 1 : 0,
        .would_settle = STR("a trace."),
    };
    casefile->hypotheses = hypothesis;
}

/* `walk` has its arena and, for a second one, its replay; the case is closed by the caller. */
static inline void case_walk(struct case_walk *walk, struct journal_sink sink)
{
    static const struct journal_book books[] = {{STR("plan"), STR("runbook plan \"x\" {\n}\n")}};
    static struct label labels[] = {{STR("team"), STR("shop")}, {STR("odd\xff"), STR("")}};
    static const struct alert alert = {
        .id = {"1", 1},
        .name = {"Slow", 4},
        .status = {"firing", 6},
        .severity = {"page", 4},
        .service = {"web", 3},
        .starts_ns = CASE_T0 + 360 * NS_PER_S,
        .summary = {"web is slow", 11},
        .labels = labels,
        .labels_count = 2,
    };
    const struct journal_opening opening = {.budget_ns = 60 * NS_PER_S,
                                            .planner = STR("a friend"),
                                            .experts = STR("cloud"),
                                            .books = books,
                                            .books_count = 1};
    const struct clock clock = walk->replay ? replay_clock(walk->replay)
                                            : (struct clock){.now_ns = case_tick, .state = walk};
    const struct reader *reader = walk->replay ? replay_reader(walk->replay) : NULL;
    walk->journal = journal_new(walk->arena, sink, clock);
    walk->casefile = casefile_open(reader ? &reader->alert : &alert, journal_clock(walk->journal),
                                   opening.budget_ns);
    if (reader)
        walk->casefile->budget.steps_max = reader->steps_max;
    journal_open(walk->journal, walk->casefile, reader ? &reader->opening : &opening);

    case_load(walk);
    case_step(walk, "find", STR(""));
    case_ask_plan(walk);
    casefile_add_plan(walk->casefile, STR("It was asked for."), walk->plan);
    struct lead *lead = casefile_add_lead(walk->casefile, STR("cart"), STR("it is slow"));
    case_step(walk, "logs.shifts", STR("cart"));
    lead->state = LEAD_ABANDONED;
    lead->reason = STR("nothing speaks for it");
    lead->first_step_id = lead->last_step_id = 2;
    lead->against = casefile_find(walk->casefile, 3);
    case_step(walk, "ask", STR("\xff"));
    casefile_add_step(walk->casefile, &(struct step_entry){.name = STR("trace"),
                                                           .state = STEP_SKIPPED,
                                                           .input = STR("{}"),
                                                           .outcome = STR("no traces to read")});
    walk->casefile->stopped_because = STR("Nothing is left to ask.");
    case_reread(walk);
    case_rank(walk);
    case_exhibit(walk);
    case_consult(walk);
    const int64_t took_ns = clock_now_ns(walk->casefile->clock) - walk->casefile->opened_ns;
    journal_close(walk->journal, walk->casefile, true, took_ns);
    if (walk->replay)
        replay_end(walk->replay);
}

static inline bool case_keep_line(void *state, struct str line)
{
    buf_add(state, line);
    return true;
}

/* The journal of the walk whose world is made up. */
static inline struct str case_journal(struct arena *arena)
{
    struct buf *out = arena_push(arena, struct buf);
    *out = buf_new(arena);
    struct case_walk walk = {.arena = arena};
    case_walk(&walk, (struct journal_sink){.state = out, .write = case_keep_line});
    casefile_close(walk.casefile);
    return buf_str(out);
}
