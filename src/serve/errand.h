/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question of somebody who waits, which a child answers because evidence has to be read for it:
 * what the child prints is the answer.
 */
#pragma once

#include "serve/site.h"

struct errand {
    const char *const *argv; /* as in child.h */
    struct str input;        /* for its standard input */
    int64_t takes_ns_max;
    size_t bytes_max;      /* of the answer; what does not fit is dropped */
    const char *late;      /* said when its time is over: ERR_TIMEOUT */
    enum err_kind failure; /* when it fails: with what it says itself */
};

/* A negative answer (exit code 1) is an answer. */
MUST_CHECK bool errand_run(const struct site *site, struct arena *arena,
                           const struct errand *errand, struct buf *out, struct err *err);
