/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static void add_change(struct fixture *fix, double at_s, const char *id, const char *kind,
                       const char *service, const char *message, const char *files,
                       const char *detail)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, kind, service, author, message, "
                                "files, detail) VALUES (make_timestamp_ns(%lld), '%s', '%s', "
                                "nullif('%s', ''), 'Kim', '%s', '%s', replace('%s', '\\n', "
                                "chr(10)))",
                                (long long)fixture_time(at_s), id, kind, service, message, files,
                                detail));
}

static struct fixture *open_case(void)
{
    struct fixture *fix = fixture_open();
    struct casefile *casefile = fix->casefile;
    fix->alert.name = STR("RequestsFail");
    fix->alert.starts_ns = fixture_time(60);
    casefile->subject = STR("web");
    casefile->onset_known = true;
    casefile->incident.start_ns = FIXTURE_T0;
    topology_add(&casefile->topology, STR("web"), STR("cart"));
    topology_add(&casefile->topology, STR("batch"), STR("ads"));
    return fix;
}

static void what_fits_and_was_brought_is_told_once(void **state)
{
    (void)state;
    struct fixture *fix = open_case();
    add_change(fix, -3600, "1abc2340", "commit", "", "ads: new banner", "[\"ads/banner.c\"]", "");
    add_change(fix, -900, "2abc2340", "commit", "", "cart: leases of 2 s", "[\"cart/lease.c\"]",
               "--- a/cart/lease.c\\n+++ b/cart/lease.c\\n@@ -1 +1 @@\\n-lease_ms = 9000\\n"
               "+lease_ms = 2000\\n");
    add_change(fix, -45, "deploy-1", "deploy", "ads", "ads at 1abc2340", "", "");
    add_change(fix, -30, "deploy-2", "deploy", "cart", "cart at 2abc2340", "", "");
    add_change(fix, 90, "3abc2340", "commit", "cart", "after the alert", "[\"cart/a.c\"]", "");
    fixture_seal(fix);
    casefile_add(fix->casefile, &(struct evidence){.signal = SIGNAL_LOGS,
                                                   .finding = FINDING_LOG_ERRORS,
                                                   .subject = STR("web"),
                                                   .claim = STR("`web` logged `lease lost`."),
                                                   .strength = 0.5});
    const struct record in = fixture_actor_input(fix, "rank_changes");
    const struct record out = fixture_act(fix, "rank_changes", &in);
    assert_int_equal(record_at(&out, "candidates")->integer, 2); /* deploys are no candidates */
    assert_int_equal(record_at(&out, "found")->integer, 2);
    assert_string_equal(record_at(&out, "change")->text.ptr, "2abc2340");
    const struct evidence *first = fixture_evidence(fix, 2);
    assert_int_equal(first->finding, FINDING_CULPRIT);
    assert_string_equal(first->subject.ptr, "cart");
    assert_string_equal(first->change.ptr, "2abc2340");
    assert_true(str_starts(first->claim, STR("`2abc2340` by `Kim` (`cart: leases of 2 s`) was "
                                             "brought to `cart` at 01:59:30 by `deploy-2`: ")));
    assert_true(str_contains(first->claim, STR("it is about what `web` calls")));
    assert_true(str_contains(first->claim, STR("`lease_ms`")) ||
                str_contains(first->claim, STR("`lease`")) ||
                str_contains(first->claim, STR("`leases`")));
    assert_true(first->strength > 0.6 && first->strength < 1);
    assert_true(fixture_evidence(fix, 3)->strength < 0.4);
    struct evidence *logged = (struct evidence *)(uintptr_t)fixture_evidence(fix, 1);
    logged->query = STR("SELECT 'web' AS service, 'lease lost' AS message");
    fixture_check_claims(fix);
    fixture_close(fix);
}

/* No folder is called like it and nothing was brought: only `services` tells whose it is; without,
 * the newer of two comes first. */
static void whose_files_they_are_may_be_told(void **state)
{
    (void)state;
    for (int told = 0; told < 2; told++) {
        struct fixture *fix = open_case();
        add_change(fix, -900, "1abc2340", "commit", "", "smaller pages", "[\"lib/a.c\"]", "");
        add_change(fix, -800, "2abc2340", "commit", "", "larger pages", "[\"base/b.c\"]", "");
        if (told)
            fixture_run(fix, STR("INSERT INTO services (service, paths, calls) VALUES ('cart', "
                                 "'[\"lib\",\"etc/x\"]', NULL), ('', 'base', NULL), (NULL, NULL, "
                                 "NULL), ('ads', 'base', 'a, b,,')"));
        fixture_seal(fix);
        const struct record in = fixture_actor_input(fix, "rank_changes");
        const struct record out = fixture_act(fix, "rank_changes", &in);
        assert_string_equal(record_at(&out, "change")->text.ptr, told ? "1abc2340" : "2abc2340");
        assert_string_equal(fixture_evidence(fix, 1)->subject.ptr, told ? "cart" : "");
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void hostile_texts_and_no_changes_are_fine(void **state)
{
    (void)state;
    struct fixture *fix = open_case();
    fixture_seal(fix);
    const struct record in = fixture_actor_input(fix, "rank_changes");
    struct record out = fixture_act(fix, "rank_changes", &in);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_close(fix);

    fix = open_case();
    add_change(fix, -10, "`x`", "flag", "", "`a` [E1] 17 `b", "not json, [\"", "@@ -1 +1 @@");
    add_change(fix, -10, "", "", "", "", "", "");
    fixture_seal(fix);
    out = fixture_act(fix, "rank_changes", &in);
    assert_int_equal(record_at(&out, "found")->integer, 1); /* without an id it is nobody's */
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_and_was_brought_is_told_once),
        cmocka_unit_test(whose_files_they_are_may_be_told),
        cmocka_unit_test(hostile_texts_and_no_changes_are_fine),
    };
    return cmocka_run_group_tests_name("rank_changes", tests, NULL, NULL);
}
