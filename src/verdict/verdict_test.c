/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/verdict.h"

#include "base/arena.h"
#include "verdict/weights.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define PIECES_MAX 4

struct piece {
    const char *subject;
    enum finding finding;
    double strength;
    enum bearing bearing;
    const char *cause;
    const char *claim;
    bool tells_place; /* of complaints */
    enum kind kind;
};

/* The alert is about `web`; it calls `cart`, that calls `db`; `lone` is called by nobody. */
static const char *const calls[][2] = {{"web", "cart"}, {"cart", "db"}, {"lone", "other"}};

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};

static struct casefile *judged(const struct piece *pieces, enum source_state state)
{
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    casefile->weights = weights_prior(); /* whatever was learned since */
    casefile->subject = STR("web");
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        topology_add(&casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    for (const struct piece *it = pieces; it < pieces + PIECES_MAX && it->subject; it++)
        casefile_add(casefile, &(struct evidence){.signal = it->finding == FINDING_CONFIGURATION
                                                                ? SIGNAL_CHANGES
                                                                : SIGNAL_METRICS,
                                                  .bearing = it->bearing,
                                                  .finding = it->finding,
                                                  .subject = str_of(it->subject),
                                                  .kind = it->kind,
                                                  .tells_place = it->tells_place,
                                                  .cause = str_of(it->cause),
                                                  .claim = str_of(it->claim),
                                                  .strength = it->strength});
    casefile_add_source(casefile, STR("logs.csv"), state, 1, STR(""));
    verdict_rank(casefile);
    return casefile;
}

static const struct {
    const char *why;
    struct piece pieces[PIECES_MAX];
    const char *order; /* of the hypotheses, each followed by a blank */
} cases[] = {
    {"no evidence, no hypotheses", {{0}}, ""},
    {"one piece", {{"cart", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}}, "cart "},
    {"the stronger piece goes first",
     {{"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"a caller's symptom is its callee's",
     {{"web", FINDING_LATENCY, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_LATENCY, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_LATENCY, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart web "},
    {"a callee that is fine explains nothing",
     {{"web", FINDING_LATENCY, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.2, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "web cart "},
    {"what the alert does not reach counts less",
     {{"lone", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db lone "},
    {"evidence against takes its strength away",
     {{"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.8, BEARING_REFUTES, NULL, NULL, false, 0}},
     "db cart "},
    {"but only from its own finding",
     {{"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_MEMORY, 0.8, BEARING_REFUTES, NULL, NULL, false, 0}},
     "cart db "},
    {"evidence against alone is no suspicion",
     {{"cart", FINDING_CPU, 0.9, BEARING_REFUTES, NULL, NULL, false, 0}},
     ""},
    {"a gap is none either", {{"cart", FINDING_CPU, 0.9, BEARING_GAP, NULL, NULL, false, 0}}, ""},
    {"no subject, no hypothesis",
     {{"", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     ""},
    {"what was changed goes before what was not",
     {{"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"what a caller suffers is owed to a callee that was changed",
     {{"cart", FINDING_ERRORS, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"unless it was changed itself",
     {{"cart", FINDING_ERRORS, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart db "},
    {"or the callee lies elsewhere",
     {{"cart", FINDING_ERRORS, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"other", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart other "},
    {"the nearer of two changes counts",
     {{"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, "a", NULL, false, 0},
      {"db", FINDING_CHANGE, 0.01, BEARING_SUPPORTS, "b", NULL, false, 0}},
     "db cart "},
    {"whichever is named first",
     {{"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.01, BEARING_SUPPORTS, "b", NULL, false, 0},
      {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, "a", NULL, false, 0}},
     "db cart "},
    {"the same said twice is said once",
     {{"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"two causes are two",
     {{"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, "a", NULL, false, 0},
      {"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, "b", NULL, false, 0},
      {"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart db "},
    {"of two that are alike, who is called",
     {{"cart", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"whoever comes first",
     {{"db", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"a tie goes by name at last",
     {{"other", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"lone", FINDING_CPU, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "lone other "},
    {"a change that can hardly be felt takes nothing from others",
     {{"cart", FINDING_CPU, 0.7, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.6, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CHANGE, 0.02, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart db "},
    {"callers are the witnesses of who shows nothing",
     {{"cart", FINDING_LOG_ERRORS, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_SPAN_ERRORS, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db cart "},
    {"and so are the callers of a caller that passes it on",
     {{"web", FINDING_LOG_ERRORS, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"cart", FINDING_ALERTED, 0.3, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_SPAN_ERRORS, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "db web cart "},
    {"not of who speaks for itself",
     {{"cart", FINDING_LOG_ERRORS, 0.99, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_SPAN_ERRORS, 0.4, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_LOG_SHIFT, 0.1, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart db "},
    {"nor of who says that another one lets it down",
     {{"web", FINDING_LOG_ERRORS, 0.99, .bearing = BEARING_SUPPORTS},
      {"cart", FINDING_SPAN_ERRORS, 0.5, .bearing = BEARING_SUPPORTS},
      {"cart", FINDING_COMPLAINT, 0.2, .bearing = BEARING_SUPPORTS, .kind = KIND_DEPENDENCY}},
     "web cart "},
    {"what a caller suffers is that of who shows nothing",
     {{"cart", FINDING_ERRORS, 0.9, .bearing = BEARING_SUPPORTS},
      {"db", FINDING_SPAN_ERRORS, 0.8, .bearing = BEARING_SUPPORTS}},
     "db cart "},
    {"a complaint that tells no place weighs nothing",
     {{"db", FINDING_COMPLAINT, 0.9, .bearing = BEARING_SUPPORTS},
      {"cart", FINDING_CPU, 0.1, .bearing = BEARING_SUPPORTS}},
     "cart "},
    {"one that tells it does",
     {{"db", FINDING_COMPLAINT, 0.9, .bearing = BEARING_SUPPORTS, .tells_place = true},
      {"cart", FINDING_CPU, 0.8, .bearing = BEARING_SUPPORTS}},
     "db cart "},
    {"and is trouble that explains its callers'",
     {{"cart", FINDING_LOG_ERRORS, 0.9, .bearing = BEARING_SUPPORTS},
      {"db", FINDING_COMPLAINT, 0.8, .bearing = BEARING_SUPPORTS, .tells_place = true}},
     "db cart "},
    {"a strength of one stays finite",
     {{"cart", FINDING_CPU, 1, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "cart db "},
    {"what others choke on need not be called",
     {{"lone", FINDING_CONFIGURATION, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
      {"db", FINDING_CONFIGURATION, 0.8, BEARING_SUPPORTS, NULL, NULL, false, 0}},
     "lone db "},
};

static struct str order_of(const struct casefile *casefile)
{
    struct str order = STR("");
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        order = str_printf(casefile->arena, "%.*s%.*s ", STR_ARG(order), STR_ARG(it->subject));
    return order;
}

static void evidence_gives_the_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct casefile *casefile = judged(cases[i].pieces, SOURCE_READ);
        const struct str order = order_of(casefile);
        if (!str_eq(order, str_of(cases[i].order)))
            fail_msg("%s: %.*s", cases[i].why, STR_ARG(order));
        casefile_close(casefile);
    }
}

static void assert_share(const char *why, double share)
{
    if (!(share >= 0 && share <= 1))
        fail_msg("%s: %g", why, share);
}

static void confidence_is_shared_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct casefile *casefile = judged(cases[i].pieces, SOURCE_READ);
        double sum = 0;
        for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next) {
            assert_share(cases[i].why, it->confidence);
            assert_share(cases[i].why, it->score);
            assert_true(!it->next ||
                        (it->next->confidence <= it->confidence && it->next->score <= it->score));
            sum += it->confidence;
        }
        assert_share(cases[i].why, sum - 1e-9 > 0 ? sum - 1e-9 : 0);
        casefile_close(casefile);
    }
}

static void what_could_not_be_read_lowers_the_confidence(void **state)
{
    (void)state;
    static const enum source_state states[] = {SOURCE_READ, SOURCE_EMPTY, SOURCE_MISSING,
                                               SOURCE_BROKEN};
    double confidences[COUNT_OF(states)];
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        struct casefile *casefile = judged(cases[2].pieces, states[i]);
        confidences[i] = casefile->hypotheses->confidence;
        casefile_close(casefile);
    }
    assert_true(confidences[0] == confidences[1] && confidences[0] == confidences[2]);
    assert_true(confidences[3] < confidences[0]);
}

static void hypotheses_cite_what_speaks_for_and_against_them(void **state)
{
    (void)state;
    struct casefile *casefile = judged(cases[6].pieces, SOURCE_READ);
    const struct hypothesis *cart = casefile->hypotheses->next;
    assert_true(str_eq(cart->subject, STR("cart")));
    assert_int_equal(cart->cited_for_count, 1);
    assert_int_equal(cart->cited_for[0]->id, 1);
    assert_int_equal(cart->cited_against_count, 1);
    assert_int_equal(cart->cited_against[0]->id, 3);
    casefile_close(casefile);

    casefile = judged(cases[3].pieces, SOURCE_READ); /* a symptom cites what explains it */
    cart = casefile->hypotheses->next;
    assert_int_equal(cart->cited_against_count, 1);
    assert_true(str_eq(cart->cited_against[0]->subject, STR("db")));
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        assert_true(it->cited_for_count > 0 && it->cause.len > 0 && it->would_settle.len > 0);
    casefile_close(casefile);
}

static void many_suspects_are_cut_and_their_evidence_too(void **state)
{
    (void)state;
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    casefile->weights = weights_prior(); /* whatever was learned since */
    for (int i = 0; i < 400; i++)
        casefile_add(casefile,
                     &(struct evidence){.finding = (enum finding)(1 + i % (FINDINGS_COUNT - 1)),
                                        .subject = str_printf(casefile->arena, "s%d", i % 20),
                                        .cause = str_printf(casefile->arena, "%d", i),
                                        .strength = 0.5});
    verdict_rank(casefile);
    uint32_t count = 0;
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next, count++)
        assert_in_range(it->cited_for_count, 1, 6);
    assert_int_equal(count, 10);
    casefile_close(casefile);
}

/* What is shown for a hypothesis must be what it was judged by, to the last bit of rounding. */
static void contributions_add_up_to_the_score(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct casefile *casefile = judged(cases[i].pieces, SOURCE_READ);
        for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next) {
            double left = 0, share = 0;
            for (uint32_t j = 0; j < it->contributions_count; j++) {
                left += it->contributions[j].left;
                share += it->contributions[j].share;
                assert_true(it->contributions[j].left <= it->contributions[j].weight + 1e-12);
                assert_true(j == 0 || it->contributions[j].left <= it->contributions[j - 1].left);
            }
            if (fabs(1 - exp(-left) - it->score) > 1e-9 || fabs(share - 1) > 1e-9)
                fail_msg("%s: %.*s: %g of %g, shares %g", cases[i].why, STR_ARG(it->subject),
                         1 - exp(-left), it->score, share);
        }
        casefile_close(casefile);
    }
}

static void a_contribution_names_who_explains_it(void **state)
{
    (void)state;
    struct casefile *casefile = judged(cases[3].pieces, SOURCE_READ);
    const struct hypothesis *db = casefile->hypotheses, *cart = db->next;
    assert_int_equal(db->contributions[0].explained_by.len, 0);
    assert_true(str_eq(cart->contributions[0].explained_by, STR("db")));
    assert_true(cart->contributions[0].left < cart->contributions[0].weight / 2);
    casefile_close(casefile);
}

/* The same evidence twice, and one of them only leads because it was changed. */
static void a_lead_by_changes_alone_is_less_sure(void **state)
{
    (void)state;
    static const struct piece by_evidence[PIECES_MAX] = {
        {"db", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
        {"cart", FINDING_CPU, 0.3, BEARING_SUPPORTS, NULL, NULL, false, 0},
        {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
    };
    static const struct piece by_change[PIECES_MAX] = {
        {"db", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
        {"cart", FINDING_CPU, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
        {"db", FINDING_CHANGE, 0.9, BEARING_SUPPORTS, NULL, NULL, false, 0},
    };
    struct casefile *first = judged(by_evidence, SOURCE_READ);
    struct casefile *second = judged(by_change, SOURCE_READ);
    assert_true(str_eq(first->hypotheses->subject, second->hypotheses->subject));
    assert_true(second->hypotheses->confidence < first->hypotheses->confidence - 0.1);
    casefile_close(first);
    casefile_close(second);
}

static void nobody_is_named_for_what_is_noise(void **state)
{
    (void)state;
    struct casefile *casefile = judged(cases[1].pieces, SOURCE_READ);
    const double before = casefile->hypotheses->confidence;
    casefile->triage.noise = NOISE_LIKELY;
    verdict_rank(casefile);
    assert_true(casefile->hypotheses->confidence < before);
    assert_true(casefile->hypotheses->confidence < CONFIDENCE_MIN);
    casefile_close(casefile);
}

/* A file of the user's own takes the place of what is shipped. */
static void the_case_says_which_weights_count(void **state)
{
    (void)state;
    struct casefile *casefile = judged(cases[2].pieces, SOURCE_READ);
    struct weights deaf = *weights_prior();
    deaf.findings[FINDING_CPU] = 0;
    casefile->weights = &deaf;
    verdict_rank(casefile);
    assert_null(casefile->hypotheses);
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_gives_the_order),
        cmocka_unit_test(confidence_is_shared_out),
        cmocka_unit_test(what_could_not_be_read_lowers_the_confidence),
        cmocka_unit_test(hypotheses_cite_what_speaks_for_and_against_them),
        cmocka_unit_test(many_suspects_are_cut_and_their_evidence_too),
        cmocka_unit_test(contributions_add_up_to_the_score),
        cmocka_unit_test(a_contribution_names_who_explains_it),
        cmocka_unit_test(a_lead_by_changes_alone_is_less_sure),
        cmocka_unit_test(nobody_is_named_for_what_is_noise),
        cmocka_unit_test(the_case_says_which_weights_count),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
