/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/services.h"

#include "base/buf.h"
#include "base/memo.h"
#include "culprit/owners.h"
#include "engine/memories.h"
#include "engine/repository.h"
#include "store/telemetry.h"

/* What does not fit is spilt to disk: a case of 27 MB of CSV needs a third of it. */
#define MEMORY_MB 256

/*
 * Two tables are filled at a time, by threads of ours (source/bundle.c). A third, of the store's
 * own, halves the time of one large file and only gets in the way of small ones.
 */
#define LARGE_BYTES (INT64_C(64) << 20)

/* CODEOWNERS, in the form that culprit/ knows. What is wrong with it keeps nothing else back. */
static const struct owners *read_owners(struct arena *arena, const struct bundle *bundle,
                                        struct casefile *casefile)
{
    static const char name[] = "CODEOWNERS";
    struct str text;
    struct err err = {0};
    if (!bundle_read_text(bundle, arena, name, OWNERS_BYTES_MAX, &text, &err)) {
        if (err.kind != ERR_NOT_FOUND)
            casefile_add_source(casefile, str_of(name), SOURCE_BROKEN, 0, str_of(err.text));
        return NULL;
    }
    const struct owners *owners = owners_read(arena, text);
    struct buf note = buf_new(arena);
    if (owners->faults_count > 0)
        buf_printf(&note, "line %u: %.*s", owners->faults[0].line, STR_ARG(owners->faults[0].why));
    if (owners->faults_count > 1)
        buf_printf(&note, "; %u lines are left out", owners->faults_count);
    casefile_add_source(casefile, str_of(name),
                        owners->faults_count > 0  ? SOURCE_BROKEN
                        : owners->rules_count > 0 ? SOURCE_READ
                                                  : SOURCE_EMPTY,
                        owners->rules_count, buf_str(&note));
    return owners;
}

bool services_open(struct arena *arena, const struct bundle *bundle,
                   const struct repository *repository, const struct memories *memories,
                   struct casefile *casefile, struct services *out, struct err *err)
{
    const struct telemetry_limits limits = {.memory_mb = MEMORY_MB,
                                            .threads = bundle_bytes(bundle) > LARGE_BYTES ? 2 : 1};
    *out = (struct services){.memo = memo_new(arena)};
    if (!telemetry_open(arena, &limits, &out->telemetry, err) ||
        !bundle_load(bundle, out->telemetry, casefile, err) ||
        (repository && !repository_load(arena, repository, out->telemetry, casefile, err)) ||
        (memories && !memories_load(memories, out->telemetry, casefile, err)))
        return false;
    out->owners = read_owners(arena, bundle, casefile);
    return telemetry_seal(out->telemetry, err);
}
