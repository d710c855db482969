/* SPDX-License-Identifier: Apache-2.0 */
#include "train/policy.h"

#include "base/arena.h"
#include "verdict/weigh.h"

#include <math.h>
#include <string.h>

#define PRIOR_TRIALS 5  /* what all symptoms together say of an arm, beside one of them */
#define SHORTEST_S 1e-4 /* what a clock can tell of a step */

struct trials trials_new(struct arena *arena)
{
    return (struct trials){
        .arena = arena, .arms = map_new(arena), .sets = map_new(arena), .faults = map_new(arena)};
}

/* ---- a case as it would have been with some of its steps ---- */

/* Not what triage asks, what verifies a lead, or what concludes. */
static bool is_arm(const struct step_entry *step)
{
    static const char *const others[] = {"triage", "correct", "blame"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_eq(step->runbook, str_of(others[i])))
            return false;
    return step->lead_id == 0 && step->state == STEP_DONE;
}

/* The number of its arm, or MAP_NONE. */
static uint32_t arm_of(const struct trials *trials, const struct step_entry *step)
{
    return is_arm(step) ? map_find(&trials->arms, step->name) : MAP_NONE;
}

static const struct step_entry *step_of(const struct casefile *casefile, uint32_t id)
{
    for (const struct step_entry *it = casefile->steps; it; it = it->next)
        if (it->id == id)
            return it;
    return NULL;
}

/* What was found before any arm: by triage, or by no step at all. */
static bool is_given(const struct step_entry *step)
{
    return !step || str_eq(step->runbook, STR("triage"));
}

/* The evidence of triage and of the arms that are played; all else is the case itself. */
static struct casefile with_arms(struct arena *arena, const struct trials *trials,
                                 const struct casefile *casefile, const bool *played)
{
    struct casefile out = *casefile;
    struct evidence **at = &out.evidence;
    out.leads = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        const struct step_entry *step = step_of(casefile, it->step_id);
        const uint32_t arm = step ? arm_of(trials, step) : MAP_NONE;
        if (!is_given(step) && (arm == MAP_NONE || !played[arm]))
            continue;
        *at = arena_push(arena, struct evidence);
        **at = *it;
        at = &(*at)->next;
    }
    *at = NULL;
    return out;
}

/* Who is first then; empty: nobody is suspected. */
static struct str first_of(const struct trials *trials, const struct casefile *casefile,
                           const bool *played)
{
    struct arena *scratch = arena_new("standing");
    const struct casefile part = with_arms(scratch, trials, casefile, played);
    struct weighing weighing = weigh(scratch, &part);
    weigh_rank(&weighing);
    struct str out = STR("");
    if (weighing.names.count > 0 && weighing.ranked[0]->score > 0)
        out = str_copy(trials->arena, weighing.ranked[0]->name);
    arena_free(scratch);
    return out;
}

static bool concludes(const struct trials *trials, const struct trial *trial, const bool *played)
{
    return str_eq(first_of(trials, trial->casefile, played), trial->concluded);
}

/* ---- recording ---- */

static void add_arms(struct trials *trials, struct trial *trial)
{
    for (const struct step_entry *it = trial->casefile->steps; it; it = it->next) {
        if (!is_arm(it) || trials->arms.count == POLICY_ARMS_MAX)
            continue;
        const uint32_t arm = map_add(&trials->arms, it->name);
        uint32_t at = 0;
        while (at < trial->arms_count && trial->arms[at] != arm)
            at++;
        trial->arms[at] = arm;
        trial->took_s[at] += (double)it->took_ns / (double)NS_PER_S;
        trial->arms_count += at == trial->arms_count;
    }
}

void trials_add(struct trials *trials, struct str set, struct str fault,
                const struct casefile *casefile)
{
    struct trial trial = {.casefile = casefile, .symptom = casefile->triage.symptom};
    bool played[POLICY_ARMS_MAX];
    add_arms(trials, &trial);
    memset(played, true, sizeof played);
    trial.concluded = first_of(trials, casefile, played);
    if (trial.concluded.len == 0 || trial.arms_count == 0)
        return;
    memset(played, false, sizeof played);
    const bool at_once = concludes(trials, &trial, played);
    for (uint32_t i = 0; i < trial.arms_count; i++) {
        played[trial.arms[i]] = true;
        trial.tells[i] = !at_once && concludes(trials, &trial, played);
        played[trial.arms[i]] = false;
    }
    trial.set = map_add(&trials->sets, set);
    trial.fault = map_add(&trials->faults, fault);
    if (trials->count == trials->room) {
        const uint32_t room = trials->room ? trials->room * 2 : 64;
        trials->items =
            arena_grow(trials->arena, trials->items, trials->count * sizeof *trials->items,
                       room * sizeof *trials->items);
        trials->room = room;
    }
    trials->items[trials->count++] = trial;
}

/* ---- learning ---- */

struct sums {
    double tells, seconds;
    uint32_t count;
};

struct policy policy_learn(const struct trials *trials, struct policy_held_out held_out)
{
    struct policy out = {.arms = trials->arms};
    struct sums by_symptom[SYMPTOMS_COUNT][POLICY_ARMS_MAX] = {0}, of_all[POLICY_ARMS_MAX] = {0};
    for (uint32_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->items[i];
        if (trial->set == held_out.set || trial->fault == held_out.fault)
            continue;
        for (uint32_t j = 0; j < trial->arms_count; j++) {
            struct sums *const sums[] = {&by_symptom[trial->symptom][trial->arms[j]],
                                         &of_all[trial->arms[j]]};
            for (size_t k = 0; k < 2; k++) {
                sums[k]->tells += trial->tells[j];
                sums[k]->seconds += trial->took_s[j];
                sums[k]->count++;
            }
        }
    }
    for (uint32_t arm = 0; arm < trials->arms.count; arm++) {
        const struct sums *all = &of_all[arm];
        if (all->count == 0)
            continue;
        for (int symptom = 0; symptom < SYMPTOMS_COUNT; symptom++) {
            const struct sums *its = &by_symptom[symptom][arm];
            const double share = (double)PRIOR_TRIALS / all->count;
            out.gain[symptom][arm] = (its->tells + share * all->tells) /
                                     fmax(its->seconds + share * all->seconds, SHORTEST_S);
        }
    }
    return out;
}

/* ---- asking in another order ---- */

static void put_in_order(const struct trial *trial, const struct policy *policy, uint32_t *order)
{
    for (uint32_t i = 0; i < trial->arms_count; i++) {
        uint32_t at = i;
        for (; policy && at > 0 &&
               policy->gain[trial->symptom][trial->arms[order[at - 1]]] <
                   policy->gain[trial->symptom][trial->arms[i]];
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

struct reached policy_reach(const struct trials *trials, const struct trial *trial,
                            const struct policy *policy)
{
    struct reached out = {0};
    uint32_t order[POLICY_ARMS_MAX];
    bool played[POLICY_ARMS_MAX] = {false}, was_there = false;
    double seconds = 0;
    put_in_order(trial, policy, order);
    for (uint32_t i = 0; i <= trial->arms_count; i++) {
        const bool is_there = concludes(trials, trial, played);
        if (is_there && !was_there)
            out = (struct reached){.seconds = seconds, .steps = i};
        was_there = is_there;
        if (i == trial->arms_count)
            break;
        played[trial->arms[order[i]]] = true;
        seconds += trial->took_s[order[i]];
    }
    return out;
}
