/* SPDX-License-Identifier: Apache-2.0 */
/* A ranking of changes, told to a person or a program; what came from outside is made harmless. */
#pragma once

#include "culprit/explain.h"
#include "culprit/owners.h"

struct consulted; /* cli/consult.h */

struct culprits {
    const struct question *question;
    const struct ranking *ranking;
    const struct ranker *ranker;
    const struct feed *feed;
    const struct owners *owners; /* NULL: none are written down */
    const struct consulted *consulted; /* NULL: no model was asked */
    uint32_t limit;
};

void culprits_print(struct arena *arena, const struct culprits *culprits);

/* One object; docs/changes.md has its members, `schema` counts what changes their meaning. */
void culprits_print_json(struct arena *arena, const struct culprits *culprits);
