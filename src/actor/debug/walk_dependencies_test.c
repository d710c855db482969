/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include "verdict/verdict.h"
#include "verdict/weights.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define PIECES_MAX 4
#define CALLS_MAX 4

struct piece {
    const char *subject;
    enum finding finding;
    double strength;
};

/* The alert is about `web`. */
static const struct {
    const char *why;
    const char *calls[CALLS_MAX][2];
    struct piece pieces[PIECES_MAX];
    const char *service;
    const char *by; /* NULL: it is not explained; "?": nothing is known */
    const char *reason;
    bool beyond_reach;
} cases[] = {
    {"a callee that is as slow explains it",
     {{"web", "cart"}},
     {{"web", FINDING_LATENCY, 0.9}, {"cart", FINDING_LATENCY, 0.9}},
     "web",
     "cart",
     "what it suffers is explained by `cart`, which it calls",
     false},
    {"the deepest one is named",
     {{"web", "cart"}, {"cart", "db"}},
     {{"web", FINDING_LATENCY, 0.9}, {"cart", FINDING_LATENCY, 0.9}, {"db", FINDING_LATENCY, 0.9}},
     "web",
     "db",
     "what it suffers is explained by `db`, which it calls by way of `cart`",
     false},
    {"the callee itself is explained by nothing",
     {{"web", "cart"}},
     {{"web", FINDING_LATENCY, 0.9}, {"cart", FINDING_LATENCY, 0.9}},
     "cart",
     NULL,
     "",
     false},
    {"a callee that is fine explains nothing",
     {{"web", "cart"}},
     {{"web", FINDING_LATENCY, 0.9}, {"cart", FINDING_CPU, 0.1}},
     "web",
     NULL,
     "",
     false},
    {"errors in logs are explained by a callee in trouble",
     {{"web", "cart"}},
     {{"web", FINDING_LOG_ERRORS, 0.6}, {"cart", FINDING_SELF_TIME, 0.9}},
     "web",
     "cart",
     "what it suffers is explained by `cart`, which it calls",
     false},
    {"but a resource of its own is not",
     {{"web", "cart"}},
     {{"web", FINDING_CPU, 0.9}, {"cart", FINDING_SELF_TIME, 0.9}},
     "web",
     NULL,
     "",
     false},
    {"a circle ends",
     {{"web", "cart"}, {"cart", "web"}},
     {{"web", FINDING_LATENCY, 0.9}, {"cart", FINDING_LATENCY, 0.9}, {"cart", FINDING_CPU, 0.5}},
     "web",
     "cart",
     "what it suffers is explained by `cart`, which it calls",
     false},
    {"what the alert does not reach is another story",
     {{"web", "cart"}, {"lone", "other"}},
     {{"lone", FINDING_CPU, 0.8}, {"cart", FINDING_CPU, 0.8}},
     "lone",
     "cart",
     "`web` does not call it, directly or through others, and does call `cart`",
     false},
    {"unless suspects need not be reached",
     {{"web", "cart"}, {"lone", "other"}},
     {{"lone", FINDING_CPU, 0.8}, {"cart", FINDING_CPU, 0.8}},
     "lone",
     NULL,
     "",
     true},
    {"or nobody who is reached has more left",
     {{"web", "cart"}, {"lone", "other"}},
     {{"lone", FINDING_CPU, 0.9}, {"cart", FINDING_CPU, 0.05}},
     "lone",
     NULL,
     "",
     false},
    {"nothing speaks for it",
     {{"web", "cart"}},
     {{"cart", FINDING_CPU, 0.9}},
     "web",
     "?",
     "",
     false},
    {"nobody knows it", {{"web", "cart"}}, {{"cart", FINDING_CPU, 0.9}}, "it's", "?", "", false},
};

