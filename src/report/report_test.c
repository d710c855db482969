/* SPDX-License-Identifier: Apache-2.0 */
/* WARROOM_REPORT_DEMO=FOLDER also writes the reports there, to look at. */
#include "report/report.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"

#include <jansson.h>
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

static int64_t now_ns;
static struct label labels[] = {{STR("team"), STR("payments")}, {STR("a<b"), STR("\"q\" & 'r'")}};
static struct alert alert;

/* ---- a case made by hand ---- */

static struct casefile *open_case(void)
{
    now_ns = 0;
    alert = (struct alert){
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
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), 60 * NS_PER_S);
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

static const struct evidence *add_found(struct casefile *casefile, const struct found *found)
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

static void add_series(struct casefile *casefile, uint32_t id, const char *service,
                       const char *instance, const char *metric, double before, double after)
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

static void add_template(struct casefile *casefile, uint32_t id, const char *service,
                         const char *text, const char *exemplar, int64_t before, int64_t after)
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

static void add_trace(struct casefile *casefile, uint32_t id)
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

static struct hypothesis *add_hypothesis(struct casefile *casefile, const char *subject,
                                         double confidence, enum finding finding,
                                         const uint32_t *ids, uint32_t for_count,
                                         uint32_t against_count)
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

static void add_step(struct casefile *casefile, const char *name, const char *outcome, int64_t ms)
{
    casefile_add_step(casefile, &(struct step_entry){.name = str_of(name),
                                                     .outcome = str_of(outcome),
                                                     .took_ns = ms * NS_PER_MS});
}

static void add_exhibits(struct casefile *casefile)
{
    add_series(casefile, 2, "orders-db", "orders-db-0", "db_connections_in_use", 18.2, 100);
    add_series(casefile, 3, "checkout", "", "request_duration_p99", 0.212, 4.87);
    add_series(casefile, 4, "frontend", "", "request_duration_p99", 0.341, 5.02);
    add_series(casefile, 5, "orders-db", "orders-db-0", "cpu_usage", 0.31, 0.312);
    add_template(casefile, 6, "checkout",
                 "pool exhausted: <*> of <*> connections in use, waited <*>",
                 "pool exhausted: 100 of 100 connections in use, waited 4.6s <script>alert(1)"
                 "</script>",
                 0, 412);
    add_template(casefile, 7, "payment", "charge of order <*> took <*> ms",
                 "charge of order 81723 took 91 ms", 1204, 377);
    add_trace(casefile, 8);
}

