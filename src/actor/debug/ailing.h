/* SPDX-License-Identifier: Apache-2.0 */
/* What databases.ailments found, as evidence. */
#pragma once

#include "base/map.h"
#include "case/call.h"

/*
 * Adds a piece for each ailment, at most so many a database; counts them into *found, and the names
 * of the databases that have one into `ailing`.
 */
MUST_CHECK bool ailing_tell(struct call *call, const struct record *in, int64_t *found,
                            struct map *ailing, struct err *err);
