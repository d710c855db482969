/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static const struct evidence *add(struct fixture *fix, enum finding finding, const char *subject,
                                  const char *cause, const char *diff, double strength)
{
    return casefile_add(
        fix->casefile,
        &(struct evidence){
            .bearing = BEARING_SUPPORTS,
            .finding = finding,
            .subject = str_of(subject),
            .cause = str_of(cause),
            .claim = str_printf(fix->arena, "`%s` is as it is.", subject),
            .query = str_printf(fix->arena,
                                "SELECT '%s' AS about, '3697f10b' AS id, 'commit' AS kind, %s AS "
                                "detail",
                                subject, sql_quote(fix->arena, str_of(diff)).ptr),
            .strength = strength,
        });
}

static void conclude(struct fixture *fix, double confidence, const struct evidence *because,
                     const struct evidence *change)
{
    struct hypothesis *best = arena_push(fix->arena, struct hypothesis);
    best->subject = because->subject;
    best->finding = because->finding;
    best->confidence = confidence;
    best->cited_for = arena_push_many(fix->arena, const struct evidence *, 2);
    best->cited_for[best->cited_for_count++] = because;
    if (change)
        best->cited_for[best->cited_for_count++] = change;
    fix->casefile->hypotheses = best;
}

static void expect(struct fixture *fix, const char *const *want)
{
    const struct casefile *casefile = fix->casefile;
    const int64_t late_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    const struct str beside =
        str_printf(fix->arena, "`store`\n%s\n", span_format(fix->arena, late_ns).ptr);
    const struct proposal *it = casefile->proposals;
    for (; *want; want++, it = it ? it->next : NULL) {
        if (!it || !str_starts(it->text, str_of(*want)))
            fail_msg("%.*s, not %s", it ? (int)it->text.len : 7, it ? it->text.ptr : "nothing",
                     *want);
        fixture_check_words(fix, it->text, beside);
    }
    if (it)
        fail_msg("and %.*s", STR_ARG(it->text));
}

static void a_change_of_a_timeout(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    fix->alert.starts_ns = fixture_time(300);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->onset_known = true;
    fix->casefile->subject = STR("front");
    casefile_add_source(fix->casefile, STR("traces"), SOURCE_MISSING, 0, STR(""));
    conclude(fix, 0.9, add(fix, FINDING_SPAN_ERRORS, "store", "", "", 0.9),
             add(fix, FINDING_CHANGE, "store", "", "-wait_ms = 3000\n+wait_ms = 1", 0.7));
    fixture_act_on(fix, "propose_corrections", NULL);
    expect(fix, (const char *const[]){"Hold a timeout of `store`", "Roll a change of `store` out",
                                      "Add a test that takes the failing way through `store`",
                                      "Let an alert watch `store` itself",
                                      "Let the alert fire sooner than 5 min 0 s after it begins",
                                      "Record traces", NULL});
    fixture_close(fix);
}

static void whoever_was_alerted_has_an_alert(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    add(fix, FINDING_ALERTED, "store", "", "", 0.5);
    conclude(fix, 0.9, add(fix, FINDING_LOCKS, "store", "", "", 0.9), NULL);
    fixture_act_on(fix, "propose_corrections", NULL);
    expect(fix, (const char *const[]){"Bound how long a transaction of `store`", NULL});
    fixture_close(fix);
}

static void objects_by_their_cause(void **state)
{
    (void)state;
    static const struct {
        const char *cause;
        const char *want;
    } causes[] = {
        {"kubelet is not running on the node", "Let an alert fire when a system service of"},
        {"the namespace's memory quota is used up", "Let an alert fire before a quota of"},
        {"its container is killed for lack of memory", "Set the memory limit of"},
        {"the service's selector matches no pod", "Try manifests against the cluster"},
    };
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        struct fixture *fix = fixture_open();
        fixture_seal(fix);
        fix->casefile->subject = STR("store");
        conclude(fix, 0.9, add(fix, FINDING_OBJECT, "store", causes[i].cause, "", 0.9), NULL);
        fixture_act_on(fix, "propose_corrections", NULL);
        expect(fix, (const char *const[]){causes[i].want, NULL});
        fixture_close(fix);
    }
}

static void a_guess_is_not_corrected(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    conclude(fix, 0.49, add(fix, FINDING_LOCKS, "store", "", "", 0.9), NULL);
    fixture_act_on(fix, "propose_corrections", NULL);
    assert_null(fix->casefile->proposals);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_of_a_timeout),
        cmocka_unit_test(whoever_was_alerted_has_an_alert),
        cmocka_unit_test(objects_by_their_cause),
        cmocka_unit_test(a_guess_is_not_corrected),
    };
    return cmocka_run_group_tests_name("propose_corrections", tests, NULL, NULL);
}
