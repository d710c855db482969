/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as people say them: "39 ms", "2.7 s", "67 MB". A claim is held against rows digit by
 * digit, so an amount also says by what the query has to divide.
 */
#pragma once

#include "base/str.h"

struct arena;

enum amount_unit { AMOUNT_NUMBER, AMOUNT_SECONDS, AMOUNT_BYTES };

struct amount {
    struct str text;
    double divisor; /* of what was measured, for the number that stands in the text */
};

struct amount amount_of(struct arena *arena, enum amount_unit unit, double value);

/* What a metric counts in, by the end of its name, as Prometheus and OpenTelemetry advise. */
enum amount_unit amount_unit_of(struct str metric);