static struct fixture *filled(size_t number)
{
    struct fixture *fix = fixture_open();
    fix->casefile->weights = weights_prior(); /* whatever was learned since */
    struct casefile *casefile = fix->casefile;
    casefile->subject = STR("web");
    casefile->beyond_reach = cases[number].beyond_reach;
    for (size_t i = 0; i < CALLS_MAX && cases[number].calls[i][0]; i++) {
        const char *caller = cases[number].calls[i][0], *callee = cases[number].calls[i][1];
        topology_add(&casefile->topology, str_of(caller), str_of(callee));
        if (i == 0) { /* the first is seen in spans, the others are declared */
            fixture_add_span(fix, &(struct fixture_span){0, "t", "1", "", caller, "in", 10, NULL});
            fixture_add_span(fix, &(struct fixture_span){0, "t", "2", "1", callee, "in", 9, NULL});
        } else {
            fixture_run(fix, str_printf(fix->arena,
                                        "INSERT INTO topology (caller, callee) VALUES ('%s', '%s')",
                                        caller, callee));
        }
    }
    fixture_seal(fix);
    for (const struct piece *it = cases[number].pieces;
         it < cases[number].pieces + PIECES_MAX && it->subject; it++)
        casefile_add(casefile, &(struct evidence){.signal = SIGNAL_METRICS,
                                                  .bearing = BEARING_SUPPORTS,
                                                  .finding = it->finding,
                                                  .subject = str_of(it->subject),
                                                  .strength = it->strength});
    return fix;
}

static struct str order_of(struct casefile *casefile)
{
    verdict_rank(casefile);
    struct str order = STR("");
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        order = str_printf(casefile->arena, "%.*s%.*s %.9f ", STR_ARG(order), STR_ARG(it->subject),
                           it->confidence);
    return order;
}

static void what_a_callee_explains_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fix = filled(i);
        const struct str order = order_of(fix->casefile);
        const uint32_t count_before = fix->casefile->evidence_count;
        const struct record out = fixture_act_on(fix, "walk_dependencies", cases[i].service);
        const struct value *explained = record_at(&out, "explained");
        const bool unknown = cases[i].by && cases[i].by[0] == '?';
        print_message("%s\n", cases[i].why);
        assert_int_equal(explained->known, !unknown);
        assert_int_equal(explained->truth, cases[i].by && !unknown);
        if (explained->truth) {
            fixture_expect_text(&out, "by", cases[i].by);
            fixture_expect_text(&out, "reason", cases[i].reason);
            const struct evidence *added = fixture_evidence(fix, count_before + 1);
            assert_int_equal(added->bearing, BEARING_REFUTES);
            assert_int_equal(added->finding, FINDING_DEPENDENCY);
            assert_true(added->strength > 0.5 && added->strength < 1);
        }
        assert_int_equal(fix->casefile->evidence_count, count_before + explained->truth);
        fixture_check_claims(fix);
        assert_true(str_eq(order_of(fix->casefile), order)); /* it changes no order by itself */
        fixture_close(fix);
    }
}

static void a_graph_told_by_metrics_is_read_as_well(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->casefile->weights = weights_prior(); /* whatever was learned since */
    fixture_add_series(fix, &(struct fixture_series){.service = "web",
                                                     .metric = "latency:web->cart",
                                                     .to_s = 10,
                                                     .step_s = 5,
                                                     .change_s = 5});
    fixture_seal(fix);
    fix->casefile->subject = STR("web");
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    for (int i = 0; i < 2; i++)
        casefile_add(fix->casefile, &(struct evidence){.finding = FINDING_LATENCY,
                                                       .subject = i == 0 ? STR("web") : STR("cart"),
                                                       .strength = 0.9});
    const struct record out = fixture_act_on(fix, "walk_dependencies", "web");
    fixture_expect_text(&out, "by", "cart");
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_callee_explains_is_told),
        cmocka_unit_test(a_graph_told_by_metrics_is_read_as_well),
    };
    return cmocka_run_group_tests_name("walk_dependencies", tests, NULL, NULL);
}
