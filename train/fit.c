/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hooke and Jeeves' search along the axes ("Direct search solution of numerical and statistical
 * problems", 1961): it needs no gradient, and the scores have kinks. Nothing is drawn, so the same
 * cases give the same weights.
 */
#include "train/fit.h"

#include <assert.h>
#include <math.h>

#define CASES_A_SET 20.0 /* what a set counts as at most, beside the penalty */
#define SETS_MIN 2       /* what one system alone shows may be a trait of it */
#define STEP_FIRST 0.4   /* in log-odds: by a half */
#define STEP_LAST 0.04   /* by a twentyfifth: nobody would see less in a report */
#define ROUNDS_MAX 60    /* twice what the public sets take */
#define GAIN_MIN 1e-7
#define SHARE_MARGIN 0.01 /* a share never becomes 0 or 1: from there no step leads back */
#define SHARPNESS 2.0     /* to begin with; both are learned freely */
#define NOTHING 0.5
#define NUISANCE_SPREAD 1.0
#define PARAMETERS_MAX (FINDINGS_COUNT + 16)

struct parameter {
    size_t offset; /* of the double in struct model */
    bool is_share;
    double max;
    double start; /* transformed */
    double value; /* at the start, to the last bit */
    double spread;
};

struct search {
    struct examples *examples;
    uint32_t left_out;
    struct parameter parameters[PARAMETERS_MAX];
    uint32_t count;
    double at[PARAMETERS_MAX]; /* transformed */
    struct model model;
};

struct model model_of(const struct weights *weights)
{
    return (struct model){.weights = *weights, .sharpness = SHARPNESS, .nothing = NOTHING};
}

/* ---- likelihood ---- */

static double utility(const struct model *model, const struct suspect *suspect)
{
    return model->sharpness * suspect->score * (suspect->refuted ? model->weights.refuted : 1);
}

static double log_likelihood(struct example *example, const struct model *model)
{
    struct weighing *weighing = &example->weighing;
    weigh_by(weighing, &model->weights);
    const double nobody = model->sharpness * model->nothing;
    double most = nobody;
    for (uint32_t i = 0; i < weighing->names.count; i++)
        most = fmax(most, utility(model, &weighing->suspects[i]));
    double all = exp(nobody - most), right = example->nobody ? all : 0;
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        const double odds = exp(utility(model, &weighing->suspects[i]) - most);
        all += odds;
        right += example->right[i] ? odds : 0;
    }
    return log(fmax(right, 1e-300)) - log(all);
}

static bool is_used(const struct example *example)
{
    return example->findable || example->nobody;
}

/* Of one set: the sum, and of how many cases. */
static double sum_likelihood(struct examples *examples, uint32_t set, const struct model *model,
                             uint32_t *count)
{
    double sum = 0;
    *count = 0;
    for (uint32_t i = 0; i < examples->count; i++) {
        struct example *example = &examples->items[i];
        if (example->set != set || !is_used(example))
            continue;
        sum += log_likelihood(example, model);
        ++*count;
    }
    return sum;
}

double fit_likelihood(struct examples *examples, uint32_t set, const struct model *model)
{
    uint32_t count;
    const double sum = sum_likelihood(examples, set, model, &count);
    return count > 0 ? sum / count : 0;
}

static double likelihood_of_all(struct search *search)
{
    double all = 0;
    for (uint32_t set = 0; set < search->examples->sets.count; set++) {
        uint32_t count;
        if (set == search->left_out)
            continue;
        const double sum = sum_likelihood(search->examples, set, &search->model, &count);
        all += count > CASES_A_SET ? sum * CASES_A_SET / count : sum;
    }
    return all;
}

/* ---- parameters ---- */

static double *value_of(struct model *model, const struct parameter *parameter)
{
    return (double *)(void *)((char *)model + parameter->offset);
}

static double to_line(const struct parameter *parameter, double value)
{
    if (!parameter->is_share)
        return log(value);
    const double share = fmin(fmax(value, SHARE_MARGIN), 1 - SHARE_MARGIN);
    return log(share / (1 - share));
}

static double from_line(const struct parameter *parameter, double at)
{
    if (at == parameter->start)
        return parameter->value; /* what was not learned stays as it was, to the last bit */
    return parameter->is_share ? 1 / (1 + exp(-at)) : fmin(exp(at), parameter->max);
}

