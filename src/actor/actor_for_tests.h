/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of actors: run one in a fixture, and hold what it says against its own queries. */
#pragma once

#include "actor/actor.h"

#include "agent/fixture_for_tests.h"
#include "guard/claim.h"

/* Runs the actor of that name with no input; the test fails where it does. */
static inline struct record actor_act(struct fixture *fix, const char *name)
{
    const struct actor *actor = actor_find(str_of(name));
    if (!actor)
        fail_msg("there is no actor %s", name);
    const struct record in = record_new(fix->arena, actor->sig.input);
    struct record out;
    struct err err = {0};
    if (!actor_run(actor, &fix->call, &in, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

/* All claims are what their queries give, and all reasons are what the evidence they cite says. */
static inline void actor_assert_borne_out(struct fixture *fix)
{
    static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next) {
        struct batch *rows;
        struct err err = {0};
        bool cut;
        if (it->bearing == BEARING_GAP)
            continue;
        if (!telemetry_query(fix->telemetry, fix->arena, it->query, &limits, &rows, &cut, &err) ||
            !claim_check(it->claim, rows, &err))
            fail_msg("%.*s: %s", STR_ARG(it->claim), err.text);
    }
    const struct str reasons[] = {fix->casefile->triage.severity_reason,
                                  fix->casefile->triage.noise_reason};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct err err = {0};
        if (reasons[i].len > 0 && !sentence_check(reasons[i], fix->casefile->evidence, &err))
            fail_msg("%.*s: %s", STR_ARG(reasons[i]), err.text);
    }
    for (const struct proposal *it = fix->casefile->proposals; it; it = it->next) {
        struct err err = {0};
        if (!sentence_check(it->text, fix->casefile->evidence, &err))
            fail_msg("%.*s: %s", STR_ARG(it->text), err.text);
    }
}

/* The first piece of that finding about that subject; NULL: there is none. */
static inline const struct evidence *actor_found(const struct fixture *fix, enum finding finding,
                                                 const char *subject)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == finding && str_eq(it->subject, str_of(subject)))
            return it;
    return NULL;
}

static inline struct str actor_said(const struct fixture *fix, enum finding finding,
                                    const char *subject)
{
    const struct evidence *found = actor_found(fix, finding, subject);
    return found ? found->claim : STR("");
}
