/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which objects of the platform are at fault, and which only suffer?
 *
 * A broken node, a quota that is used up or a callee that is at fault explains what depends on it:
 * that is told too, but weighs less. The factors are those at which the cause wins over the sum of
 * its symptoms and a symptom still shows where the cause is the weaker guess.
 */
#include "actor/actor.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"

#define EVIDENCE_MAX 24
#define STRENGTH_MIN 0.02 /* weaker than that, it is not worth a line */

#define EXPLAINING_GROUND 0.9  /* a node or namespace that is at least so surely at fault ... */
#define EXPLAINING_CALLEE 0.85 /* and a callee */
#define LEFT_OF_GROUND 0.2     /* leaves so much of what it explains */
#define LEFT_OF_CALLEE 0.3

static const struct field inspect_input[] = {ACTOR_SERVICE, {}};

static const struct field inspect_output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"cause", TYPE_TEXT, FIELD_OPTIONAL, "what is wrong with the worst, in words", NULL},
    {},
};

struct reading {
    struct str kind;
    struct str object;
    struct str cause;
    struct str depends_on;
    struct str claim;
    struct str query;
    bool restart;
    double found;    /* as the rules say */
    double strength; /* after explaining */
};

struct readings {
    struct reading *items;
    size_t count;
};

static struct readings readings_of(struct arena *arena, const struct batch *rows)
{
    struct readings readings = {.items = arena_push_many(arena, struct reading, rows->rows + 1)};
    for (size_t row = 0; row < rows->rows; row++)
        readings.items[readings.count++] = (struct reading){
            .kind = batch_column(rows, "object_kind")->texts[row],
            .object = batch_column(rows, "object")->texts[row],
            .cause = batch_column(rows, "cause")->texts[row],
            .depends_on = batch_column(rows, "depends_on")->texts[row],
            .claim = batch_column(rows, "claim")->texts[row],
            .query = batch_column(rows, "query")->texts[row],
            .restart = batch_column(rows, "restart")->integers[row] != 0,
            .found = batch_column(rows, "strength")->reals[row],
        };
    return readings;
}

static bool has_word(struct str words, struct str wanted)
{
    struct str word;
    while (str_split(&words, ' ', &word))
        if (str_eq(word, wanted))
            return true;
    return false;
}

/* Each kind of explanation counts once: two broken callees explain no more than one. */
static double explained(const struct readings *readings, const struct reading *reading)
{
    bool by_node = false, by_quota = false, by_callee = false;
    for (size_t i = 0; i < readings->count && reading->depends_on.len > 0; i++) {
        const struct reading *other = &readings->items[i];
        if (other->found < EXPLAINING_CALLEE || !has_word(reading->depends_on, other->object) ||
            (str_eq(other->kind, reading->kind) && str_eq(other->object, reading->object)))
            continue;
        const bool ground = other->found >= EXPLAINING_GROUND;
        by_node |= ground && str_eq(other->kind, STR("node"));
        by_quota |= ground && str_eq(other->kind, STR("namespace"));
        by_callee |= str_eq(other->kind, STR("service"));
    }
    return reading->found * (by_node ? LEFT_OF_GROUND : 1.0) * (by_quota ? LEFT_OF_GROUND : 1.0) *
           (by_callee ? LEFT_OF_CALLEE : 1.0);
}

/* Strongest first, and stable, so that the same rows give the same order. */
static void sort_readings(struct readings *readings)
{
    for (size_t i = 1; i < readings->count; i++) {
        const struct reading reading = readings->items[i];
        size_t at = i;
        for (; at > 0 && readings->items[at - 1].strength < reading.strength; at--)
            readings->items[at] = readings->items[at - 1];
        readings->items[at] = reading;
    }
}

static bool is_told(const struct readings *readings, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(readings->items[i].object, readings->items[at].object) &&
            str_eq(readings->items[i].cause, readings->items[at].cause))
            return true;
    return false;
}

static int64_t add_evidence(struct call *call, const struct readings *readings,
                            const struct record *in, const struct record *out)
{
    int64_t added = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < readings->count; i++) {
        const struct reading *reading = &readings->items[i];
        if (reading->strength < STRENGTH_MIN || !actor_is_asked_about(in, reading->object) ||
            !room_is_left(&room, reading->object) || is_told(readings, i))
            continue;
        if (added == 0)
            *record_at(out, "cause") = value_text(reading->cause);
        const struct evidence evidence = {
            .step_id = call->step_id,
            .signal = SIGNAL_EVENTS,
            .bearing = BEARING_SUPPORTS,
            .finding = reading->restart ? FINDING_RESTART : FINDING_OBJECT,
            .subject = reading->object,
            .cause = reading->cause,
            .window = call->casefile->incident,
            .claim = reading->claim,
            .query = reading->query,
            .strength = reading->strength,
        };
        casefile_add(call->casefile, &evidence);
        room_take(&room, reading->object);
        added++;
    }
    return added;
}

static bool inspect_objects(struct call *call, const struct record *in, struct record *out,
                            struct err *err)
{
    struct record nothing = record_new(call->scratch, agent_tool(STR("events.objects"))->sig.input),
                  found;
    if (!agent_use_once(call, "events.objects", &nothing, &found, err))
        return false;
    struct readings readings = readings_of(call->scratch, record_at(&found, "findings")->rows);
    for (size_t i = 0; i < readings.count; i++)
        readings.items[i].strength = explained(&readings, &readings.items[i]);
    sort_readings(&readings);
    *record_at(out, "found") = value_int(add_evidence(call, &readings, in, out));
    return true;
}

const struct actor actor_inspect_objects = {
    .sig =
        {
            .name = "inspect_objects",
            .summary = "Judge which object of the platform is misconfigured or unhealthy",
            .input = inspect_input,
            .output = inspect_output,
        },
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_EVENTS,
    .run = inspect_objects,
};
