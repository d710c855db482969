/* SPDX-License-Identifier: Apache-2.0 */
#include "train/validate.h"

#include "base/arena.h"

#include <math.h>

/*
 * In log-odds: a weight may well be off by a tenth, a third, or by a factor of two. The first
 * learns nothing, and is what has to be beaten.
 */
const double validate_spreads[] = {0, 0.1, 0.3, 0.7, -1};

struct folds {
    struct examples *examples;
    const struct weights *start;
    void (*tell)(const char *what);
    struct weights *weights; /* by the set that was left out */
};

static double accuracy(struct examples *examples, uint32_t set, const struct weights *weights)
{
    uint32_t right = 0, cases = 0;
    for (uint32_t i = 0; i < examples->count; i++) {
        if (examples->items[i].set != set)
            continue;
        right += predict(examples, i, weights).right;
        cases++;
    }
    return cases > 0 ? (double)right / cases : 0;
}

/* Learns each fold with this spread; the mean of what each says of the set that it did not see. */
static double learn_folds(struct folds *folds, double spread, double *likelihoods)
{
    const uint32_t sets = folds->examples->sets.count;
    double sum = 0;
    for (uint32_t set = 0; set < sets; set++) {
        struct fit_report report;
        const struct model model = fit(folds->examples, set, folds->start, spread, &report);
        folds->weights[set] = model.weights;
        likelihoods[set] = fit_likelihood(folds->examples, set, &model);
        sum += likelihoods[set] / sets;
        struct str name = folds->examples->sets.keys[set];
        folds->tell(
            str_printf(folds->examples->arena, "spread %g, without %.*s", spread, STR_ARG(name))
                .ptr);
    }
    return sum;
}

static double choose_spread(struct folds *folds, double spread_max, struct validation *out)
{
    const uint32_t sets = folds->examples->sets.count;
    struct arena *arena = folds->examples->arena;
    double *likelihoods = arena_push_many(arena, double, sets);
    struct weights *best = arena_push_many(arena, struct weights, sets);
    double chosen = 0;
    for (size_t i = 0; validate_spreads[i] >= 0 && validate_spreads[i] <= spread_max; i++) {
        out->spreads_count++;
        out->likelihoods[i] = learn_folds(folds, validate_spreads[i], likelihoods);
        bool better = i == 0;
        for (size_t j = 0; j < i && !better; j++)
            better = validate_spreads[j] == chosen && out->likelihoods[i] > out->likelihoods[j];
        for (uint32_t set = 0; set < sets; set++) {
            if (i == 0)
                out->sets[set].start_likelihood = likelihoods[set];
            if (better)
                out->sets[set].held_out_likelihood = likelihoods[set];
            if (better)
                best[set] = folds->weights[set];
        }
        if (better)
            chosen = validate_spreads[i];
    }
    folds->weights = best;
    return chosen;
}

static struct prediction *predict_unseen(const struct folds *folds)
{
    struct examples *examples = folds->examples;
    struct prediction *out = arena_push_many(examples->arena, struct prediction, examples->count);
    for (uint32_t i = 0; i < examples->count; i++)
        out[i] = predict(examples, i, &folds->weights[examples->items[i].set]);
    return out;
}

static void calibrate_all(const struct folds *folds, struct validation *out)
{
    struct examples *examples = folds->examples;
    const struct prediction *predictions = out->unseen = predict_unseen(folds);
    double *confidences = out->confidences =
        arena_push_many(examples->arena, double, examples->count);
    calibrate(predictions, examples->count, SET_NONE, &out->trained);
    for (uint32_t set = 0; set < examples->sets.count; set++) {
        struct weights *weights = &out->sets[set].held_out;
        *weights = folds->weights[set];
        calibrate(predictions, examples->count, set, weights);
        for (uint32_t i = 0; i < examples->count; i++)
            if (predictions[i].set == set)
                confidences[i] = confidence_from(weights, &predictions[i].measures);
        out->sets[set].held_out_ece =
            calibration_error(predictions, confidences, examples->count, set);
    }
    out->held_out_ece = calibration_error(predictions, confidences, examples->count, SET_NONE);
}

static void score_sets(const struct folds *folds, struct validation *out)
{
    struct examples *examples = folds->examples;
    const uint32_t sets = examples->sets.count;
    for (uint32_t set = 0; set < sets; set++) {
        struct set_scores *scores = &out->sets[set];
        scores->cases = examples_of_set(examples, set);
        for (uint32_t i = 0; i < examples->count; i++)
            scores->findable += examples->items[i].set == set && examples->items[i].findable;
        scores->start_ac1 = accuracy(examples, set, folds->start);
        scores->trained_ac1 = accuracy(examples, set, &out->trained);
        scores->held_out_ac1 = accuracy(examples, set, &scores->held_out);
        out->start_ac1 += scores->start_ac1 / sets;
        out->trained_ac1 += scores->trained_ac1 / sets;
        out->held_out_ac1 += scores->held_out_ac1 / sets;
    }
}

static void measure_gain(uint32_t sets, struct validation *out)
{
    double squares = 0;
    for (uint32_t set = 0; set < sets; set++)
        out->gain += (out->sets[set].held_out_likelihood - out->sets[set].start_likelihood) / sets;
    for (uint32_t set = 0; set < sets; set++) {
        const double away =
            out->sets[set].held_out_likelihood - out->sets[set].start_likelihood - out->gain;
        squares += away * away;
    }
    out->gain_error = sets > 1 ? sqrt(squares / (sets - 1) / sets) : 0;
}

struct validation validate(struct examples *examples, const struct weights *start,
                           double spread_max, void (*tell)(const char *what))
{
    const uint32_t sets = examples->sets.count;
    struct folds folds = {.examples = examples,
                          .start = start,
                          .tell = tell,
                          .weights = arena_push_many(examples->arena, struct weights, sets)};
    struct validation out = {.sets = arena_push_many(examples->arena, struct set_scores, sets)};
    out.spread = choose_spread(&folds, spread_max, &out);
    out.trained = fit(examples, SET_NONE, start, out.spread, &out.fit).weights;
    calibrate_all(&folds, &out);
    score_sets(&folds, &out);
    measure_gain(sets, &out);
    return out;
}
