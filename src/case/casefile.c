/* SPDX-License-Identifier: Apache-2.0 */
#include "case/casefile.h"

#include "base/arena.h"

#include <assert.h>

#define STEPS_MAX 200

const char *source_state_name(enum source_state state)
{
    static const char *const names[] = {
        [SOURCE_READ] = "read",
        [SOURCE_EMPTY] = "empty",
        [SOURCE_MISSING] = "missing",
        [SOURCE_BROKEN] = "broken",
    };
    return names[state];
}

const char *step_state_name(enum step_state state)
{
    static const char *const names[] = {
        [STEP_DONE] = "done",
        [STEP_SKIPPED] = "skipped",
        [STEP_FAILED] = "failed",
    };
    return names[state];
}

const char *lead_state_name(enum lead_state state)
{
    static const char *const names[] = {
        [LEAD_SUPPOSED] = "supposed",
        [LEAD_HELD] = "held",
        [LEAD_ABANDONED] = "abandoned",
    };
    return names[state];
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {
        [SEVERITY_UNKNOWN] = "unknown",
        [SEVERITY_LOW] = "low",
        [SEVERITY_MODERATE] = "moderate",
        [SEVERITY_HIGH] = "high",
    };
    return names[severity];
}

const char *noise_name(enum noise noise)
{
    static const char *const names[] = {
        [NOISE_UNKNOWN] = "unknown",
        [NOISE_NO] = "no",
        [NOISE_LIKELY] = "likely",
    };
    return names[noise];
}

const char *proposal_kind_name(enum proposal_kind kind)
{
    return kind == PROPOSAL_MITIGATION ? "mitigation" : "correction";
}

struct casefile *casefile_open(const struct alert *alert, struct clock clock, int64_t budget_ns)
{
    struct arena *arena = arena_new("case");
    struct casefile *casefile = arena_push(arena, struct casefile);
    *casefile = (struct casefile){
        .arena = arena,
        .clock = clock,
        .opened_ns = clock_now_ns(clock),
        .alert = alert,
        .budget = {.deadline = deadline_in(clock, budget_ns), .steps_max = STEPS_MAX},
        .triage = {.symptom = symptom_of_alert(alert)},
        .topology = topology_new(arena),
    };
    return casefile;
}

void casefile_close(struct casefile *casefile)
{
    if (casefile)
        arena_free(casefile->arena);
}

static bool says_the_same(const struct evidence *a, const struct evidence *b)
{
    return a->bearing == b->bearing && a->finding == b->finding && str_eq(a->subject, b->subject) &&
           str_eq(a->cause, b->cause) && str_eq(a->claim, b->claim);
}

const struct evidence *casefile_add(struct casefile *casefile, const struct evidence *found)
{
    struct arena *arena = casefile->arena;
    struct evidence **at = &casefile->evidence;
    for (; *at; at = &(*at)->next)
        if (says_the_same(*at, found))
            return *at;

    struct evidence *evidence = arena_push(arena, struct evidence);
    *evidence = *found;
    evidence->id = ++casefile->evidence_count;
    evidence->subject = str_copy(arena, found->subject);
    evidence->instance = str_copy(arena, found->instance);
    evidence->cause = str_copy(arena, found->cause);
    evidence->claim = str_copy(arena, found->claim);
    evidence->query = str_copy(arena, found->query);
    evidence->series = (struct series_name){
        .service = str_copy(arena, found->series.service),
        .instance = str_copy(arena, found->series.instance),
        .metric = str_copy(arena, found->series.metric),
    };
    evidence->trace_id = str_copy(arena, found->trace_id);
    evidence->change = str_copy(arena, found->change);
    evidence->next = NULL;
    return *at = evidence;
}

void casefile_add_gap(struct casefile *casefile, enum signal signal, struct str subject,
                      struct str claim)
{
    casefile_add(casefile, &(struct evidence){.signal = signal,
                                              .bearing = BEARING_GAP,
                                              .subject = subject,
                                              .window = casefile->data,
                                              .claim = claim});
}

void casefile_add_source(struct casefile *casefile, struct str name, enum source_state state,
                         int64_t rows, struct str note)
{
    struct source_entry *entry = arena_push(casefile->arena, struct source_entry);
    *entry = (struct source_entry){
        .name = str_copy(casefile->arena, name),
        .state = state,
        .rows = rows,
        .note = str_copy(casefile->arena, note),
    };
    struct source_entry **at = &casefile->sources;
    while (*at)
        at = &(*at)->next;
    *at = entry;
}

void casefile_withdraw(struct casefile *casefile, const struct evidence *evidence, struct str why)
{
    struct evidence **at = &casefile->evidence;
    while (*at && *at != evidence)
        at = &(*at)->next;
    assert(*at);
    struct evidence *taken = *at;
    *at = taken->next;

    struct withdrawal *withdrawal = arena_push(casefile->arena, struct withdrawal);
    *withdrawal = (struct withdrawal){
        .evidence = taken, .why = str_copy(casefile->arena, why), .next = casefile->withdrawn};
    casefile->withdrawn = withdrawal;
}

