/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that measure hazards share; nobody else includes it. A history is walked once, in
 * landing order: each part tells of the change that lands, and then learns from it.
 */
#pragma once

#include "culprit/hazards.h"

struct hazard_pass {
    struct arena *arena;
    const struct history *history;
    uint32_t to;
    bool *came_back;       /* by the time that the walk is at */
    const uint32_t *fates; /* of each change; HISTORY_NONE */
};

/* hazard_record.c: how often changes like it came back, and bring tests */
struct hazard_record;
struct hazard_record *hazard_record_new(const struct hazard_pass *pass);
void hazard_record_tell(struct hazard_record *record, uint32_t number, struct hazards *out);
void hazard_record_learn(struct hazard_record *record, uint32_t number);
void hazard_record_blame(struct hazard_record *record, uint32_t number);

/* hazard_likeness.c: which changes it resembles */
struct hazard_likeness;
struct hazard_likeness *hazard_likeness_new(const struct hazard_pass *pass);
void hazard_likeness_tell(struct hazard_likeness *likeness, uint32_t number, struct hazards *out);
