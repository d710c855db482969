/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define STEP_S 60.0
#define FROM_S (-1200.0)
#define SAMPLES_MAX 8

/* `cart` was changed at FIXTURE_T0; `front` calls it. */
struct line {
    const char *service, *instance, *metric;
    double from_s;      /* 0: from long before, at `usual` until the change */
    double usual, span; /* with that much noise */
    double since[SAMPLES_MAX];
    int since_count;
};

static void add(struct fixture *fix, const struct line *it)
{
    struct buf sql = buf_new(fix->arena);
    buf_printf(&sql, "INSERT INTO metrics (time, service, instance, metric, value) VALUES ");
    const char *comma = "";
    for (double at = FROM_S; it->from_s <= 0 && at < 0; at += STEP_S) {
        buf_printf(&sql, "%s(make_timestamp_ns(%lld), '%s', '%s', '%s', %.17g)", comma,
                   (long long)fixture_time(at), it->service, it->instance, it->metric,
                   it->usual + it->span * (fixture_random(fix) - 0.5));
        comma = ",";
    }
    for (int i = 0; i < it->since_count; i++) {
        buf_printf(&sql, "%s(make_timestamp_ns(%lld), '%s', '%s', '%s', %.17g)", comma,
                   (long long)fixture_time(fmax(it->from_s, 10) + i * STEP_S), it->service,
                   it->instance, it->metric, it->since[i]);
        comma = ",";
    }
    fixture_run(fix, buf_str(&sql));
}

#define OLD(name, metric_, level, ...)                                                             \
    {                                                                                              \
        .service = "cart", .instance = name, .metric = metric_, .usual = level,                    \
        .span = 0.02 * (level), .since = {__VA_ARGS__},                                            \
        .since_count = sizeof((double[]){__VA_ARGS__}) / sizeof(double)                            \
    }
#define NEW(name, metric_, ...)                                                                    \
    {                                                                                              \
        .service = "cart", .instance = name, .metric = metric_, .from_s = 30,                      \
        .since = {__VA_ARGS__}, .since_count = sizeof((double[]){__VA_ARGS__}) / sizeof(double)    \
    }
#define OF(service_, metric_, level, ...)                                                          \
    {                                                                                              \
        .service = service_, .instance = "", .metric = metric_, .usual = level,                    \
        .since = {__VA_ARGS__}, .since_count = sizeof((double[]){__VA_ARGS__}) / sizeof(double)    \
    }

static const struct {
    const char *why;
    struct line lines[4];
    const char *of; /* the effect with strength; NULL: none */
    int64_t young, alike, missed;
} cases[] = {
    {"the new one fails",
     {OLD("a", "success_rate", 100, 100, 100, 100), OLD("b", "success_rate", 100, 100, 100, 100),
      NEW("c", "success_rate", 40, 30, 50)},
     "replica",
     1,
     0,
     0},
    {"one sample is enough where nothing of the kind was seen",
     {OLD("a", "success_rate", 100, 100, 100, 100), OLD("b", "success_rate", 100, 100, 100, 100),
      NEW("c", "success_rate", 0)},
     "replica",
     1,
     0,
     0},
    {"the new one is as the old ones",
     {OLD("a", "success_rate", 100, 100, 100, 100), OLD("b", "success_rate", 100, 100, 100, 100),
      NEW("c", "success_rate", 100, 100, 100)},
     NULL,
     1,
     3,
     0},
    {"all of them fail since: that is nothing of the new one",
     {OLD("a", "latency_ms", 20, 90, 95, 90), OLD("b", "latency_ms", 20, 95, 90, 92),
      NEW("c", "latency_ms", 92, 95, 90)},
     NULL,
     1,
     0,
     0},
    {"a little slower is not slow",
     {OLD("a", "latency_ms", 20, 20, 20, 20), OLD("b", "latency_ms", 20, 20, 20, 20),
      NEW("c", "latency_ms", 30, 31, 32)},
     NULL,
     1,
     3,
     0},
    {"twice as slow is",
     {OLD("a", "latency_ms", 20, 20, 20, 20), OLD("b", "latency_ms", 20, 20, 20, 20),
      NEW("c", "latency_ms", 60, 61, 62)},
     "replica",
     1,
     0,
     0},
    {"starting costs processor",
     {OLD("a", "cpu_usage", 0.2, 0.2, 0.2, 0.2), OLD("b", "cpu_usage", 0.2, 0.2, 0.2, 0.2),
      NEW("c", "cpu_usage", 0.9, 0.2, 0.2)},
     NULL,
     1,
     0,
     0},
    {"but not for long",
     {OLD("a", "cpu_usage", 0.2, 0.2, 0.2, 0.2), OLD("b", "cpu_usage", 0.2, 0.2, 0.2, 0.2),
      NEW("c", "cpu_usage", 0.9, 0.9, 0.9)},
     "replica",
     1,
     0,
     0},
    {"a young process has less memory",
     {OLD("a", "memory_usage", 50, 50, 50, 50), OLD("b", "memory_usage", 50, 50, 50, 50),
      NEW("c", "memory_usage", 20, 21, 22)},
     NULL,
     1,
     0,
     0},
    {"what the machine does is not its doing",
     {OLD("a", "node_cpu_usage", 0.2, 0.2, 0.2, 0.2),
      OLD("b", "node_cpu_usage", 0.2, 0.2, 0.2, 0.2), NEW("c", "node_cpu_usage", 0.9, 0.9, 0.9)},
     NULL,
     1,
     0,
     0},
    {"there is nothing to be older than", {NEW("c", "success_rate", 0, 0, 0)}, NULL, 0, 0, 0},
    {"who went was not followed",
     {OLD("a", "success_rate", 100, 100, 100, 100, 100, 100), OLD("b", "success_rate", 100, 100)},
     NULL,
     0,
     0,
     3},
    {"who went was followed",
     {OLD("a", "success_rate", 100, 100, 100, 100, 100, 100), OLD("b", "success_rate", 100, 100),
      NEW("c", "success_rate", 100, 100, 100, 100)},
     NULL,
     1,
     4,
     0},
    {"requests to it fail since",
     {OF("cart", "success_rate", 100, 80, 81, 80, 79)},
     "service",
     0,
     0,
     0},
    {"so says who calls it",
     {OF("front", "error_ratio:client:front->cart", 0.001, 0.2, 0.2, 0.2, 0.2)},
     "service",
     0,
     0,
     0},
    {"another edge is another matter",
     {OF("front", "error_ratio:client:front->db", 0.001, 0.2, 0.2, 0.2, 0.2)},
     NULL,
     0,
     0,
     0},
    {"who calls it fails", {OF("front", "success_rate", 100, 80, 81, 80, 79)}, "caller", 0, 0, 0},
    {"who does not call it fails", {OF("db", "success_rate", 100, 80, 81, 80, 79)}, NULL, 0, 0, 0},
    {"no numbers at all", {{0}}, NULL, 0, 0, 0},
};

