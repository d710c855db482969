/* SPDX-License-Identifier: Apache-2.0 */
/* From a world to an incident bundle (docs/bundle.md): everything in it was measured or logged by
 * the world's own processes. */
#pragma once

#include "base/err.h"
#include "gym/bundle/scenario.h"
#include "gym/world/world.h"

struct recording {
    const struct scenario *scenario;
    const struct fault_run *run;
    int64_t from_ns, to_ns;
    struct str alert; /* the webhook's body that opened the case */
};

/* A line of state.jsonl: who is connected to PostgreSQL, and what each of them waits for, now. */
void bundle_note_state(struct world *world);

/* Into a folder, WORK/bundle. */
MUST_CHECK bool bundle_write(struct world *world, const struct recording *recording,
                             struct err *err);

/* WORK/bundle to `out`: a folder, or an archive where it ends in .tar.zst. The same files give the
 * same bytes. */
MUST_CHECK bool bundle_deliver(struct world *world, const char *out, struct err *err);
