/* SPDX-License-Identifier: Apache-2.0 */
#include "report/trail.h"

#include "report/investigated_for_tests.h"

static struct str drawn(const struct report *report)
{
    struct buf out = buf_new(report->casefile->arena);
    trail_draw(&out, report);
    return buf_str(&out);
}

static uint32_t count(struct str text, const char *needle)
{
    uint32_t found = 0;
    for (size_t at; (at = str_find(text, str_of(needle))) != STR_NPOS; found++)
        text = str_slice(text, at + 1, text.len);
    return found;
}

static void each_lead_has_its_end(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    const struct str svg = drawn(&report);
    assert_true(trail_has_any(&report));
    assert_balanced(svg);
    assert_int_equal(count(svg, "<circle"), 12 + 1);        /* steps, and the ring */
    assert_int_equal(count(svg, "class=\"trail-cut\""), 4); /* two strokes a lead */
    assert_int_equal(count(svg, "class=\"ring-suspect\""), 1);
    assert_int_equal(count(svg, "class=\"trail-bend\""), 4); /* between five rows */
    assert_has(svg, "Held: the most likely cause");
    assert_has(svg, "Given up: nothing that was read speaks for payment");
    assert_has(svg, "Not verified");
    assert_has(svg, "plan revised");
    assert_has(svg, "<a href=\"#S11\"><title>S11, slow_queries: statements.csv");
    assert_has(svg, "<desc>12 steps. Lead 1, checkout, S4-S6. Given up: its calls");
    casefile_close(casefile);
}

static void a_lead_that_held_need_not_be_the_cause(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    casefile->hypotheses->subject = STR("another");
    const struct report report = report_write(casefile);
    const struct str svg = drawn(&report);
    assert_int_equal(count(svg, "class=\"trail-ring\""), 1);
    assert_has_not(svg, "the most likely cause");
    casefile_close(casefile);
}

/* A lead that is taken up again is told of once, where it ends. */
static void what_is_too_much_is_counted(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    for (uint32_t i = 0; i < 1000; i++)
        casefile_add_step(casefile,
                          &(struct step_entry){.name = STR("again"), .lead_id = 1 + i % 3});
    const struct report report = report_write(casefile);
    const struct str svg = drawn(&report);
    assert_balanced(svg);
    assert_has(svg, "steps are not drawn");
    assert_int_equal(count(svg, "class=\"ring-suspect\""), 1);
    casefile_close(casefile);
}

static void without_a_step_for_a_lead_there_is_nothing_to_draw(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    casefile_add_lead(casefile, STR("cart"), STR("it failed"));
    const struct report report = report_write(casefile);
    assert_false(trail_has_any(&report));
    assert_has_not(fixture_rendered(&report, "html"), "The way of the investigation");
    assert_has(fixture_rendered(&report, "html"), "<li id=\"L1\"");
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_lead_has_its_end),
        cmocka_unit_test(a_lead_that_held_need_not_be_the_cause),
        cmocka_unit_test(what_is_too_much_is_counted),
        cmocka_unit_test(without_a_step_for_a_lead_there_is_nothing_to_draw),
    };
    return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
