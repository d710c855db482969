/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A histogram by doubling, of places and of hours. Both, because teams differ in what they wait
 * for: where releases are cut by the calendar, culprits lie at the same age whatever the traffic;
 * where changes queue up behind each other, at the same place.
 *
 * How a project works changes over the years, so that old pairs fade; with few of them a general
 * rule remains: half as likely, twice as far back.
 */
#include "culprit/measure.h"

#include "base/clock.h"

#include <math.h>

#define DISTANCE_MAX 1000  /* nobody looks for culprits further back */
#define FADES_AFTER 3000.0 /* changes; a pair counts e times less after as many */
#define FIRST_BIN_HOURS 0.25
#define PAIR 2.0 /* a pair of today beside the general rule, which is 1 in each bin */
#define NS_PER_HOUR (3600.0 * (double)NS_PER_S)

static uint32_t place_bin(uint32_t place)
{
    uint32_t bin = 0;
    for (; place > 1 && bin < LAG_PLACES - 1; bin++)
        place = (place + 1) / 2;
    return bin;
}

static uint32_t age_bin(int64_t age_ns)
{
    uint32_t bin = 0;
    for (double hours = (double)age_ns / NS_PER_HOUR; hours >= FIRST_BIN_HOURS; hours /= 2.0)
        if (++bin == LAG_AGES - 1)
            break;
    return bin;
}

uint32_t lags_repaired_by(const struct measure *measure, const struct landed *landed)
{
    return measure_happened(measure, landed->reverted_by) ? landed->reverted_by
           : measure_happened(measure, landed->named_by)  ? landed->named_by
                                                          : HISTORY_NONE;
}

void lags_note(const struct measure *measure, struct lags *lags, uint32_t culprit, uint32_t repair,
               double weight)
{
    const struct landed *items = measure->question->history->items;
    if (repair - culprit > DISTANCE_MAX)
        return;
    const int64_t age_ns = items[repair].change.time_ns - items[culprit].change.time_ns;
    lags->places[place_bin(repair - culprit)] += weight;
    lags->ages[age_bin(age_ns)] += weight;
    lags->places_all += weight;
    lags->ages_all += weight;
}

struct lags lags_of_history(const struct measure *measure)
{
    struct lags lags = {.places_all = LAG_PLACES, .ages_all = LAG_AGES};
    for (int bin = 0; bin < LAG_PLACES; bin++)
        lags.places[bin] = 1.0;
    for (int bin = 0; bin < LAG_AGES; bin++)
        lags.ages[bin] = 1.0;
    for (uint32_t i = 0; i < measure->question->to; i++) {
        const uint32_t repair = lags_repaired_by(measure, &measure->question->history->items[i]);
        if (repair != HISTORY_NONE)
            lags_note(measure, &lags, i, repair,
                      PAIR * exp(-(double)(measure->question->to - repair) / FADES_AFTER));
    }
    return lags;
}

void lags_weigh(struct lags *lags, double weight)
{
    for (int bin = 0; bin < LAG_PLACES; bin++)
        lags->places[bin] *= weight / lags->places_all;
    for (int bin = 0; bin < LAG_AGES; bin++)
        lags->ages[bin] *= weight / lags->ages_all;
    lags->places_all = lags->ages_all = weight;
}

static uint32_t age_bin_of(const struct measure *measure, uint32_t i)
{
    const struct question *question = measure->question;
    return age_bin(question->at_ns - question_since(question, question->from + i));
}

void lags_tell(struct measure *measure, const struct lags *lags, enum sign place, enum sign age)
{
    uint32_t crowd[LAG_AGES] = {0}; /* candidates of that age share what is expected there */
    for (uint32_t i = 0; i < measure->count; i++)
        crowd[age_bin_of(measure, i)]++;
    for (uint32_t i = 0; i < measure->count; i++) {
        const uint32_t by_place = place_bin(measure->places[i]), by_age = age_bin_of(measure, i);
        const double width = by_place == 0 ? 1.0 : (double)(1u << (by_place - 1));
        double *of = measure->signs[i].of;
        of[place] = log(lags->places[by_place] / lags->places_all / width);
        of[age] = log(lags->ages[by_age] / lags->ages_all / (crowd[by_age] + 1.0));
    }
}
