/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <math.h>

/*
 * Requests of two instances over four routes and two methods, sampled each 10 s; the rate of each
 * is SQL of route `r`, method `m`, instance `i` and second `s`.
 */
static struct fixture *filled(const char *rate)
{
    struct fixture *fix = fixture_open();
    fixture_run(
        fix, str_printf(fix->arena,
                        "INSERT INTO metrics (time, service, instance, metric, value, labels) "
                        "SELECT make_timestamp_ns(%lld + s::BIGINT * 1000000000), 'shop', i, "
                        "'requests_total', sum(10 * (%s)) OVER (PARTITION BY r, m, i ORDER BY s), "
                        "json_object('route', r, 'method', m) FROM range(-900, 600, 10) AS t(s), "
                        "unnest(['/a', '/b', '/c', '/d']) AS u(r), unnest(['GET', 'POST']) AS "
                        "v(m), unnest(['shop-1', 'shop-2']) AS w(i)",
                        (long long)FIXTURE_T0, rate));
    fixture_seal(fix);
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(600)};
    fix->casefile->onset_known = true;
    return fix;
}

static const struct {
    const char *why;
    const char *rate;
    const char *part; /* NULL: no part in particular */
    const char *claim;
} changes[] = {
    {"one route", "5 + CASE WHEN r = '/b' AND s >= 0 THEN 50 ELSE 0 END", "route=\"/b\"",
     "100 % of the rise of `rate(requests_total)` of `shop` came from `route=\"/b\"`"},
    {"one method of one route",
     "5 + CASE WHEN r = '/b' AND m = 'POST' AND s >= 0 THEN 50 ELSE 0 END", "route=\"/b\"",
     "`route=\"/b\"` with `method=\"POST\"`"},
    {"two routes", "5 + CASE WHEN r IN ('/b', '/c') AND s >= 0 THEN 50 ELSE 0 END", "route=\"/b\"",
     "`route=\"/b\"` or `route=\"/c\"`"},
    {"one instance", "5 + CASE WHEN i = 'shop-2' AND s >= 0 THEN 50 ELSE 0 END",
     "instance=\"shop-2\"", "`instance=\"shop-2\"`"},
    {"all alike", "5 + CASE WHEN s >= 0 THEN 50 ELSE 0 END", NULL, NULL},
    {"as large as it always was",
     "CASE WHEN r = '/a' THEN 90 ELSE 2 END * CASE WHEN s >= 0 THEN 5 "
     "ELSE 1 END",
     NULL, NULL},
    {"what went away", "CASE WHEN r = '/b' AND s >= 0 THEN 0 ELSE 20 END", "route=\"/b\"",
     "100 % of the fall"},
    {"nothing happened", "5", NULL, NULL},
};

static void a_change_is_traced_to_its_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct fixture *fix = filled(changes[i].rate);
        fixture_act_on(fix, "find_shifted_metrics", NULL);
        const uint32_t before = fix->casefile->evidence_count;
        const struct record out = fixture_act_on(fix, "drill_down", "shop");
        fixture_check_claims(fix);
        const struct value *part = record_at(&out, "part");
        if (part->known != (changes[i].part != NULL) ||
            (part->known &&
             (!str_eq(part->text, str_of(changes[i].part)) ||
              !str_contains(fixture_evidence(fix, before + 1)->claim, str_of(changes[i].claim)))))
            fail_msg("%s: %s", changes[i].why,
                     part->known ? fixture_evidence(fix, before + 1)->claim.ptr : "no part");
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_change_is_traced_to_its_part)};
    return cmocka_run_group_tests_name("drill_down", tests, NULL, NULL);
}
