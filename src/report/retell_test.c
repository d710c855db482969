/* SPDX-License-Identifier: Apache-2.0 */
#include "report/retell.h"

#include "report/investigated_for_tests.h"

/* Whether a sentence with these words was removed. */
static bool is_removed(const struct report *report, const char *words)
{
    for (const struct sentence *it = report->removed; it; it = it->next)
        if (str_contains(it->text, str_of(words)))
            return true;
    return false;
}

static void a_lead_is_told_with_what_bears_it_out(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    const struct lead *lead = report.leads;
    assert_has(lead->because, "nobody below it but `orders-db`");
    assert_has(lead->reason, "waited 4610 ms, so it suffers what `orders-db` does [E8]");
    assert_ptr_equal(lead->against, casefile_find(casefile, 8));
    lead = lead->next;
    assert_string_equal(lead->because.ptr, "what it logs changed at 02:11:40 [E7]"); /* by itself */
    assert_string_equal(lead->reason.ptr, "nothing that was read speaks for `payment`");
    lead = lead->next;
    assert_has(lead->because, "it was changed at 02:08:25 [E1]");
    assert_int_equal(lead->reason.len, 0);
    assert_null(lead->next->next);
    casefile_close(casefile);
}

static void what_acquits_a_lead_must_be_borne_out(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    struct lead *lead = casefile->leads;
    lead->reason = STR("it answered 77 requests in time");
    lead->next->reason = STR("`catalog` explains it"); /* a name, and no evidence */
    lead->next->because = STR("it failed 77 times");
    const struct report report = report_write(casefile);
    assert_string_equal(report.leads->reason.ptr, "see [E8]");
    assert_int_equal(report.leads->next->reason.len, 0);
    assert_int_equal(report.leads->next->because.len, 0);
    assert_true(is_removed(&report, "`checkout` was given up: it answered 77 requests in time"));
    assert_true(is_removed(&report, "`payment` was given up: `catalog` explains it"));
    assert_true(is_removed(&report, "`payment` was supposed: it failed 77 times"));
    casefile_close(casefile);
}

static void what_was_withdrawn_refutes_no_lead(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    casefile_withdraw(casefile, casefile_find(casefile, 8), STR("the number 4610 is not there"));
    const struct report report = report_write(casefile);
    assert_null(report.leads->against);
    assert_int_equal(report.leads->reason.len, 0);
    assert_true(is_removed(&report, "4610 ms"));
    casefile_close(casefile);
}

static void a_proposal_stands_or_falls_with_what_it_is_for(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    const struct proposal *it = report.mitigations;
    assert_has(it->text, "Take `cfg-4471` back");
    assert_has(it->command, "--to-revision=41\nkubectl");
    assert_has(it->risk, "`checkout`");
    it = it->next;
    assert_has(it->text, "Run 6 instances"); /* the command says 6 */
    assert_has(it->risk, "What it may break is not known");
    assert_null(it->next);
    assert_true(is_removed(&report, "Risk: It opens 40 connections more."));
    assert_true(is_removed(&report, "Restart `cart`, which failed 9000 times"));
    assert_has(report.corrections->text, "wait for a check");
    assert_null(report.corrections->next);
    for (const struct renderer *const *form = renderers; *form; form++)
        assert_has_not(fixture_rendered(&report, (*form)->name), "delete pod cart");
    casefile_close(casefile);
}

static void a_command_is_told_to_the_letter_or_not_at_all(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_open_case();
    struct buf lengthy = buf_new(casefile->arena);
    for (int i = 0; i < 3000; i++)
        buf_add_char(&lengthy, 'x');
    const struct str commands[] = {
        STR("a\tb\nc 'd' \"e\" <f> & `g`"),
        STR("echo \033[2J"),
        STR("echo \xe2\x80\xae"),
        STR("echo \xff"),
        buf_str(&lengthy),
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_MITIGATION,
                                                           .subject = STR("cart"),
                                                           .text = STR("Do it."),
                                                           .command = commands[i],
                                                           .undo = STR("take it back")});
    const struct report report = report_write(casefile);
    const struct proposal *it = report.mitigations;
    assert_true(str_eq(it->command, commands[0]));
    assert_string_equal(it->undo.ptr, "take it back");
    for (it = it->next; it; it = it->next)
        assert_int_equal(it->command.len + it->undo.len, 0);
    assert_int_equal(fixture_length(report.removed), 4);
    assert_true(is_removed(&report, "A command for `cart`. (it is too long to be approved)"));
    assert_has(fixture_rendered(&report, "markdown"), "```sh\na\tb\nc 'd' \"e\" <f> & `g`\n```\n");
    assert_has(fixture_rendered(&report, "text"), "a\tb\n");
    assert_has(fixture_rendered(&report, "html"),
               "a\tb\nc &#39;d&#39; &quot;e&quot; &lt;f&gt; &amp; `g`</pre>");
    casefile_close(casefile);
}

static void a_block_ends_where_we_end_it(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_open_case();
    casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_CORRECTION,
                                                       .text = STR("Do it."),
                                                       .command = STR("a\n```\n# h\n````b")});
    const struct report report = report_write(casefile);
    assert_has(fixture_rendered(&report, "markdown"), "\n`````sh\na\n```\n# h\n````b\n`````\n");
    casefile_close(casefile);
}

