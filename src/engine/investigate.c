/* SPDX-License-Identifier: Apache-2.0 */
/*
 * START READING HERE.
 *
 * An alert opens a case; the sources are read; the director plans, and follows its plan: actors
 * judge what agents observe; claims are re-read; the verdict ranks; the report tells.
 */
#include "engine/investigate.h"

#include "base/arena.h"
#include "engine/exhibits.h"
#include "engine/reread.h"
#include "engine/services.h"
#include "verdict/verdict.h"

#define BUDGET_NS_DEFAULT (60 * NS_PER_S)

static void tell(const struct investigation *how, const char *what)
{
    if (how->progress)
        how->progress(how->progress_state, what);
}

bool investigate(struct arena *arena, struct str bundle_path, const struct investigation *how,
                 struct report *out, struct err *err)
{
    struct bundle bundle;
    struct alert *alert = arena_push(arena, struct alert);
    if (!bundle_open(arena, bundle_path, &bundle, err) ||
        !bundle_read_alert(&bundle, arena, alert, err))
        return false;

    struct casefile *casefile =
        casefile_open(alert, how->clock, how->budget_ns > 0 ? how->budget_ns : BUDGET_NS_DEFAULT);
    struct services services;
    tell(how, "reading the bundle");
    if (!services_open(arena, &bundle, casefile, &services, err)) {
        casefile_close(casefile);
        return false;
    }

    tell(how, "investigating");
    struct director *director = director_new(&how->direction, &services, casefile);
    director_investigate(director);

    tell(how, "re-reading the claims");
    reread_claims(casefile, &services);
    verdict_rank(casefile);
    director_correct(director);
    exhibits_gather(casefile, &services);

    *out = report_write(casefile);
    return true;
}
