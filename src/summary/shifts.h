/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far metrics moved, as metrics.shifts has it, in the order in which a person would tell it:
 * errors and latency first where all are loud, what says little last.
 */
#pragma once

#include "agent/metrics/vocabulary.h"
#include "summary/saying.h"

struct shift {
    struct str service, instance, metric;
    enum metric_kind kind;
    bool falls, is_worse, is_told;
    double before, after, size; /* size: in spreads of the baseline */
};

struct shifts {
    struct shift *items; /* the most telling first */
    size_t count;
};

/* In the scratch of the call; what never moved, or is too young for a baseline, is left out. */
MUST_CHECK bool shifts_read(struct call *call, struct shifts *out, struct err *err);

bool shift_is_plain(const struct shift *shift);   /* it went the worse way, and far */
bool shift_is_symptom(const struct shift *shift); /* the same, of errors or latency */

/* The median before and the outer quartile since. */
struct str shift_query(const struct saying *saying, const struct shift *shift);

bool shift_say(struct saying *saying, const char *joint, struct shift *shift, bool with_service);

/* The plain ones of a service, up to `told_max` in all; gives how many are told now. */
uint32_t shifts_say(struct saying *saying, const struct shifts *shifts, struct str service,
                    bool with_service, uint32_t told, uint32_t told_max);

/* A limit of the service that was one number all the time, and then another. */
bool setting_say(struct saying *saying, struct str service);
