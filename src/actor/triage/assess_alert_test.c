/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* What measure_impact may have left behind, and what is made of it. */
static const struct {
    const char *why;
    const char *label;
    double suffering; /* share; 0: none suffers, negative: nothing was measured */
    uint32_t affected, services;
    enum severity want;
    const char *reason; /* how it begins */
} cases[] = {
    {"the alert's word is all there is", "critical", -1, 0, 9, SEVERITY_HIGH, ""},
    {"however it is spelled", " Warning", -1, 0, 9, SEVERITY_MODERATE, ""},
    {"nobody says anything", "", -1, 0, 9, SEVERITY_UNKNOWN, ""},
    {"a label that nobody knows", "purple", -1, 0, 9, SEVERITY_UNKNOWN, ""},
    {"borne out", "critical", 0.5, 2, 9, SEVERITY_HIGH,
     "The alert calls itself high, and this bears it out: `shop` lost 50 [E1]."},
    {"worse than it says", "warning", 0.5, 2, 9, SEVERITY_HIGH,
     "The alert calls itself moderate, but it is worse: `shop` lost 50 [E1]."},
    {"a few suffer", "info", 0.02, 1, 9, SEVERITY_MODERATE,
     "The alert calls itself low, but it is worse: `shop` lost 2 [E1]."},
    {"less than it says, and we may not see all", "critical", 0, 0, 9, SEVERITY_MODERATE,
     "The alert calls itself high, but nobody seems to suffer: `shop` lost 0 [E1]."},
    {"lower than low there is nothing", "info", 0, 0, 9, SEVERITY_LOW,
     "The alert calls itself low, but nobody seems to suffer: `shop` lost 0 [E1]."},
    {"a critical alert stays one with few who suffer", "critical", 0.02, 1, 9, SEVERITY_HIGH,
     "The alert calls itself high, and this bears it out: `shop` lost 2 [E1]."},
    {"measured alone", "", 0.02, 1, 9, SEVERITY_MODERATE,
     "The alert does not say how bad it is, but this was measured: `shop` lost 2 [E1]."},
    {"half of all services", "warning", 0.02, 5, 9, SEVERITY_HIGH,
     "The alert calls itself moderate, but it is worse, at half of all services or more: `shop` "
     "lost 2 [E1]."},
    {"a service suffers, and users do not", "warning", 0, 1, 9, SEVERITY_MODERATE,
     "The alert calls itself moderate; `stock` shows symptoms, but nobody seems to suffer where "
     "users come in: `shop` lost 0 [E1]."},
    {"half of two is one", "warning", 0.02, 1, 2, SEVERITY_MODERATE,
     "The alert calls itself moderate, and this bears it out: `shop` lost 2 [E1]."},
};

static void severity_is_what_is_said_and_measured(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        struct triage *triage = &fix->casefile->triage;
        fix->alert.severity = str_of(cases[i].label);
        triage->affected = (struct str[]){STR("stock")};
        triage->affected_count = cases[i].affected;
        triage->services_count = cases[i].services;
        const int percent = (int)(100 * cases[i].suffering);
        if (percent >= 0)
            casefile_add(fix->casefile,
                         &(struct evidence){
                             .bearing = percent > 0 ? BEARING_SUPPORTS : BEARING_REFUTES,
                             .finding = FINDING_IMPACT,
                             .subject = STR("shop"),
                             .claim = str_printf(fix->arena, "`shop` lost %d.", percent),
                             .query = str_printf(fix->arena, "SELECT 'shop', %d", percent),
                             .strength = cases[i].suffering,
                         });
        fixture_seal(fix);
        fixture_act_on(fix, "assess_alert", NULL);
        fixture_check_all(fix);
        if (triage->severity != cases[i].want)
            fail_msg("%s: %s", cases[i].why, severity_name(triage->severity));
        if (!str_eq(triage->severity_reason, str_of(cases[i].reason)))
            fail_msg("%s: %.*s", cases[i].why, STR_ARG(triage->severity_reason));
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(severity_is_what_is_said_and_measured)};
    return cmocka_run_group_tests_name("assess_alert", tests, NULL, NULL);
}
