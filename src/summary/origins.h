/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the time or the failures of hurt requests arise: frames of traces.flame. A failure begins
 * in a frame that failed though nothing below it did; time is spent where the own time grew the
 * most.
 */
#pragma once

#include "summary/hurt.h"

#define ORIGINS_MAX 3

/* A frame that it comes from. */
struct origin {
    const struct hurt *hurt;
    struct request_frame frame;
    bool fails, takes_time;
    struct str path; /* from the root, as traces.flame has it */
};

struct origins {
    struct call *call;
    const struct requests *requests;
    struct origin items[ORIGINS_MAX];
    uint32_t count;
};

/* Of those that are told; their frames are read on the way. */
MUST_CHECK bool origins_find(struct call *call, const struct requests *requests, struct hurt *hurts,
                             uint32_t hurts_count, struct origins *out, struct err *err);

/* "`db` `SELECT` (2 ms to 60 ms per request, 30 calls instead of 1)" */
struct str origin_claim(struct arena *arena, const struct origin *origin, bool is_first);

/* The services between the root and the frame, each where the request enters it; may be empty. */
struct str origin_ways(struct arena *arena, const struct origin *origin);

/* The uppermost frame of another service that most of the requests do not come to any more. */
bool origins_lost(const struct origins *origins, const struct hurt *hurt,
                  struct request_frame *out);
