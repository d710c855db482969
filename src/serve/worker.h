/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers take one incident after the other off the queue and have it investigated by children of
 * this program: `warroom collect`, where there are sources, then `warroom investigate`.
 */
#pragma once

#include "serve/site.h"

struct workers;

MUST_CHECK bool workers_start(struct arena *arena, struct site *site, struct workers **out,
                              struct err *err);

/* Something waits in the queue. Any thread. */
void workers_wake(struct workers *workers);

/* An incident has been cancelled: whoever works on it stops. Any thread. */
void workers_cancel(struct workers *workers, struct str id);

/* How many work on something. */
uint32_t workers_busy(struct workers *workers);

/* Those that run have `grace_ns` to end by themselves; after that they wait in the queue again. */
void workers_stop(struct workers *workers, int64_t grace_ns);
