/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a change, as metrics tell it, and that as evidence. */
#pragma once

#include "case/call.h"
#include "data/batch.h"

/* A metric that differs since; first_ns is 0 where none does. */
struct effect {
    struct series_name series; /* instance: the new replica, or empty for all together */
    enum finding finding;
    int64_t first_ns; /* since when */
    double strength;
};

struct aftermath {
    struct str service;
    int64_t first_ns, last_ns;    /* when its rollout began, and its last step */
    struct effect replica, whole; /* the clearest about a new replica, and about all of it */
    int64_t callers_fail_ns;      /* since when those fail who call it; 0: they do not */
    struct str silent;            /* a replica that went without another one; empty: none */
    int64_t silent_since_ns;
    int64_t missed;          /* samples since */
    int64_t alike;           /* samples of new replicas that are as usual */
    struct str alike_metric; /* of which metric */
};

/* Asks metrics.rollout. Where there are no metrics, nothing came of it; nor is it known of a change
 * that was an hour old when the incident began. */
MUST_CHECK bool aftermath_of(struct call *call, struct str service, int64_t first_ns,
                             int64_t last_ns, struct aftermath *out, struct err *err);

/* When its own trouble began; 0: it has none. */
int64_t aftermath_trouble_ns(const struct aftermath *it);

/* How much speaks for it that its new replicas are as the old ones were: 0 to 1. */
double aftermath_soundness(const struct aftermath *it);

/* Adds all of that as evidence. */
MUST_CHECK bool aftermath_tell(struct call *call, const struct aftermath *it, struct err *err);
