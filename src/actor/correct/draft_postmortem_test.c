/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static struct evidence *found(struct fixture *fix, enum finding finding, enum signal signal,
                              double onset_s, const char *claim)
{
    struct evidence *evidence = arena_push(fix->arena, struct evidence);
    *evidence = (struct evidence){
        .signal = signal,
        .bearing = BEARING_SUPPORTS,
        .finding = finding,
        .subject = STR("store"),
        .onset_ns = fixture_time(onset_s),
        .claim = str_of(claim),
        .strength = 0.9,
    };
    return evidence;
}

static struct fixture *concluded(double confidence)
{
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    struct casefile *casefile = fix->casefile;
    fix->alert.name = STR("TooSlow");
    fix->alert.starts_ns = fixture_time(90);
    casefile->incident.start_ns = fixture_time(60);
    casefile->onset_known = true;
    casefile->triage.affected_count = 2;
    casefile->triage.services_count = 5;
    struct hypothesis *best = arena_push(fix->arena, struct hypothesis);
    best->subject = STR("store");
    best->finding = FINDING_SPAN_ERRORS;
    best->cause = STR("it was changed just before, and its operations failed");
    best->confidence = confidence;
    best->cited_for = arena_push_many(fix->arena, const struct evidence *, 3);
    best->cited_for[0] =
        casefile_add(casefile, found(fix, FINDING_SPAN_ERRORS, SIGNAL_TRACES, 60,
                                     "`GET /` of `store` failed in 7 of 9 calls."));
    best->cited_for[1] = casefile_add(casefile, found(fix, FINDING_LOG_ERRORS, SIGNAL_LOGS, 60,
                                                      "`store` logged `no answer` 7 times."));
    best->cited_for[2] =
        casefile_add(casefile, found(fix, FINDING_CHANGE, SIGNAL_CHANGES, 50,
                                     "`store` was changed at 02:00:50 by `deploy-4`."));
    best->cited_for_count = 3;
    casefile->hypotheses = best;
    return fix;
}

/* The sentences of a section, one a line. */
static struct str section(struct fixture *fix, const char *name)
{
    struct buf out = buf_new(fix->arena);
    for (const struct draft *it = fix->casefile->drafts; it; it = it->next)
        if (str_eq(it->section, str_of(name)))
            buf_printf(&out, "%.*s\n", STR_ARG(it->text));
    return buf_str(&out);
}

static void expect(struct fixture *fix, const char *name, const char *want)
{
    const struct str got = section(fix, name);
    if (!str_eq(got, str_of(want)))
        fail_msg("%s:\n%.*snot\n%s", name, STR_ARG(got), want);
}

static void each_section_says_what_the_case_knows(void **state)
{
    (void)state;
    struct fixture *fix = concluded(0.9);
    struct casefile *casefile = fix->casefile;
    casefile_add(casefile, found(fix, FINDING_IMPACT, SIGNAL_TRACES, 0,
                                 "Of the 9 requests to `front` 7 failed."));
    casefile_add(casefile, found(fix, FINDING_ALERTED, SIGNAL_EVENTS, 75,
                                 "The alert `Errors` fired for `store` at 02:01:15."));
    casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_MITIGATION,
                                                       .text = STR("Roll `store` back [E3].")});
    casefile_add_proposal(casefile, &(struct proposal){.kind = PROPOSAL_CORRECTION,
                                                       .text = STR("Test `store` [E1].")});
    struct lead *lead = casefile_add_lead(casefile, STR("cache"), STR("it is near"));
    lead->state = LEAD_ABANDONED;
    lead->reason = STR("nothing speaks for it");
    casefile_add_gap(casefile, SIGNAL_METRICS, STR(""), STR("No series shows when it began."));
    fixture_act_on(fix, "draft_postmortem", NULL);

    expect(fix, "Summary",
           "The cause lay in `store`: it was changed just before, and its operations failed [E1] "
           "[E2] [E3].\n2 of 5 services showed symptoms.\n");
    expect(fix, "Impact", "Of the 9 requests to `front` 7 failed [E4].\n");
    expect(fix, "Timeline (UTC)",
           "02:00:50: `store` was changed at 02:00:50 by `deploy-4` [E3].\n"
           "02:01:00: the incident began [E1].\n"
           "02:01:15: The alert `Errors` fired for `store` at 02:01:15 [E5].\n"
           "02:01:30: the alert fired.\n");
    expect(fix, "Root cause",
           "`GET /` of `store` failed in 7 of 9 calls [E1].\n"
           "`store` logged `no answer` 7 times [E2].\n");
    expect(fix, "Trigger", "`store` was changed at 02:00:50 by `deploy-4` [E3].\n");
    expect(fix, "Detection",
           "The alert `TooSlow` fired 30 s after it began.\nAnother one came first: The alert "
           "`Errors` fired for `store` at 02:01:15 [E5].\n");
    expect(fix, "Resolution", "Proposed, not carried out: Roll `store` back [E3].\n");
    expect(fix, "What went well",
           "The alert came soon after it began.\nMore than one signal shows the cause [E1] [E2] "
           "[E3].\n");
    expect(fix, "What was hard",
           "`cache` was suspected, and given up: nothing speaks for it.\nIt could not be found "
           "out: No series shows when it began [E6].\n");
    expect(fix, "Action items", "Test `store` [E1].\n");
    fixture_close(fix);
}

static void a_cause_that_is_not_known_is_not_drafted(void **state)
{
    (void)state;
    struct fixture *fix = concluded(0.4);
    fixture_act_on(fix, "draft_postmortem", NULL);
    expect(fix, "Summary", "The cause is not known.\n2 of 5 services showed symptoms.\n");
    expect(fix, "Root cause", "");
    expect(fix, "Trigger", "");
    fixture_close(fix);
}

/* What the evidence does not bear out is not even drafted. */
static void what_does_not_hold_is_left_out(void **state)
{
    (void)state;
    struct fixture *fix = concluded(0.9);
    fix->casefile->hypotheses->cause = STR("`somebody` else did it 3 times");
    casefile_add_proposal(fix->casefile,
                          &(struct proposal){.kind = PROPOSAL_CORRECTION,
                                             .text = STR("Ask `somebody` 4 times [E1].")});
    fixture_act_on(fix, "draft_postmortem", NULL);
    expect(fix, "Summary",
           "The cause lay in `store`: its operations failed [E1] [E2] [E3].\n2 of 5 services "
           "showed symptoms.\n");
    expect(fix, "Action items", "");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_section_says_what_the_case_knows),
        cmocka_unit_test(a_cause_that_is_not_known_is_not_drafted),
        cmocka_unit_test(what_does_not_hold_is_left_out),
    };
    return cmocka_run_group_tests_name("draft_postmortem", tests, NULL, NULL);
}
