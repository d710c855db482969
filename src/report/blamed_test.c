/* SPDX-License-Identifier: Apache-2.0 */
#include "report/fixture_for_tests.h"

#define CLAIM "`3697f10b` by `Kim` (`db: a smaller pool`) was brought to `orders-db` at 02:08:25"

/* The whole case, where two changes were made; the second one's revert is no command. */
static struct casefile *case_with_changes(double first, double second)
{
    struct casefile *casefile = fixture_whole_case();
    struct culprit_change *list = arena_push_many(casefile->arena, struct culprit_change, 2);
    const char *claims[] = {CLAIM, "`270b8a2f` was brought to `cart` at 02:01:00"};
    const char *ids[] = {"3697f10b", "270b8a2f"};
    for (int i = 0; i < 2; i++) {
        list[i].evidence = casefile_add(
            casefile, &(struct evidence){.signal = SIGNAL_CHANGES,
                                         .finding = FINDING_CULPRIT,
                                         .subject = i == 0 ? STR("orders-db") : STR("cart"),
                                         .claim = str_of(claims[i]),
                                         .query = STR("SELECT 1"),
                                         .strength = 0.5,
                                         .change = str_of(ids[i])});
        list[i].probability = i == 0 ? first : second;
        struct exhibit *exhibit = casefile_add_exhibit(casefile, list[i].evidence->id);
        exhibit->kind = EXHIBIT_CHANGE;
        exhibit->change =
            (struct exhibit_change){.id = str_of(ids[i]),
                                    .diff = STR(" db/pool.conf\n-pool = 100\n+pool = 4<script>\n"),
                                    .owners = STR("Kim (2 of 3)"),
                                    .revert = i == 0 ? STR("git revert --no-edit 3697f10b")
                                                     : STR("git revert --no-edit \x1b[31m270b8a2f"),
                                    .landed_ns = T0};
    }
    list[0].next = &list[1];
    casefile->culprits = list;
    return casefile;
}

static void the_likely_one_is_named_in_all_forms(void **state)
{
    (void)state;
    struct casefile *casefile = case_with_changes(0.9, 0.1);
    const struct report report = report_write(casefile);
    assert_true(report.blames);
    assert_string_equal(report.blame.ptr, "Most likely `3697f10b` did it [E14].");
    assert_int_equal(report.blamed->next->revert.len, 0);
    static const char *const forms[] = {"text", "markdown", "html", "json"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct str out = fixture_rendered(&report, forms[i]);
        assert_has(out, "git revert --no-edit 3697f10b");
        assert_has(out, "+pool = 4");
        assert_has(out, "Kim (2 of 3)");
        assert_has(out, "270b8a2f");
        assert_has_not(out, "\x1b[31m");
    }
    assert_has_not(fixture_rendered(&report, "html"), "<script>");
    casefile_close(casefile);
}

static void where_it_is_not_sure_nobody_is_named(void **state)
{
    (void)state;
    struct casefile *casefile = case_with_changes(0.55, 0.45);
    const struct report report = report_write(casefile);
    assert_false(report.blames); /* 0.55 of a place that is right with 0.82 */
    const struct str out = fixture_rendered(&report, "text");
    assert_has(out, "No change is named");
    assert_has_not(out, "git revert --no-edit 3697f10b");
    assert_has(fixture_rendered(&report, "json"), "\"named\": false");
    casefile_close(casefile);

    casefile = fixture_whole_case();
    const struct report none = report_write(casefile);
    assert_int_equal(none.blame.len, 0);
    assert_has_not(fixture_rendered(&none, "text"), "WHICH CHANGE");
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_likely_one_is_named_in_all_forms),
        cmocka_unit_test(where_it_is_not_sure_nobody_is_named),
    };
    return cmocka_run_group_tests_name("blame", tests, NULL, NULL);
}
