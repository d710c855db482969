/* SPDX-License-Identifier: Apache-2.0 */
#include "train/net.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

#define BATCH 64
#define RATE 2e-3
#define KEPT 0.9          /* of the mean gradient */
#define KEPT_SQUARE 0.999 /* of the mean square */
#define DECAY 1e-4        /* of a weight, at the full rate */
#define SHARPNESS_LOW 0.1
#define SHARPNESS_HIGH 5.0
#define SHARPNESS_STEPS 40

/* All numbers of a network in a row, but for its sharpness. */
#define INSIDE (CURVE_HIDDEN * (TOKENS_COUNT + 1))
#define NUMBERS (INSIDE + CURVES_COUNT * (CURVE_HIDDEN + 1))

struct learning {
    struct curve_net *net, *gradient;
    double *mean, *square;
    uint64_t state;
};

static uint64_t next(struct learning *learning)
{
    uint64_t z = learning->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double *numbers_of(struct curve_net *net, int i)
{
    return i < INSIDE ? &net->inside[0][0] + i : &net->outside[0][0] + (i - INSIDE);
}

static void begin(struct learning *learning)
{
    learning->net->sharpness = learning->gradient->sharpness = 1;
    for (int i = 0; i < NUMBERS; i++) {
        const double size = sqrt(6.0 / (i < INSIDE ? TOKENS_COUNT : CURVE_HIDDEN));
        const double share = (double)(next(learning) >> 11) / 9007199254740992.0;
        *numbers_of(learning->net, i) = size * (2 * share - 1) / 2;
    }
}

/* The odds of each, in place of the scores. */
static void soften(double *scores)
{
    double most = scores[0], all = 0;
    for (int c = 1; c < CURVES_COUNT; c++)
        most = fmax(most, scores[c]);
    for (int c = 0; c < CURVES_COUNT; c++)
        all += scores[c] = exp(scores[c] - most);
    for (int c = 0; c < CURVES_COUNT; c++)
        scores[c] /= all;
}

static void add_example(struct learning *learning, const double *tokens, uint32_t right)
{
    double hidden[CURVE_HIDDEN], odds[CURVES_COUNT], back[CURVE_HIDDEN] = {0};
    curve_inside(learning->net, tokens, hidden);
    curve_outside(learning->net, hidden, odds);
    soften(odds);
    for (uint32_t c = 0; c < CURVES_COUNT; c++) {
        const double pull = odds[c] - (c == right);
        double *row = learning->gradient->outside[c];
        for (int h = 0; h < CURVE_HIDDEN; h++) {
            row[h] += pull * hidden[h];
            back[h] += pull * learning->net->outside[c][h];
        }
        row[CURVE_HIDDEN] += pull;
    }
    for (int h = 0; h < CURVE_HIDDEN; h++) {
        if (hidden[h] <= 0)
            continue;
        double *row = learning->gradient->inside[h];
        for (int i = 0; i < TOKENS_COUNT; i++)
            row[i] += back[h] * tokens[i];
        row[TOKENS_COUNT] += back[h];
    }
}

static void move(struct learning *learning, uint32_t batches, double rate, uint32_t size)
{
    const double warm = 1 - pow(KEPT, batches), warm_square = 1 - pow(KEPT_SQUARE, batches);
    for (int i = 0; i < NUMBERS; i++) {
        const double slope = *numbers_of(learning->gradient, i) / size;
        double *number = numbers_of(learning->net, i);
        learning->mean[i] = KEPT * learning->mean[i] + (1 - KEPT) * slope;
        learning->square[i] = KEPT_SQUARE * learning->square[i] + (1 - KEPT_SQUARE) * slope * slope;
        *number -=
            rate * (learning->mean[i] / warm / (sqrt(learning->square[i] / warm_square) + 1e-8) +
                    DECAY * *number);
    }
    memset(learning->gradient->inside, 0, sizeof learning->gradient->inside);
    memset(learning->gradient->outside, 0, sizeof learning->gradient->outside);
}

void net_learn(struct arena *arena, const struct net_examples *examples, uint64_t seed,
               uint32_t rounds, struct curve_net *out)
{
    struct learning learning = {.net = out,
                                .gradient = arena_push(arena, struct curve_net),
                                .mean = arena_push_many(arena, double, NUMBERS),
                                .square = arena_push_many(arena, double, NUMBERS),
                                .state = seed};
    begin(&learning);
    const uint32_t batches = rounds * (examples->count / BATCH);
    for (uint32_t batch = 1; batch <= batches; batch++) {
        for (int k = 0; k < BATCH; k++) {
            const uint32_t i = (uint32_t)(next(&learning) % examples->count);
            add_example(&learning, examples->tokens[i].of, examples->curves[i]);
        }
        const double left = 1 - (double)(batch - 1) / batches;
        move(&learning, batch, RATE * left, BATCH);
    }
}

double net_loss(const struct net_examples *examples, const struct curve_net *net)
{
    double sum = 0;
    for (uint32_t i = 0; i < examples->count; i++) {
        double hidden[CURVE_HIDDEN], odds[CURVES_COUNT];
        curve_inside(net, examples->tokens[i].of, hidden);
        curve_outside(net, hidden, odds);
        soften(odds);
        sum -= log(fmax(odds[examples->curves[i]], 1e-300));
    }
    return sum / examples->count;
}

void net_calibrate(const struct net_examples *examples, struct curve_net *net)
{
    double best = INFINITY, chosen = 1;
    for (int step = 0; step <= SHARPNESS_STEPS; step++) {
        const double share = (double)step / SHARPNESS_STEPS;
        net->sharpness = SHARPNESS_LOW * pow(SHARPNESS_HIGH / SHARPNESS_LOW, share);
        const double loss = net_loss(examples, net);
        chosen = loss < best ? net->sharpness : chosen;
        best = fmin(best, loss);
    }
    net->sharpness = chosen;
}
