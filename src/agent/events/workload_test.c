/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#define DEPLOYMENT                                                                                 \
    "Name:                   web\n"                                                                \
    "Namespace:              shop\n"                                                               \
    "Annotations:            deployment.kubernetes.io/revision: 4\n"                               \
    "                        owner: us\n"                                                          \
    "Replicas:               3 desired | 3 updated | 3 total | 1 available | 2 unavailable\n"      \
    "Pod Template:\n"                                                                              \
    "  Labels:  app=web\n"                                                                         \
    "           tier=front\n"                                                                      \
    "  Containers:\n"                                                                              \
    "   server:\n"                                                                                 \
    "    Image:      web:1\n"                                                                      \
    "    Port:       8080/TCP\n"                                                                   \
    "    Limits:\n"                                                                                \
    "      cpu:     200m\n"                                                                        \
    "      memory:  128Mi\n"                                                                       \
    "    Liveness:   http-get http://:8080/health delay=5s\n"                                      \
    "  Volumes:      <none>\n"

#define SERVICE(selector)                                                                          \
    "Name:         web\n"                                                                          \
    "Namespace:    shop\n"                                                                         \
    "Selector:     " selector "\n"                                                                 \
    "Port:         http  80/TCP\n"                                                                 \
    "TargetPort:   9090/TCP\n"

#define LIST                                                                                       \
    "NAME     READY   UP-TO-DATE   AVAILABLE   AGE\n"                                              \
    "web      1/3     3            1           98s\n"                                              \
    "webshop  2/2     2            2           98s\n"

static void add_state(struct fixture *fix, const char *kind, const char *name, const char *space,
                      const char *format, const char *text)
{
    fixture_run(fix,
                str_printf(fix->arena,
                           "INSERT INTO state (kind, name, namespace, format, text) VALUES "
                           "('%s', nullif('%s', ''), nullif('%s', ''), '%s', %s)",
                           kind, name, space, format, sql_quote(fix->arena, str_of(text)).ptr));
}

static struct record ask(struct fixture *fix, const char *name, const char *pod)
{
    const struct record in = fixture_input(fix, "events.workload");
    fixture_seal(fix);
    *record_at(&in, "name") = value_text(str_of(name));
    if (pod)
        *record_at(&in, "pod") = value_text(str_of(pod));
    return fixture_use(fix, "events.workload", &in);
}

static void expect(struct fixture *fix, const struct record *out, const char *name,
                   const char *want)
{
    const struct value *value = record_at(out, name);
    const struct str got = value->known ? str_copy(fix->arena, value->text) : STR("");
    if (!str_eq(got, str_of(want)))
        fail_msg("%s is `%.*s`, not `%s`", name, STR_ARG(got), want);
}

static void what_was_described_is_known(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_state(fix, "deployments", "web", "shop", "describe", DEPLOYMENT);
    add_state(fix, "services", "web", "shop", "describe", SERVICE("tier=front,app=wob"));
    add_state(fix, "serviceaccounts", "web", "shop", "describe", "Name:  web\n");
    add_state(fix, "pods", "", "shop", "list", "NAME   READY\nweb-7f   1/1\n");
    const struct record out = ask(fix, "web", "web-7f");
    static const struct {
        const char *name;
        const char *want;
    } texts[] = {
        {"kind", "deployment"},    {"space", "shop"},
        {"container", "server"},   {"memory_limit", "128Mi"},
        {"port", "8080"},          {"liveness", "http-get http://:8080/health delay=5s"},
        {"readiness", ""},         {"service_space", "shop"},
        {"target", "9090"},        {"selector_key", "app"},
        {"selector_value", "wob"}, {"label_value", "web"},
        {"pod_space", "shop"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(fix, &out, texts[i].name, texts[i].want);
    assert_int_equal(record_at(&out, "revision")->integer, 4);
    assert_int_equal(record_at(&out, "replicas")->integer, 3);
    assert_true(record_at(&out, "account")->truth);
    fixture_close(fix);
}

static void a_list_tells_less(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_state(fix, "deployments", "", "shop", "list", LIST);
    const struct record out = ask(fix, "web", "web-7f");
    expect(fix, &out, "kind", "deployment");
    expect(fix, &out, "space", "shop");
    assert_int_equal(record_at(&out, "replicas")->integer, 3);
    assert_false(record_at(&out, "revision")->known);
    assert_false(record_at(&out, "pod_space")->known);
    assert_false(record_at(&out, "account")->truth);
    fixture_close(fix);
}

static void of_two_namespaces_neither_is_taken(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_state(fix, "deployments", "web", "shop", "describe", DEPLOYMENT);
    add_state(fix, "deployments", "web", "test", "describe", DEPLOYMENT);
    const struct record out = ask(fix, "web", NULL);
    assert_false(record_at(&out, "kind")->known);
    fixture_close(fix);
}

static void the_alert_may_say_which_is_meant(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct label label = {STR("namespace"), STR("shop")};
    fix->alert.labels = &label;
    fix->alert.labels_count = 1;
    add_state(fix, "deployments", "web", "shop", "describe", DEPLOYMENT);
    add_state(fix, "deployments", "web", "test", "describe", "Name: web\n");
    const struct record out = ask(fix, "web", NULL);
    expect(fix, &out, "space", "shop");
    fixture_close(fix);
}

static void what_is_not_there_is_not_known(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_state(fix, "deployments", "", "shop", "list", LIST);
    add_state(fix, "services", "shop", "shop", "describe", SERVICE("app=web"));
    const struct record out = ask(fix, "shop", "p");
    assert_false(record_at(&out, "kind")->known);
    assert_false(record_at(&out, "selector_key")->known); /* there are no pods to hold against it */
    fixture_close(fix);
}

static void cordoned(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_state(fix, "nodes", "", "", "list",
              "NAME   STATUS                     ROLES    AGE   VERSION\n"
              "boss   Ready,SchedulingDisabled   master   1d    v1.31.2\n"
              "one    Ready,SchedulingDisabled   node     1d    v1.31.2\n"
              "two    Ready                      node     1d    v1.31.2\n");
    fixture_seal(fix);
    const struct record in = fixture_input(fix, "events.cordoned");
    const struct record out = fixture_use(fix, "events.cordoned", &in);
    const struct batch *nodes = record_at(&out, "nodes")->rows;
    assert_int_equal(nodes->rows, 1);
    assert_string_equal(fixture_text(nodes, 0, "node").ptr, "one");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_described_is_known),
        cmocka_unit_test(a_list_tells_less),
        cmocka_unit_test(of_two_namespaces_neither_is_taken),
        cmocka_unit_test(the_alert_may_say_which_is_meant),
        cmocka_unit_test(what_is_not_there_is_not_known),
        cmocka_unit_test(cordoned),
    };
    return cmocka_run_group_tests_name("workload", tests, NULL, NULL);
}
