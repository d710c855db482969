/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does it cost to ask which of a thousand changes did it?
 *
 * A: the question, from the words of a symptom to the five, over a history that is there. B: making
 * that history out of the same changes as a feed. The changes are made up, of a bounded vocabulary,
 * as those of a repository have one.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "culprit/feed.h"
#include "culprit/ranking.h"

#include <stdio.h>
#include <stdlib.h>

#define CHANGES 1000
#define ROUNDS 25 /* the first warms the caches */
#define WORDS 80  /* of the changed lines of one: the median of five public repositories */
#define BEGIN_S INT64_C(1764032400)

static const char *const topics[] = {"cache",  "timeout", "pool",  "retry",  "session", "token",
                                     "render", "index",   "queue", "flush",  "worker",  "config",
                                     "limit",  "batch",   "proxy", "stream", "route",   "lock"};
#define TOPICS (sizeof topics / sizeof *topics)

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % below;
}

static const char *topic(uint64_t *state)
{
    return topics[draw(state, TOPICS)];
}

static struct str make_feed(struct arena *arena)
{
    struct buf out = buf_new(arena);
    uint64_t state = 1;
    for (int i = 0; i < CHANGES; i++) {
        buf_printf(&out,
                   "{\"id\":\"%07xabc\",\"time\":%lld,\"author\":\"a%u\",\"message\":\"%s: ", i,
                   (long long)(BEGIN_S + i * 600), draw(&state, 30), topic(&state));
        for (int word = 0; word < 12; word++)
            buf_printf(&out, "%s ", topic(&state));
        buf_printf(&out, "\",\"files\":[[\"src/%s/%s%u.c\",4,2]],\"words\":{", topic(&state),
                   topic(&state), draw(&state, 30));
        for (int word = 0; word < WORDS; word++)
            buf_printf(&out, "%s\"%s_%s%u\":1", word > 0 ? "," : "", topic(&state), topic(&state),
                       draw(&state, 50));
        buf_add(&out, STR("}}\n"));
    }
    return buf_str(&out);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    double ask_ms[ROUNDS], read_ms[ROUNDS];
    struct arena *arena = arena_new("bench");
    const struct clock clock = clock_system();
    const struct str text = make_feed(arena);
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *scratch = arena_new("round");
        struct history *history = history_new(scratch);
        struct feed feed;
        const int64_t start_ns = clock_now_ns(clock);
        feed_read(scratch, text, history, &feed);
        const int64_t read_ns = clock_now_ns(clock);
        const struct clues clues =
            clues_read(scratch, STR("the proxy answers 504: timeout of a retry, pool is empty"));
        const struct question question =
            question_at(history, (BEGIN_S + CHANGES * 600) * NS_PER_S, &clues);
        const struct ranking ranking = ranking_make(scratch, &question, ranker_shipped());
        const int64_t end_ns = clock_now_ns(clock);
        if (feed.changes != CHANGES || ranking.candidates != CHANGES)
            return 1;
        read_ms[round] = (double)(read_ns - start_ns) / NS_PER_MS;
        ask_ms[round] = (double)(end_ns - read_ns) / NS_PER_MS;
        arena_free(scratch);
    }
    qsort(ask_ms + 1, ROUNDS - 1, sizeof *ask_ms, ascending);
    qsort(read_ms + 1, ROUNDS - 1, sizeof *read_ms, ascending);
    const double ask = ask_ms[ROUNDS / 2], read = read_ms[ROUNDS / 2];
    printf("a question over %d changes %.2f ms, reading them %.2f ms: %.3f\n", CHANGES, ask, read,
           ask / read);
    arena_free(arena);
    return 0;
}
