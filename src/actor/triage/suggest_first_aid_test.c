/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static const struct {
    const char *why;
    enum finding finding;
    double strength;
    const char *instance;
    enum noise noise;
    const char *want; /* how the first suggestion begins; "": there is none */
} cases[] = {
    {"a change of a minute ago goes back", FINDING_CHANGE, 0.67, "", NOISE_UNKNOWN,
     "While the cause is looked for: Roll back the last change of `web`"},
    {"one of half an hour ago does not", FINDING_CHANGE, 0.06, "", NOISE_UNKNOWN, ""},
    {"nor any, for noise", FINDING_CHANGE, 0.67, "", NOISE_LIKELY, ""},
    {"the replica that differs", FINDING_REPLICAS, 0.8, "web-7f", NOISE_NO,
     "While the cause is looked for: Replace the replica `web-7f` of `web`"},
    {"what is silent", FINDING_MISSING, 0.8, "", NOISE_NO,
     "While the cause is looked for: See whether `web` runs at all"},
    {"what has no processor left", FINDING_CPU, 0.6, "", NOISE_NO,
     "While the cause is looked for: Share the load of `web`"},
    {"a hint is not enough", FINDING_CPU, 0.4, "", NOISE_NO, ""},
    {"what is slow wants its cause found", FINDING_LATENCY, 0.9, "", NOISE_NO, ""},
};

static void add(struct fixture *fix, enum finding finding, const char *subject,
                const char *instance, double strength)
{
    casefile_add(fix->casefile, &(struct evidence){
                                    .bearing = BEARING_SUPPORTS,
                                    .finding = finding,
                                    .subject = str_of(subject),
                                    .instance = str_of(instance),
                                    .claim = str_printf(fix->arena, "`%s` did so.", subject),
                                    .query = str_printf(fix->arena,
                                                        "SELECT '%s' AS about, '3697f10b' AS id, "
                                                        "'commit' AS kind",
                                                        subject),
                                    .strength = strength,
                                });
}

static void what_is_cheap_and_borne_out_is_suggested(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        fixture_seal(fix);
        fix->casefile->triage.noise = cases[i].noise;
        add(fix, cases[i].finding, "web", cases[i].instance, cases[i].strength);
        fixture_act_on(fix, "suggest_first_aid", NULL);
        fixture_act_on(fix, "suggest_first_aid", NULL);
        fixture_check_all(fix);
        const struct proposal *first = fix->casefile->proposals;
        if (!first != (cases[i].want[0] == '\0') ||
            (first && !str_starts(first->text, str_of(cases[i].want))))
            fail_msg("%s: %.*s", cases[i].why, first ? (int)first->text.len : 7,
                     first ? first->text.ptr : "nothing");
        assert_true(!first || !first->next); /* asked twice, it is suggested once */
        fixture_close(fix);
    }
}

static void the_newest_change_comes_first(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    add(fix, FINDING_CPU, "web", "", 0.9);
    add(fix, FINDING_CHANGE, "old", "", 0.3);
    add(fix, FINDING_CHANGE, "new", "", 0.9);
    const struct record out = fixture_act_on(fix, "suggest_first_aid", NULL);
    assert_int_equal(record_at(&out, "proposals")->integer, 2);
    assert_string_equal(fix->casefile->proposals->subject.ptr, "new");
    assert_string_equal(fix->casefile->proposals->command.ptr, "git revert --no-edit 3697f10b");
    assert_string_equal(fix->casefile->proposals->next->subject.ptr, "web");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_cheap_and_borne_out_is_suggested),
        cmocka_unit_test(the_newest_change_comes_first),
    };
    return cmocka_run_group_tests_name("suggest_first_aid", tests, NULL, NULL);
}
