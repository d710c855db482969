/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/services.h"

#include "base/memo.h"
#include "store/telemetry.h"

/* What does not fit is spilt to disk: a case of 27 MB of CSV needs a third of it. */
#define MEMORY_MB 256
#define THREADS 2

bool services_open(struct arena *arena, const struct bundle *bundle, struct casefile *casefile,
                   struct services *out, struct err *err)
{
    const struct telemetry_limits limits = {.memory_mb = MEMORY_MB, .threads = THREADS};
    *out = (struct services){.memo = memo_new(arena)};
    return telemetry_open(arena, &limits, &out->telemetry, err) &&
           bundle_load(bundle, out->telemetry, casefile, err) &&
           telemetry_seal(out->telemetry, err);
}
