/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of actors: runs one in the case of agent/fixture_for_tests.h, and holds each claim it
 * made against its query, as the engine will.
 */
#pragma once

#include "actor/actor.h"
#include "agent/fixture_for_tests.h"
#include "guard/claim.h"

static inline struct record fixture_actor_input(struct fixture *fix, const char *actor)
{
    return record_new(fix->arena, actor_find(str_of(actor))->sig.input);
}

/* As the next step of a plan. */
static inline struct record fixture_act(struct fixture *fix, const char *actor,
                                        const struct record *in)
{
    struct record out;
    struct err err = {0};
    fix->call.step_id++;
    if (!actor_run(actor_find(str_of(actor)), &fix->call, in, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

/* The same, with the one input `service`; NULL: without. */
static inline struct record fixture_act_on(struct fixture *fix, const char *actor,
                                           const char *service)
{
    const struct record in = fixture_actor_input(fix, actor);
    if (service)
        *record_at(&in, "service") = value_text(str_of(service));
    return fixture_act(fix, actor, &in);
}

/* The piece of that id, and that there is one. */
static inline const struct evidence *fixture_evidence(const struct fixture *fix, uint32_t id)
{
    const struct evidence *evidence = casefile_find(fix->casefile, id);
    if (!evidence)
        fail_msg("there is no evidence E%u", id);
    return evidence;
}

/* Each claim that has a query is borne out by it. The store must be sealed. */
static inline void fixture_check_claims(struct fixture *fix)
{
    const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next) {
        struct batch *rows;
        struct err err = {0};
        bool cut;
        if (it->bearing == BEARING_GAP || it->query.len == 0)
            continue;
        if (!telemetry_query(fix->telemetry, fix->arena, it->query, &limits, &rows, &cut, &err) ||
            !claim_check(it->claim, rows, &err))
            fail_msg("%.*s: %s", STR_ARG(it->claim), err.text);
    }
}

/* Reasons, proposals and drafts say what the evidence that they cite says, or what is beside them.
 */
static inline void fixture_check_words(struct fixture *fix, struct str words, struct str beside)
{
    struct err err = {0};
    if (words.len > 0 && !sentence_check_beside(words, beside, fix->casefile->evidence, &err))
        fail_msg("%.*s: %s", STR_ARG(words), err.text);
}

static inline void fixture_check_all(struct fixture *fix)
{
    const struct casefile *casefile = fix->casefile;
    fixture_check_claims(fix);
    const struct triage *triage = &casefile->triage;
    const struct str worst = triage->affected_count > 0
                                 ? str_printf(fix->arena, "`%.*s`", STR_ARG(triage->affected[0]))
                                 : STR("");
    fixture_check_words(fix, triage->severity_reason, worst);
    fixture_check_words(fix, triage->noise_reason, STR(""));
    for (const struct proposal *it = casefile->proposals; it; it = it->next) {
        const struct str beside =
            str_printf(fix->arena, "`%.*s`\n%.*s\n%.*s\n", STR_ARG(it->subject),
                       STR_ARG(it->command), STR_ARG(it->undo));
        fixture_check_words(fix, it->text, beside);
        fixture_check_words(fix, it->risk, beside);
    }
}

/* The first piece of that finding about that subject; NULL: there is none. */
static inline const struct evidence *fixture_found(const struct fixture *fix, enum finding finding,
                                                   const char *subject)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == finding && str_eq(it->subject, str_of(subject)))
            return it;
    return NULL;
}

/* Its claim. */
static inline const char *fixture_said(const struct fixture *fix, enum finding finding,
                                       const char *subject)
{
    const struct evidence *found = fixture_found(fix, finding, subject);
    return found ? found->claim.ptr : "";
}

static inline void fixture_expect_text(const struct record *out, const char *field,
                                       const char *want)
{
    const struct value *value = record_at(out, field);
    if (!value->known || !str_eq(value->text, str_of(want)))
        fail_msg("%s is %.*s, not %s", field, value->known ? (int)value->text.len : 7,
                 value->known ? value->text.ptr : "unknown", want);
}
