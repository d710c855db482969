/* SPDX-License-Identifier: Apache-2.0 */
/* What every actor promises, so that a new one is checked before its author has written a test. */
#include "actor/actor.h"

#include "agent/fixture_for_tests.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actors_describe_themselves),
        cmocka_unit_test(an_empty_case_does_no_harm),
    };
    return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
