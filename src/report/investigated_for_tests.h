/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the report: a case with all that runbooks leave behind, and a hostile one. */
#pragma once

#include "report/fixture_for_tests.h"

static const char first_plan[] =
    "runbook slow_service \"Something answers late\"\n"
    "when alert.symptom == latency\n"
    "limits steps 40\n"
    "{\n"
    "    onset = find_onset()\n"
    "    suppose late is suspects.first because \"it answers late\"\n"
    "    verify late {\n"
    "        calls = inspect_traces(service: late.subject)\n"
    "        if calls.edges > 0 { refute late because \"others <<wait>> "
    "& `see`\" }\n"
    "    }\n"
    "}\n";

static const char second_plan[] = "runbook database \"A database suffers\"\n{\n"
                                  "    follow slow_queries\n    follow locks\n}\n";

#define REVISED_BEFORE 5 /* of these steps */

/* id, name, runbook, lead, state, outcome, took: from the fourth on, as the whole case has three */
static const struct step_entry investigated_steps[] = {
    {0, STR("inspect_traces"), STR("slow_service"), 1, STEP_DONE,
     STR("{\"service\": \"checkout\"}"), STR("{\"edges\": 3}"), STR("3 findings"), 880 * NS_PER_MS,
     61 * NS_PER_MS, NULL},
    {0, STR("metrics.shifts"), STR("slow_service"), 1, STEP_DONE,
     STR("{\"service\": \"checkout\", \"after\": \"2026-11-22T02:10:00Z\"}"), STR("{\"rows\": 4}"),
     STR("4 rows"), 941 * NS_PER_MS, 18 * NS_PER_MS, NULL},
    {0, STR("find_new_errors"), STR("slow_service"), 1, STEP_DONE,
     STR("{\"service\": \"checkout\"}"), STR("{}"), STR("1 finding"), 960 * NS_PER_MS,
     22 * NS_PER_MS, NULL},
    {0, STR("find_new_errors"), STR("slow_service"), 2, STEP_DONE,
     STR("{\"service\": \"payment\"}"), STR("{}"), STR("0 findings"), 983 * NS_PER_MS,
     11 * NS_PER_MS, NULL},
    {0, STR("events.restarts"), STR("slow_service"), 2, STEP_SKIPPED, STR("{}"), STR(""),
     STR("nothing to read"), 994 * NS_PER_MS, 0, NULL},
    {0, STR("choose_suspects"), STR("database"), 0, STEP_DONE, STR("{}"), STR("{\"suspects\": 2}"),
     STR("0 findings"), 995 * NS_PER_MS, 5 * NS_PER_MS, NULL},
    {0, STR("check_saturation"), STR("database"), 3, STEP_DONE, STR("{\"service\": \"orders-db\"}"),
     STR("{}"), STR("1 finding"), 1001 * NS_PER_MS, 40 * NS_PER_MS, NULL},
    {0, STR("slow_queries"), STR("slow_queries"), 3, STEP_FAILED,
     STR("{\"service\": \"orders-db\"}"), STR(""), STR("statements.csv: line 3 is no row"),
     1042 * NS_PER_MS, 2 * NS_PER_MS, NULL},
    {0, STR("blame_change"), STR("database"), 3, STEP_DONE, STR("{\"service\": \"orders-db\"}"),
     STR("{}"), STR("1 finding"), 1045 * NS_PER_MS, 9 * NS_PER_MS, NULL},
};

static inline void add_investigated_leads(struct casefile *casefile)
{
    struct lead *lead = casefile_add_lead(casefile, STR("checkout"),
                                          STR("it answered late, and so did nobody below "
                                              "it but `orders-db`."));
    lead->state = LEAD_ABANDONED;
    lead->reason =
        STR("its calls to `orders-db` waited 4610 ms, so it suffers what `orders-db` does.");
    lead->against = casefile_find(casefile, 8);
    lead->first_step_id = 4;
    lead->last_step_id = 6;
    lead = casefile_add_lead(casefile, STR("payment"),
                             STR("`payment`: what it logs changed at 02:11:40"));
    lead->state = LEAD_ABANDONED;
    lead->reason = STR("nothing that was read speaks for `payment`");
    lead->first_step_id = 7;
    lead->last_step_id = 8;
    lead = casefile_add_lead(casefile, STR("orders-db"),
                             STR("`checkout` waits for it, and it was changed at 02:08:25"));
    lead->state = LEAD_HELD;
    lead->first_step_id = 10;
    lead->last_step_id = 12;
    casefile_add_lead(casefile, STR("fraud"), STR("it is called by `payment`"));
}

