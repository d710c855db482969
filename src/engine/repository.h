/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A git repository beside the bundle, for a case whose changes nobody has written into a feed: what
 * had landed in it when the alert fired becomes rows of `changes`, by way of the index in the
 * ledger (git/index.h).
 */
#pragma once

#include "case/call.h"

struct repository {
    const char *folder;
    const char *revision; /* NULL: HEAD */
    const char *ledger;   /* NULL: where it is by itself */
};

/*
 * Adds its commits to those of the bundle; one that is in both stays as the bundle tells it. The
 * store must not be sealed yet. False: it is no repository, or cannot be read.
 */
MUST_CHECK bool repository_load(struct arena *arena, const struct repository *repository,
                                struct telemetry *telemetry, struct casefile *casefile,
                                struct err *err);

/* What a commit changed, as a patch; empty: that cannot be told. */
struct str repository_patch(struct arena *arena, const struct repository *repository,
                            struct str id);
