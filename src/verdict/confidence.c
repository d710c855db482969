/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/confidence.h"

#include <math.h>

#define BROKEN_FACTOR 0.9
#define NOISE_FACTOR                                                                               \
    0.5 /* leaves less than CONFIDENCE_MIN: nobody is named for what is no fault                   \
         */

static double believable(const struct casefile *casefile)
{
    double factor = casefile->triage.noise == NOISE_LIKELY ? NOISE_FACTOR : 1;
    for (const struct source_entry *entry = casefile->sources; entry; entry = entry->next)
        if (entry->state == SOURCE_BROKEN)
            factor *= BROKEN_FACTOR;
    return factor;
}

/* Of the strongest rival; one that was refuted counts less, and cannot lead. */
static double rival_score(const struct weighing *weighing)
{
    double rival = 0;
    for (uint32_t i = 1; i < weighing->names.count; i++) {
        const struct suspect *suspect = weighing->ranked[i];
        rival = fmax(rival, suspect->score * (suspect->refuted ? weighing->weights->refuted : 1));
    }
    return fmin(rival, weighing->ranked[0]->score);
}

/* What the evidence says of it, whatever was changed. */
static double score_aside(const struct weighing *weighing, const struct suspect *suspect)
{
    double left = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        left += suspect->left[finding] + suspect->handed[finding];
    return left * suspect->place * (suspect->refuted ? weighing->weights->refuted : 1);
}

/* How far all others are behind the first; 0: somebody is before it. */
static double lead_aside(const struct weighing *weighing)
{
    const double best = score_aside(weighing, weighing->ranked[0]);
    double rival = 0;
    for (uint32_t i = 1; i < weighing->names.count; i++)
        rival = fmax(rival, score_aside(weighing, weighing->ranked[i]));
    return best > rival ? 1 - rival / best : 0;
}

struct confidence_measures confidence_measure(const struct weighing *weighing)
{
    struct confidence_measures out = {.believable = believable(weighing->casefile)};
    if (weighing->names.count == 0 || weighing->ranked[0]->score <= 0)
        return out;
    const struct suspect *best = weighing->ranked[0];
    const double amount = 1 - exp(-best->score);
    out.any = true;
    out.features[CONFIDENCE_LEAD] = (1 - rival_score(weighing) / best->score) * amount;
    out.features[CONFIDENCE_AMOUNT] = amount;
    out.features[CONFIDENCE_ASIDE] = lead_aside(weighing) * amount;
    return out;
}

double confidence_from(const struct weights *weights, const struct confidence_measures *measures)
{
    if (!measures->any)
        return 0;
    double odds = weights->bias;
    for (int feature = 0; feature < CONFIDENCE_FEATURES_COUNT; feature++)
        odds += weights->confidence[feature] * measures->features[feature];
    return fmin(1 / (1 + exp(-odds)), CONFIDENCE_MAX) * measures->believable;
}

double confidence_of(const struct weighing *weighing)
{
    const struct confidence_measures measures = confidence_measure(weighing);
    return confidence_from(weighing->weights, &measures);
}