static void add_parameter(struct search *search, size_t offset, bool is_share, double max,
                          double spread)
{
    assert(search->count < PARAMETERS_MAX);
    struct parameter *parameter = &search->parameters[search->count];
    *parameter =
        (struct parameter){.offset = offset, .is_share = is_share, .max = max, .spread = spread};
    parameter->value = *value_of(&search->model, parameter);
    parameter->start = to_line(parameter, parameter->value);
    search->at[search->count++] = parameter->start;
}

static bool is_heard(const struct example *example, int finding)
{
    for (uint32_t i = 0; i < example->weighing.names.count; i++) {
        const struct suspect *suspect = &example->weighing.suspects[i];
        if (suspect->loudness[finding] + suspect->loudness_metrics[finding] > 0)
            return true;
    }
    return false;
}

static uint32_t sets_that_tell(const struct search *search, int finding)
{
    uint32_t sets = 0;
    for (uint32_t set = 0; set < search->examples->sets.count; set++) {
        bool heard = false;
        for (uint32_t i = 0; i < search->examples->count && set != search->left_out; i++)
            heard |= search->examples->items[i].set == set &&
                     is_heard(&search->examples->items[i], finding);
        sets += heard;
    }
    return sets;
}

/* Of the choice, not of the verdict: they are learned even where no weight is. */
static void choose_nuisances(struct search *search)
{
    add_parameter(search, offsetof(struct model, sharpness), false, 100, NUISANCE_SPREAD);
    add_parameter(search, offsetof(struct model, nothing), false, WEIGHT_FINDING_MAX,
                  NUISANCE_SPREAD);
}

static void choose_parameters(struct search *search, double spread)
{
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (search->model.weights.findings[finding] > 0 &&
            sets_that_tell(search, finding) >= SETS_MIN)
            add_parameter(search,
                          offsetof(struct model, weights) + offsetof(struct weights, findings) +
                              (size_t)finding * sizeof(double),
                          false, WEIGHT_FINDING_MAX, spread);
    static const size_t shares[] = {
        offsetof(struct weights, explained),    offsetof(struct weights, elsewhere),
        offsetof(struct weights, out_of_reach), offsetof(struct weights, unchanged),
        offsetof(struct weights, handed_down),  offsetof(struct weights, beside_traces)};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        add_parameter(search, offsetof(struct model, weights) + shares[i], true, 1, spread);
    if (search->model.weights.changed > 0)
        add_parameter(search, offsetof(struct model, weights) + offsetof(struct weights, changed),
                      false, WEIGHT_FINDING_MAX, spread);
}

/* ---- the search ---- */

static double objective(struct search *search)
{
    double penalty = 0;
    for (uint32_t i = 0; i < search->count; i++) {
        const struct parameter *parameter = &search->parameters[i];
        const double away = (search->at[i] - parameter->start) / parameter->spread;
        penalty += away * away / 2;
        *value_of(&search->model, parameter) = from_line(parameter, search->at[i]);
    }
    return likelihood_of_all(search) - penalty;
}

/* True: one step along that axis made it better, and was taken. */
static bool try_axis(struct search *search, uint32_t axis, double step, double *best)
{
    const double from = search->at[axis];
    for (int sign = 1; sign >= -1; sign -= 2) {
        search->at[axis] = from + sign * step;
        const double reached = objective(search);
        if (reached > *best + GAIN_MIN) {
            *best = reached;
            return true;
        }
    }
    search->at[axis] = from;
    return false;
}

/* Three digits: more would be noise, and a person reads them. */
static void round_learned(struct search *search)
{
    for (uint32_t i = 0; i < search->count; i++) {
        double *value = value_of(&search->model, &search->parameters[i]);
        *value = round(*value * 1000) / 1000;
    }
}

struct model fit(struct examples *examples, uint32_t left_out, const struct weights *start,
                 double spread, struct fit_report *report)
{
    struct search search = {.examples = examples, .left_out = left_out, .model = model_of(start)};
    *report = (struct fit_report){0};
    if (spread > 0)
        choose_parameters(&search, spread);
    report->learned = search.count;
    choose_nuisances(&search);
    double best = objective(&search), step = STEP_FIRST;
    while (step >= STEP_LAST && report->rounds < ROUNDS_MAX) {
        bool moved = false;
        for (uint32_t axis = 0; axis < search.count; axis++)
            moved |= try_axis(&search, axis, step, &best);
        report->rounds++;
        step = moved ? step : step / 2;
    }
    objective(&search); /* the last step that was tried may not have been taken */
    round_learned(&search);
    return search.model;
}
