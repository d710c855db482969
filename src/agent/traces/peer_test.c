/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/peer.h"

#include "agent/fixture_for_tests.h"
#include "store/telemetry.h"

static void whom_a_caller_means(void **state)
{
    (void)state;
    static const struct {
        const char *caller, *peer, *node;
    } calls[] = {
        {"web", "cart", "cart"},
        {"web", "cart.shop.svc", "cart"},
        {"web", "postgresql", "postgres"}, /* the kind of a store it calls */
        {"cart", "redis", "cart-redis"},   /* and the one with the kind in its name */
        {"both", "redis", ""},             /* which of the two? */
        {"cart", "api.bank.example", "api.bank.example"}, /* nobody that is known */
        {"nobody", "redis", "redis"},
        {"web", "db", "db"}, /* too short to be a part of a name */
    };
    struct arena *arena = arena_new("test");
    struct topology topology = topology_new(arena);
    topology_add(&topology, STR("web"), STR("cart"));
    topology_add(&topology, STR("web"), STR("postgres"));
    topology_add(&topology, STR("cart"), STR("cart-redis"));
    topology_add(&topology, STR("both"), STR("cart-redis"));
    topology_add(&topology, STR("both"), STR("auth-redis"));
    topology_add(&topology, STR("web"), STR("dbproxy"));
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const struct str node =
            peer_node(&topology, str_of(calls[i].caller), str_of(calls[i].peer));
        if (!str_eq(node, str_of(calls[i].node)))
            fail_msg("%s of %s: %.*s", calls[i].peer, calls[i].caller, STR_ARG(node));
    }
    arena_free(arena);
}

static void what_a_span_says_of_its_peer(void **state)
{
    (void)state;
    static const struct {
        const char *attributes, *peer;
        bool refused;
    } spans[] = {
        {"[{\"key\":\"peer.service\",\"value\":{\"stringValue\":\"bank\"}}]", "bank", false},
        {"[ {\"key\": \"peer.service\" , \"value\": { \"stringValue\": \"bank\" } } ]", "bank",
         false},
        {"{\"peer.service\": \"bank\", \"db.system\": \"mysql\"}", "bank", false},
        {"{\"server.address\": \"db.shop:5432\", \"db.system\": \"mysql\"}", "db.shop", false},
        {"{\"server.address\": \"10.0.0.1\", \"db.system\": \"mysql\"}", "mysql", false},
        {"{\"server.address\": \"10.0.0.1:80\"}", "", false},
        {"{\"net.peer.name\": \"a\", \"http.status_code\": 404}", "a", true},
        {"[{\"key\":\"http.host\",\"value\":{\"stringValue\":\"a\"}},{\"key\":"
         "\"http.response.status_code\",\"value\":{\"intValue\":\"429\"}}]",
         "a", false},
        {"{\"http.status_code\": \"503\"}", "", false},
        {"{}", "", false},
        {"", "", false},
        {"{\"peer.service", "", false},
    };
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        fixture_run(fix,
                    str_printf(fix->arena,
                               "INSERT INTO traces (trace_id, attributes) VALUES ('%zu', %s)",
                               i + 10, sql_quote(fix->arena, str_of(spans[i].attributes)).ptr));
    fixture_seal(fix);
    struct batch *rows;
    struct err err = {0};
    assert_true(telemetry_rows(fix->call.services->telemetry, fix->arena,
                               STR("SELECT " PEER_SQL("t") " AS peer, " REFUSED_SQL(
                                   "t") " AS refused FROM traces t ORDER BY trace_id"),
                               &rows, &err));
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (!str_eq(fixture_text(rows, i, "peer"), str_of(spans[i].peer)) ||
            (batch_column(rows, "refused")->integers[i] != 0) != spans[i].refused)
            fail_msg("%s: `%s`", spans[i].attributes, fixture_text(rows, i, "peer").ptr);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whom_a_caller_means),
        cmocka_unit_test(what_a_span_says_of_its_peer),
    };
    return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}
