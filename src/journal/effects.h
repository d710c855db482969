/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has been added to a case since a moment: taken down as a JSON object, and put into another
 * case again. All lists of a case only grow, but for evidence that is withdrawn.
 *
 * {"case": {what changed}, "affected": [..], "sources": [..], "nodes": [..], "edges": [[a, b], ..],
 *  "evidence": [..], "withdrawn": [{"id", "why"}], "exhibits": [..], "proposals": [..],
 *  "drafts": [..], "consultations": [..], "prose": [..]}; what is empty is left out.
 */
#pragma once

#include "journal/shape.h"

/* A moment in the life of a case. */
struct moment {
    struct casefile then; /* its own fields, not what they lead to */
    uint32_t sources_count;
    uint32_t exhibits_count;
    uint32_t proposals_counts[PROPOSAL_CORRECTION + 1];
    uint32_t drafts_count;
    uint32_t consultations_count;
    uint32_t prose_count;
};

struct moment moment_of(const struct casefile *casefile);

/* Whether nothing has been added since. */
bool moment_is_now(const struct moment *moment, const struct casefile *casefile);

/* The object. */
void effects_put(struct buf *out, const struct moment *since, const struct casefile *casefile);

/*
 * ERR_CORRUPT: it is not what effects_put() writes. ERR_PROTOCOL: it does not fit this case: its
 * evidence would have got another number, or is not there to be withdrawn.
 */
MUST_CHECK bool effects_apply(const json_t *effects, struct casefile *casefile, struct err *err);
