/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Held-back answers: questions whose answer is known and from which nothing of who answered was
 * learned, and what each choice made of them. `warroom eval expert NAME --answers FILE` and
 * `warroom train expert NAME --answers FILE` write them, a line of JSON each:
 *
 *   {"task": "judge_template", "set": "ssh", "id": 7, "bytes": 48, "rules_speak": true,
 *    "candidates": 3, "sure": 0.83, "choices": {"rules": {"right": false, "cost_us": 2.1},
 *    "log": {"right": true, "cost_us": 14.2}}}
 *
 * `sure` is the probability that the small expert itself gives to its answer.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "expert/router.h"

#define ANSWERS_MAX 200000
#define ANSWER_CHOICES 2 /* the rules, and the small expert */

struct held_answer {
    const char *task;
    struct str set; /* what can be left out as a whole: a system, a group */
    uint32_t id;
    struct router_question question;
    const char *expert; /* whose the second choice is */
    bool right[ANSWER_CHOICES];
    double cost_us[ANSWER_CHOICES];
};

void answers_put(struct buf *out, const struct held_answer *answer);

struct held_answers {
    struct held_answer *items;
    uint32_t count;
};

/* Adds those of a file. Errors name the line. */
MUST_CHECK bool answers_read(struct arena *arena, const char *path, struct held_answers *out,
                             struct err *err);

/* Microseconds of this processor's time since an earlier such call; the first may be of 0. */
double answers_clock_us(void);
