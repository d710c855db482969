/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes, as a kubelet has them: every 5 s each instance of the shop whose unit.conf names a
 * `health_path` is asked for it. An answer that is none, or 400 and above, is an event; after
 * `health_failures` of them in a row the process is killed, and its supervisor starts it again.
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

/* A thread that ends with the process. */
MUST_CHECK bool health_open(struct world *world, struct err *err);
