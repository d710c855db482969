/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper's own door, at KEEPER_ADDRESS: `POST /alerts`, where Alertmanager sends what fires,
 * and `GET /metrics`, the numbers of each process as the kernel and nginx' log tell them.
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

MUST_CHECK bool http_open(struct world *world, struct err *err);
void http_close(struct world *world);

/*
 * Waits until Alertmanager has told that an alert fires, `name` or, where it is NULL, any of
 * severity `critical`. False, with ERR_TIMEOUT: none has within the time. `body` is the webhook's,
 * as it came. An alert that fired before `since_ns` does not count.
 */
MUST_CHECK bool alert_wait(struct world *world, const char *name, int64_t since_ns,
                           unsigned timeout_s, struct arena *arena, struct str *body,
                           struct err *err);

/* All bodies that came, a line each: WORK/alerts.jsonl. */
