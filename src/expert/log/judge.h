/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How bad a line or template is whose level nobody gives: probabilities of three gravities, and
 * whether it is one of those that come with an incident.
 *
 * Linear, over a few clues that hold for all programs and hashed pieces: words, their beginnings,
 * pairs of words, forms of what is filled in. A level that stands in the line is a word among
 * others: who knows it should not ask.
 */
#pragma once

#include "expert/log/numbers.h"

struct judgement {
    enum gravity gravity;   /* the likeliest; the milder one of two that are as likely */
    double odds[GRAVITIES]; /* sum up to 1 */
    double anomaly;         /* 0 to 1 */
};

const char *gravity_name(enum gravity gravity); /* "routine", "warning", "error" */

/* Any bytes; the empty line is what the bias says. */
struct judgement judge_line(const struct log_numbers *numbers, struct str line);

/* ---- for training ---- */

#define JUDGE_FEATURES_MAX 768

struct judge_features {
    uint16_t buckets[JUDGE_FEATURES_MAX]; /* each once */
    uint32_t count;
    bool clues[CLUES];
};

void judge_features(struct str line, struct judge_features *out);
