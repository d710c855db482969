/* SPDX-License-Identifier: Apache-2.0 */
/* Which kinds of request are worse off than before, and how that is said. */
#pragma once

#include "summary/requests.h"

#define HURTS_MAX 3       /* that are told */
#define SLOWER_FACTOR 2.0 /* below that, the mean of a few requests wavers */
#define SLOWER_MS_MIN 3.0 /* nobody waits for less */
#define CALLS_MIN 3       /* of fewer no mean is told */

/* A kind of request that is worse off than before. */
struct hurt {
    const struct request_kind *kind;
    bool fails, is_slower, is_told;
    double failed_share, extra_ms; /* a request */
    const struct batch *frames;    /* of traces.flame */
};

/* Neither `fails` nor `is_slower`: it is not. */
struct hurt hurt_of(const struct request_kind *kind);

/* The worst first: failed requests, then lost time. */
uint32_t hurts_find(const struct requests *requests, struct hurt hurts[HURTS_MAX]);

/* "`web` `GET /a` fails in 5 of 6 requests (0 of 9 before) and slowed from ..."; of one that
 * follows `before`, what differs. */
struct str hurt_claim(struct arena *arena, const struct hurt *hurt);
struct str hurt_claim_next(struct arena *arena, const struct hurt *hurt, const struct hurt *before);

/* "39 ms to 271 ms": rows have both, in ms and in s. */
struct str hurt_from_to(struct arena *arena, const double ms[PERIODS_COUNT]);

/* None came since, though some were to be expected. */
bool request_is_gone(const struct requests *requests, const struct request_kind *kind);

/* It is hurt, gone, or that much faster. */
bool request_is_changed(const struct requests *requests, const struct request_kind *kind);
