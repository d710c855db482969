/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The director at work on small cases: it backs out of what is loud but only suffers, widens its
 * search when nothing holds, and stops in time. Plans of strangers go through the checker.
 */
#include "director/director.h"

#include "agent/fixture_for_tests.h"
#include "director/shipped.h"
#include "verdict/verdict.h"
#include "verdict/weights.h"

#define MINUTE 60.0

static struct library library_of_all(struct fixture *fix)
{
    struct library library;
    struct buf problems = buf_new(fix->arena);
    struct err err = {0};
    if (!shipped_library(fix->arena, NULL, &library, &problems, &err))
        fail_msg("%s\n%s", err.text, buf_str(&problems).ptr);
    return library;
}

/* frontend -> checkout -> payment, in topology.csv as in metrics. */
static void add_shop(struct fixture *fix)
{
    fixture_run(fix, STR("INSERT INTO topology (caller, callee) VALUES ('frontend', 'checkout'), "
                         "('checkout', 'payment'), ('frontend', 'search')"));
    topology_add(&fix->casefile->topology, STR("frontend"), STR("checkout"));
    topology_add(&fix->casefile->topology, STR("checkout"), STR("payment"));
    topology_add(&fix->casefile->topology, STR("frontend"), STR("search"));
}

static void add_latency(struct fixture *fix, const char *service, double before, double after)
{
    fixture_add_series(fix, &(struct fixture_series){.service = service,
                                                     .metric = "latency_p99_ms",
                                                     .from_s = -60 * MINUTE,
                                                     .to_s = 5 * MINUTE,
                                                     .step_s = 15,
                                                     .before = before,
                                                     .after = after,
                                                     .noise = before / 10,
                                                     .change_s = -2 * MINUTE});
}

static struct fixture *open_case(const char *alert_name)
{
    struct fixture *fix = fixture_open();
    fix->casefile->weights = weights_prior(); /* whatever was learned since */
    fix->alert.name = str_of(alert_name);
    fix->alert.service = STR("frontend");
    fix->casefile->triage.symptom = symptom_of_alert(&fix->alert);
    fix->casefile->data = (struct window){fixture_time(-60 * MINUTE), fixture_time(5 * MINUTE)};
    fix->casefile->budget.steps_max = 200;
    casefile_add_source(fix->casefile, STR("metrics.csv"), SOURCE_READ, 1000, STR(""));
    casefile_add_source(fix->casefile, STR("topology.csv"), SOURCE_READ, 3, STR(""));
    return fix;
}

static void investigate(struct fixture *fix, const struct library *library,
                        const struct planner *planner)
{
    fixture_seal(fix);
    const struct direction direction = {
        .library = library, .planner = planner, .answerer = {.answer = run_answer_live}};
    struct director *director = director_new(&direction, &fix->services, fix->casefile);
    director_investigate(director);
    verdict_rank(fix->casefile);
    director_correct(director);
}

static const struct lead *lead_of(const struct fixture *fix, const char *subject)
{
    for (const struct lead *lead = fix->casefile->leads; lead; lead = lead->next)
        if (str_eq(lead->subject, str_of(subject)))
            return lead;
    fail_msg("nobody suspected %s", subject);
    return NULL;
}

/* The frontend screams, for it waits for two others; only payment has a reason of its own. */
static void the_loudest_is_given_up_when_it_only_waits(void **state)
{
    (void)state;
    struct fixture *fix = open_case("FrontendLatencyHigh");
    add_shop(fix);
    add_latency(fix, "frontend", 10, 900);
    add_latency(fix, "checkout", 10, 850);
    add_latency(fix, "payment", 10, 800);
    add_latency(fix, "search", 10, 10);
    const struct library library = library_of_all(fix);
    investigate(fix, &library, NULL);

    const struct lead *first = fix->casefile->leads;
    assert_non_null(first);
    assert_true(str_eq(first->subject, STR("frontend")));
    assert_int_equal(first->state, LEAD_ABANDONED);
    assert_true(first->reason.len > 0);
    assert_non_null(first->against);
    assert_int_equal(first->against->bearing, BEARING_REFUTES);
    assert_int_equal(lead_of(fix, "checkout")->state, LEAD_ABANDONED);
    assert_int_equal(lead_of(fix, "payment")->state, LEAD_HELD);
    assert_true(str_eq(fix->casefile->hypotheses->subject, STR("payment")));
    assert_true(str_contains(fix->casefile->plans->text, STR("follow latency")));
    fixture_close(fix);
}

