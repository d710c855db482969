/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping by time, topology and the sender's own groups is what on-call products do
 * (Alertmanager's `group_by`, PagerDuty's and Opsgenie's related alerts), and what the study of
 * alert storms at a large operator found to work: Zhao et al., "Understanding and Handling Alert
 * Storm for Online Service Systems", ICSE-SEIP 2020. Texts are not compared: alerts of one rule
 * read the same whatever broke.
 */
#include "incident/grouping.h"

#include "base/arena.h"

/* ---- topology ---- */

/* One step on from all that are `from`: along calls, or against them. What is near stays as it is.
 */
static void step(const struct topology *topology, const unsigned char *from, unsigned char mark,
                 bool along, unsigned char *out)
{
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        const struct topology_edge edge = topology->edges[i];
        const uint32_t start = along ? edge.caller : edge.callee;
        const uint32_t end = along ? edge.callee : edge.caller;
        if (from[start] && out[end] == NEAR_NOT)
            out[end] = mark;
    }
}

unsigned char *grouping_nearness(const struct topology *topology, struct arena *arena, uint32_t of)
{
    const uint32_t count = topology->nodes.count;
    unsigned char *near = arena_alloc(arena, count);
    unsigned char *self = arena_alloc(arena, count), *callees = arena_alloc(arena, count),
                  *callers = arena_alloc(arena, count);
    self[of] = 1;
    step(topology, self, 1, true, callees);
    step(topology, self, 1, false, callers);
    step(topology, self, NEAR_CALLS, true, near);
    step(topology, self, NEAR_CALLED_BY, false, near);
    step(topology, callees, NEAR_CALLS, true, near);
    step(topology, callers, NEAR_CALLED_BY, false, near);
    step(topology, callees, NEAR_SHARES, false, near);
    near[of] = NEAR_NOT;
    return near;
}

static enum nearness nearness_of(const struct grouping_question *question,
                                 const struct group *group)
{
    enum nearness nearest = NEAR_NOT;
    for (uint32_t i = 0; i < group->services_count && question->nearness; i++) {
        const uint32_t node = topology_find(question->topology, group->services[i]);
        const enum nearness near =
            node == MAP_NONE ? NEAR_NOT : (enum nearness)question->nearness[node];
        if (near != NEAR_NOT && (nearest == NEAR_NOT || near < nearest))
            nearest = near;
    }
    return nearest;
}

/* ---- the rules ---- */

static bool is_listed(struct str text, const struct str *list, uint32_t count)
{
    for (uint32_t i = 0; i < count && text.len > 0; i++)
        if (str_eq(list[i], text))
            return true;
    return false;
}

static bool takes_more(const struct grouping_question *question, const struct group *group,
                       int64_t quiet_ns)
{
    return question->now_ns - group->opened_ns <= GROUPING_SPAN_NS &&
           question->now_ns - group->fired_ns <= quiet_ns;
}

static const struct group *with_key(const struct grouping_question *question)
{
    for (uint32_t i = 0; i < question->groups_count; i++) {
        const struct group *group = question->groups[i];
        if (takes_more(question, group, GROUPING_GROUP_NS) &&
            is_listed(question->notice->group_key, group->keys, group->keys_count))
            return group;
    }
    return NULL;
}

static const struct group *with_service(const struct grouping_question *question)
{
    for (uint32_t i = 0; i < question->groups_count; i++) {
        const struct group *group = question->groups[i];
        if (takes_more(question, group, GROUPING_NEAR_NS) &&
            is_listed(question->notice->alert.service, group->services, group->services_count))
            return group;
    }
    return NULL;
}

/* The nearest, and of equals the youngest. */
static const struct group *nearby(const struct grouping_question *question, enum nearness *how)
{
    const struct group *found = NULL;
    *how = NEAR_NOT;
    for (uint32_t i = 0; i < question->groups_count; i++) {
        const struct group *group = question->groups[i];
        const enum nearness near =
            takes_more(question, group, GROUPING_NEAR_NS) ? nearness_of(question, group) : NEAR_NOT;
        if (near != NEAR_NOT && (!found || near < *how)) {
            found = group;
            *how = near;
        }
    }
    return found;
}

static struct grouping joins(int64_t incident, const char *why)
{
    return (struct grouping){GROUPING_JOINS, incident, why};
}

static struct grouping passes(void)
{
    return (struct grouping){.verdict = GROUPING_PASSES};
}

/* It fires: together with which others? */
static struct grouping among_groups(const struct grouping_question *question)
{
    static const char *const reasons[] = {
        [NEAR_CALLS] = "it calls a service of this incident, minutes apart",
        [NEAR_CALLED_BY] = "a service of this incident calls it, minutes apart",
        [NEAR_SHARES] = "it calls what a service of this incident calls, minutes apart",
    };
    enum nearness how;
    const struct group *group;
    if ((group = with_key(question)))
        return joins(group->number, "its sender puts it into the same group");
    if ((group = with_service(question)))
        return joins(group->number, "an alert of the same service, minutes apart");
    if ((group = nearby(question, &how)))
        return joins(group->number, reasons[how]);
    if (question->is_storm && question->groups_count > 0 &&
        takes_more(question, question->groups[0], GROUPING_NEAR_NS))
        return joins(question->groups[0]->number, "one of many within a minute: a storm");
    return (struct grouping){.verdict = GROUPING_OPENS, .why = "the first of this incident"};
}

/* The same alert fires, or fires again. */
static bool goes_on(const struct grouping_question *question)
{
    const struct last_told *last = &question->last;
    return (last->episode.len > 0 && str_eq(last->episode, question->notice->episode)) ||
           question->now_ns - last->at_ns <= GROUPING_AGAIN_NS;
}

struct grouping grouping_decide(const struct grouping_question *question)
{
    const struct last_told *last = &question->last;
    const bool is_known = last->incident != 0;
    const bool is_over = is_known && last->status == NOTICE_RESOLVED;
    if (question->notice->status != NOTICE_FIRING)
        return is_known && !is_over ? joins(last->incident, "the same alert") : passes();
    if (is_over && last->episode.len > 0 && str_eq(last->episode, question->notice->episode))
        return passes(); /* a post that was overtaken by the end of what it tells of */
    if (is_known && goes_on(question))
        return joins(last->incident, is_over ? "the same alert again" : "the same alert");
    return among_groups(question);
}
