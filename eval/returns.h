/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which changes of a repository came back: what `warroom changes risk` is learnt from and judged
 * by. A history says it itself (culprit/hazards.h); the culprits of judged symptoms are added to
 * that where the symptom was noticed within HAZARDS_DAYS.
 */
#pragma once

#include "culprit/hazards.h"
#include "eval/queries.h"

#define RETURNS_FROM 200 /* changes that must have landed before one is judged */

struct returns {
    const struct hazards *hazards; /* of each change of the history */
    bool *came_back;
    bool *counts; /* HAZARDS_DAYS have passed, its files are known, and there is a past */
};

struct returns returns_read(struct arena *arena, const struct repository *repository);
