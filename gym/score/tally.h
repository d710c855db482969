/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From outcomes to what the gym asks for, pure: a tally a fault, and one of all.
 *
 * A case that failed counts as wrong in every share that it belongs to.
 */
#pragma once

#include "eval/score.h"

/* So many of so many; with `of` 0 there is nothing to tell. */
struct share {
    uint32_t right;
    uint32_t of;
};

double share_value(struct share share); /* 0 of none */

/*
 * The 95 % interval of a share by Wilson's score (Wilson 1927): unlike the one of the normal
 * distribution it stays within 0 and 1, and says something of 5 cases that were all right.
 */
void share_interval(struct share share, double *low, double *high);

enum measure {
    MEASURE_PLACE,    /* the first hypothesis has the place, where something was broken */
    MEASURE_PLACE3,   /* one of the first three */
    MEASURE_CAUSE,    /* the first has place and kind, where the kind is known */
    MEASURE_CHANGE,   /* the change that did it is the first told, where one did */
    MEASURE_CONTROLS, /* no cause is named, where nothing was broken */
    MEASURES_COUNT,
};

struct measure_about {
    const char *name;   /* in JSON, and for --fail-under: "place" */
    const char *column; /* "AC@1" */
    const char *text;
};

extern const struct measure_about measures[MEASURES_COUNT];

struct tally {
    struct str name;
    uint32_t cases;
    uint32_t failed;
    struct share shares[MEASURES_COUNT];
    uint32_t onsets; /* cases with an onset error */
    double onset_p50_s;
    double onset_p90_s;
    double p50_ms;
    double p95_ms;
    uint32_t sure; /* cases that the calibration is over */
    double ece;
};

enum tally_by { TALLY_BY_FAULT, TALLY_BY_RECUT };

struct tallies {
    struct tally all;
    const struct tally *groups; /* by name */
    uint32_t count;
};

/* There must be one outcome. Lives in the arena. */
struct tallies tallies_of(struct arena *arena, const struct outcome *outcomes, uint32_t count,
                          enum tally_by by);
