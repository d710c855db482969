/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounds of ballots until five are left are from "Leveraging AI for efficient incident response"
 * (Meta, 2024). Two things are ours. Candidates are dealt like cards, so that those that we think
 * likely do not meet in the first ballot and throw each other out; and on a ballot they stand by
 * landing time, the newest first, which tells nothing of what we think.
 *
 * Where the backend tells odds, the last ballot is decided by them: one token, and an order of all
 * that are on it (ranking by log-probabilities, ibidem).
 *
 * The opinions are joined as evidence is: our score is a log-probability, and the model's place
 * adds the logarithm of how often a culprit has it. That is taken to fall as 1 / (2 + place), which
 * puts the culprit among the first five of a hundred in 29 % of cases: two thirds of the 42 % that
 * are published (ibidem), because the model reads the same words as we do, and is not theirs.
 */
#include "elect/election.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define DOUBT 2.0 /* in 1 / (DOUBT + place): with 0 a model is as good as any that is published */
#define ROUNDS_MAX 8 /* each leaves a quarter to a half, so a hundred take three */

/* ---- rounds ---- */

struct round {
    uint32_t *places; /* in the ranking, ascending: ours before others */
    uint32_t count;
};

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static uint32_t ballots_of(uint32_t count)
{
    return (count + BALLOT_MAX - 1) / BALLOT_MAX;
}

/* The numbers of the changes on ballot `which` of `ballots`, the newest first. */
static uint32_t deal(const struct ranking *ranking, const struct round *round, uint32_t which,
                     uint32_t ballots, uint32_t *changes)
{
    uint32_t count = 0;
    for (uint32_t i = which; i < round->count; i += ballots)
        changes[count++] = ranking->items[round->places[i]].number;
    qsort(changes, count, sizeof *changes, compare_numbers);
    for (uint32_t i = 0; i < count / 2; i++) {
        const uint32_t other = changes[i];
        changes[i] = changes[count - 1 - i];
        changes[count - 1 - i] = other;
    }
    return count;
}

static uint32_t place_of(const struct ranking *ranking, uint32_t number)
{
    uint32_t place = 0;
    while (ranking->items[place].number != number)
        place++;
    return place;
}

/* Who is elected moves to the front of what is left of the order; the last round in its order. */
static void seat(struct election *election, uint32_t *from, uint32_t place)
{
    uint32_t at = *from;
    while (election->order[at] != place)
        at++;
    for (; at > *from; at--)
        election->order[at] = election->order[at - 1];
    election->order[(*from)++] = place;
}

static bool hold_ballot(struct panel *panel, struct arena *arena, struct motion *motion,
                        const uint32_t *changes, uint32_t count, bool is_last, struct vote *vote,
                        struct err *err)
{
    const bool by_odds = is_last && ballot_may_have_odds(panel);
    const struct ballot ballot = ballot_make(arena, motion, changes, count, by_odds);
    return by_odds ? ballot_ask_odds(panel, arena, &ballot, vote, err)
                   : ballot_ask(panel, arena, &ballot, vote, err);
}

static bool hold_round(struct panel *panel, struct arena *arena, struct motion *motion,
                       const struct ranking *ranking, struct round *round,
                       struct election *election, struct err *err)
{
    const uint32_t ballots = ballots_of(round->count);
    uint32_t seated = 0;
    for (uint32_t which = 0; which < ballots; which++) {
        uint32_t *changes = arena_push_many(arena, uint32_t, BALLOT_MAX);
        const uint32_t count = deal(ranking, round, which, ballots, changes);
        struct vote vote;
        election->ballots++;
        if (!hold_ballot(panel, arena, motion, changes, count, ballots == 1, &vote, err))
            return false;
        for (uint32_t i = 0; i < vote.count; i++)
            seat(election, &seated, place_of(ranking, changes[vote.seats[i]]));
    }
    election->rounds++;
    round->count = seated;
    for (uint32_t i = 0; i < seated; i++)
        round->places[i] = election->order[i];
    if (ballots > 1) { /* how they came in says nothing: as we had them, until the last round */
        qsort(round->places, seated, sizeof *round->places, compare_numbers);
        for (uint32_t i = 0; i < seated; i++)
            election->order[i] = round->places[i];
    }
    return true;
}

static struct round first_round(struct arena *arena, const struct ranking *ranking)
{
    const uint32_t count =
        ranking->count < ELECTION_CANDIDATES_MAX ? ranking->count : ELECTION_CANDIDATES_MAX;
    struct round round = {.places = arena_push_many(arena, uint32_t, count), .count = count};
    for (uint32_t i = 0; i < count; i++)
        round.places[i] = i;
    return round;
}

bool election_hold(struct panel *panel, struct arena *arena, struct motion *motion,
                   const struct ranking *ranking, struct election *out, struct err *err)
{
    struct round round = first_round(arena, ranking);
    *out = (struct election){.candidates = round.count,
                             .order = arena_push_many(arena, uint32_t, round.count)};
    for (uint32_t i = 0; i < round.count; i++)
        out->order[i] = i;
    bool is_last = round.count < 2; /* of one there is nothing to say */
    while (!is_last && out->rounds < ROUNDS_MAX) {
        is_last = ballots_of(round.count) == 1;
        if (!hold_round(panel, arena, motion, ranking, &round, out, err))
            return false;
    }
    return true;
}

/* ---- both opinions ---- */

struct joined {
    uint32_t place; /* ours */
    double score;
};

static int compare_joined(const void *left, const void *right)
{
    const struct joined *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

void election_join(struct arena *arena, const struct election *election, struct ranking *ranking)
{
    const uint32_t count = election->candidates;
    struct joined *joined = arena_push_many(arena, struct joined, count);
    struct ranked_change *items = arena_push_many(arena, struct ranked_change, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t ours = election->order[i];
        joined[i] = (struct joined){.place = ours,
                                    .score = ranking->items[ours].score - log(DOUBT + i + 1.0)};
    }
    if (count > 1)
        qsort(joined, count, sizeof *joined, compare_joined);
    for (uint32_t i = 0; i < count; i++)
        items[i] = ranking->items[joined[i].place];
    for (uint32_t i = 0; i < count; i++)
        ranking->items[i] = items[i];
}

/* ---- what would go out ---- */

bool election_show(const struct panel *panel, struct arena *arena, struct motion *motion,
                   const struct ranking *ranking, struct buf *out, struct err *err)
{
    const struct round round = first_round(arena, ranking);
    const uint32_t ballots = ballots_of(round.count);
    for (uint32_t which = 0; which < ballots; which++) {
        uint32_t changes[BALLOT_MAX];
        struct str text;
        const uint32_t count = deal(ranking, &round, which, ballots, changes);
        const struct ballot ballot =
            ballot_make(arena, motion, changes, count, ballots == 1 && ballot_may_have_odds(panel));
        if (!panel_show(panel, arena, &ballot.brief, &text, err))
            return false;
        buf_add(out, text);
        buf_add_char(out, '\n');
    }
    return true;
}
