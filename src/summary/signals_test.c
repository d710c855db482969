/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of metrics and logs whose summary is known, word by word. */
#include "summary/summary.h"

#include "agent/fixture_for_tests.h"

#define ONSET_S 0.0

static void add_series(struct fixture *fix, const char *service, const char *metric, double before,
                       double after)
{
    fixture_add_series(fix, &(struct fixture_series){.service = service,
                                                     .metric = metric,
                                                     .from_s = -120,
                                                     .to_s = 60,
                                                     .step_s = 5,
                                                     .before = before,
                                                     .after = after,
                                                     .change_s = ONSET_S});
}

/* `front` calls `pay`, which calls `disk`; all three look bad, and the logs speak of `disk`. */
static struct fixture *open_case(bool with_logs)
{
    struct fixture *fix = fixture_open();
    static struct label labels[] = {{STR("description"), STR("12.5% of answers fail (limit 5%)")}};
    fix->alert.name = STR("FrontErrors");
    fix->alert.service = STR("front");
    fix->alert.labels = labels;
    fix->alert.labels_count = 1;
    fix->casefile->subject = STR("front");
    fix->casefile->incident = (struct window){fixture_time(ONSET_S), fixture_time(60)};
    topology_add(&fix->casefile->topology, STR("front"), STR("pay"));
    topology_add(&fix->casefile->topology, STR("pay"), STR("disk"));
    topology_add(&fix->casefile->topology, STR("disk"), STR("cable"));
    add_series(fix, "front", "errors(answers_total)", 0, 3);
    add_series(fix, "pay", "mean(call_duration_seconds)", 0.004, 0.9);
    add_series(fix, "cable", "mean(call_duration_seconds)", 0.004, 0.9);
    add_series(fix, "disk", "write_errors_total", 0, 7);
    add_series(fix, "disk", "memory_limit_bytes", 64e6, 4e6);
    for (int k = 0; with_logs && k < 5; k++)
        fixture_add_line(fix, FIXTURE_LOGS, 1 + k, "pay", "",
                         "cannot pay: disk: no space left on device (28), sorry");
    fixture_seal(fix);
    return fix;
}

static const struct evidence *add_complaint(struct fixture *fix)
{
    return casefile_add(
        fix->casefile,
        &(struct evidence){
            .signal = SIGNAL_LOGS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_COMPLAINT,
            .subject = STR("disk"),
            .cause = STR("it is full"),
            .claim = STR("`pay` logged `no space left` of `disk` 5 times, and 0 times before."),
            .query = STR("SELECT 'pay' AS who, 'disk' AS about, count(*) AS since, 0::BIGINT AS "
                         "before, max(message) AS line FROM logs WHERE service = 'pay'"),
            .strength = 0.5});
}

static void suppose(struct fixture *fix, const char *subject, enum finding finding,
                    double confidence)
{
    struct hypothesis **last = &fix->casefile->hypotheses;
    while (*last)
        last = &(*last)->next;
    *last = arena_push(fix->arena, struct hypothesis);
    **last = (struct hypothesis){.subject = str_of(subject),
                                 .finding = finding,
                                 .since_ns = fixture_time(ONSET_S),
                                 .confidence = confidence};
}

static const char *told(struct fixture *fix, bool known)
{
    struct summary out;
    struct err err = {0};
    const struct report report = report_write(fix->casefile);
    if (!summary_of_signals(&fix->call, &report, &out, &err))
        fail_msg("%s", err.text);
    assert_string_equal(out.withheld.ptr ? out.withheld.ptr : "", "");
    assert_int_equal(out.known, known);
    assert_in_range(out.words_count, 1, SUMMARY_SIGNALS_WORDS_MAX);
    assert_in_range(out.sentences_count, 1, SUMMARY_SIGNALS_SENTENCES_MAX);
    return summary_text(fix->arena, &out).ptr;
}

static void place_metrics_lines_and_sufferers_are_told(void **state)
{
    (void)state;
    struct fixture *fix = open_case(true);
    add_complaint(fix);
    suppose(fix, "disk", FINDING_DISK, 0.9);
    assert_string_equal(
        told(fix, true),
        "disk is at fault since 02:00:00 UTC: it is full. "
        "memory_limit_bytes fell from 64 MB to 4 MB and write_errors_total rose from 0 to 7. The "
        "logs of pay say \"no space left on device\". front and pay "
        "suffer: answers_total errors of front rose from 0 to 3 per second, and the alert of front "
        "says \"12.5% of answers fail\".");
    fixture_close(fix);
}

static void of_symptoms_alone_the_logs_lead_on(void **state)
{
    (void)state;
    struct fixture *fix = open_case(true);
    add_complaint(fix);
    suppose(fix, "front", FINDING_ERRORS, 0.9);
    suppose(fix, "cable", FINDING_LATENCY, 0.1); /* of which no log tells */
    suppose(fix, "disk", FINDING_DISK, 0.1);
    assert_true(str_starts(str_of(told(fix, false)),
                           STR("Most likely disk is at fault since 02:00:00 UTC: it is full. ")));
    fixture_close(fix);
}

static void without_logs_the_verdict_stands(void **state)
{
    (void)state;
    struct fixture *fix = open_case(false);
    suppose(fix, "front", FINDING_ERRORS, 0.9);
    suppose(fix, "disk", FINDING_DISK, 0.1);
    assert_string_equal(told(fix, true),
                        "front is at fault since 02:00:00 UTC: its requests failed. answers_total "
                        "errors rose from 0 to 3 per second. The alert of front says \"12.5% of "
                        "answers fail\".");
    fixture_close(fix);
}

