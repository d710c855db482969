/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define LABELS(...)                                                                                \
    (struct labelled)                                                                              \
    {                                                                                              \
        .labels = (const struct label[]){__VA_ARGS__},                                             \
        .count = COUNT_OF(((const struct label[]){__VA_ARGS__}))                                   \
    }
#define L(name, value)                                                                             \
    {                                                                                              \
        STR(name), STR(value)                                                                      \
    }

static void expect(struct str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("`%.*s`, not `%s`", STR_ARG(got), want);
}

static void a_pod_tells_its_workload(void **state)
{
    static const char *const pods[][2] = {
        {"cart-5bc9dbdf66-xp6gj", "cart"}, /* a Deployment */
        {"cart-db-5bc9dbdf66-xp6gj", "cart-db"},
        {"cart-7d4b9-xp6gj", "cart-7d4b9"}, /* five letters are no hash of a template */
        {"node-agent-xp6gj", "node-agent"}, /* a DaemonSet */
        {"cart-0", "cart"},                 /* a StatefulSet */
        {"cart-db-12", "cart-db"},
        {"cart-green", "cart-green"}, /* has vowels: a word */
        {"cart", "cart"},
        {"-0", "-0"},
        {"", ""},
        {"cart-", "cart-"},
        {"cart-20261122", "cart-20261122"}, /* a date, or a job */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pods); i++)
        expect(mapping_workload_of_pod(str_of(pods[i][0])), pods[i][1]);
}

static void names_are_compared_without_signs_and_capitals(void **state)
{
    (void)state;
    const struct labelled labels = LABELS(L("traceID", "7"), L("service.name", "cart"), L("x", ""));
    expect(labelled_value(&labels, STR("trace_id")), "7");
    expect(labelled_value(&labels, STR("service_name")), "cart");
    expect(labelled_value(&labels, STR("x")), "");
    expect(labelled_value(&labels, STR("trace_idx")), "");
}

static void who_watches_is_not_who_is_watched(void **state)
{
    const struct mapping mapping = {0};
    (void)state;
    expect(mapping_service(&mapping, &LABELS(L("job", "shop/cart"))), "cart");
    expect(mapping_service(&mapping, &LABELS(L("app", "cart"), L("job", "pods"))), "cart");
    expect(mapping_service(&mapping, &LABELS(L("service", "kps-kubelet"), L("job", "kubelet"),
                                             L("pod", "cart-5bc9dbdf66-xp6gj"))),
           "cart");
    expect(
        mapping_service(&mapping, &LABELS(L("__name__", "kube_deployment_status_replicas"),
                                          L("job", "kube-state-metrics"), L("deployment", "cart"))),
        "cart");
    expect(mapping_service(&mapping, &LABELS(L("job", "kubelet"))), "kubelet");
    expect(mapping_service(&mapping, &LABELS(L("pod", "cart-0"))), "");
}

static void names_of_the_source_come_first(void **state)
{
    struct mapping mapping = {.own = {[MAPPED_SERVICE] = {STR("team_app")}},
                              .own_count = {[MAPPED_SERVICE] = 1}};
    (void)state;
    expect(mapping_service(&mapping, &LABELS(L("service", "a"), L("team_app", "b"))), "b");
    expect(mapping_service(&mapping, &LABELS(L("service", "a"))), "a");
    expect(mapping_candidate(&mapping, MAPPED_SERVICE, 0), "team_app");
    expect(mapping_candidate(&mapping, MAPPED_SERVICE, 1000), "");
    expect(mapping_candidate(&mapping, MAPPED_KIND, 15), "");
}

static void each_thing_has_its_name(void **state)
{
    enum mapped what;
    (void)state;
    for (int i = 0; i < MAPPED_COUNT; i++) {
        assert_true(mapped_of_name(str_of(mapped_name((enum mapped)i)), &what));
        assert_int_equal(what, i);
        assert_true(mapping_candidate(&(struct mapping){0}, what, 0).len > 0);
    }
    assert_false(mapped_of_name(STR("colour"), &what));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pod_tells_its_workload),
        cmocka_unit_test(names_are_compared_without_signs_and_capitals),
        cmocka_unit_test(who_watches_is_not_who_is_watched),
        cmocka_unit_test(names_of_the_source_come_first),
        cmocka_unit_test(each_thing_has_its_name),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
