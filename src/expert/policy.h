/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the things that a question is made of may go to which model: `policy` of the file of
 * models.
 *
 *   policy:
 *     logs: [local]           these and no others
 *     changes: [local, cloud]
 *     traces: none            no model at all
 *     default: all            what is not named; all is what holds without this line
 */
#pragma once

#include "base/err.h"
#include "case/evidence.h"

/* What a brief is made of, `brief.signals`: bits of these. The first are those of enum signal. */
#define MADE_OF(signal) (1u << (signal))
#define MADE_OF_ALERT (1u << (SIGNAL_TOPOLOGY + 1)) /* the words of an alert, or of who asks */
#define MADE_OF_DOCUMENTS                                                                          \
    (1u << (SIGNAL_TOPOLOGY + 2))                       /* runbooks, post-mortems, past incidents  \
                                                         */
#define MADE_OF_OUR_WORDS (1u << (SIGNAL_TOPOLOGY + 3)) /* nothing but; may go anywhere */

#define MATERIALS_COUNT (SIGNAL_TOPOLOGY + 3) /* that a policy names */

const char *material_name(unsigned material); /* "logs", "alert", "documents" */

struct policy {
    uint32_t may[MATERIALS_COUNT]; /* bits of models, in their order in the file */
};

/*
 * The first thing of a question that this model may not see; MATERIALS_COUNT: it may see all.
 * `signals` 0, made of who knows what, is made of everything.
 */
unsigned policy_forbids(const struct policy *policy, unsigned signals, uint32_t model);
