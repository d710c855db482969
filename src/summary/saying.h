/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a sentence gets into a summary: claim by claim, the most important first. A claim that is not
 * borne out, or for which there is no room, is left out with the words that join it to those
 * before; a sentence of which nothing is left is no sentence.
 */
#pragma once

#include "summary/summary.h"

struct saying {
    struct call *call;
    struct summary *out;
    uint32_t sentences_max, words_max;
    struct buf sentence; /* that is being put together */
    struct summary_claim *claims, **last_claim;
    struct summary_sentence **last;
};

void saying_open(struct saying *saying, struct call *call, struct summary *out,
                 uint32_t sentences_max, uint32_t words_max);

/*
 * `joint` stands before the claim, but at the beginning of a sentence; both are words of ours
 * around names, times and numbers. An empty query: the claim tells of the alert. False: it is left
 * out.
 */
bool saying_claim(struct saying *saying, const char *joint, struct str claim, struct str query);

void saying_end_sentence(struct saying *saying);

/* Whether another sentence may come, with at least that many words. */
bool saying_has_room(const struct saying *saying, uint32_t words);
