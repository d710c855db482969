/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limited-memory BFGS with backtracking (J. Nocedal, S. Wright, "Numerical Optimization", 2006,
 * algorithms 7.4 and 3.1): some hundred smooth parameters, a gradient that is cheap to have.
 */
#include "train/logit.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

#define MEMORY 8
#define ROUNDS_MAX 150
#define GAIN_MIN 1e-6 /* relative; less is none */
#define HALVINGS_MAX 30
#define ARMIJO 1e-4
#define SPREAD_MIN 1e-9 /* a sign that never differs is left alone */

typedef double vector[SIGNS_COUNT];

struct problem {
    const struct choice *choices;
    uint32_t count;
    uint32_t left_out;
    double penalty;
    vector spread; /* standard deviation within choices */
    double *odds;  /* for the largest choice */
};

static double dot(const double *a, const double *b)
{
    double sum = 0.0;
    for (int i = 0; i < SIGNS_COUNT; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_scaled(double *to, double factor, const double *from)
{
    for (int i = 0; i < SIGNS_COUNT; i++)
        to[i] += factor * from[i];
}

/* Adds the loss of one choice and its gradient, in the scale of the signs themselves. */
static double add_choice(const struct problem *problem, const struct choice *choice,
                         const double *weights, double *gradient)
{
    double *odds = problem->odds, most = -INFINITY, all = 0.0, right = 0.0;
    for (uint32_t i = 0; i < choice->count; i++) {
        odds[i] = dot(weights, choice->candidates[i].of);
        most = fmax(most, odds[i]);
    }
    for (uint32_t i = 0; i < choice->count; i++) {
        odds[i] = exp(odds[i] - most) * (choice->stands_for ? choice->stands_for[i] : 1.0);
        all += odds[i];
        right += choice->right[i] ? odds[i] : 0.0;
    }
    right = fmax(right, 1e-300);
    for (uint32_t i = 0; i < choice->count; i++) {
        const double pull = odds[i] / all - (choice->right[i] ? odds[i] / right : 0.0);
        add_scaled(gradient, choice->weight * pull, choice->candidates[i].of);
    }
    return choice->weight * (log(all) - log(right));
}

/* `at` is in standardised signs. */
static double loss(const struct problem *problem, const double *at, double *gradient)
{
    vector weights;
    double sum = problem->penalty * dot(at, at);
    for (int i = 0; i < SIGNS_COUNT; i++)
        weights[i] = problem->spread[i] > 0.0 ? at[i] / problem->spread[i] : 0.0;
    memset(gradient, 0, sizeof(vector));
    for (uint32_t i = 0; i < problem->count; i++)
        if (problem->choices[i].group != problem->left_out)
            sum += add_choice(problem, &problem->choices[i], weights, gradient);
    for (int i = 0; i < SIGNS_COUNT; i++)
        gradient[i] = (problem->spread[i] > 0.0 ? gradient[i] / problem->spread[i] : 0.0) +
                      2.0 * problem->penalty * at[i];
    return sum;
}

static void measure_spread(struct problem *problem)
{
    vector sums = {0};
    double rows = 0.0;
    for (uint32_t i = 0; i < problem->count; i++) {
        const struct choice *choice = &problem->choices[i];
        if (choice->group == problem->left_out || choice->count == 0)
            continue;
        for (int sign = 0; sign < SIGNS_COUNT; sign++) {
            double mean = 0.0, squares = 0.0;
            for (uint32_t j = 0; j < choice->count; j++)
                mean += choice->candidates[j].of[sign] / choice->count;
            for (uint32_t j = 0; j < choice->count; j++) {
                const double off = choice->candidates[j].of[sign] - mean;
                squares += off * off;
            }
            sums[sign] += squares;
        }
        rows += choice->count;
    }
    for (int sign = 0; sign < SIGNS_COUNT; sign++) {
        const double spread = rows > 0.0 ? sqrt(sums[sign] / rows) : 0.0;
        problem->spread[sign] = spread > SPREAD_MIN ? spread : 0.0;
    }
}

struct memory {
    vector step[MEMORY], turn[MEMORY];
    double curvature[MEMORY];
    uint32_t count; /* of all that were remembered; the last MEMORY are there */
};

/* Where to go from here: the gradient, bent by what the last steps have shown. */
static void direct(const struct memory *memory, const double *gradient, double *direction)
{
    const uint32_t kept = memory->count < MEMORY ? memory->count : MEMORY;
    double along[MEMORY];
    memcpy(direction, gradient, sizeof(vector));
    for (uint32_t k = 0; k < kept; k++) {
        const uint32_t i = (memory->count - 1 - k) % MEMORY;
        along[i] = dot(memory->step[i], direction) / memory->curvature[i];
        add_scaled(direction, -along[i], memory->turn[i]);
    }
    double scale = 0.01; /* the first step is a small one */
    if (kept > 0) {
        const uint32_t last = (memory->count - 1) % MEMORY;
        scale = memory->curvature[last] / dot(memory->turn[last], memory->turn[last]);
    }
    for (int i = 0; i < SIGNS_COUNT; i++)
        direction[i] *= scale;
    for (uint32_t k = kept; k-- > 0;) {
        const uint32_t i = (memory->count - 1 - k) % MEMORY;
        const double back = dot(memory->turn[i], direction) / memory->curvature[i];
        add_scaled(direction, along[i] - back, memory->step[i]);
    }
    for (int i = 0; i < SIGNS_COUNT; i++)
        direction[i] = -direction[i];
}

static void remember(struct memory *memory, const double *from, const double *to,
                     const double *gradient_from, const double *gradient_to)
{
    const uint32_t i = memory->count % MEMORY;
    for (int sign = 0; sign < SIGNS_COUNT; sign++) {
        memory->step[i][sign] = to[sign] - from[sign];
        memory->turn[i][sign] = gradient_to[sign] - gradient_from[sign];
    }
    memory->curvature[i] = dot(memory->step[i], memory->turn[i]);
    memory->count += memory->curvature[i] > 1e-12; /* else the bend would point uphill */
}

static void descend(const struct problem *problem, double *at)
{
    struct memory memory = {0};
    vector gradient, direction, next, next_gradient;
    double value = loss(problem, at, gradient);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        direct(&memory, gradient, direction);
        const double slope = dot(gradient, direction);
        double length = 1.0, next_value = value;
        for (int halving = 0; halving < HALVINGS_MAX; halving++, length /= 2.0) {
            memcpy(next, at, sizeof next);
            add_scaled(next, length, direction);
            next_value = loss(problem, next, next_gradient);
            if (next_value <= value + ARMIJO * length * slope)
                break;
        }
        if (!(value - next_value > GAIN_MIN * fabs(value)))
            return;
        remember(&memory, at, next, gradient, next_gradient);
        memcpy(at, next, sizeof next);
        memcpy(gradient, next_gradient, sizeof gradient);
        value = next_value;
    }
}

void logit_fit(struct arena *arena, const struct choice *choices, uint32_t count, uint32_t left_out,
               double penalty, double *weights)
{
    struct problem problem = {
        .choices = choices, .count = count, .left_out = left_out, .penalty = penalty};
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++)
        largest = choices[i].count > largest ? choices[i].count : largest;
    problem.odds = arena_push_many(arena, double, largest + 1);
    measure_spread(&problem);
    vector at = {0};
    descend(&problem, at);
    for (int i = 0; i < SIGNS_COUNT; i++)
        weights[i] = problem.spread[i] > 0.0 ? at[i] / problem.spread[i] : 0.0;
}
