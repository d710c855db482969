/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an alert to a bundle: asks all sources at once, a thread each, and writes what they have
 * told into a folder of docs/bundle.md's form. The bundle is then investigated as any other.
 *
 * A source that is down, slow or in another trouble costs its own rows only: `sources.jsonl` says
 * what became of each. The same answers give the same bytes, whoever was faster.
 */
#pragma once

#include "connect/inquiry.h"

struct collection {
    const struct source *sources; /* names are unique */
    uint32_t sources_count;
    struct str alert_text; /* alert.json, as it came */
    const struct alert *alert;
    int64_t now_ns;    /* since 1970: nothing later is asked for */
    int64_t before_ns; /* how long before the alert; 0: an hour */
    struct clock clock;
    int64_t budget_ns;                           /* for all of it */
    const char *folder;                          /* is made; or is there, and empty */
    void (*pause)(void *state, int64_t span_ns); /* as in struct courier */
    void *pause_state;
};

/*
 * `out` has one entry a source. False: the folder could not be written. That a source failed is not
 * a failure of this.
 */
MUST_CHECK bool collect(struct arena *arena, const struct collection *collection,
                        struct findings *out, struct err *err);

/* From before the alert until now, but not for longer than an incident takes to show. */
struct window collect_window(const struct alert *alert, int64_t now_ns, int64_t before_ns);
