/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One plan for all cases so far: when, then what, then where, then who did it. The onset comes
 * first because all others compare before with after.
 */
#include "director/plan.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const order[] = {
    "find_onset",       "read_other_alerts",    "find_shifted_metrics",
    "check_saturation", "find_silent_services", "find_new_errors",
    "inspect_traces",   "inspect_objects",      "blame_change",
};
#define STEPS_COUNT (sizeof order / sizeof *order)

struct plan director_plan(struct casefile *casefile)
{
    const struct actor **steps =
        arena_push_many(casefile->arena, const struct actor *, STEPS_COUNT + 1);
    for (size_t i = 0; i < STEPS_COUNT; i++) {
        steps[i] = actor_find(str_of(order[i]));
        if (!steps[i]) {
            fprintf(stderr, "warroom: bug: the plan names no actor `%s`\n", order[i]);
            abort();
        }
    }
    return (struct plan){.steps = steps};
}

/* The signals that at least one row speaks of, as bits. */
static unsigned signals_there(const struct casefile *casefile)
{
    static const struct {
        const char *part;
        unsigned signals;
    } parts[] = {
        {"metric", 1u << SIGNAL_METRICS},    {"log", 1u << SIGNAL_LOGS},
        {"trace", 1u << SIGNAL_TRACES},      {"change", 1u << SIGNAL_CHANGES},
        {"event", 1u << SIGNAL_EVENTS},      {"state", 1u << SIGNAL_EVENTS},
        {"topology", 1u << SIGNAL_TOPOLOGY},
    };
    unsigned signals = 0;
    for (const struct source_entry *entry = casefile->sources; entry; entry = entry->next)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (entry->rows > 0 && str_contains(entry->name, str_of(parts[i].part)))
                signals |= parts[i].signals;
    return signals;
}

static void enter_step(struct casefile *casefile, const struct actor *actor, struct str outcome,
                       int64_t took_ns)
{
    casefile_add_step(casefile, &(struct step_entry){.name = str_of(actor->sig.name),
                                                     .outcome = outcome,
                                                     .took_ns = took_ns});
}

static void run_step(const struct actor *actor, const struct services *services,
                     struct casefile *casefile)
{
    struct arena *scratch = arena_new(actor->sig.name);
    struct call call = {.casefile = casefile,
                        .services = services,
                        .scratch = scratch,
                        .step_id = casefile->steps_count + 1};
    const int64_t started_ns = clock_now_ns(casefile->clock);
    const uint32_t evidence_before = casefile->evidence_count;
    const struct record in = record_new(scratch, actor->sig.input);
    struct record out;
    struct err err = {0};
    const bool ok = actor_run(actor, &call, &in, &out, &err);
    if (!ok)
        casefile_add_gap(casefile, SIGNAL_EVENTS, STR(""),
                         str_printf(scratch, "the step %s", err.text));
    const uint32_t found = casefile->evidence_count - evidence_before;
    enter_step(casefile, actor,
               ok ? str_printf(scratch, found == 1 ? "%u finding" : "%u findings", found)
                  : str_of(err.text),
               clock_now_ns(casefile->clock) - started_ns);
    arena_free(scratch);
}

bool director_run(const struct plan *plan, const struct services *services,
                  struct casefile *casefile, struct err *err)
{
    const unsigned there = signals_there(casefile);
    for (const struct actor *const *step = plan->steps; *step; step++) {
        if (deadline_passed(casefile->budget.deadline, casefile->clock))
            return err_set(err, ERR_TIMEOUT, "the case's time was over before the step %s",
                           (*step)->sig.name);
        if (casefile->steps_count >= casefile->budget.steps_max)
            return err_set(err, ERR_OVER_BUDGET, "the case has no steps left");
        if (((*step)->needs & ~there) != 0)
            enter_step(casefile, *step, STR("skipped: nothing to read"), 0);
        else
            run_step(*step, services, casefile);
    }
    return true;
}
