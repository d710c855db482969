/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <math.h>

#define NEAR "TIMESTAMP '2026-11-22 02:00:30'"
#define LONG_AGO "TIMESTAMP '2026-11-22 01:00:30'"

static void alert(struct fixture *fix, const char *name, const char *service, const char *at,
                  const char *attributes)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO alerts (time, name, service, attributes) VALUES (%s, "
                                "'%s', nullif('%s', ''), '%s')",
                                at, name, service, attributes));
}

/* The alert is about `web`, which calls `cart`. */
static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->alert.service = STR("web");
    fix->alert.starts_ns = fixture_time(60);
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(60)};
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    return fix;
}

static void what_fired_near_for_another_is_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    alert(fix, "Slow", "cart", NEAR, "{}");
    alert(fix, "Own", "web", NEAR, "{}");
    alert(fix, "Old", "db", LONG_AGO, "{\"summary\": \"latency from 1ms to 9ms\"}");
    alert(fix, "Broken", "db", NEAR, "{\"summary\": \"latency fr");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "read_other_alerts", NULL);
    assert_int_equal(record_at(&out, "services")->integer, 2);
    assert_int_equal(record_at(&out, "measured")->integer, 0);
    assert_string_equal(fixture_said(fix, FINDING_ALERTED, "cart"),
                        "The alert `Slow` fired for `cart` at 02:00:30.");
    assert_null(fixture_found(fix, FINDING_ALERTED, "web"));
    fixture_check_claims(fix);
    fixture_close(fix);
}

static const struct {
    const char *why, *name, *service, *attributes;
    enum finding finding; /* NONE: nothing is measured */
    const char *subject, *cause;
} said[] = {
    {"an annotation of Prometheus", "HighLatency", "cart",
     "{\"annotations\": {\"description\": \"p99 is 2s (threshold 500ms)\"}}", FINDING_LATENCY,
     "cart", ""},
    {"labels tell whom it is about", "Throttled", "",
     "{\"labels\": {\"deployment\": \"cart\"}, \"annotations\": {\"summary\": \"cpu from 0.1 to "
     "0.9\"}}",
     FINDING_CPU, "cart", ""},
    {"the name is that of a service", "cart", "",
     "{\"evidence\": [\"error rate: normal=1% -> current=30%\"]}", FINDING_ERRORS, "cart", ""},
    {"the name is that of nobody", "other", "", "{\"text\": \"latency from 1ms to 9ms\"}",
     FINDING_NONE, "other", ""},
    {"the name is that of a node", "w1", "",
     "{\"type\": \"Node\", \"text\": \"tcp retransmissions: usual 2, now 90\"}", FINDING_OBJECT,
     "w1", "the network of the node loses packets"},
    {"the network of a node", "Net", "",
     "{\"labels\": {\"node\": \"w1\"}, \"text\": \"network delay: usual 2ms, now 90ms\"}",
     FINDING_OBJECT, "w1", "the network of the node is slow"},
    {"what went down is an effect", "Less", "cart",
     "{\"text\": \"requests from 90 to 10 a second\"}", FINDING_NONE, "cart", ""},
    {"a little more is nothing", "More", "cart", "{\"text\": \"latency from 10ms to 13ms\"}",
     FINDING_NONE, "cart", ""},
    {"quotes and other letters", "Q", "cart",
     "{\"text\": \"latency \\\"p99\\\" `x` \\u00fc from 10ms to 90ms\"}", FINDING_LATENCY, "cart",
     ""},
};

static void what_alerts_measured_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct fixture *fix = opened();
        alert(fix, said[i].name, said[i].service, "NULL", said[i].attributes);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "read_other_alerts", NULL);
        print_message("%s\n", said[i].why);
        assert_int_equal(record_at(&out, "measured")->integer, said[i].finding != FINDING_NONE);
        const struct evidence *found = fixture_found(fix, said[i].finding, said[i].subject);
        assert_int_equal(found != NULL, said[i].finding != FINDING_NONE);
        if (found) {
            assert_string_equal(found->cause.ptr, said[i].cause);
            assert_true(found->strength > 0.2 && found->strength < 0.8);
        }
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void what_series_show_is_not_told_again(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    fixture_add_series(fix, &(struct fixture_series){.service = "cart",
                                                     .metric = "latency_ms",
                                                     .from_s = -60,
                                                     .to_s = 60,
                                                     .step_s = 30,
                                                     .before = 1,
                                                     .after = 9});
    alert(fix, "A", "cart", "NULL", "{\"text\": \"latency from 1ms to 9ms\"}");
    fixture_seal(fix);
    fixture_act_on(fix, "read_other_alerts", NULL);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

static void the_larger_ratio_speaks(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    alert(fix, "A", "cart", "NULL",
          "{\"text\": \"latency p50 from 1ms to 2ms | latency p90 from 1ms to 16ms\"}");
    alert(fix, "B", "cart", "NULL", "{\"text\": \"latency from 1ms to 3ms\"}");
    fixture_seal(fix);
    fixture_act_on(fix, "read_other_alerts", NULL);
    assert_string_equal(fixture_said(fix, FINDING_LATENCY, "cart"),
                        "An alert said of `cart`: `latency p90 from 1ms to 16ms`.");
    assert_true(fabs(fixture_found(fix, FINDING_LATENCY, "cart")->strength - 0.45) < 1e-9);
    assert_null(casefile_find(fix->casefile, 2));
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fired_near_for_another_is_told),
        cmocka_unit_test(what_alerts_measured_is_told),
        cmocka_unit_test(what_series_show_is_not_told_again),
        cmocka_unit_test(the_larger_ratio_speaks),
    };
    return cmocka_run_group_tests_name("read_other_alerts", tests, NULL, NULL);
}
