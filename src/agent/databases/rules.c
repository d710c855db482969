/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one thing explains of another, so that the cause goes first: who holds locks makes others
 * wait, and these fill the connections; who keeps a snapshot keeps dead rows; and a session that
 * holds locks while its statement runs is told for the locks.
 */
#include "agent/databases/rules.h"

#define LEFT 0.2

static bool is_held(const struct ailment *ailment)
{
    return ailment->cause == AILMENT_LOCK_CHAIN || ailment->cause == AILMENT_IDLE_HOLDER;
}

static bool explains(const struct ailments *ailments, const struct ailment *cause,
                     const struct ailment *effect)
{
    switch (effect->cause) {
    case AILMENT_CONNECTIONS: {
        const uint32_t waiting = census_rows(ailments->census, CENSUS_WAITS);
        return is_held(cause) &&
               2.0 * waiting > census_real(ailments->census, CENSUS_SERVER, 0, "sessions");
    }
    case AILMENT_BLOATED:
        return cause->cause == AILMENT_IDLE_SNAPSHOT && str_eq(cause->relation, effect->relation);
    case AILMENT_STATEMENT:
        return is_held(cause) && str_eq(cause->process, effect->process);
    default:
        return false;
    }
}

static void weigh_explained(struct ailments *ailments)
{
    for (uint32_t i = 0; i < ailments->count; i++)
        for (uint32_t j = 0; j < ailments->count; j++)
            if (explains(ailments, &ailments->items[j], &ailments->items[i])) {
                ailments->items[i].strength *= LEFT;
                break;
            }
}

/* Stable: there are few. */
static void sort(struct ailments *ailments)
{
    for (uint32_t i = 1; i < ailments->count; i++) {
        const struct ailment ailment = ailments->items[i];
        uint32_t at = i;
        for (; at > 0 && ailments->items[at - 1].strength < ailment.strength; at--)
            ailments->items[at] = ailments->items[at - 1];
        ailments->items[at] = ailment;
    }
}

void rules_find(struct arena *arena, const struct census *census, struct ailments *out)
{
    *out = (struct ailments){.arena = arena, .census = census};
    rules_sessions(out);
    rules_tables(out);
    rules_settings(out, rules_plans(out));
    weigh_explained(out);
    sort(out);
}
