/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which span class is at fault: a conditional logit over the classes of a case (D. McFadden,
 * Conditional logit analysis of qualitative choice behavior, 1974). One weight a fact; a class is
 * as likely as exp(weights * facts), beside the others.
 */
#pragma once

#include "base/err.h"
#include "expert/trace/classes.h"

#include <jansson.h>

#define TRACE_PRIOR 20.0 /* of the whole way from no evidence to all there can be */

struct trace_weights {
    double of[CLASS_FACTS_COUNT];
};

/* models/expert-trace.json, which is part of the program. */
const struct trace_weights *trace_weights_shipped(void);
struct str trace_weights_card(void); /* JSON */

/* {"weights": {"slow": 1.2, ...}}. A fact that is not there weighs nothing. */
MUST_CHECK bool trace_weights_read(const json_t *json, struct trace_weights *out, struct err *err);

/* Of each class, to three places; they sum to about 1. */
void trace_blame(const struct trace_weights *weights, const struct span_classes *classes,
                 double *probabilities);
