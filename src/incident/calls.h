/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls whom, as investigations have seen it: kept, so that the next alerts can be put together
 * before anything is asked. What nobody has seen for a month is forgotten.
 */
#pragma once

#include "case/topology.h"
#include "store/ledger.h"

#define CALLS_MAX 4000 /* of a large system; the longest unseen are left out */

/* Those of one investigation, seen now. */
MUST_CHECK bool calls_keep(struct ledger *ledger, const struct topology *seen, int64_t now_ns,
                           struct err *err);

/* All that is kept, for desk_set_topology(). */
MUST_CHECK bool calls_read(struct ledger *ledger, struct arena *arena, struct topology *out,
                           struct err *err);
