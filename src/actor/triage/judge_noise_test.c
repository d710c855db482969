/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define ALERT_S 3600.0

/* When users are asked: not, they are fine, or they suffer. */
enum users { USERS_UNKNOWN, USERS_FINE, USERS_SUFFER };

static const struct {
    const char *why;
    enum users users;
    int fired, ended; /* times, in the hours before */
    double away_s;    /* so long was the alert's metric out of its range; negative: none */
    double clear;     /* strength of evidence for a fault somewhere; 0: none */
    uint32_t affected;
    enum noise want;
    const char *name; /* of the alert; NULL: one about a queue */
} cases[] = {
    {"nothing is known", USERS_UNKNOWN, 0, 0, -1, 0, 0, NOISE_UNKNOWN, NULL},
    {"it fired before, but nobody was asked", USERS_UNKNOWN, 9, 9, 0, 0, 0, NOISE_UNKNOWN, NULL},
    {"users suffer", USERS_SUFFER, 0, 0, -1, 0, 1, NOISE_NO, NULL},
    {"users suffer, whatever it did before", USERS_SUFFER, 9, 9, 0, 0, 1, NOISE_NO, NULL},
    {"nobody suffers: that is not enough", USERS_FINE, 0, 0, -1, 0, 0, NOISE_UNKNOWN, NULL},
    {"it fires and ends", USERS_FINE, 3, 3, -1, 0, 0, NOISE_LIKELY, NULL},
    {"twice may be chance", USERS_FINE, 2, 2, -1, 0, 0, NOISE_UNKNOWN, NULL},
    {"it did not always end by itself", USERS_FINE, 5, 4, -1, 0, 0, NOISE_UNKNOWN, NULL},
    {"its metric never left its range", USERS_FINE, 0, 0, 0, 0, 0, NOISE_LIKELY, NULL},
    {"its metric was back within a minute", USERS_FINE, 0, 0, 40, 0, 0, NOISE_LIKELY, NULL},
    {"its metric stayed away", USERS_FINE, 0, 0, 400, 0, 0, NOISE_UNKNOWN, NULL},
    {"somebody else is broken", USERS_FINE, 9, 9, 0, 0.8, 0, NOISE_NO, NULL},
    {"a weak hint does not make a fault", USERS_FINE, 9, 9, 0, 0.2, 0, NOISE_LIKELY, NULL},
    {"a service shows symptoms", USERS_FINE, 9, 9, 0, 0, 1, NOISE_UNKNOWN, NULL},
    {"more is asked, and answered", USERS_FINE, 0, 0, -1, 0, 1, NOISE_LIKELY, "RequestRateHigh"},
    {"more is asked, and users suffer", USERS_SUFFER, 0, 0, -1, 0, 1, NOISE_NO, "RequestRateHigh"},
    {"nobody was asked", USERS_UNKNOWN, 0, 0, -1, 0, 0, NOISE_UNKNOWN, "RequestRateHigh"},
    {"somebody is broken", USERS_FINE, 0, 0, -1, 0.8, 0, NOISE_NO, "RequestRateHigh"},
};

static void add_history(struct fixture *fix, int fired, int ended)
{
    for (int i = 0; i < fired; i++)
        fixture_run(fix,
                    str_printf(fix->arena,
                               "INSERT INTO alerts VALUES (make_timestamp_ns(%lld), 'QueueLong', "
                               "'queue', 'warning', 'firing', '{\"endsAt\": %.1f}')",
                               (long long)fixture_time(100.0 * i),
                               (double)fixture_time(i < ended ? 100.0 * i + 30 : 9999) / 1e9));
}

static void add_metric(struct fixture *fix, double away_s)
{
    const struct fixture_series parts[] = {
        {"queue", "", "length", 0, ALERT_S - 30, 10, 5, 5, 2, 0, 0},
        {"queue", "", "length", ALERT_S - 30, ALERT_S - 30 + away_s, 10, 50, 50, 2, 0, 0},
        {"queue", "", "length", ALERT_S - 30 + away_s, ALERT_S + 370, 10, 5, 5, 0.5, 0, 0},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].to_s > parts[i].from_s)
            fixture_add_series(fix, &parts[i]);
}

static void add_evidence(struct fixture *fix, enum finding finding, bool supports, double strength)
{
    casefile_add(fix->casefile, &(struct evidence){
                                    .bearing = supports ? BEARING_SUPPORTS : BEARING_REFUTES,
                                    .finding = finding,
                                    .subject = STR("shop"),
                                    .claim = STR("`shop` is as it is."),
                                    .query = STR("SELECT 'shop'"),
                                    .strength = strength,
                                });
}

static void noise_takes_calm_and_a_habit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        struct label metric = {STR("metric"), STR("length")};
        fix->alert.name = str_of(cases[i].name ? cases[i].name : "QueueLong");
        fix->casefile->triage.symptom = symptom_of_alert(&fix->alert);
        fix->alert.service = STR("queue");
        fix->alert.starts_ns = fixture_time(ALERT_S);
        fix->alert.labels = &metric;
        fix->alert.labels_count = 1;
        fix->casefile->subject = STR("queue");
        fix->casefile->triage.affected = (struct str[]){STR("shop")};
        fix->casefile->triage.affected_count = cases[i].affected;
        add_history(fix, cases[i].fired, cases[i].ended);
        if (cases[i].away_s >= 0)
            add_metric(fix, cases[i].away_s);
        if (cases[i].users != USERS_UNKNOWN)
            add_evidence(fix, FINDING_IMPACT, cases[i].users == USERS_SUFFER,
                         cases[i].users == USERS_SUFFER ? 0.3 : 0);
        if (cases[i].clear > 0)
            add_evidence(fix, FINDING_OBJECT, true, cases[i].clear);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "judge_noise", NULL);
        fixture_check_all(fix);
        const struct triage *triage = &fix->casefile->triage;
        if (triage->noise != cases[i].want)
            fail_msg("%s: %s", cases[i].why, noise_name(triage->noise));
        assert_int_equal(record_at(&out, "noise")->known, cases[i].want != NOISE_UNKNOWN);
        if (cases[i].want != NOISE_UNKNOWN && triage->noise_reason.len == 0)
            fail_msg("%s: without a reason", cases[i].why);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(noise_takes_calm_and_a_habit)};
    return cmocka_run_group_tests_name("judge_noise", tests, NULL, NULL);
}
