/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/sequence.h"

#include "base/arena.h"
#include "expert/log/tokens.h"

#include <math.h>

#define SLOTS_MIN 1024u
#define BITS_STEP 0.25 /* of a bin */
#define BINS 128       /* up to 32 bits */
#define NOTHING UINT32_MAX

struct slot {
    uint64_t key; /* 0: empty */
    uint32_t count;
};

struct sequence {
    struct arena *arena;
    double novelty, backoff;
    struct slot *slots;
    uint32_t slots_count, used;
    uint32_t last, before; /* NOTHING: none */
    uint32_t learned;
    uint32_t bins[BINS];
};

struct sequence *sequence_new(struct arena *arena, const struct log_numbers *numbers)
{
    struct sequence *out = arena_push(arena, struct sequence);
    *out = (struct sequence){.arena = arena,
                             .novelty = numbers->novelty,
                             .backoff = numbers->backoff,
                             .slots = arena_push_many(arena, struct slot, SLOTS_MIN),
                             .slots_count = SLOTS_MIN,
                             .last = NOTHING,
                             .before = NOTHING};
    return out;
}

void sequence_break(struct sequence *sequence)
{
    sequence->last = sequence->before = NOTHING;
}

/* ---- counts ---- */

static struct slot *slot_of(struct slot *slots, uint32_t count, uint64_t key)
{
    uint32_t at = piece_bucket(key, count);
    while (slots[at].key != 0 && slots[at].key != key)
        at = (at + 1) & (count - 1);
    return &slots[at];
}

static void grow(struct sequence *sequence)
{
    const uint32_t count = sequence->slots_count * 2;
    struct slot *slots = arena_push_many(sequence->arena, struct slot, count);
    for (uint32_t i = 0; i < sequence->slots_count; i++)
        if (sequence->slots[i].key != 0)
            *slot_of(slots, count, sequence->slots[i].key) = sequence->slots[i];
    sequence->slots = slots;
    sequence->slots_count = count;
}

static void count_up(struct sequence *sequence, uint64_t key)
{
    struct slot *slot = slot_of(sequence->slots, sequence->slots_count, key);
    if (slot->key == 0) {
        if (sequence->used == SEQUENCE_COUNTS_MAX)
            return; /* what is known by then is the usual */
        slot->key = key;
        if (++sequence->used * 2 > sequence->slots_count) {
            slot->count = 1;
            grow(sequence);
            return;
        }
    }
    slot->count++;
}

static double count_of(const struct sequence *sequence, uint64_t key)
{
    return slot_of(sequence->slots, sequence->slots_count, key)->count;
}

/* Keys of a context, and of what came behind it; never 0. */
static uint64_t context_key(uint32_t before, uint32_t last)
{
    return piece_mix(piece_mix(PIECE_NONE, before), last) | 1;
}

static uint64_t next_key(uint64_t context, uint32_t template)
{
    return piece_mix(context, template) | 1;
}

/* ---- probabilities ---- */

static double chance(const struct sequence *sequence, uint64_t context, uint32_t template,
                     double shorter)
{
    return (count_of(sequence, next_key(context, template)) + sequence->backoff * shorter) /
           (count_of(sequence, context) + sequence->backoff);
}

static double bits_of(const struct sequence *sequence, uint32_t template)
{
    const double seen = count_of(sequence, next_key(context_key(NOTHING, NOTHING), template));
    double p = (seen + sequence->novelty / (1 + sequence->learned)) /
               (sequence->learned + sequence->novelty);
    if (sequence->last != NOTHING)
        p = chance(sequence, context_key(NOTHING, sequence->last), template, p);
    if (sequence->before != NOTHING)
        p = chance(sequence, context_key(sequence->before, sequence->last), template, p);
    return -log2(p);
}

static uint32_t bin_of(double bits)
{
    const double bin = bits / BITS_STEP;
    return bin >= BINS - 1 ? BINS - 1 : (uint32_t)(bin > 0 ? bin : 0);
}

static void shift(struct sequence *sequence, uint32_t template)
{
    sequence->before = sequence->last;
    sequence->last = template;
}

void sequence_learn(struct sequence *sequence, uint32_t template)
{
    const uint32_t last = sequence->last, before = sequence->before;
    const uint64_t contexts[] = {context_key(NOTHING, NOTHING), context_key(NOTHING, last),
                                 context_key(before, last)};
    const int orders = last == NOTHING ? 1 : before == NOTHING ? 2 : 3;
    sequence->bins[bin_of(bits_of(sequence, template))]++;
    for (int i = 0; i < orders; i++) {
        count_up(sequence, contexts[i]);
        count_up(sequence, next_key(contexts[i], template));
    }
    sequence->learned++;
    shift(sequence, template);
}

struct surprise sequence_judge(struct sequence *sequence, uint32_t template)
{
    struct surprise out = {.bits = bits_of(sequence, template)};
    const uint32_t bin = bin_of(out.bits);
    uint32_t less = 0;
    for (uint32_t i = 0; i < bin; i++)
        less += sequence->bins[i];
    out.unusual = less / (1.0 + sequence->learned);
    shift(sequence, template);
    return out;
}