struct exhibit *casefile_add_exhibit(struct casefile *casefile, uint32_t evidence_id)
{
    struct exhibit *exhibit = arena_push(casefile->arena, struct exhibit);
    exhibit->evidence_id = evidence_id;
    struct exhibit **at = &casefile->exhibits;
    while (*at)
        at = &(*at)->next;
    return *at = exhibit;
}

struct plan_entry *casefile_add_plan(struct casefile *casefile, struct str why, struct str text)
{
    struct plan_entry **at = &casefile->plans;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(casefile->arena, struct plan_entry);
    **at = (struct plan_entry){.why = str_copy(casefile->arena, why),
                               .text = str_copy(casefile->arena, text),
                               .first_step_id = casefile->steps_count + 1};
    return *at;
}

struct step_entry *casefile_add_step(struct casefile *casefile, const struct step_entry *step)
{
    struct arena *arena = casefile->arena;
    struct step_entry **at = &casefile->steps;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(arena, struct step_entry);
    **at = *step;
    (*at)->id = ++casefile->steps_count;
    (*at)->name = str_copy(arena, step->name);
    (*at)->runbook = str_copy(arena, step->runbook);
    (*at)->input = str_copy(arena, step->input);
    (*at)->output = str_copy(arena, step->output);
    (*at)->outcome = str_copy(arena, step->outcome);
    (*at)->next = NULL;
    return *at;
}

struct lead *casefile_add_lead(struct casefile *casefile, struct str subject, struct str because)
{
    struct lead **at = &casefile->leads;
    uint32_t id = 1;
    for (; *at; at = &(*at)->next)
        id++;
    *at = arena_push(casefile->arena, struct lead);
    **at = (struct lead){.id = id,
                         .subject = str_copy(casefile->arena, subject),
                         .because = str_copy(casefile->arena, because)};
    return *at;
}

struct proposal *casefile_add_proposal(struct casefile *casefile, const struct proposal *proposal)
{
    struct arena *arena = casefile->arena;
    struct proposal **at = &casefile->proposals;
    while (*at && (*at)->kind <= proposal->kind)
        at = &(*at)->next;
    struct proposal *added = arena_push(arena, struct proposal);
    *added = (struct proposal){
        .kind = proposal->kind,
        .subject = str_copy(arena, proposal->subject),
        .text = str_copy(arena, proposal->text),
        .command = str_copy(arena, proposal->command),
        .undo = str_copy(arena, proposal->undo),
        .risk = str_copy(arena, proposal->risk),
        .next = *at,
    };
    return *at = added;
}

struct draft *casefile_add_draft(struct casefile *casefile, struct str section, struct str text)
{
    struct draft **at = &casefile->drafts;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(casefile->arena, struct draft);
    **at = (struct draft){.section = str_copy(casefile->arena, section),
                          .text = str_copy(casefile->arena, text)};
    return *at;
}

struct prose *casefile_add_prose(struct casefile *casefile, const struct prose *prose)
{
    struct prose **at = &casefile->prose;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(casefile->arena, struct prose);
    **at = (struct prose){.part = str_copy(casefile->arena, prose->part),
                          .text = str_copy(casefile->arena, prose->text),
                          .cites = str_copy(casefile->arena, prose->cites),
                          .expert = str_copy(casefile->arena, prose->expert)};
    return *at;
}

struct consultation *casefile_add_consultation(struct casefile *casefile,
                                               const struct consultation *consultation)
{
    struct consultation **at = &casefile->consultations;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(casefile->arena, struct consultation);
    **at = *consultation;
    (*at)->ability = str_copy(casefile->arena, consultation->ability);
    (*at)->task = str_copy(casefile->arena, consultation->task);
    (*at)->expert = str_copy(casefile->arena, consultation->expert);
    (*at)->because = str_copy(casefile->arena, consultation->because);
    (*at)->failure = str_copy(casefile->arena, consultation->failure);
    (*at)->next = NULL;
    return *at;
}

void casefile_set_affected(struct casefile *casefile, const struct str *services, uint32_t count)
{
    casefile->triage.affected = arena_push_many(casefile->arena, struct str, count);
    casefile->triage.affected_count = count;
    for (uint32_t i = 0; i < count; i++)
        casefile->triage.affected[i] = str_copy(casefile->arena, services[i]);
}

const struct culprit_change *casefile_named_change(const struct casefile *casefile)
{
    const struct hypothesis *best = casefile->hypotheses;
    const struct culprit_change *first = casefile->culprits;
    return best && best->confidence >= CONFIDENCE_MIN && first &&
                   best->confidence * first->probability >= CONFIDENCE_MIN
               ? first
               : NULL;
}

const struct evidence *casefile_find(const struct casefile *casefile, uint32_t evidence_id)
{
    for (const struct evidence *evidence = casefile->evidence; evidence; evidence = evidence->next)
        if (evidence->id == evidence_id)
            return evidence;
    return NULL;
}
