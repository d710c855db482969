/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/metrics/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *name;
    const char *kind;
} names[] = {
    {"container_cpu_usage_seconds_total", "cpu"},
    {"cpu", "cpu"},
    {"CPUUtilization", "cpu"},
    {"hostCPUs", "cpu"},
    {"HTTPCode_Target_5XX_Count", "errors"},
    {"DatabaseConnections", "connections"},
    {"FreeableMemory", "memory"},
    {"container_memory_working_set_bytes", "memory"},
    {"jvm_heap_used", "memory"},
    {"jvm_gc_pause", "collection"},
    {"memory_limit", "limit"},
    {"max_connections", "limit"},
    {"request_duration_p99", "latency"},
    {"requestLatency", "latency"},
    {"http_requests_total", "traffic"},
    {"http_requests_failed_total", "errors"},
    {"rpc_5xx", "errors"},
    {"success_rate", "success"},
    {"error_ok", "success"},
    {"availability", "success"},
    {"disk_io_wait", "disk"},
    {"network_receive_bytes", "network"},
    {"db_connections_in_use", "connections"},
    {"pod_restarts", "replicas"},
    {"queue_depth", "other"},
    {"", "other"},
    {"---", "other"},
    {"timely", "other"}, /* a piece is a word, not a part of one */
    {"decpu", "other"},
    {"rate(http_request_duration_seconds_count)", "traffic"},
    {"mean(http_request_duration_seconds)", "latency"},
    {"rate(process_cpu_seconds_total)", "cpu"},
    {"errors(http_requests_total)", "errors"},
    {"free{path=\"/errors\"}", "other"}, /* a label's value is not what is measured */
    {"request_duration_seconds_max", "latency"},
    {"connection_max_lifetime_ms", "limit"},
    {"node_memory_MemAvailable_bytes", "memory"},
    {"node_filesystem_avail_bytes", "disk"},
    {"process_open_fds", "connections"},
};

static void a_name_tells_what_is_measured(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct metric_meaning meaning = metric_meaning_of(str_of(names[i].name));
        if (!str_eq(str_of(metric_kind_name(meaning.kind)), str_of(names[i].kind)))
            fail_msg("%s: %s", names[i].name, metric_kind_name(meaning.kind));
    }
}

static void what_is_left_is_told_from_what_is_used(void **state)
{
    (void)state;
    assert_true(metric_meaning_of(STR("FreeableMemory")).is_room);
    assert_true(metric_meaning_of(STR("node_memory_MemAvailable_bytes")).is_room);
    assert_false(metric_meaning_of(STR("memory_used_bytes")).is_room);
    assert_false(metric_meaning_of(STR("availability")).is_room);
}

static const struct {
    const char *name, *base, *caller, *callee;
    bool server_side;
} edges[] = {
    {"latency:web->cart", "latency", "web", "cart", false},
    {"requests:server:web->cart", "requests:server", "web", "cart", true},
    {"istio_errors:destination:a-b->c", "istio_errors:destination", "a-b", "c", true},
    {"latency", "latency", "", "", false},
    {"web->cart", "", "web", "cart", false},
    {"->", "", "", "", false},
};

static void an_edge_is_taken_off_the_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        const struct metric_meaning got = metric_meaning_of(str_of(edges[i].name));
        if (!str_eq(got.base, str_of(edges[i].base)) ||
            !str_eq(got.caller, str_of(edges[i].caller)) ||
            !str_eq(got.callee, str_of(edges[i].callee)) || got.server_side != edges[i].server_side)
            fail_msg("%s: `%.*s` `%.*s` `%.*s`", edges[i].name, STR_ARG(got.base),
                     STR_ARG(got.caller), STR_ARG(got.callee));
    }
    assert_true(metric_meaning_of(STR("node_load5")).of_host);
    assert_false(metric_meaning_of(STR("nodejs_lag")).of_host);
}

static void every_kind_has_its_own_name_and_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < METRIC_KINDS_COUNT; i++)
        assert_int_equal(metric_kind_of(str_of(metric_kind_name((enum metric_kind)i))), i);
    assert_int_equal(metric_kind_of(STR("nonsense")), METRIC_OTHER);
    assert_int_equal(metric_kind_finding(METRIC_CPU), FINDING_CPU);
    assert_int_equal(metric_kind_finding(METRIC_OTHER), FINDING_OTHER_METRIC);
}

static void pieces_end_at_marks_and_capitals(void **state)
{
    (void)state;
    assert_true(metric_has_piece(STR("request_p99"), STR("p99")));
    assert_true(metric_has_piece(STR("requestP99"), STR("P99")));
    assert_false(metric_has_piece(STR("request_p999"), STR("p99")));
    assert_false(metric_has_piece(STR("request_p9"), STR("p99")));
    assert_false(metric_has_piece(STR(""), STR("p99")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_tells_what_is_measured),
        cmocka_unit_test(what_is_left_is_told_from_what_is_used),
        cmocka_unit_test(an_edge_is_taken_off_the_name),
        cmocka_unit_test(every_kind_has_its_own_name_and_comes_back),
        cmocka_unit_test(pieces_end_at_marks_and_capitals),
    };
    return cmocka_run_group_tests_name("vocabulary", tests, NULL, NULL);
}
