/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/setting.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *option, *old, *now;
    enum kind kind;
} cases[] = {
    /* what the platform does with a program */
    {"replicas", "3", "0", KIND_CAPACITY},
    {"replicaCount", "2", "1", KIND_CAPACITY},
    {"replicas", "2", "5", KIND_UNKNOWN},
    {"image", "shop/cart:417", "shop/cart:418", KIND_IMAGE},
    {"entrypoint", "/bin/cart", "/bin/crat", KIND_IMAGE},
    {"livenessProbe.httpGet.path", "/healthz", "/health", KIND_PROBE},
    {"health_check_path", "", "/up", KIND_PROBE},
    {"prometheus.io/path", "/metrics", "/internal/metrics", KIND_MISSING_DATA},
    {"resources.limits.cpu", "2", "1", KIND_CPU},
    {"cpu_quota", "", "1", KIND_CPU},
    {"cpu_quota", "1", "", KIND_UNKNOWN},
    {"memory", "512Mi", "64Mi", KIND_MEMORY},
    {"MemoryMax", "1G", "256M", KIND_MEMORY},
    {"LimitNOFILE", "65536", "64", KIND_CAPACITY},
    /* what a server has room for */
    {"max_connections", "200", "20", KIND_CAPACITY},
    {"maxmemory", "64mb", "1mb", KIND_CAPACITY},
    {"maxmemory", "1mb", "64mb", KIND_UNKNOWN},
    {"maxmemory-policy", "noeviction", "allkeys-random", KIND_CAPACITY},
    {"worker_connections", "1024", "8", KIND_CAPACITY},
    /* where others are, and how one gets in */
    {"catalog_url", "http://10.0.0.3:80", "http://10.0.0.9:80", KIND_ROUTING},
    {"db_host", "db-1", "db-2", KIND_ROUTING},
    {"targetPort", "8080", "8081", KIND_ROUTING},
    {"server", "10.0.0.3:8080", "10.0.0.3:8180", KIND_ROUTING},
    {"proxy_pass", "http://app", "https://app", KIND_CONFIGURATION},
    {"db_password_file", "a", "b", KIND_CONFIGURATION},
    {"tls_certificate", "old.pem", "new.pem", KIND_CONFIGURATION},
    {"api.token", "x", "", KIND_CONFIGURATION},
    /* times, if they are others by far */
    {"proxy_read_timeout", "10s", "10ms", KIND_CONFIGURATION},
    {"read_timeout_ms", "2000", "2500", KIND_UNKNOWN},
    {"timeout_ms", "4000", "4s", KIND_CONFIGURATION},
    /* knobs of a program's own work */
    {"batch_size", "100", "1", KIND_UNKNOWN},
    {"page_style", "wide", "narrow", KIND_UNKNOWN},
    {"support_mail", "a@b", "c@d", KIND_UNKNOWN},
    {"", "", "", KIND_UNKNOWN},
    {"=", "1", "2", KIND_UNKNOWN},
};

static void names_tell_what_is_governed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const enum kind kind =
            setting_kind(str_of(cases[i].option), str_of(cases[i].old), str_of(cases[i].now));
        if (kind != cases[i].kind)
            fail_msg("%s from %s to %s: %s", cases[i].option, cases[i].old, cases[i].now,
                     kind_name(kind));
    }
}

static void a_name_may_be_long(void **state)
{
    (void)state;
    char name[1000];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '_' : 'x';
    assert_int_equal(setting_kind((struct str){name, sizeof name}, STR("1"), STR("2")),
                     KIND_UNKNOWN);
}

static void distances_are_by_magnitude(void **state)
{
    (void)state;
    assert_true(setting_distance(STR("4000"), STR("4100")) < 0.05);
    assert_true(fabs(setting_distance(STR("1s"), STR("1000ms"))) < 1e-9);
    assert_true(setting_distance(STR("64mb"), STR("64kb")) > 0.7);
    assert_true(setting_distance(STR("0"), STR("5")) == 0.5);
    assert_true(setting_distance(STR("4000"), STR("4s")) == 0.75);
    assert_true(setting_is_measured(STR("1 GiB"), STR("5M")));
    assert_false(setting_is_measured(STR("1 GiB"), STR("5s")));
    char huge[300];
    for (size_t i = 0; i < sizeof huge; i++)
        huge[i] = i + 1 < sizeof huge ? '9' : 'G';
    assert_true(setting_distance((struct str){huge, sizeof huge}, STR("1G")) <= 1);
    assert_true(setting_is_bare_number(STR("42")));
    assert_false(setting_is_bare_number(STR("42s")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_what_is_governed),
        cmocka_unit_test(a_name_may_be_long),
        cmocka_unit_test(distances_are_by_magnitude),
    };
    return cmocka_run_group_tests_name("setting", tests, NULL, NULL);
}