static void triage_is_checked_sentence_by_sentence(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    assert_string_equal(report.triage.severity_reason.ptr,
                        "Users wait: `request_duration_p99` of `frontend` rose from 0.341 to 5.02 "
                        "[E4]. They are 4 services that suffer.");
    assert_true(is_removed(&report, "It will cost 50000 an hour."));
    assert_has(report.history->text, "fired 2 times in the week before [E15].");
    assert_has(report.impact->text, "31 of 118 requests to `frontend`");
    for (const struct sentence *it = report.summary; it; it = it->next)
        assert_has_not(it->text, "in the week before");
    casefile_close(casefile);
}

static void a_sentence_ends_at_a_stop_before_a_blank(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    casefile->triage.severity_reason =
        STR("`a. b` is nobody. It rose to 5.02. [E4] It fell to 0.341 [E4].  Why? It is bad");
    const struct report report = report_write(casefile);
    assert_string_equal(report.triage.severity_reason.ptr,
                        "It rose to 5.02. [E4] It fell to 0.341 [E4]. Why? It is bad");
    casefile_close(casefile);
}

static void the_course_may_count_itself(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    assert_has(report.plans->why, "something answers late");
    assert_has(report.plans->next->why, "Both leads were given up");
    assert_has(report.stopped_because, "a confidence of 82 %");
    casefile->stopped_because = STR("`orders-db` failed 99 times.");
    const struct report second = report_write(casefile);
    assert_int_equal(second.stopped_because.len, 0);
    assert_true(is_removed(&second, "failed 99 times"));
    casefile_close(casefile);
}

static void a_draft_is_what_evidence_and_the_report_say(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    assert_true(is_removed(&report, "17 customers called."));
    const struct str text = fixture_rendered(&report, "postmortem");
    assert_has(text, "# Post-mortem: CheckoutLatencyHigh on `frontend`\n");
    assert_has(text, "**A draft.**");
    assert_has(text, "\n## Summary\n\n- From 02:10:00 on `frontend` was late");
    assert_has(text, "4 of 11 services were affected.\n\n## Timeline\n");
    assert_has(text, "## What went well\n\n- To be told by people.\n");
    assert_has(text, "## Sentences that were removed\n");
    assert_has(text, "- **E2** (metrics, ");
    casefile_close(casefile);

    casefile = fixture_whole_case();
    const struct report without = report_write(casefile);
    assert_has(fixture_rendered(&without, "postmortem"), "There is no draft beyond this");
    casefile_close(casefile);
}

/* A line that was broken is one again. */
static struct str unwrapped(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        const bool blank = text.ptr[i] == ' ' || text.ptr[i] == '\n';
        if (!blank || out.len == 0 || out.ptr[out.len - 1] != ' ')
            buf_add_char(&out, blank ? ' ' : text.ptr[i]);
    }
    return buf_str(&out);
}

static void every_form_retells_the_case(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_investigated_case();
    const struct report report = report_write(casefile);
    assert_all_forms(&report);
    fixture_write_demo(&report, "_investigated");
    static const char *const wanted[] = {"rollout undo statefulset/orders-db --to-revision=41",
                                         "--to-revision=42",
                                         "nothing that was read speaks for",
                                         "high",
                                         "4 of 11",
                                         "31 of 118",
                                         "fired 2 times in the week before",
                                         "Both leads were given up",
                                         "confidence of 82",
                                         "wait for a check"};
    static const char *const forms[] = {"text", "markdown", "html"};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++)
            assert_has(unwrapped(casefile->arena, fixture_rendered(&report, forms[i])), wanted[j]);
    casefile_close(casefile);
}

/* A case of before there were runbooks has no empty sections. */
static void what_is_empty_is_left_out(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    const struct report report = report_write(casefile);
    static const char *const unwanted[] = {"investigated",   "INVESTIGATED", "WHAT TO DO NOW",
                                           "What to do now", "everity",      "come back",
                                           "COME BACK",      "Runbook",      "S1 ",
                                           "lead 1"};
    static const char *const forms[] = {"text", "markdown", "html"};
    for (size_t i = 0; i < 3; i++) {
        struct str text = fixture_rendered(&report, forms[i]);
        const size_t body = str_find(text, STR("</style>"));
        text = str_slice(text, body == STR_NPOS ? 0 : body, text.len);
        for (size_t j = 0; j < sizeof unwanted / sizeof *unwanted; j++)
            assert_has_not(text, unwanted[j]);
    }
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lead_is_told_with_what_bears_it_out),
        cmocka_unit_test(what_acquits_a_lead_must_be_borne_out),
        cmocka_unit_test(what_was_withdrawn_refutes_no_lead),
        cmocka_unit_test(a_proposal_stands_or_falls_with_what_it_is_for),
        cmocka_unit_test(a_command_is_told_to_the_letter_or_not_at_all),
        cmocka_unit_test(a_block_ends_where_we_end_it),
        cmocka_unit_test(triage_is_checked_sentence_by_sentence),
        cmocka_unit_test(a_sentence_ends_at_a_stop_before_a_blank),
        cmocka_unit_test(the_course_may_count_itself),
        cmocka_unit_test(a_draft_is_what_evidence_and_the_report_say),
        cmocka_unit_test(every_form_retells_the_case),
        cmocka_unit_test(what_is_empty_is_left_out),
    };
    return cmocka_run_group_tests_name("retell", tests, NULL, NULL);
}