static struct record rollout(struct fixture *fix, double until_s)
{
    const struct record in = fixture_input(fix, "metrics.rollout");
    *record_at(&in, "service") = value_text(STR("cart"));
    *record_at(&in, "changed") = value_time(FIXTURE_T0);
    *record_at(&in, "until") = value_time(fixture_time(until_s));
    return fixture_use(fix, "metrics.rollout", &in);
}

static size_t strong_row(const struct batch *effects)
{
    size_t row = 0;
    while (row < effects->rows && batch_column(effects, "strength")->reals[row] <= 0)
        row++;
    return row;
}

static void new_is_told_from_old(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fix = fixture_open();
        topology_add(&fix->casefile->topology, STR("front"), STR("cart"));
        for (int line = 0; line < 4 && cases[i].lines[line].service; line++)
            add(fix, &cases[i].lines[line]);
        fixture_seal(fix);
        const struct record out = rollout(fix, 600);
        const struct batch *effects = record_at(&out, "effects")->rows;
        const size_t row = strong_row(effects);
        print_message("%s\n", cases[i].why);
        assert_int_equal(row < effects->rows, cases[i].of != NULL);
        if (cases[i].of)
            assert_string_equal(fixture_text(effects, row, "of").ptr, cases[i].of);
        assert_int_equal(record_at(&out, "young")->integer, cases[i].young);
        assert_int_equal(record_at(&out, "alike")->integer, cases[i].alike);
        assert_int_equal(record_at(&out, "missed")->integer, cases[i].missed);
        assert_int_equal(record_at(&out, "silent")->known, cases[i].missed > 0);
        fixture_close(fix);
    }
}

static void what_comes_later_is_not_looked_at(void **state)
{
    (void)state;
    static const struct line late = OF("cart", "success_rate", 100, 100, 100, 100, 0, 0, 0, 0);
    struct fixture *fix = fixture_open();
    add(fix, &late);
    fixture_seal(fix);
    struct record out = rollout(fix, 120);
    assert_int_equal(record_at(&out, "effects")->rows->rows, 0);
    out = rollout(fix, 600);
    assert_int_equal(record_at(&out, "effects")->rows->rows, 1);
    assert_int_equal(batch_column(record_at(&out, "effects")->rows, "first")->integers[0],
                     fixture_time(10 + 3 * STEP_S));
    fixture_close(fix);
}

static void what_had_begun_is_no_effect(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_series(fix, &(struct fixture_series){.service = "cart",
                                                     .metric = "success_rate",
                                                     .from_s = -1200,
                                                     .to_s = 300,
                                                     .step_s = 60,
                                                     .before = 100,
                                                     .after = 70,
                                                     .change_s = -120});
    fixture_seal(fix);
    const struct record out = rollout(fix, 600);
    assert_int_equal(record_at(&out, "effects")->rows->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_is_told_from_old),
        cmocka_unit_test(what_comes_later_is_not_looked_at),
        cmocka_unit_test(what_had_begun_is_no_effect),
    };
    return cmocka_run_group_tests_name("rollout", tests, NULL, NULL);
}