static struct casefile *whole_case(void)
{
    struct casefile *casefile = open_case();
    for (size_t i = 0; i < sizeof founds / sizeof *founds; i++)
        add_found(casefile, &founds[i]);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        topology_add(&casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    add_exhibits(casefile);

    struct hypothesis *best = add_hypothesis(casefile, "orders-db", 0.8237, FINDING_CONNECTIONS,
                                             (const uint32_t[]){2, 8, 1, 6, 5}, 4, 1);
    best->instance = STR("orders-db-0");
    best->cause = STR("its connection pool ran out");
    best->since_ns = T0 + 602 * NS_PER_S;
    best->would_settle = STR("Look at the diff of `cfg-4471`, and at who holds connections of "
                             "`orders-db-0` in pg_stat_activity.");
    struct hypothesis *second = add_hypothesis(casefile, "checkout", 0.31, FINDING_LOG_ERRORS,
                                               (const uint32_t[]){6, 3, 10}, 3, 0);
    second->would_settle = STR("Look at whether `checkout` gives its connections back.");
    add_hypothesis(casefile, "payment", 0.08, FINDING_LOG_SHIFT, (const uint32_t[]){7}, 1, 0);

    const struct evidence *wrong = add_found(
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
    add_step(casefile, "look_at_metrics", "4 pieces of evidence", 412);
    add_step(casefile, "look_at_logs", "2 pieces of evidence", 268);
    add_step(casefile, "look_at_traces", "2 pieces of evidence", 190);
    now_ns = 1240 * NS_PER_MS;
    return casefile;
}

/* ---- helpers ---- */

static struct str rendered(const struct report *report, const char *name)
{
    struct buf out = buf_new(report->casefile->arena);
    renderer_find(str_of(name))->render(report, &out);
    return buf_str(&out);
}

static void assert_has(struct str text, const char *needle)
{
    if (!str_contains(text, str_of(needle)))
        fail_msg("`%s` is not in:\n%.*s", needle, STR_ARG(text));
}

static void assert_has_not(struct str text, const char *needle)
{
    if (str_contains(text, str_of(needle)))
        fail_msg("`%s` is in:\n%.*s", needle, STR_ARG(text));
}

static uint32_t length(const struct sentence *list)
{
    uint32_t count = 0;
    for (; list; list = list->next)
        count++;
    return count;
}

/* Every tag that is opened is closed in the right order, and no text holds a bare `<`. */
static void assert_balanced(struct str html)
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

static void assert_all_forms(const struct report *report)
{
    for (const struct renderer *const *it = renderers; *it; it++) {
        const struct str once = rendered(report, (*it)->name);
        const struct str twice = rendered(report, (*it)->name);
        assert_true(once.len > 0);
        assert_true(str_eq(once, twice));
    }
    assert_balanced(rendered(report, "html"));
}

/* For whoever changes the look: all forms, beside each other. */
static void write_demo(const struct report *report, const char *which)
{
    const char *folder = getenv("WARROOM_REPORT_DEMO");
    for (const struct renderer *const *it = renderers; folder && *it; it++) {
        char path[512];
        snprintf(path, sizeof path, "%s/report_demo%s.%s", folder, which, (*it)->name);
        FILE *file = fopen(path, "w");
        const struct str text = rendered(report, (*it)->name);
        if (!file)
            continue;
        fwrite(text.ptr, 1, text.len, file);
        fclose(file);
    }
}

/* ---- tests ---- */

static void every_form_says_what_was_found(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    const struct report report = report_write(casefile);
    assert_true(report.known);
    assert_int_equal(report.took_ns, 1240 * NS_PER_MS);
    assert_int_equal(length(report.removed), 0);
    assert_all_forms(&report);

    static const char *const wanted[] = {
        "orders-db",   "its connection pool ran out",   "82", "E2", "02:10:02", "cfg-4471",
        "state.jsonl", "is not in what the query gives"};
    for (const struct renderer *const *it = renderers; *it; it++)
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            assert_has(rendered(&report, (*it)->name), wanted[i]);

    assert_has(report.summary->text, "The cause most likely lies in `orders-db` (instance "
                                     "`orders-db-0`): its connection pool ran out, since 02:10:02 "
                                     "[E2] [E8] [E1].");
    const struct str html = rendered(&report, "html");
    assert_has(html, "<a class=\"cite\" href=\"#E2\">E2</a>");
    assert_has(html, "<tr id=\"E2\">");
    assert_has(html, "warroom query BUNDLE &#39;SELECT 0.31 AS cpu&#39;");
    assert_has(html, "LIKE &#39;\\&#39;&#39;%pool");
    assert_has_not(html, "<script");
    assert_has(html, "&lt;script&gt;alert(1)");
    assert_has_not(html, "src=");
    assert_has_not(html, "http://");
    assert_has_not(html, "https://");
    assert_has_not(rendered(&report, "text"), "\033");

    write_demo(&report, "");
    casefile_close(casefile);
}

static void colour_is_only_where_it_was_asked_for(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    struct report report = report_write(casefile);
    report.colour = true;
    assert_has(rendered(&report, "text"), "\033[1m");
    assert_has_not(rendered(&report, "markdown"), "\033");
    assert_has_not(rendered(&report, "html"), "\033");
    assert_has_not(rendered(&report, "json"), "u001b");
    casefile_close(casefile);
}

static void impact_begins_with_what_users_see(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    casefile->subject = STR("frontend");
    const struct report report = report_write(casefile);
    assert_int_equal(length(report.impact), 3);
    assert_has(report.impact->text, "`frontend`");
    assert_has(report.impact->next->text, "`cart`");
    assert_has(report.impact->next->next->text, "pool exhausted");
    assert_has(report.impact->next->next->text, "[E6].");
    casefile_close(casefile);
}

static void what_evidence_does_not_bear_out_is_removed(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    struct hypothesis *best = casefile->hypotheses;
    best->since_ns = T0 + 3 * MINUTE; /* no evidence says so */
    best->cause = STR("all 47 connections ran out");
    struct evidence foreign = *best->cited_for[1];
    foreign.id = 99;
    best->cited_for[2] = &foreign;

    const struct report report = report_write(casefile);
    for (const struct sentence *it = report.summary; it; it = it->next) {
        assert_has_not(it->text, "02:03:00");
        assert_has_not(it->text, "47");
        assert_has_not(it->text, "[E99]");
    }
    assert_true(length(report.removed) >= 2);
    assert_has(report.removed->text, "is in none of the claims it cites");
    assert_all_forms(&report);

    /* evidence that says nothing of the kind does not become true by being cited */
    best->cited_for_count = 2;
    const struct report second = report_write(casefile);
    assert_has(
        second.summary->text,
        "`orders-db` (instance `orders-db-0`): its connections or its pool filled [E2] [E8].");
    assert_has(second.removed->text, "02:03:00");
    casefile_close(casefile);
}

static void not_known_is_a_report(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    casefile->hypotheses->confidence = 0.3;
    casefile->hypotheses->next->confidence = 0.28;
    const struct report report = report_write(casefile);
    assert_false(report.known);
    assert_has(report.summary->text, "The cause is not known.");
    assert_has(report.summary->next->text, "The best guess is `orders-db`");
    assert_has(report.summary->next->next->text, "A rival comes too close to it: `checkout`");
    assert_all_forms(&report);
    write_demo(&report, "_not_known");
    assert_has(rendered(&report, "text"), "NOT KNOWN");
    assert_has(rendered(&report, "html"), "The cause is not known");

    json_t *root = json_loads(rendered(&report, "json").ptr, JSON_REJECT_DUPLICATES, NULL);
    const json_t *verdict = json_object_get(root, "verdict");
    assert_true(json_is_null(json_object_get(verdict, "subject")));
    assert_true(json_is_false(json_object_get(verdict, "known")));
    assert_int_equal(json_array_size(json_object_get(root, "hypotheses")), 3);
    json_decref(root);
    casefile_close(casefile);
}

static void an_empty_case_can_be_told(void **state)
{
    (void)state;
    struct casefile *casefile = open_case();
    alert = (struct alert){0};
    casefile->onset_known = false;
    const struct report report = report_write(casefile);
    assert_false(report.known);
    assert_null(report.best);
    assert_int_equal(length(report.removed), 0);
    assert_all_forms(&report);
    casefile_close(casefile);
}

/* ---- JSON ---- */

static const struct {
    const char *path; /* `/` into an object, `0` the first of an array */
    const char *keys;
} documented[] = {
    {"", "schema_version alert verdict summary impact hypotheses evidence gaps sources withdrawn "
         "removed next_steps steps timings"},
    {"alert", "id name status severity service starts_at summary labels"},
    {"verdict", "known subject instance cause finding confidence since"},
    {"hypotheses/0", "subject instance cause finding confidence since for against would_settle"},
    {"evidence/0", "id signal bearing finding subject instance window onset claim query strength"},
    {"evidence/0/window", "start end"},
    {"gaps/0", "signal subject text"},
    {"sources/0", "name state rows note"},
    {"withdrawn/0", "id claim why"},
    {"steps/0", "id name outcome took_ms"},
    {"timings", "total_ms"},
};

static json_t *json_at(json_t *root, const char *path)
{
    struct str rest = str_of(path), part;
    while (str_split(&rest, '/', &part))
        root = str_eq(part, STR("0")) ? json_array_get(root, 0)
                                      : json_object_getn(root, part.ptr, part.len);
    return root;
}

static void json_has_exactly_the_documented_keys(void **state)
{
    (void)state;
    struct casefile *casefile = whole_case();
    const struct report report = report_write(casefile);
    const struct str text = rendered(&report, "json");
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    for (size_t i = 0; i < sizeof documented / sizeof *documented; i++) {
        struct buf keys = buf_new(casefile->arena);
        const char *key;
        json_t *value;
        json_object_foreach(json_at(root, documented[i].path), key, value)
            buf_printf(&keys, "%s%s", keys.len > 0 ? " " : "", key);
        assert_string_equal(buf_str(&keys).ptr, documented[i].keys);
    }
    assert_string_equal(json_string_value(json_at(root, "verdict/since")), "2026-11-22T02:10:02Z");
    assert_string_equal(json_string_value(json_at(root, "hypotheses/0/for/0")), "E2");
    assert_true(json_is_null(
        json_object_get(json_array_get(json_object_get(root, "evidence"), 4), "onset")));
    assert_int_equal(json_array_size(json_at(root, "evidence")), 10);
    assert_int_equal(json_array_size(json_at(root, "gaps")), 2);
    assert_has(text, "\"confidence\": 0.8237,");
    json_decref(root);
    casefile_close(casefile);
}

/* ---- hostile text ---- */

#define HOSTILE                                                                                    \
    "\"'><script>x</script>&\033[31m\x9b\xff\xc0\x80\xe2\x80\xae`| ]]> --> \n# h\r\n" /* mean it   \
                                                                                       */

static void hostile_alert(struct arena *arena)
{
    const struct str bad = str_copy(arena, STR(HOSTILE "\0tail"));
    struct label *bad_labels = arena_push_many(arena, struct label, 2);
    bad_labels[0] = bad_labels[1] = (struct label){bad, bad};
    alert = (struct alert){bad, bad, bad, bad, bad, INT64_MAX, bad, bad_labels, 2};
}

static void hostile_exhibits(struct casefile *casefile)
{
    add_series(casefile, 1, HOSTILE, HOSTILE, HOSTILE, 1, 2);
    struct exhibit_series *series = &casefile->exhibits->series;
    series->points[3].value = NAN;
    series->points[4].value = INFINITY;
    series->points[5].value = -1e308;
    series->points[6].value = 1e308;
    add_series(casefile, 77, "", "", "", 0, 0);
    struct exhibit *none = casefile_add_exhibit(casefile, 1);
    *none = (struct exhibit){.evidence_id = 1, .kind = EXHIBIT_SERIES};
    add_template(casefile, 1, HOSTILE, HOSTILE, HOSTILE, -5, INT64_MAX);
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

static struct casefile *hostile_case(void)
{
    struct casefile *casefile = open_case();
    hostile_alert(casefile->arena);
    struct buf lengthy = buf_new(casefile->arena);
    for (int i = 0; i < 5000; i++)
        buf_add(&lengthy, STR("x\xe2\x82\xac`[E1]<b>"));
    for (int i = 0; i < 30; i++)
        add_found(casefile,
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
    struct hypothesis *best =
        add_hypothesis(casefile, HOSTILE, NAN, FINDING_NONE, (const uint32_t[]){1, 2, 3, 4}, 2, 2);
    best->confidence = 2;
    best->instance = best->cause = best->would_settle = STR(HOSTILE);
    best->since_ns = INT64_MIN + NS_PER_S;
    add_hypothesis(casefile, "", NAN, FINDING_NONE, NULL, 0, 0);
    casefile_add_source(casefile, STR(HOSTILE), SOURCE_BROKEN, INT64_MIN, buf_str(&lengthy));
    casefile_add_gap(casefile, SIGNAL_LOGS, STR(HOSTILE), STR(HOSTILE));
    casefile_withdraw(casefile, casefile_find(casefile, 4), STR(HOSTILE));
    add_step(casefile, HOSTILE, HOSTILE, 1);
    return casefile;
}

static void hostile_text_does_nothing(void **state)
{
    (void)state;
    struct casefile *casefile = hostile_case();
    const struct report report = report_write(casefile);
    assert_all_forms(&report);
    write_demo(&report, "_hostile");

    const struct str html = rendered(&report, "html");
    assert_has_not(html, "<script");
    assert_has_not(html, "<b>x");
    static const char *const forms[] = {"html", "text", "markdown"};
    for (size_t i = 0; i < 3; i++) {
        struct str rest = rendered(&report, forms[i]);
        while (rest.len > 0) {
            const uint32_t code = escape_take(&rest);
            assert_true(code != ESCAPE_INVALID);
            assert_true(code == '\n' || code == '\t' || (code >= 0x20 && code != 0x7f));
            assert_true(!(code >= 0x80 && code < 0xa0) && code != 0x202e);
        }
    }
    const struct str json = rendered(&report, "json");
    json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    json_decref(root);
    casefile_close(casefile);
}

static const struct {
    const char *why;
    const char *text;
    const char *html;
    const char *plain;
    const char *markdown;
} escapes[] = {
    {"plain text stays", "p99 of a", "p99 of a", "p99 of a", "p99 of a"},
    {"markup is text", "<a href=\"'\">&", "&lt;a href=&quot;&#39;&quot;&gt;&amp;",
     "<a href=\"'\">&", "\\<a href=\"'\"\\>\\&"},
    {"a terminal is not commanded", "a\033[2Jb", "a\xef\xbf\xbd[2Jb", "a\xef\xbf\xbd[2Jb",
     "a\xef\xbf\xbd\\[2Jb"},
    {"nor by the second set of controls", "\xc2\x9b", "\xef\xbf\xbd", "\xef\xbf\xbd",
     "\xef\xbf\xbd"},
    {"one line stays one", "a\nb", "a\nb", "a b", "a b"},
    {"invalid UTF-8 shows", "\xe2\x82z", "\xef\xbf\xbd\xef\xbf\xbdz", "\xef\xbf\xbd\xef\xbf\xbdz",
     "\xef\xbf\xbd\xef\xbf\xbdz"},
    {"surrogates are no characters", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"other scripts stay", "\xe6\x97\xa5\xf0\x9f\x94\xa5", "\xe6\x97\xa5\xf0\x9f\x94\xa5",
     "\xe6\x97\xa5\xf0\x9f\x94\xa5", "\xe6\x97\xa5\xf0\x9f\x94\xa5"},
};

static void escapes_make_text_harmless(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        struct buf html = buf_new(arena), plain = buf_new(arena), markdown = buf_new(arena);
        escape_html(&html, str_of(escapes[i].text));
        escape_plain(&plain, str_of(escapes[i].text));
        escape_markdown(&markdown, str_of(escapes[i].text));
        if (!str_eq(buf_str(&html), str_of(escapes[i].html)) ||
            !str_eq(buf_str(&plain), str_of(escapes[i].plain)) ||
            !str_eq(buf_str(&markdown), str_of(escapes[i].markdown)))
            fail_msg("%s: %s | %s | %s", escapes[i].why, buf_str(&html).ptr, buf_str(&plain).ptr,
                     buf_str(&markdown).ptr);
    }
    assert_int_equal(escape_chars(escape_clip(arena, STR("abcdef"), 4)), 4);
    assert_true(str_eq(escape_clip(arena, STR("abcd"), 4), STR("abcd")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_says_what_was_found),
        cmocka_unit_test(colour_is_only_where_it_was_asked_for),
        cmocka_unit_test(impact_begins_with_what_users_see),
        cmocka_unit_test(what_evidence_does_not_bear_out_is_removed),
        cmocka_unit_test(not_known_is_a_report),
        cmocka_unit_test(an_empty_case_can_be_told),
        cmocka_unit_test(json_has_exactly_the_documented_keys),
        cmocka_unit_test(hostile_text_does_nothing),
        cmocka_unit_test(escapes_make_text_harmless),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
