/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that measure hazards share; nobody else includes it. A history is walked once, in
 * landing order: each part tells of the change that lands, then learns that there was one, and
 * blames the earlier ones that it brings back.
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

/* hazard_record.c: what is on record of its files, its topic, its author; it sets `usual` */
struct hazard_record;
struct hazard_record *hazard_record_new(const struct hazard_pass *pass);
void hazard_record_tell(struct hazard_record *record, uint32_t number, struct hazards *out);
void hazard_record_learn(struct hazard_record *record, uint32_t number);
void hazard_record_blame(struct hazard_record *record, uint32_t number);

/* hazard_words.c: which changes it resembles, and what became of those with its words */
struct hazard_words;
struct hazard_words *hazard_words_new(const struct hazard_pass *pass);
void hazard_words_tell(struct hazard_words *words, uint32_t number, struct hazards *out);
void hazard_words_learn(struct hazard_words *words, uint32_t number);
void hazard_words_blame(struct hazard_words *words, uint32_t number);
