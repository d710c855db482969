/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an instance may use, by cgroups v1: CGROUPS/CONTROLLER/warroom-gym-ID/INSTANCE. The outer
 * folders stand in the journal. A host without a controller has no such limits: unit.conf's are
 * then not kept, and faults that need them cannot run.
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

struct unit;

/* Makes the world's own folders. */
MUST_CHECK bool limits_open(struct world *world, struct err *err);

/* The folders for an instance, with the unit's limits set; `out` ends with NULL. */
MUST_CHECK bool limits_of(struct world *world, const char *instance, const struct unit *unit,
                          const char *out[PROCESS_CGROUPS_MAX + 1], struct err *err);

/* The limits as the instance's unit.conf has them: what a fault has set is undone. */
MUST_CHECK bool limits_restore(struct world *world, const char *instance, struct err *err);

/* CONTROLLER's folder of an instance, made if need be; for a fault that puts something beside it.
 */
const char *limits_folder(struct world *world, const char *controller, const char *instance);

/* Writes into FILE of that folder: limits_set(world, "cpu", "cart-1", "cpu.cfs_quota_us", "5000").
 */
MUST_CHECK bool limits_set(struct world *world, const char *controller, const char *instance,
                           const char *file, const char *value, struct err *err);

/* FILE's number there, or behind `key` in it; -1: there is none. Any thread. */
long long limits_number(const struct world *world, const char *controller, const char *instance,
                        const char *file, const char *key);
