/* SPDX-License-Identifier: Apache-2.0 */
/* What an expert can be asked for. */
#pragma once

#include "base/str.h"

#define ABILITIES(X)                                                                               \
    X(PLAN, plan, "write a runbook")                                                               \
    X(RANK, rank, "put suspects or changes into an order")                                         \
    X(EXPLAIN, explain, "write prose")                                                             \
    X(LABEL, label, "name what a line, a series, a span or a sentence is")                         \
    X(EMBED, embed, "tell the meaning of a sentence as a direction")                               \
    X(FORECAST, forecast, "continue a series")

enum ability {
#define X(name, word, text) ABILITY_##name,
    ABILITIES(X)
#undef X
        ABILITIES_COUNT
};

/* What a model that writes words can do: bits. Directions and forecasts are for small ones. */
#define ABILITIES_OF_WORDS                                                                         \
    (1u << ABILITY_PLAN | 1u << ABILITY_RANK | 1u << ABILITY_EXPLAIN | 1u << ABILITY_LABEL)

const char *ability_name(enum ability ability); /* "plan" */
const char *ability_text(enum ability ability); /* "write a runbook" */
