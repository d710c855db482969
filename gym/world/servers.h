/* SPDX-License-Identifier: Apache-2.0 */
/* How each part of the inventory is started: its program, its arguments, its log. */
#pragma once

#include "gym/world/inventory.h"
#include "gym/world/world.h"

/* Writes what Prometheus and Alertmanager read: WORK/monitoring. */
MUST_CHECK bool servers_configure(struct world *world, struct err *err);

/* The texts live in the world's arena. */
MUST_CHECK bool server_spec(struct world *world, const struct instance *instance,
                            struct process_spec *out, struct err *err);

/* What the host must have for it; CAPABILITIES_COUNT: nothing. */
enum capability server_needs(const struct instance *instance);
