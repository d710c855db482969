/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/services.h"

#include "base/memo.h"
#include "store/telemetry.h"

/* What does not fit is spilt to disk: a case of 27 MB of CSV needs a third of it. */
#define MEMORY_MB 256

/*
 * Two tables are filled at a time, by threads of ours (source/bundle.c). A third, of the store's
 * own, halves the time of one large file and only gets in the way of small ones.
 */
#define LARGE_BYTES (INT64_C(64) << 20)

bool services_open(struct arena *arena, const struct bundle *bundle, struct casefile *casefile,
                   struct services *out, struct err *err)
{
    const struct telemetry_limits limits = {.memory_mb = MEMORY_MB,
                                            .threads = bundle_bytes(bundle) > LARGE_BYTES ? 2 : 1};
    *out = (struct services){.memo = memo_new(arena)};
    return telemetry_open(arena, &limits, &out->telemetry, err) &&
           bundle_load(bundle, out->telemetry, casefile, err) &&
           telemetry_seal(out->telemetry, err);
}
