/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a model's words: a sentence of free English, and the evidence that it cites.
 *
 * It passes if everything in it that can be wrong is borne out by a claim that it cites: each
 * number in its unit, of the service that it is told of, and of the time (before or since) that it
 * is told of; each name, time and span; what rose and what fell; what is denied; who caused what,
 * which must be what the verdict says; how sure it is, which is never more than the verdict. Words
 * that neither the claims nor reports in general use do not pass where a name could stand.
 *
 * It is strict where it does not understand: what is refused is a sentence less, what passes
 * wrongly is a lie. A sentence is never mended.
 */
#pragma once

#include "case/casefile.h"

#define SAID_BYTES_MAX 1000 /* of a sentence */
#define SAID_CITES_MAX 8

/* What could be wrong in a text, and how much of it the evidence bears out. */
struct said_score {
    uint32_t things; /* names, numbers, times, relations */
    uint32_t borne_out;
};

/* True: it may be told. False: err says what of it is not borne out. `score` NULL: not asked. */
MUST_CHECK bool said_check(const struct casefile *casefile, struct str sentence,
                           const uint32_t *cites, uint32_t cites_count, struct said_score *score,
                           struct err *err);