/* Nothing moves anywhere: the search is widened, twice, and then it ends and says so. */
static void where_nothing_holds_it_widens_and_ends(void **state)
{
    (void)state;
    struct fixture *fix = open_case("FrontendLatencyHigh");
    add_shop(fix);
    add_latency(fix, "frontend", 10, 10);
    add_latency(fix, "payment", 10, 10);
    const struct library library = library_of_all(fix);
    investigate(fix, &library, NULL);

    uint32_t plans = 0;
    for (const struct plan_entry *plan = fix->casefile->plans; plan; plan = plan->next)
        plans++;
    assert_int_equal(plans, 3);
    assert_true(fix->casefile->beyond_reach);
    for (const struct lead *lead = fix->casefile->leads; lead; lead = lead->next)
        assert_int_equal(lead->state, LEAD_ABANDONED);
    assert_true(str_starts(fix->casefile->stopped_because, STR("No hypothesis held")));
    fixture_close(fix);
}

static void at_the_deadline_it_answers_with_what_it_has(void **state)
{
    (void)state;
    struct fixture *fix = open_case("FrontendLatencyHigh");
    add_latency(fix, "frontend", 10, 900);
    const struct library library = library_of_all(fix);
    fix->now_ns = 2 * NS_PER_S; /* the case had one */
    investigate(fix, &library, NULL);
    assert_true(str_starts(fix->casefile->stopped_because, STR("The case's time was over")));
    fixture_close(fix);
}

static bool write_what_it_is_told(void *state, struct casefile *casefile,
                                  const struct library *library, struct buf *out, struct err *err)
{
    (void)casefile, (void)library, (void)err;
    buf_add(out, str_of(state));
    return true;
}

static bool has_gap(const struct fixture *fix, const char *words)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_GAP && str_contains(it->claim, str_of(words)))
            return true;
    return false;
}

static void another_planner_writes_a_text(void **state)
{
    (void)state;
    struct fixture *fix = open_case("FrontendLatencyHigh");
    add_latency(fix, "frontend", 10, 900);
    const struct library library = library_of_all(fix);
    char text[] = "runbook mine \"mine\" { find_shifted_metrics() }";
    const struct planner planner = {
        .name = "a stranger", .write = write_what_it_is_told, .state = text};
    investigate(fix, &library, &planner);
    assert_true(str_eq(fix->casefile->plans->text, str_of(text)));
    fixture_close(fix);
}

/* What does not pass the checker is not run, and does no harm. */
static void a_plan_that_the_checker_refuses_is_replaced(void **state)
{
    (void)state;
    struct fixture *fix = open_case("FrontendLatencyHigh");
    add_latency(fix, "frontend", 10, 900);
    const struct library library = library_of_all(fix);
    char text[] = "runbook mine \"mine\" { delete_everything() }";
    const struct planner planner = {
        .name = "a stranger", .write = write_what_it_is_told, .state = text};
    investigate(fix, &library, &planner);
    assert_true(has_gap(fix, "The plan by a stranger was refused"));
    assert_true(str_contains(fix->casefile->plans->text, STR("follow latency")));
    fixture_close(fix);
}

/* Whatever people call their alerts, the plan that is composed is one that can be read. */
static void a_plan_passes_the_checker_whatever_the_alert_is_called(void **state)
{
    (void)state;
    static const char *const names[] = {"\"} refute x", "a\\", "line\nbreak", "\x1b[31m", "ü", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fixture *fix = open_case(names[i]);
        const struct library library = library_of_all(fix);
        investigate(fix, &library, NULL);
        assert_false(has_gap(fix, "was refused"));
        assert_non_null(fix->casefile->plans);
        fixture_close(fix);
    }
}

