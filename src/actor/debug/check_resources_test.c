/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A level before the onset and another after it, with noise. */
static void add(struct fixture *fix, const char *service, const char *metric, double before,
                double after)
{
    fixture_add_series(fix, &(struct fixture_series){.service = service,
                                                     .metric = metric,
                                                     .from_s = -600,
                                                     .to_s = 600,
                                                     .step_s = 15,
                                                     .before = before,
                                                     .after = after,
                                                     .noise = before * 0.02});
}

static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(600)};
    return fix;
}

static void expect(const struct record *out, const char *is_short, const char *resource,
                   const char *roomy)
{
    const char *const names[] = {"short", "roomy"}, *const wanted[] = {is_short, roomy};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct value *value = record_at(out, names[i]);
        const char *is = !value->known ? "unknown" : value->truth ? "yes" : "no";
        if (!str_eq(str_of(is), str_of(wanted[i])))
            fail_msg("%s: %s, not %s", names[i], is, wanted[i]);
    }
    if (resource)
        fixture_expect_text(out, "resource", resource);
    else
        assert_false(record_at(out, "resource")->known);
}

static const struct {
    const char *why;
    const char *used, *limit;
    double limit_value, before, after;
    const char *is_short, *resource, *roomy;
    const char *claim; /* NULL: nothing is said; else a part of it */
    enum bearing bearing;
    enum finding finding;
} cases[] = {
    {"a processor at its limit", "cpu_usage", "cpu_limit", 4, 1, 3.9, "yes", "cpu", "no",
     "`cpu_usage` of `cart` was at 9", BEARING_SUPPORTS, FINDING_CPU},
    {"memory that filled", "memory_used", "memory_limit", 1e9, 5e8, 9.5e8, "yes", "memory", "no",
     "was at 9", BEARING_SUPPORTS, FINDING_MEMORY},
    {"a volume that filled", "volume_used_bytes", "volume_capacity_bytes", 1e10, 5e9, 9.8e9, "yes",
     "disk", "no", "was at 9", BEARING_SUPPORTS, FINDING_DISK},
    {"a pool with none left", "db_connections_in_use", "db_connections_max", 20, 5, 20, "yes",
     "connections", "no", "was at 100 %", BEARING_SUPPORTS, FINDING_CONNECTIONS},
    {"threads are a pool too", "worker_threads_active", "worker_threads_max", 20, 5, 20, "yes",
     "connections", "no", "was at 100 %", BEARING_SUPPORTS, FINDING_CONNECTIONS},
    {"open files", "process_open_fds", "process_max_fds", 1024, 100, 1020, "yes", "descriptors",
     "no", "was at 99", BEARING_SUPPORTS, FINDING_CONNECTIONS},
    {"full all along", "cpu_usage", "cpu_limit", 4, 3.9, 4, "no", NULL, "no", NULL, 0, 0},
    {"more, and far from it", "cpu_usage", "cpu_limit", 4, 1, 1.3, "no", NULL, "yes",
     "was only at 32", BEARING_REFUTES, FINDING_CPU},
    {"more, and neither full nor far from it", "cpu_usage", "cpu_limit", 4, 1, 3, "no", NULL, "no",
     NULL, 0, 0},
    {"the same as before", "cpu_usage", "cpu_limit", 4, 1, 1, "no", NULL, "yes", NULL, 0, 0},
    {"less than before", "cpu_usage", "cpu_limit", 4, 1.5, 1, "no", NULL, "yes", NULL, 0, 0},
    {"another thing's limit", "cpu_usage", "memory_limit", 4, 1, 4, "unknown", NULL, "unknown",
     NULL, 0, 0},
    {"not a resource", "requests", "requests_max", 4, 1, 4, "unknown", NULL, "unknown", NULL, 0, 0},
    {"no limit", "cpu_usage", "cpu_limit", 0, 1, 4, "unknown", NULL, "unknown", NULL, 0, 0},
    {"a limit below nothing", "cpu_usage", "cpu_limit", -1, 1, 4, "unknown", NULL, "unknown", NULL,
     0, 0},
    {"a limit that is none", "memory_used", "memory_limit", 9223372036854771712.0, 1, 4, "unknown",
     NULL, "unknown", NULL, 0, 0},
    {"a limit in another unit", "cpu_usage", "cpu_limit", 4, 20, 90, "unknown", NULL, "unknown",
     NULL, 0, 0},
    {"a use below nothing", "cpu_usage", "cpu_limit", 4, -1, -1, "unknown", NULL, "unknown", NULL,
     0, 0},
};

