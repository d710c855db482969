/* SPDX-License-Identifier: Apache-2.0 */
/* The program in one function. */
#pragma once

#include "director/director.h"
#include "report/report.h"
#include "source/bundle.h"

struct investigation {
    struct clock clock;
    int64_t budget_ns; /* 0: a minute */
    struct direction direction;

    /* Told what goes on, for a person who waits; NULL: nobody does. */
    void (*progress)(void *state, const char *what);
    void *progress_state;
};

/*
 * Investigates the incident in the bundle. The case is in `out->casefile`, and is closed by the
 * caller with casefile_close(); it needs `arena`, which holds bundle, alert and store.
 * False: there was no alert to start from.
 */
MUST_CHECK bool investigate(struct arena *arena, struct str bundle_path,
                            const struct investigation *how, struct report *out, struct err *err);
