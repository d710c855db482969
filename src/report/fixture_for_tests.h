/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of the report: cases made by hand, and what is asked of each form.
 *
 * WARROOM_REPORT_DEMO=FOLDER also writes the reports there, to look at.
 */
#pragma once

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T0 (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */
#define MINUTE (60 * NS_PER_S)
#define POINTS 180

static int64_t fixture_now_ns;
static struct label labels[] = {{STR("team"), STR("payments")}, {STR("a<b"), STR("\"q\" & 'r'")}};
static struct alert fixture_alert;

/* ---- a case made by hand ---- */

static inline struct casefile *fixture_open_case(void)
{
    fixture_now_ns = 0;
    fixture_alert = (struct alert){
        .id = STR("a-1081"),
        .name = STR("CheckoutLatencyHigh"),
        .status = STR("firing"),
        .severity = STR("critical"),
        .service = STR("frontend"),
        .starts_ns = T0 + 14 * MINUTE + 30 * NS_PER_S,
        .summary = STR("p99 of POST /cart/checkout is above 2 s for 5 minutes"),
        .labels = labels,
        .labels_count = 2,
    };
    struct casefile *casefile =
        casefile_open(&fixture_alert, clock_fixed(&fixture_now_ns), 60 * NS_PER_S);
    casefile->data = (struct window){T0 - 40 * MINUTE, T0 + 30 * MINUTE};
    casefile->incident = (struct window){T0 + 10 * MINUTE, T0 + 30 * MINUTE};
    casefile->onset_known = true;
    return casefile;
}

struct found {
    enum signal signal;
    enum bearing bearing;
    enum finding finding;
    const char *subject;
    const char *instance;
    int64_t onset_s; /* after T0; 0: not known */
    double strength;
    const char *claim;
    const char *query;
};

static inline const struct evidence *fixture_add_found(struct casefile *casefile,
                                                       const struct found *found)
{
    return casefile_add(casefile,
                        &(struct evidence){
                            .signal = found->signal,
                            .bearing = found->bearing,
                            .finding = found->finding,
                            .subject = str_of(found->subject),
                            .instance = str_of(found->instance),
                            .window = casefile->incident,
                            .onset_ns = found->onset_s != 0 ? T0 + found->onset_s * NS_PER_S : 0,
                            .claim = str_of(found->claim),
                            .query = str_of(found->query),
                            .strength = found->strength,
                        });
}

static const struct found founds[] = {
    {SIGNAL_CHANGES, BEARING_SUPPORTS, FINDING_CHANGE, "orders-db", "", 505, 0.62,
     "`orders-db` was given the configuration change `cfg-4471` at 02:08:25",
     "SELECT time, service, id FROM changes WHERE id = 'cfg-4471'"},
    {SIGNAL_METRICS, BEARING_SUPPORTS, FINDING_CONNECTIONS, "orders-db", "orders-db-0", 602, 0.94,
     "`db_connections_in_use` of `orders-db-0` rose from 18.2 to 100 at 02:10:02",
     "SELECT instance, metric, median(value) FROM metrics\nWHERE metric = "
     "'db_connections_in_use' GROUP BY ALL"},
    {SIGNAL_METRICS, BEARING_SUPPORTS, FINDING_LATENCY, "checkout", "", 634, 0.81,
     "`request_duration_p99` of `checkout` rose from 0.212 to 4.87 at 02:10:34",
     "SELECT * FROM metrics WHERE service = 'checkout'"},
    {SIGNAL_METRICS, BEARING_SUPPORTS, FINDING_LATENCY, "frontend", "", 655, 0.74,
     "`request_duration_p99` of `frontend` rose from 0.341 to 5.02 at 02:10:55",
     "SELECT * FROM metrics WHERE service = 'frontend'"},
    {SIGNAL_METRICS, BEARING_REFUTES, FINDING_CPU, "orders-db", "orders-db-0", 0, 0.35,
     "`cpu_usage` of `orders-db-0` stayed at 0.31", "SELECT 0.31 AS cpu"},
    {SIGNAL_LOGS, BEARING_SUPPORTS, FINDING_LOG_ERRORS, "checkout", "", 641, 0.88,
     "`checkout` logged 412 times `pool exhausted` from 02:10:41 on, and never before",
     "SELECT count(*) FROM logs WHERE message LIKE '%pool exhausted%'"},
    {SIGNAL_LOGS, BEARING_SUPPORTS, FINDING_LOG_SHIFT, "payment", "", 700, 0.4,
     "the logs of `payment` changed at 02:11:40", "SELECT 1"},
    {SIGNAL_TRACES, BEARING_SUPPORTS, FINDING_EDGE_GAP, "orders-db", "", 620, 0.83,
     "calls from `checkout` to `orders-db` waited 4610 ms, 3 ms before",
     "SELECT 'checkout' AS caller, 'orders-db' AS callee, 4610 AS after_ms, 3 AS before_ms"},
    {SIGNAL_TRACES, BEARING_SUPPORTS, FINDING_SPAN_ERRORS, "cart", "", 660, 0.55,
     "7.4 percent of the operations of `cart` failed", "SELECT 7.4 AS percent"},
    {SIGNAL_EVENTS, BEARING_SUPPORTS, FINDING_RESTART, "checkout", "checkout-7d9f", 820, 0.42,
     "`checkout-7d9f` was restarted at 02:13:40 after `Liveness probe failed`",
     "SELECT * FROM events"},
    {SIGNAL_EVENTS, BEARING_GAP, FINDING_NONE, "", "", 0, 0,
     "`state.jsonl` could not be read, so objects of the platform were not looked at", ""},
    {SIGNAL_METRICS, BEARING_GAP, FINDING_NONE, "email", "", 0, 0, "`email` has no metrics at all",
     ""},
};

static inline void fixture_add_series(struct casefile *casefile, uint32_t id, const char *service,
                                      const char *instance, const char *metric, double before,
                                      double after)
{
    const struct evidence *evidence = casefile_find(casefile, id);
    struct exhibit *exhibit = casefile_add_exhibit(casefile, id);
    exhibit->kind = EXHIBIT_SERIES;
    exhibit->series = (struct exhibit_series){
        .name = {str_of(service), str_of(instance), str_of(metric)},
        .points = arena_push_many(casefile->arena, struct exhibit_point, POINTS),
        .points_count = POINTS,
        .onset_ns = evidence ? evidence->onset_ns : 0,
    };
    for (size_t i = 0; i < POINTS; i++) {
        const int64_t time_ns = T0 - 20 * MINUTE + (int64_t)i * 15 * NS_PER_S;
        const double wobble = 0.12 * sin((double)i * 0.9) + 0.08 * sin((double)i * 2.3);
        const double since = (double)(time_ns - (T0 + 602 * NS_PER_S)) / (double)MINUTE;
        const double level = since < 0 ? before : after - (after - before) * exp(-since * 1.4);
        exhibit->series.points[i] = (struct exhibit_point){time_ns, level * (1 + wobble * 0.5)};
    }
}

static inline void fixture_add_template(struct casefile *casefile, uint32_t id, const char *service,
                                        const char *text, const char *exemplar, int64_t before,
                                        int64_t after)
{
    struct exhibit *exhibit = casefile_add_exhibit(casefile, id);
    exhibit->kind = EXHIBIT_TEMPLATE;
    exhibit->template =
        (struct exhibit_template){str_of(service), str_of(text), str_of(exemplar), before, after};
}

static const struct exhibit_span spans[] = {
    {STR("frontend"), STR("POST /cart/checkout"), STR("ERROR"), 0, 5021000, 0},
    {STR("checkout"), STR("PlaceOrder"), STR("ERROR"), 3100, 5009000, 1},
    {STR("cart"), STR("GetCart"), STR("OK"), 4200, 8400, 2},
    {STR("catalog"), STR("GetProduct"), STR("OK"), 13800, 4900, 2},
    {STR("payment"), STR("Charge"), STR("OK"), 20500, 91200, 2},
    {STR("orders-db"), STR("INSERT orders"), STR("ERROR"), 118000, 4870000, 2},
    {STR("orders-db"), STR("wait for a connection"), STR("OK"), 118200, 4612000, 3},
    {STR("email"), STR("Send"), STR("OK"), 4990000, 19000, 2},
};

static inline void add_trace(struct casefile *casefile, uint32_t id)
{
    struct exhibit *exhibit = casefile_add_exhibit(casefile, id);
    exhibit->kind = EXHIBIT_TRACE;
    exhibit->trace = (struct exhibit_trace){
        .trace_id = STR("4bf92f3577b34da6a3ce929d0e0e4736"),
        .spans = arena_push_many(casefile->arena, struct exhibit_span, 8),
        .spans_count = sizeof spans / sizeof *spans,
        .duration_us = 5021000,
    };
    memcpy(exhibit->trace.spans, spans, sizeof spans);
}

static const char *const calls[][2] = {
    {"frontend", "checkout"}, {"frontend", "cart"},    {"frontend", "catalog"},
    {"checkout", "cart"},     {"checkout", "payment"}, {"checkout", "orders-db"},
    {"checkout", "email"},    {"cart", "cart-cache"},  {"catalog", "catalog-db"},
    {"payment", "fraud"},     {"fraud", "payment"},    {"checkout", "catalog"},
    {"mobile", "frontend"},
};

static inline struct hypothesis *fixture_add_hypothesis(struct casefile *casefile,
                                                        const char *subject, double confidence,
                                                        enum finding finding, const uint32_t *ids,
                                                        uint32_t for_count, uint32_t against_count)
{
    struct hypothesis *it = arena_push(casefile->arena, struct hypothesis);
    *it = (struct hypothesis){.subject = str_of(subject),
                              .finding = finding,
                              .confidence = confidence,
                              .score = confidence,
                              .cited_for_count = for_count,
                              .cited_against_count = against_count};
    const uint32_t count = for_count + against_count;
    const struct evidence **cited =
        arena_push_many(casefile->arena, const struct evidence *, count + 1);
    for (uint32_t i = 0; i < count; i++)
        cited[i] = casefile_find(casefile, ids[i]);
    it->cited_for = cited;
    it->cited_against = cited + for_count;
    struct hypothesis **at = &casefile->hypotheses;
    while (*at)
        at = &(*at)->next;
    return *at = it;
}

/* What that piece put into the score: half of it, where somebody explains the rest. */
static inline void fixture_add_contribution(struct casefile *casefile, struct hypothesis *it,
                                            uint32_t id, double share, const char *explained_by)
{
    struct contribution *list =
        arena_push_many(casefile->arena, struct contribution, it->contributions_count + 1);
    for (uint32_t i = 0; i < it->contributions_count; i++)
        list[i] = it->contributions[i];
    list[it->contributions_count++] =
        (struct contribution){.evidence = casefile_find(casefile, id),
                              .weight = *explained_by ? 2 * share : share,
                              .left = share,
                              .share = share,
                              .explained_by = str_of(explained_by)};
    it->contributions = list;
    it->place = it->age = 1;
}

static inline void fixture_add_step(struct casefile *casefile, const char *name,
                                    const char *outcome, int64_t ms)
{
    casefile_add_step(casefile, &(struct step_entry){.name = str_of(name),
                                                     .outcome = str_of(outcome),
                                                     .took_ns = ms * NS_PER_MS});
}

static inline void add_exhibits(struct casefile *casefile)
{
    fixture_add_series(casefile, 2, "orders-db", "orders-db-0", "db_connections_in_use", 18.2, 100);
    fixture_add_series(casefile, 3, "checkout", "", "request_duration_p99", 0.212, 4.87);
    fixture_add_series(casefile, 4, "frontend", "", "request_duration_p99", 0.341, 5.02);
    fixture_add_series(casefile, 5, "orders-db", "orders-db-0", "cpu_usage", 0.31, 0.312);
    fixture_add_template(
        casefile, 6, "checkout", "pool exhausted: <*> of <*> connections in use, waited <*>",
        "pool exhausted: 100 of 100 connections in use, waited 4.6s <script>alert(1)"
        "</script>",
        0, 412);
    fixture_add_template(casefile, 7, "payment", "charge of order <*> took <*> ms",
                         "charge of order 81723 took 91 ms", 1204, 377);
    add_trace(casefile, 8);
}

static inline struct casefile *fixture_whole_case(void)
{
    struct casefile *casefile = fixture_open_case();
    for (size_t i = 0; i < sizeof founds / sizeof *founds; i++)
        fixture_add_found(casefile, &founds[i]);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        topology_add(&casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    add_exhibits(casefile);

    struct hypothesis *best =
        fixture_add_hypothesis(casefile, "orders-db", 0.8237, FINDING_CONNECTIONS,
                               (const uint32_t[]){2, 8, 1, 6, 5}, 4, 1);
    best->instance = STR("orders-db-0");
    best->cause = STR("its connection pool ran out");
    best->since_ns = T0 + 602 * NS_PER_S;
    best->would_settle = STR("Look at the diff of `cfg-4471`, and at who holds connections of "
                             "`orders-db-0` in pg_stat_activity.");
    best->kind = KIND_CAPACITY;
    fixture_add_contribution(casefile, best, 2, 0.7, "");
    fixture_add_contribution(casefile, best, 8, 0.3, "checkout");
    best->place = 0.8;
    struct hypothesis *second = fixture_add_hypothesis(
        casefile, "checkout", 0.31, FINDING_LOG_ERRORS, (const uint32_t[]){6, 3, 10}, 3, 0);
    second->would_settle = STR("Look at whether `checkout` gives its connections back.");
    fixture_add_hypothesis(casefile, "payment", 0.08, FINDING_LOG_SHIFT, (const uint32_t[]){7}, 1,
                           0);

    const struct evidence *wrong = fixture_add_found(
        casefile, &(struct found){SIGNAL_METRICS, BEARING_SUPPORTS, FINDING_MEMORY, "fraud", "", 0,
                                  0.5, "`memory` of `fraud` rose to 9000", "SELECT 1"});
    casefile_withdraw(casefile, wrong, STR("the number 9000 is not in what the query gives"));

    casefile_add_source(casefile, STR("metrics.csv"), SOURCE_READ, 1204331, STR(""));
    casefile_add_source(casefile, STR("logs.jsonl"), SOURCE_READ, 88210,
                        STR("3 lines were no JSON and were left out"));
    casefile_add_source(casefile, STR("traces.csv"), SOURCE_READ, 40112, STR(""));
    casefile_add_source(casefile, STR("changes.jsonl"), SOURCE_READ, 4, STR(""));
    casefile_add_source(casefile, STR("events.jsonl"), SOURCE_EMPTY, 0, STR("the file is empty"));
    casefile_add_source(casefile, STR("state.jsonl"), SOURCE_BROKEN, 12, STR("line 13 is cut off"));
    casefile_add_source(casefile, STR("topology"), SOURCE_MISSING, 0, STR(""));
    fixture_add_step(casefile, "look_at_metrics", "4 pieces of evidence", 412);
    fixture_add_step(casefile, "look_at_logs", "2 pieces of evidence", 268);
    fixture_add_step(casefile, "look_at_traces", "2 pieces of evidence", 190);
    fixture_now_ns = 1240 * NS_PER_MS;
    return casefile;
}

/* ---- a hostile one ---- */

#define HOSTILE                                                                                    \
    "\"'><script>x</script>&\033[31m\x9b\xff\xc0\x80\xe2\x80\xae`| ]]> --> \n# h\r\n" /* mean it   \
                                                                                       */

static inline void hostile_alert(struct arena *arena)
{
    const struct str bad = str_copy(arena, STR(HOSTILE "\0tail"));
    struct label *bad_labels = arena_push_many(arena, struct label, 2);
    bad_labels[0] = bad_labels[1] = (struct label){bad, bad};
    fixture_alert = (struct alert){bad, bad, bad, bad, bad, INT64_MAX, bad, bad_labels, 2};
}

static inline void hostile_exhibits(struct casefile *casefile)
{
    fixture_add_series(casefile, 1, HOSTILE, HOSTILE, HOSTILE, 1, 2);
    struct exhibit_series *series = &casefile->exhibits->series;
    series->points[3].value = NAN;
    series->points[4].value = INFINITY;
    series->points[5].value = -1e308;
    series->points[6].value = 1e308;
    fixture_add_series(casefile, 77, "", "", "", 0, 0);
    struct exhibit *none = casefile_add_exhibit(casefile, 1);
    *none = (struct exhibit){.evidence_id = 1, .kind = EXHIBIT_SERIES};
    fixture_add_template(casefile, 1, HOSTILE, HOSTILE, HOSTILE, -5, INT64_MAX);
    struct exhibit *trace = casefile_add_exhibit(casefile, 1);
    trace->kind = EXHIBIT_TRACE;
    trace->trace = (struct exhibit_trace){.trace_id = STR(HOSTILE), .spans_count = 200};
    trace->trace.spans = arena_push_many(casefile->arena, struct exhibit_span, 200);
    for (uint32_t i = 0; i < 200; i++)
        trace->trace.spans[i] = (struct exhibit_span){STR(HOSTILE),  STR(HOSTILE),  STR(HOSTILE),
                                                      INT64_MIN + i, INT64_MAX - i, i * 1000};
    struct exhibit *empty = casefile_add_exhibit(casefile, 1);
    *empty = (struct exhibit){.evidence_id = 1, .kind = EXHIBIT_TRACE};
}

static inline struct casefile *fixture_hostile_case(void)
{
    struct casefile *casefile = fixture_open_case();
    hostile_alert(casefile->arena);
    struct buf lengthy = buf_new(casefile->arena);
    for (int i = 0; i < 5000; i++)
        buf_add(&lengthy, STR("x\xe2\x82\xac`[E1]<b>"));
    for (int i = 0; i < 30; i++)
        fixture_add_found(casefile,
                          &(struct found){(enum signal)(i % 6), BEARING_SUPPORTS,
                                          (enum finding)(i % FINDINGS_COUNT), HOSTILE, HOSTILE,
                                          i % 2 ? INT64_C(7000000000) : -5, i % 3 ? NAN : INFINITY,
                                          i % 2 ? HOSTILE : buf_str(&lengthy).ptr, HOSTILE});
    for (int i = 0; i < 90; i++)
        topology_add(&casefile->topology, str_printf(casefile->arena, "%d" HOSTILE, i),
                     str_printf(casefile->arena, "%d" HOSTILE, (i * 7 + 1) % 90));
    topology_add(&casefile->topology, STR(HOSTILE), buf_str(&lengthy));
    topology_add(&casefile->topology, buf_str(&lengthy), STR(HOSTILE));
    hostile_exhibits(casefile);
    struct hypothesis *best = fixture_add_hypothesis(casefile, HOSTILE, NAN, FINDING_NONE,
                                                     (const uint32_t[]){1, 2, 3, 4}, 2, 2);
    best->confidence = 2;
    best->instance = best->cause = best->would_settle = STR(HOSTILE);
    fixture_add_contribution(casefile, best, 1, 0.5, HOSTILE);
    fixture_add_contribution(casefile, best, 2, NAN, HOSTILE);
    fixture_add_contribution(casefile, best, 3, 1e300, HOSTILE);
    best->since_ns = INT64_MIN + NS_PER_S;
    fixture_add_hypothesis(casefile, "", NAN, FINDING_NONE, NULL, 0, 0);
    casefile_add_source(casefile, STR(HOSTILE), SOURCE_BROKEN, INT64_MIN, buf_str(&lengthy));
    casefile_add_gap(casefile, SIGNAL_LOGS, STR(HOSTILE), STR(HOSTILE));
    casefile_withdraw(casefile, casefile_find(casefile, 4), STR(HOSTILE));
    fixture_add_step(casefile, HOSTILE, HOSTILE, 1);
    return casefile;
}

/* ---- helpers ---- */

static inline struct str fixture_rendered(const struct report *report, const char *name)
{
    struct buf out = buf_new(report->casefile->arena);
    renderer_find(str_of(name))->render(report, &out);
    return buf_str(&out);
}

static inline void assert_has(struct str text, const char *needle)
{
    if (!str_contains(text, str_of(needle)))
        fail_msg("`%s` is not in:\n%.*s", needle, STR_ARG(text));
}

static inline void assert_has_not(struct str text, const char *needle)
{
    if (str_contains(text, str_of(needle)))
        fail_msg("`%s` is in:\n%.*s", needle, STR_ARG(text));
}

static inline uint32_t fixture_length(const struct sentence *list)
{
    uint32_t count = 0;
    for (; list; list = list->next)
        count++;
    return count;
}

/* Every tag that is opened is closed in the right order, and no text holds a bare `<`. */
static inline void assert_balanced(struct str html)
{
    static const char *const lone[] = {"meta", "link", "br", "!doctype"};
    struct str open[64];
    size_t depth = 0;
    for (size_t at = 0; at < html.len; at++) {
        if (html.ptr[at] != '<')
            continue;
        const size_t end = at + str_find(str_slice(html, at, html.len), STR(">"));
        assert_true(end < html.len);
        struct str tag = str_slice(html, at + 1, end);
        const bool closes = str_starts(tag, STR("/"));
        const bool empty = str_ends(tag, STR("/"));
        struct str name;
        tag = str_slice(tag, closes, tag.len - empty);
        str_split(&tag, ' ', &name);
        bool alone = empty;
        for (size_t i = 0; i < sizeof lone / sizeof *lone; i++)
            alone = alone || str_eq(name, str_of(lone[i]));
        if (closes) {
            assert_true(depth > 0);
            if (!str_eq(open[--depth], name))
                fail_msg("</%.*s> closes <%.*s>", STR_ARG(name), STR_ARG(open[depth]));
        } else if (!alone) {
            assert_true(depth < 64);
            open[depth++] = name;
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

static inline void assert_all_forms(const struct report *report)
{
    for (const struct renderer *const *it = renderers; *it; it++) {
        const struct str once = fixture_rendered(report, (*it)->name);
        const struct str twice = fixture_rendered(report, (*it)->name);
        assert_true(once.len > 0);
        assert_true(str_eq(once, twice));
    }
    assert_balanced(fixture_rendered(report, "html"));
}

/* For whoever changes the look: all forms, beside each other. */
static inline void fixture_write_demo(const struct report *report, const char *which)
{
    const char *folder = getenv("WARROOM_REPORT_DEMO");
    for (const struct renderer *const *it = renderers; folder && *it; it++) {
        char path[512];
        snprintf(path, sizeof path, "%s/report_demo%s.%s", folder, which, (*it)->name);
        FILE *file = fopen(path, "w");
        const struct str text = fixture_rendered(report, (*it)->name);
        if (!file)
            continue;
        fwrite(text.ptr, 1, text.len, file);
        fclose(file);
    }
}
