/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk where posts are handed in by many threads at a time: whoever comes first while nobody
 * writes takes all that wait into one transaction, and the others find theirs done. So the disk is
 * asked once for many (group commit), and a post that comes alone waits for nobody.
 */
#pragma once

#include "incident/incident.h"

struct desk;

/* The ledger belongs to the desk from here on. It is closed with the arena. */
struct desk *desk_new(struct arena *arena, struct ledger *ledger,
                      const struct incident_limits *limits);

/* Who calls whom, as of now: a copy is kept. */
void desk_set_topology(struct desk *desk, const struct topology *topology);

/*
 * Any thread. Returns when the post is on the disk, or failed. The arena of the delivery is the
 * caller's own: while it waits here, whoever writes puts its answer there.
 */
MUST_CHECK bool desk_take(struct desk *desk, struct delivery *delivery, int64_t now_ns,
                          struct err *err);
