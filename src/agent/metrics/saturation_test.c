/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    const char *used, *limit;
    double limit_value;
    double before, after; /* shares; negative: there is no row */
} resources[] = {
    {"usage and limit", "cpu_usage", "cpu_limit", 4, 0.25, 1},
    {"nothing and limit", "memory", "memory.limit", 4e9, 0.25, 1},
    {"in use and max", "db_connections_in_use", "db_connections_max", 100, 0.25, 1},
    {"open and max", "process_open_fds", "process_max_fds", 1024, 0.25, 1},
    {"capitals do not matter", "Pool_Active", "pool-max", 10, 0.25, 1},
    {"another thing's limit", "cpu_usage", "memory_limit", 4, -1, -1},
    {"pairs that are known", "pg_stat_activity_count", "pg_settings_max_connections", 100, 0.25, 1},
    {"what is left", "node_filesystem_avail_bytes", "node_filesystem_size_bytes", 1e9, 0.75, 0},
    {"turns", "rate(container_cpu_cfs_throttled_periods_total)",
     "rate(container_cpu_cfs_periods_total)", 10, 0.25, 1},
    {"no limit at all", "cpu_usage", "cpu_limit", 0, -1, -1},
    {"a name of nothing but such words", "usage", "limit", 4, -1, -1},
};

static void what_has_a_limit_is_held_against_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(resources); i++) {
        struct fixture *fix = fixture_open();
        const double full = resources[i].limit_value > 0 ? resources[i].limit_value : 1;
        struct fixture_series series = {.service = "db",
                                        .instance = "db-0",
                                        .metric = resources[i].used,
                                        .from_s = -600,
                                        .to_s = 600,
                                        .step_s = 30,
                                        .before = full / 4,
                                        .after = full};
        fixture_add_series(fix, &series);
        series.metric = resources[i].limit;
        series.before = series.after = resources[i].limit_value;
        fixture_add_series(fix, &series);
        series.instance = "db-1"; /* whose limit is another's */
        series.before = series.after = 1e12;
        fixture_add_series(fix, &series);
        fixture_seal(fix);

        struct record in = fixture_input(fix, "metrics.saturation");
        *record_at(&in, "onset") = value_time(FIXTURE_T0);
        const struct record out = fixture_use(fix, "metrics.saturation", &in);
        const struct batch *rows = record_at(&out, "resources")->rows;
        if (rows->rows != (resources[i].before >= 0))
            fail_msg("%s: %zu rows", resources[i].why, rows->rows);
        if (rows->rows == 1 &&
            (fabs(batch_column(rows, "share_before")->reals[0] - resources[i].before) > 1e-9 ||
             fabs(batch_column(rows, "share_after")->reals[0] - resources[i].after) > 1e-9 ||
             !str_eq(fixture_text(rows, 0, "limit_metric"), str_of(resources[i].limit))))
            fail_msg("%s", resources[i].why);
        fixture_close(fix);
    }
}

/* Of two disks each has its own size. */
static void a_label_set_has_the_limit_of_its_own(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct fixture_series series = {
        .service = "db", .from_s = -600, .to_s = 600, .step_s = 30, .before = 1, .after = 1};
    static const struct {
        const char *metric;
        double value;
    } disks[] = {{"disk_used{disk=\"a\"}", 5},
                 {"disk_used{disk=\"b\"}", 5},
                 {"disk_limit{disk=\"a\"}", 10},
                 {"disk_limit{disk=\"b\"}", 50}};
    for (size_t i = 0; i < COUNT_OF(disks); i++) {
        series.metric = disks[i].metric;
        series.before = series.after = disks[i].value;
        fixture_add_series(fix, &series);
    }
    fixture_seal(fix);
    struct record in = fixture_input(fix, "metrics.saturation");
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    const struct record out = fixture_use(fix, "metrics.saturation", &in);
    const struct batch *rows = record_at(&out, "resources")->rows;
    assert_int_equal(rows->rows, 2);
    assert_true(fabs(batch_column(rows, "share_after")->reals[0] - 0.5) < 1e-9);
    assert_true(fabs(batch_column(rows, "share_after")->reals[1] - 0.1) < 1e-9);
    fixture_close(fix);
}

static const struct {
    const char *metric;
    double after;
    double share; /* negative: it is none */
} shares[] = {
    {"cpu_utilization", 0.95, 0.95}, {"memory_used_percent", 95, 0.95},
    {"disk_used_pct", 0.5, 0.005},   {"cpu_percent", 250, -1}, /* of several processors */
    {"hit_ratio", 0.5, -1},          {"memory_available_percent", 95, -1},
};

static void what_is_a_share_needs_no_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shares); i++) {
        struct fixture *fix = fixture_open();
        const struct fixture_series series = {.service = "db",
                                              .metric = shares[i].metric,
                                              .from_s = -600,
                                              .to_s = 600,
                                              .step_s = 30,
                                              .after = shares[i].after};
        fixture_add_series(fix, &series);
        fixture_seal(fix);
        struct record in = fixture_input(fix, "metrics.saturation");
        *record_at(&in, "onset") = value_time(FIXTURE_T0);
        const struct record out = fixture_use(fix, "metrics.saturation", &in);
        const struct batch *rows = record_at(&out, "resources")->rows;
        if (rows->rows != (shares[i].share >= 0) ||
            (rows->rows == 1 &&
             fabs(batch_column(rows, "share_after")->reals[0] - shares[i].share) > 1e-9))
            fail_msg("%s: %zu rows", shares[i].metric, rows->rows);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_a_limit_is_held_against_it),
        cmocka_unit_test(a_label_set_has_the_limit_of_its_own),
        cmocka_unit_test(what_is_a_share_needs_no_limit),
    };
    return cmocka_run_group_tests_name("metrics.saturation", tests, NULL, NULL);
}
