/* SPDX-License-Identifier: Apache-2.0 */
/* What every actor promises, so that a new one is checked before its author has written a test. */
#include "actor/actor.h"

#include "actor/fixture_for_tests.h"
#include "base/map.h"
#include "data/contract_for_tests.h"

static void actors_describe_themselves(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct map names = map_new(arena);
    uint32_t count = 0;
    for (const struct actor *const *actor = actors; *actor; actor++, count++) {
        contract_check_signature(&(*actor)->sig);
        assert_non_null((*actor)->run);
        if (map_add(&names, str_of((*actor)->sig.name)) != count)
            fail_msg("two actors are called %s", (*actor)->sig.name);
        assert_ptr_equal(actor_find(str_of((*actor)->sig.name)), *actor);
        assert_true((*actor)->needs < 1u << (SIGNAL_TOPOLOGY + 1));
    }
    assert_true(count > 0);
    assert_null(actor_find(STR("")));
    assert_null(actor_find(STR("find_onse")));
    arena_free(arena);
}

/* An actor that finds nothing says so, or fails in words that begin with its name. */
static void an_empty_case_does_no_harm(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    for (const struct actor *const *actor = actors; *actor; actor++) {
        const struct record in = record_new(fix->arena, (*actor)->sig.input);
        struct record out;
        struct err err = {0};
        if (actor_run(*actor, &fix->call, &in, &out, &err))
            continue;
        if (!str_starts(str_of(err.text), str_of((*actor)->sig.name)) || err.kind == ERR_PROTOCOL)
            fail_msg("%s: %s", (*actor)->sig.name, err.text);
    }
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        assert_int_equal(it->bearing, BEARING_GAP);
    fixture_close(fix);
}

/* Two services that ail in the same way: slower, with new errors, changed, restarted, silent. */
static struct fixture *ailing(void)
{
    static const char *const services[] = {"web", "cart"};
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-600), fixture_time(120)};
    fix->casefile->incident = (struct window){fixture_time(-60), fixture_time(120)};
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    for (int i = 0; i < 2; i++) {
        const char *name = services[i];
        fixture_add_series(fix, &(struct fixture_series){.service = name,
                                                         .metric = "latency_p99",
                                                         .from_s = -600,
                                                         .to_s = 120,
                                                         .step_s = 5,
                                                         .before = 10,
                                                         .after = 900,
                                                         .noise = 1,
                                                         .change_s = -60});
        fixture_add_series(fix, &(struct fixture_series){.service = name,
                                                         .metric = "cpu_usage_pct",
                                                         .from_s = -600,
                                                         .to_s = 120,
                                                         .step_s = 5,
                                                         .before = 10,
                                                         .after = 99,
                                                         .noise = 1,
                                                         .change_s = -60});
        for (int at = -590; at < 120; at += 5) {
            const bool now = at >= -60;
            const char *trace = str_printf(fix->arena, "%s%d", name, at).ptr;
            fixture_add_line(fix, FIXTURE_LOGS, at, name, trace,
                             now ? "ERROR KeyError: cart_timeout_ms" : "all is well");
            fixture_add_span(fix, &(struct fixture_span){at, trace, "1", "", name, "GET /",
                                                         now ? 900000 : 900, NULL});
        }
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO changes (time, id, kind, service, detail) VALUES "
                                    "(make_timestamp_ns(%lld), 'c-%s', 'config', '%s', "
                                    "'-cart_timeout_ms = 1' || chr(10) || '+cart_timeout_ms = 9')",
                                    (long long)fixture_time(-90), name, name));
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO events (time, object, type, reason, message) "
                                    "VALUES (make_timestamp_ns(%lld), 'pods/%s-0', 'Warning', "
                                    "'BackOff', 'Back-off restarting')",
                                    (long long)fixture_time(-30), name));
    }
    fixture_seal(fix);
    return fix;
}

/* Asked about one service, an actor adds nothing about another; about nobody, nothing at all. */
static void who_is_asked_about_one_speaks_of_one(void **state)
{
    (void)state;
    uint32_t spoke = 0;
    for (const struct actor *const *actor = actors; *actor; actor++) {
        if (!field_find((*actor)->sig.input, STR("service")) ||
            !field_find((*actor)->sig.output, STR("found")))
            continue;
        struct fixture *fix = ailing();
        const char *name = (*actor)->sig.name;
        const struct record none = fixture_act_on(fix, name, "it's nobody");
        assert_int_equal(record_at(&none, "found")->integer, 0);
        assert_int_equal(fix->casefile->evidence_count, 0);
        const struct record web = fixture_act_on(fix, name, "web");
        spoke += fix->casefile->evidence_count > 0;
        assert_true(record_at(&web, "found")->integer >= fix->casefile->evidence_count);
        for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
            if (it->bearing == BEARING_SUPPORTS && !str_eq(it->subject, STR("web")))
                fail_msg("%s: %.*s", name, STR_ARG(it->claim));
        const uint32_t count = fix->casefile->evidence_count;
        fixture_act_on(fix, name, "web"); /* and what it has said it does not say again */
        assert_int_equal(fix->casefile->evidence_count, count);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
    assert_true(spoke >= 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actors_describe_themselves),
        cmocka_unit_test(an_empty_case_does_no_harm),
        cmocka_unit_test(who_is_asked_about_one_speaks_of_one),
    };
    return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