static inline void add_investigated_proposals(struct casefile *casefile)
{
    casefile_add_proposal(
        casefile,
        &(struct proposal){
            .kind = PROPOSAL_MITIGATION,
            .subject = STR("orders-db"),
            .text =
                STR("Take `cfg-4471` back from `orders-db`, which was given it at 02:08:25 just "
                    "before its connections ran out [E1] [E2]."),
            .command = STR("kubectl -n shop rollout undo statefulset/orders-db --to-revision=41\n"
                           "kubectl -n shop rollout status statefulset/orders-db --timeout=5m"),
            .undo = STR("kubectl -n shop rollout undo statefulset/orders-db --to-revision=42"),
            .risk = STR("Open connections of `checkout` end while `orders-db` restarts."),
        });
    casefile_add_proposal(
        casefile,
        &(struct proposal){
            .kind = PROPOSAL_MITIGATION,
            .subject = STR("checkout"),
            .text = STR("Run 6 instances of `checkout`, so that those who wait share the wait."),
            .command = STR("kubectl -n shop scale deploy/checkout --replicas=6 # `now`"),
            .risk = STR("It opens 40 connections more."), /* nothing says so */
        });
    casefile_add_proposal(
        casefile, &(struct proposal){
                      .kind = PROPOSAL_CORRECTION,
                      .subject = STR("orders-db"),
                      .text = STR("Let a change of `orders-db` such as `cfg-4471` wait for a check "
                                  "of its pool [E1]."),
                  });
    casefile_add_proposal(casefile,
                          &(struct proposal){
                              .kind = PROPOSAL_MITIGATION,
                              .subject = STR("cart"),
                              .text = STR("Restart `cart`, which failed 9000 times [E9]."),
                              .command = STR("kubectl delete pod cart"),
                          });
}

static inline void add_investigated_triage(struct casefile *casefile)
{
    const struct str affected[] = {STR("frontend"), STR("checkout"), STR("cart"), STR("payment")};
    casefile_set_affected(casefile, affected, 4);
    casefile->triage.services_count = casefile->topology.nodes.count;
    casefile->triage.changes_count = 1;
    casefile->triage.severity = SEVERITY_HIGH;
    casefile->triage.severity_reason = STR(
        "Users wait: `request_duration_p99` of `frontend` rose from 0.341 to 5.02 [E4]. They are "
        "4 services that suffer. It will cost 50000 an hour.");
    casefile->triage.noise = NOISE_NO;
    casefile->triage.noise_reason = STR("What the alert complains about shows in requests [E4].");
}

static inline void add_investigated_drafts(struct casefile *casefile)
{
    casefile_add_draft(casefile, STR("Summary"),
                       STR("From 02:10:00 on `frontend` was late, since `orders-db` ran out of "
                           "connections at 02:10:02 [E2]."));
    casefile_add_draft(casefile, STR("Summary"), STR("4 of 11 services were affected."));
    casefile_add_draft(casefile, STR("Timeline"),
                       STR("02:08:25 `cfg-4471` came to `orders-db` [E1]."));
    casefile_add_draft(casefile, STR("Timeline"), STR("02:14:30 `CheckoutLatencyHigh` fired."));
    casefile_add_draft(casefile, STR("Summary"), STR("17 customers called."));
    casefile_add_draft(casefile, STR("What went well"), STR("To be told by people."));
}

/* The whole case, as a director with runbooks would leave it. */
static inline struct casefile *fixture_investigated_case(void)
{
    struct casefile *casefile = fixture_whole_case();
    uint32_t step = 0;
    casefile_add_plan(casefile, STR("The alert complains that something answers late."),
                      str_of(first_plan));
    casefile->plans->first_step_id = 1;
    for (struct step_entry *it = casefile->steps; it; it = it->next) {
        it->runbook = STR("slow_service");
        it->started_ns = 10 * NS_PER_MS;
    }
    for (size_t i = 0; i < sizeof investigated_steps / sizeof *investigated_steps; i++) {
        if (i == REVISED_BEFORE)
            casefile_add_plan(
                casefile,
                STR("Both leads were given up, and what `checkout` waits for is a database."),
                str_of(second_plan));
        casefile_add_step(casefile, &investigated_steps[i]);
    }
    static const uint32_t step_of[] = {12, 10, 1, 1, 10, 6, 2, 4, 4, 3};
    for (struct evidence *it = casefile->evidence; it; it = it->next)
        it->step_id = it->id <= 10 ? step_of[step++] : 0;
    fixture_add_found(
        casefile,
        &(struct found){SIGNAL_TRACES, BEARING_SUPPORTS, FINDING_IMPACT, "frontend", "", 655, 0.9,
                        "31 of 118 requests to `frontend` took over 2 s since 02:10:55",
                        "SELECT 31 AS late, 118 AS all, 2 AS s"});
    fixture_add_found(casefile,
                      &(struct found){SIGNAL_EVENTS, BEARING_SUPPORTS, FINDING_HISTORY, "frontend",
                                      "", -86400, 0.2,
                                      "`CheckoutLatencyHigh` fired 2 times in the week before",
                                      "SELECT 2 AS times, 'CheckoutLatencyHigh' AS name"});
    fixture_add_found(casefile,
                      &(struct found){SIGNAL_TOPOLOGY, BEARING_REFUTES, FINDING_DEPENDENCY, "cart",
                                      "", 0, 0.6, "`cart` is late only where it calls `checkout`",
                                      "SELECT 'cart' AS caller, 'checkout' AS callee"});
    casefile->stopped_because =
        STR("`orders-db` held with a confidence of 82 %, and 1 lead is left that is far behind.");
    add_investigated_leads(casefile);
    add_investigated_proposals(casefile);
    add_investigated_triage(casefile);
    add_investigated_drafts(casefile);
    return casefile;
}

