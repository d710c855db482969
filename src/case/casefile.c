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
        .topology = topology_new(arena),
    };
    return casefile;
}

void casefile_close(struct casefile *casefile)
{
    if (casefile)
        arena_free(casefile->arena);
}

const struct evidence *casefile_add(struct casefile *casefile, const struct evidence *found)
{
    struct arena *arena = casefile->arena;
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
    evidence->next = NULL;

    struct evidence **at = &casefile->evidence;
    while (*at)
        at = &(*at)->next;
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

const struct evidence *casefile_find(const struct casefile *casefile, uint32_t evidence_id)
{
    for (const struct evidence *evidence = casefile->evidence; evidence; evidence = evidence->next)
        if (evidence->id == evidence_id)
            return evidence;
    return NULL;
}
