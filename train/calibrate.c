/* SPDX-License-Identifier: Apache-2.0 */
#include "train/calibrate.h"

#include "base/arena.h"

#include <math.h>

#define CASES_A_SET 20.0 /* as in train/fit.c */
#define SWEEPS_MAX 500
#define SETTLED 1e-9
#define TERMS (CONFIDENCE_FEATURES_COUNT + 1)
#define BINS 10
#define WRONG_COSTS 2.0 /* whoever is sent the wrong way loses more than who is told nothing */
#define SPREAD_BIAS 0.5 /* of the penalty, in log-odds */
#define SPREAD_FEATURE 1.0

struct prediction predict(struct examples *examples, uint32_t number, const struct weights *weights)
{
    struct example *example = &examples->items[number];
    struct weighing *weighing = &example->weighing;
    weigh_by(weighing, weights);
    weigh_rank(weighing);
    struct prediction out = {
        .set = example->set,
        .right =
            weighing->names.count > 0 && example->right[weighing->ranked[0] - weighing->suspects],
        .nobody = example->nobody,
        .measures = confidence_measure(weighing),
    };
    if (weighing->casefile->triage.noise == NOISE_LIKELY)
        out.measures.any = false; /* nobody is named then, however sure one would be */
    if (example->vague && out.right) {
        out.right = false;
        out.measures.any =
            false; /* somebody else than was wrong then; nobody knows whether right */
    }
    return out;
}

/* ---- the regression ---- */

struct regression {
    const struct prediction *predictions;
    uint32_t count;
    uint32_t left_out;
    const double *weight_of; /* of a case, by its set */
    double start[TERMS], at[TERMS];
};

static double feature(const struct prediction *prediction, uint32_t term)
{
    return term == 0 ? 1 : prediction->measures.features[term - 1];
}

static bool is_used(const struct regression *it, const struct prediction *prediction)
{
    return prediction->measures.any && prediction->set != it->left_out;
}

/* One step of Newton's along one axis: the loss is convex, and this cannot overshoot for long. */
static double step(struct regression *it, uint32_t term)
{
    const double spread = term == 0 ? SPREAD_BIAS : SPREAD_FEATURE;
    double slope = (it->at[term] - it->start[term]) / (spread * spread);
    double curve = 1 / (spread * spread);
    for (uint32_t i = 0; i < it->count; i++) {
        const struct prediction *prediction = &it->predictions[i];
        if (!is_used(it, prediction))
            continue;
        double odds = 0;
        for (uint32_t other = 0; other < TERMS; other++)
            odds += it->at[other] * feature(prediction, other);
        const double sure = 1 / (1 + exp(-odds)), x = feature(prediction, term);
        const double weight =
            it->weight_of[prediction->set] * (prediction->right ? 1 : WRONG_COSTS);
        slope += weight * (sure - prediction->right) * x;
        curve += weight * fmax(sure * (1 - sure), 0.05) * x * x;
    }
    const double from = it->at[term];
    it->at[term] -= slope / curve;
    if (term > 0)
        it->at[term] = fmax(it->at[term], 0);
    return fabs(it->at[term] - from);
}

void calibrate(const struct prediction *predictions, uint32_t count, uint32_t left_out,
               struct weights *weights)
{
    struct arena *scratch = arena_new("calibration");
    uint32_t sets_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (predictions[i].set >= sets_count)
            sets_count = predictions[i].set + 1;
    double *weight_of = arena_push_many(scratch, double, sets_count);
    struct regression it = {.predictions = predictions,
                            .count = count,
                            .left_out = left_out,
                            .weight_of = weight_of,
                            .start = {weights->bias}};
    for (uint32_t i = 0; i < count; i++)
        weight_of[predictions[i].set] += is_used(&it, &predictions[i]);
    for (uint32_t set = 0; set < sets_count; set++)
        weight_of[set] = weight_of[set] > CASES_A_SET ? CASES_A_SET / weight_of[set] : 1;
    for (uint32_t term = 1; term < TERMS; term++)
        it.start[term] = weights->confidence[term - 1];
    for (uint32_t term = 0; term < TERMS; term++)
        it.at[term] = it.start[term];
    for (uint32_t sweep = 0; sweep < SWEEPS_MAX; sweep++) {
        double moved = 0;
        for (uint32_t term = 0; term < TERMS; term++)
            moved = fmax(moved, step(&it, term));
        if (moved < SETTLED)
            break;
    }
    weights->bias = round(it.at[0] * 1000) / 1000;
    for (uint32_t term = 1; term < TERMS; term++)
        weights->confidence[term - 1] = round(it.at[term] * 1000) / 1000;
    arena_free(scratch);
}

double calibration_error(const struct prediction *predictions, const double *confidences,
                         uint32_t count, uint32_t set)
{
    double sure[BINS] = {0}, right[BINS] = {0}, error = 0;
    uint32_t cases = 0;
    for (uint32_t i = 0; i < count; i++) {
        if ((set != SET_NONE && predictions[i].set != set) || !predictions[i].measures.any ||
            predictions[i].nobody)
            continue;
        const uint32_t bin = (uint32_t)fmin(confidences[i] * BINS, BINS - 1);
        sure[bin] += confidences[i];
        right[bin] += predictions[i].right;
        cases++;
    }
    for (uint32_t bin = 0; bin < BINS && cases > 0; bin++)
        error += fabs(sure[bin] - right[bin]) / cases;
    return error;
}