static void each_resource_is_held_against_its_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fix = opened();
        print_message("%s\n", cases[i].why);
        add(fix, "cart", cases[i].used, cases[i].before, cases[i].after);
        fixture_add_series(fix, &(struct fixture_series){.service = "cart",
                                                         .metric = cases[i].limit,
                                                         .from_s = -600,
                                                         .to_s = 600,
                                                         .step_s = 15,
                                                         .before = cases[i].limit_value,
                                                         .after = cases[i].limit_value});
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "check_resources", "cart");
        expect(&out, cases[i].is_short, cases[i].resource, cases[i].roomy);
        assert_int_equal(fix->casefile->evidence_count, cases[i].claim != NULL);
        if (cases[i].claim) {
            const struct evidence *said = fixture_evidence(fix, 1);
            assert_true(str_contains(said->claim, str_of(cases[i].claim)));
            assert_int_equal(said->bearing, cases[i].bearing);
            assert_int_equal(said->finding, cases[i].finding);
        }
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void what_was_said_of_a_limit_counts_once(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, "cart", "cpu_usage", 1, 3.9);
    add(fix, "cart", "cpu_limit", 4, 4);
    add(fix, "cart", "memory_used", 1e8, 3e8);
    add(fix, "cart", "memory_limit", 1e9, 1e9);
    fixture_seal(fix);
    fixture_act_on(fix, "check_saturation", NULL);
    assert_int_equal(fix->casefile->evidence_count, 2);
    const struct record out = fixture_act_on(fix, "check_resources", "cart");
    expect(&out, "yes", "cpu", "no");
    assert_int_equal(fix->casefile->evidence_count, 2);
    fixture_close(fix);
}

static void what_rose_more_and_has_no_limit_is_not_refuted(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, "cart", "cpu_usage", 1, 1.3);
    add(fix, "cart", "cpu_limit", 4, 4);
    add(fix, "cart", "cpu_throttled", 1, 50);
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "check_resources", "cart");
    expect(&out, "no", NULL, "yes");
    assert_int_equal(fix->casefile->evidence_count, 0);
    fixture_close(fix);
}

static void one_full_replica_outweighs_its_idle_siblings(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    for (int i = 0; i < 9; i++) {
        const char *instance = str_printf(fix->arena, "cart-%d", i).ptr;
        struct fixture_series series = {.service = "cart",
                                        .instance = instance,
                                        .metric = "cpu_limit",
                                        .from_s = -600,
                                        .to_s = 600,
                                        .step_s = 30,
                                        .before = 4,
                                        .after = 4};
        fixture_add_series(fix, &series);
        series.metric = "cpu_usage";
        series.before = 0.5;
        series.noise = 0.01;
        series.after = i == 0 ? 1.5 : 3.8 + i / 100.0;
        fixture_add_series(fix, &series);
    }
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "check_resources", "cart");
    expect(&out, "yes", "cpu", "no");
    assert_int_equal(fix->casefile->evidence_count, 4);
    for (uint32_t id = 1; id <= 4; id++)
        assert_int_equal(fixture_evidence(fix, id)->bearing, BEARING_SUPPORTS);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void only_the_one_that_is_asked_about_is_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, "cart-db", "cpu_usage", 1, 3.9);
    add(fix, "cart-db", "cpu_limit", 4, 4);
    add(fix, "cart", "cpu_usage", 1, 3.9);
    fixture_seal(fix);
    const char *const others[] = {"cart", "nobody", "it's", ""};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const struct record out = fixture_act_on(fix, "check_resources", others[i]);
        expect(&out, "unknown", NULL, "unknown");
        assert_int_equal(fix->casefile->evidence_count, 0);
    }
    fixture_close(fix);
}

static void what_cannot_be_compared_is_not_known(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    fixture_run(fix, STR("INSERT INTO metrics (time, service, instance, metric, value) VALUES "
                         "('2026-11-22 02:01:00', 'one', '', 'cpu_usage', 4), "
                         "('2026-11-22 02:01:00', 'one', '', 'cpu_limit', 4), "
                         "('2026-11-22 01:59:00', 'nan', '', 'cpu_usage', 'nan'), "
                         "('2026-11-22 02:01:00', 'nan', '', 'cpu_usage', 'inf'), "
                         "('2026-11-22 02:01:00', 'nan', '', 'cpu_limit', 4), "
                         "('2026-11-22 01:59:00', 'bare', '', 'cpu_usage', 1), "
                         "('2026-11-22 02:01:00', 'bare', '', 'cpu_usage', 4), "
                         "('2026-11-22 02:01:00', 'bare', '', 'cpu_limit', 'nan'), "
                         "('2026-11-22 01:59:00', 'huge', '', 'cpu_usage', 1e308), "
                         "('2026-11-22 02:01:00', 'huge', '', 'cpu_usage', 1e308), "
                         "('2026-11-22 02:01:00', 'huge', '', 'cpu_limit', 1e-300)"));
    fixture_seal(fix);
    const char *const services[] = {"one", "nan", "bare", "huge"};
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        const struct record out = fixture_act_on(fix, "check_resources", services[i]);
        expect(&out, "unknown", NULL, "unknown");
    }
    assert_int_equal(fix->casefile->evidence_count, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_resource_is_held_against_its_limit),
        cmocka_unit_test(what_was_said_of_a_limit_counts_once),
        cmocka_unit_test(what_rose_more_and_has_no_limit_is_not_refuted),
        cmocka_unit_test(one_full_replica_outweighs_its_idle_siblings),
        cmocka_unit_test(only_the_one_that_is_asked_about_is_told),
        cmocka_unit_test(what_cannot_be_compared_is_not_known),
    };
    return cmocka_run_group_tests_name("check_resources", tests, NULL, NULL);
}