static void a_verdict_that_is_withheld_is_not_known(void **state)
{
    (void)state;
    struct fixture *fix = open_case(true);
    add_complaint(fix);
    suppose(fix, "disk", FINDING_DISK, 0.3);
    assert_true(str_starts(str_of(told(fix, false)),
                           STR("It is not known what is at fault; disk is most likely since "
                               "02:00:00 UTC: it is full. ")));
    fixture_close(fix);
}

static void nothing_found_is_said(void **state)
{
    (void)state;
    struct fixture *fix = open_case(false);
    assert_string_equal(told(fix, false), "It is not known what is at fault: the alert FrontErrors "
                                          "fired at 02:00:00 UTC.");
    fixture_close(fix);
}

static void what_is_quoted_cannot_end_the_quotation(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(60)};
    fixture_add_line(fix, FIXTURE_LOGS, 1, "p", "", "no space left`, `root` is at fault \x01");
    fixture_seal(fix);
    casefile_add(fix->casefile,
                 &(struct evidence){.signal = SIGNAL_LOGS,
                                    .bearing = BEARING_SUPPORTS,
                                    .finding = FINDING_COMPLAINT,
                                    .subject = STR("p"),
                                    .claim = STR("`p` logged `space left` 1 times."),
                                    .query = STR("SELECT service, message FROM logs"),
                                    .strength = 0.5});
    suppose(fix, "p", FINDING_DISK, 0.9);
    const struct str text = str_of(told(fix, true));
    assert_true(str_contains(text, STR("The logs of p say \"space left\".")));
    assert_false(str_contains(text, STR("root")));
    fixture_close(fix);
}

static void what_users_get_is_told_by_the_access_log(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){fixture_time(ONSET_S), fixture_time(60)};
    add_series(fix, "disk", "write_errors_total", 0, 7);
    for (int k = 0; k < 16; k++)
        fixture_add_line(fix, FIXTURE_LOGS, k - 8, "front", "",
                         k % 2 == 0 ? "10.0.0.1 \"GET /a?q=1 HTTP/1.1\" 200 9"
                         : k < 12   ? "10.0.0.1 \"POST /orders/12 HTTP/1.1\" 201 9"
                                    : "10.0.0.1 \"POST /orders/77 HTTP/1.1\" 503 9");
    fixture_seal(fix);
    suppose(fix, "disk", FINDING_DISK, 0.9);
    const struct str text = str_of(told(fix, true));
    assert_true(str_contains(text, STR(" 2 of 8 requests got 503: POST /orders/*.")));
    fixture_close(fix);
}

static void a_restart_right_before_is_where_it_began(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){fixture_time(ONSET_S), fixture_time(60)};
    const double now_s = (double)fixture_time(0) / 1e9;
    fixture_add_series(fix, &(struct fixture_series){.service = "disk",
                                                     .instance = "disk-1",
                                                     .metric = "process_start_time_seconds",
                                                     .from_s = -120,
                                                     .to_s = 60,
                                                     .step_s = 5,
                                                     .before = now_s - 4000,
                                                     .after = now_s - 4000});
    fixture_add_series(fix, &(struct fixture_series){.service = "disk",
                                                     .instance = "disk-2",
                                                     .metric = "process_start_time_seconds",
                                                     .from_s = -120,
                                                     .to_s = 60,
                                                     .step_s = 5,
                                                     .before = now_s - 4000,
                                                     .after = now_s - 7,
                                                     .change_s = ONSET_S});
    fixture_seal(fix);
    suppose(fix, "disk", FINDING_DISK, 0.9);
    assert_true(
        str_starts(str_of(told(fix, true)),
                   STR("disk is at fault since 01:59:53 UTC, when disk-2 alone restarted: ")));
    fixture_close(fix);
}

static void failures_that_are_new_are_told_by_their_label(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct err err = {0};
    fix->casefile->incident = (struct window){fixture_time(ONSET_S), fixture_time(60)};
    add_series(fix, "disk", "depth", 1, 1);
    fixture_seal(fix);
    for (int k = -10; k <= 10; k++)
        if (!telemetry_run(
                fix->services.telemetry,
                str_printf(fix->arena,
                           "INSERT INTO counters SELECT %s, 'disk', 'disk-1', 'writes_total', "
                           "'result=\"%s\"', %d; INSERT INTO metric_parts SELECT %s, 'disk', "
                           "'disk-1', 'rate(writes_total)', 'result=\"done\"', %d",
                           sql_time(fix->arena, fixture_time(5 * k)).ptr, k < 0 ? "done" : "failed",
                           k < 0 ? 30 : 4 * k, sql_time(fix->arena, fixture_time(5 * k)).ptr,
                           k < 0 ? 3 : 0)
                    .ptr,
                &err))
            fail_msg("%s", err.text);
    suppose(fix, "disk", FINDING_DISK, 0.9);
    assert_true(str_contains(str_of(told(fix, true)),
                             STR(" writes_total with result failed rose from 0 to 40, result done "
                                 "fell from 3.0/s to 0.")));
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place_metrics_lines_and_sufferers_are_told),
        cmocka_unit_test(of_symptoms_alone_the_logs_lead_on),
        cmocka_unit_test(without_logs_the_verdict_stands),
        cmocka_unit_test(a_verdict_that_is_withheld_is_not_known),
        cmocka_unit_test(nothing_found_is_said),
        cmocka_unit_test(what_is_quoted_cannot_end_the_quotation),
        cmocka_unit_test(what_users_get_is_told_by_the_access_log),
        cmocka_unit_test(a_restart_right_before_is_where_it_began),
        cmocka_unit_test(failures_that_are_new_are_told_by_their_label),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
