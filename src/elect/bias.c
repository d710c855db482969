/* SPDX-License-Identifier: Apache-2.0 */
#include "elect/bias.h"

#include "base/arena.h"
#include "base/map.h"

struct shuffled {
    uint32_t *changes;
    struct vote vote;
};

/* splitmix64 (Steele, Lea, Flood 2014): the same orders on every machine. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t *shuffle(struct arena *arena, const struct ranking *ranking, uint32_t count,
                         uint64_t seed)
{
    uint32_t *changes = arena_push_many(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        changes[i] = ranking->items[i].number;
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = (uint32_t)(draw(&seed) % i);
        const uint32_t number = changes[i - 1];
        changes[i - 1] = changes[other];
        changes[other] = number;
    }
    return changes;
}

static uint32_t number_at(const struct shuffled *shuffled, uint32_t seat)
{
    return shuffled->changes[shuffled->vote.seats[seat]];
}

static uint32_t common(const struct shuffled *a, const struct shuffled *b)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->vote.count; i++)
        for (uint32_t j = 0; j < b->vote.count; j++)
            count += number_at(a, i) == number_at(b, j);
    return count;
}

static void compare(const struct shuffled *answers, uint32_t count, struct bias *out)
{
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = i + 1; j < count; j++) {
            out->same_first += number_at(&answers[i], 0) == number_at(&answers[j], 0);
            out->same_five += (double)common(&answers[i], &answers[j]) / answers[i].vote.count;
            pairs++;
        }
    out->same_first = pairs > 0 ? out->same_first / pairs : 1.0;
    out->same_five = pairs > 0 ? out->same_five / pairs : 1.0;
}

bool bias_measure(struct panel *panel, struct arena *arena, struct motion *motion,
                  const struct ranking *ranking, uint32_t orders, struct bias *out, struct err *err)
{
    struct shuffled answers[BIAS_ORDERS_MAX];
    struct map seen = map_new(arena);
    *out = (struct bias){.changes = ranking->count < BALLOT_MAX ? ranking->count : BALLOT_MAX};
    if (out->changes < 2)
        return err_set(err, ERR_USAGE, "there are not two changes to put in another order");
    for (uint32_t i = 0; i < orders && i < BIAS_ORDERS_MAX; i++) {
        struct shuffled *answer = &answers[out->orders];
        answer->changes = shuffle(arena, ranking, out->changes, i + 1);
        const struct str key = {.ptr = (const char *)answer->changes,
                                .len = out->changes * sizeof *answer->changes};
        if (map_find(&seen, key) != MAP_NONE)
            continue;
        map_add(&seen, key);
        const struct ballot ballot =
            ballot_make(arena, motion, answer->changes, out->changes, false);
        if (!ballot_ask(panel, arena, &ballot, &answer->vote, err))
            return err_context(err, "order %u of %u", i + 1, orders);
        out->orders++;
        out->firsts[answer->vote.seats[0]]++;
        for (uint32_t j = 0; j < answer->vote.count; j++)
            out->seats[answer->vote.seats[j]]++;
    }
    compare(answers, out->orders, out);
    return true;
}