/* One that answered, one that was not used, one question that nobody was asked. */
static inline void fixture_add_consultations(struct casefile *casefile)
{
    casefile_add_consultation(casefile, &(struct consultation){.ability = STR("explain"),
                                                               .task = STR("rewrite_summary"),
                                                               .expert = STR("cloud"),
                                                               .because = STR("`old` has failed"),
                                                               .questions = 3,
                                                               .repairs = 1,
                                                               .refused = 2,
                                                               .tokens_in = 1234,
                                                               .tokens_out = 56,
                                                               .money = 0.1,
                                                               .took_ns = 789 * NS_PER_MS,
                                                               .first_ns = 12 * NS_PER_MS});
    casefile_add_consultation(casefile,
                              &(struct consultation){.ability = STR("explain"),
                                                     .task = STR("draft"),
                                                     .expert = STR("local"),
                                                     .failure = STR("localhost:8080: HTTP 503"),
                                                     .questions = 1});
    casefile_add_consultation(casefile,
                              &(struct consultation){.ability = STR("plan"),
                                                     .task = STR("plan"),
                                                     .failure = STR("`cloud` may not see logs")});
}

/* All that can be told, with text of someone who means harm. */
static inline struct casefile *fixture_hostile_investigated_case(void)
{
    struct casefile *casefile = fixture_hostile_case();
    struct buf lengthy = buf_new(casefile->arena);
    for (int i = 0; i < 1000; i++)
        buf_add(&lengthy, STR("</pre>\xe2\x82\xac```` x"));
    const struct str longest = buf_str(&lengthy);
    for (uint32_t i = 0; i < 21; i++) {
        const struct str bad = i % 2 ? STR(HOSTILE) : longest;
        casefile_add_step(casefile, &(struct step_entry){.name = bad,
                                                         .runbook = bad,
                                                         .lead_id = i % 7,
                                                         .state = i % 3,
                                                         .input = i % 4 ? STR("{\"a\":[1]}") : bad,
                                                         .output = bad,
                                                         .outcome = bad,
                                                         .started_ns = INT64_MAX,
                                                         .took_ns = INT64_MIN});
        struct lead *lead = casefile_add_lead(casefile, bad, bad);
        lead->state = i % 3;
        lead->reason = bad;
        lead->first_step_id = i * 5;
        lead->last_step_id = UINT32_MAX - i;
        casefile_add_plan(casefile, bad, bad);
        casefile_add_proposal(casefile,
                              &(struct proposal){.kind = i % 2,
                                                 .subject = bad,
                                                 .text = i % 3 ? bad : STR("Do it."),
                                                 .command = i % 5 ? bad : STR("a `b` ````"),
                                                 .undo = STR("</pre><script>x</script>"),
                                                 .risk = bad});
        casefile_add_draft(casefile, bad, i % 2 ? bad : STR("It was <b>x</b> | so."));
    }
    struct str affected[40];
    for (uint32_t i = 0; i < 40; i++)
        affected[i] = i % 2 ? STR(HOSTILE) : longest;
    casefile_set_affected(casefile, affected, 40);
    casefile->triage.severity = SEVERITY_LOW;
    casefile->triage.noise = NOISE_LIKELY;
    casefile->triage.severity_reason = casefile->triage.noise_reason = longest;
    casefile->stopped_because = STR(HOSTILE);
    casefile_add_consultation(casefile, &(struct consultation){.task = STR(HOSTILE),
                                                               .expert = longest,
                                                               .because = STR(HOSTILE),
                                                               .failure = STR(HOSTILE),
                                                               .questions = UINT32_MAX,
                                                               .tokens_in = UINT64_MAX,
                                                               .money = 1e300,
                                                               .took_ns = INT64_MAX});
    casefile_add_consultation(
        casefile,
        &(struct consultation){.expert = STR(HOSTILE), .because = longest, .failure = longest});
    return casefile;
}