/* checkout waits for payment, and payment for locks that one job holds in their ledger. */
static void add_locked_shop(struct fixture *fix)
{
    static const char *const calls[][2] = {
        {"frontend", "checkout"}, {"checkout", "payment"}, {"payment", "ledger"}};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        topology_add(&fix->casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    add_latency(fix, "frontend", 10, 900);
    add_latency(fix, "checkout", 10, 850);
    add_latency(fix, "payment", 10, 800);
    fixture_add_line(fix, FIXTURE_LOGS, -600, "ledger", "",
                     "[10] x@y LOG:  connection authorized: user=shop application_name=payment");
    for (int i = 0; i < 20; i++) {
        fixture_add_line(fix, FIXTURE_LOGS, -100.0 + 5 * i, "ledger", "",
                         "[20] x@y LOG:  process 20 still waiting for ShareLock on transaction 7 "
                         "after 1000.1 ms");
        fixture_add_line(fix, FIXTURE_LOGS, -100.0 + 5 * i, "ledger", "",
                         "[20] x@y DETAIL:  Process holding the lock: 10. Wait queue: 20.");
    }
}

/* A system that the shop does not know: at any time somebody waits in it, and says so, and one of
 * its series moves once. */
static void add_bystander(struct fixture *fix, uint32_t number)
{
    const char *app = str_printf(fix->arena, "app-%u", number).ptr;
    const char *store = str_printf(fix->arena, "store-%u", number).ptr;
    topology_add(&fix->casefile->topology, str_of(app), str_of(store));
    fixture_add_series(fix,
                       &(struct fixture_series){.service = app,
                                                .metric = "cpu_usage",
                                                .from_s = -60 * MINUTE,
                                                .to_s = 5 * MINUTE,
                                                .step_s = 60,
                                                .before = 10,
                                                .after = 200,
                                                .noise = 1,
                                                .change_s = -65 * MINUTE * fixture_random(fix)});
    for (int i = 0; i < 40; i++) {
        const double at_s = 5 * MINUTE - 65 * MINUTE * fixture_random(fix);
        const struct str waits =
            str_printf(fix->arena,
                       "[%d] x@y LOG:  process %d still waiting for ShareLock on transaction 7 "
                       "after 1000.1 ms",
                       500 + i, 500 + i);
        const struct str holder = str_printf(
            fix->arena, "[%d] x@y DETAIL:  Process holding the lock: %d. Wait queue: %d.", 500 + i,
            100 + i, 500 + i);
        fixture_add_line(fix, FIXTURE_LOGS, at_s, store, "", waits.ptr);
        fixture_add_line(fix, FIXTURE_LOGS, at_s, store, "", holder.ptr);
        fixture_add_line(fix, FIXTURE_LOGS, at_s, app, "", "ERROR: timeout, will be tried again");
    }
}

static const struct hypothesis *judged_among(struct fixture *fix, uint32_t bystanders)
{
    add_locked_shop(fix);
    for (uint32_t i = 0; i < bystanders; i++)
        add_bystander(fix, i);
    casefile_add_source(fix->casefile, STR("logs.jsonl"), SOURCE_READ, 1000, STR(""));
    const struct library library = library_of_all(fix);
    investigate(fix, &library, NULL);
    assert_non_null(fix->casefile->hypotheses);
    return fix->casefile->hypotheses;
}

/* However large the system: what it says elsewhere does not change who is named, nor how surely. */
static void bystanders_do_not_change_the_verdict(void **state)
{
    (void)state;
    struct fixture *alone = open_case("FrontendLatencyHigh");
    struct fixture *crowd = open_case("FrontendLatencyHigh");
    const struct hypothesis *want = judged_among(alone, 0), *got = judged_among(crowd, 40);
    assert_true(str_eq(want->subject, STR("payment")));
    assert_true(str_eq(got->subject, want->subject));
    assert_int_equal(got->finding, want->finding);
    assert_true(got->confidence > want->confidence - 0.1);
    fixture_close(alone);
    fixture_close(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loudest_is_given_up_when_it_only_waits),
        cmocka_unit_test(where_nothing_holds_it_widens_and_ends),
        cmocka_unit_test(at_the_deadline_it_answers_with_what_it_has),
        cmocka_unit_test(bystanders_do_not_change_the_verdict),
        cmocka_unit_test(another_planner_writes_a_text),
        cmocka_unit_test(a_plan_that_the_checker_refuses_is_replaced),
        cmocka_unit_test(a_plan_passes_the_checker_whatever_the_alert_is_called),
    };
    return cmocka_run_group_tests_name("investigate", tests, NULL, NULL);
}
