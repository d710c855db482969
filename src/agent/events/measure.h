/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the text of an alert says was measured. People and programs write the same thing in many
 * ways: "p99 latency is 2.3s (threshold 500ms)", "error rate rose from 0.1% to 12%", "cpu:
 * normal=0.2 -> current=1.9", "memory up (+250%)". A measure is a word that tells what it is of,
 * and two numbers of one unit, or a change in per cent.
 */
#pragma once

#include "agent/metrics/vocabulary.h"

#define MEASURES_MAX 8 /* of one text */

struct measure {
    enum metric_kind kind; /* failures instead of successes */
    struct str text;       /* the part of the text that says so */
    double ratio;          /* how many times what it was, or should be; above 1 is more */
};

/* Returns how many. `title` tells the kind where the text does not, as the name of an alert may. */
uint32_t measures_parse(struct str title, struct str text, struct measure out[MEASURES_MAX]);
