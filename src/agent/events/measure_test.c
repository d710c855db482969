/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/measure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *title, *text;
    const char *kind; /* NULL: nothing is measured */
    double ratio;
} cases[] = {
    {"", "p99 latency of cart is 2.3s (threshold 500ms)", "latency", 4.6},
    {"", "p99 latency of cart is above 500ms: 2.3 s", "latency", 4.6},
    {"", "error rate rose from 0.1% to 12%", "errors", 120},
    {"", "error rate rose from 1% to 12%", "errors", 12},
    {"", "CPU usage: normal=0.2 cores -> current=1.9 cores", "cpu", 9.5},
    {"", "success rate | baseline: 100% | now 90%", NULL, 0},
    {"", "success rate: baseline 100%, now 90%", "errors", 10},
    {"", "success ratio was 0.999, now 0.95", "errors", 5},
    {"HighMemoryUsage", "up (+250%) since 10:00", "memory", 3.5},
    {"HighLatency", "value 1.5s, target 0.5s", "latency", 3},
    {"", "SLOW | reply time p90: expected 20ms, actual 200ms", "latency", 10},
    {"", "latency 10ms \xe2\x86\x92 40ms", "latency", 4},
    {"", "latency fell from 40ms to 10ms", "latency", 0.25},
    {"", "latency was 0ms, now 10ms", "latency", 20},
    {"", "uses more than 80 % of its connections: connections is 36 (threshold 32)", "connections",
     1.125},
    {"", "latency is 10ms", NULL, 0},                      /* nothing to hold it against */
    {"", "latency is 10ms, threshold 5%", NULL, 0},        /* another unit */
    {"", "something was 1, now 2", NULL, 0},               /* of what? */
    {"", "p99latency of web2 on node-17 is bad", NULL, 0}, /* parts of names are no numbers */
    {"", "latency 99999999999999999999999999999999 from 1", "latency", 1e4},
    {"", "", NULL, 0},
    {"cpu", "", NULL, 0},
    {"", "\xff\xfe latency from \x80 1ms to 5ms", "latency", 5},
};

static void measures_are_read_in_many_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct measure out[MEASURES_MAX];
        const uint32_t count = measures_parse(str_of(cases[i].title), str_of(cases[i].text), out);
        if (count != (cases[i].kind != NULL))
            fail_msg("%s: %u measures", cases[i].text, count);
        if (count > 0 && (strcmp(metric_kind_name(out[0].kind), cases[i].kind) != 0 ||
                          fabs(out[0].ratio - cases[i].ratio) > 1e-6 * cases[i].ratio))
            fail_msg("%s: %s, %g times", cases[i].text, metric_kind_name(out[0].kind),
                     out[0].ratio);
    }
}

static void a_text_may_hold_several(void **state)
{
    (void)state;
    struct measure out[MEASURES_MAX];
    assert_int_equal(measures_parse(STR(""),
                                    STR("Slow answers | p50 latency: from 1ms to 10ms | p90 "
                                        "latency: from 2ms to 80ms; cpu from 1 to 2"),
                                    out),
                     3);
    assert_int_equal(out[1].kind, METRIC_LATENCY);
    assert_true(fabs(out[1].ratio - 40) < 1e-6);
    assert_int_equal(out[2].kind, METRIC_CPU);
    char many[4000];
    for (size_t i = 0; i + 40 < sizeof many; i += 40)
        memcpy(many + i, "latency from 1ms to 9ms of somebody now;", 40);
    assert_int_equal(measures_parse(STR(""), (struct str){many, sizeof many}, out), MEASURES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_read_in_many_words),
        cmocka_unit_test(a_text_may_hold_several),
    };
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
