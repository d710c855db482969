/* SPDX-License-Identifier: Apache-2.0 */
/* Changes and their risk, told to a person or a program; what came from outside is made harmless.
 */
#pragma once

#include "culprit/feed.h"
#include "culprit/risk_reasons.h"

struct risks {
    const struct history *history;
    const struct risk_model *model;
    const struct owners *owners;
    const struct feed *feed;
    const struct risk **items; /* the most risky first */
    uint32_t count;            /* of those that were judged */
    uint32_t limit;            /* of those that are told */
    double fail_over;          /* a score; 100: none is over it */
    uint32_t over;             /* how many are */
    bool colour;
};

void risks_print(struct arena *arena, const struct risks *risks);

/* One object; docs/changes.md has its members, `schema` counts what changes their meaning. */
void risks_print_json(struct arena *arena, const struct risks *risks);
