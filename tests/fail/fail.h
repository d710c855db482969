/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between fail.c, which is loaded into the program and lets a call fail, and sweep.c, which says
 * which one and looks at what became of it.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* "CLASS HOW NTH LATER": "file ENOSPC 17 0"; NTH 0 only counts, LATER 1 lets all after it fail too.
 */
#define FAIL_PLAN "WARROOM_FAIL_PLAN"
/* A file of the size of struct fail_state, zeroed. */
#define FAIL_STATE "WARROOM_FAIL_STATE"

#define FAIL_SITES_MAX 4096 /* of two: a hash of the caller is cut to it */

struct fail_state {
    _Atomic uint64_t calls;  /* of the class, by all processes that it was loaded into */
    _Atomic uint32_t failed; /* of these */
    char what[240];          /* the first that failed, and who called it */
    /* The number of the first call of each place that calls, by its address; 0: none. */
    _Atomic uint64_t sites[FAIL_SITES_MAX];
};
