/* SPDX-License-Identifier: Apache-2.0 */
/* What a change brought, and which service it is about, by the paths that it touches. */
#pragma once

#include "culprit/called.h"

/*
 * SQL for a FROM clause: each change as `d`, with the commit `c` that it brought, for a deploy
 * tells the id of one in its message or its detail; without one `c` is null.
 */
#define TOUCHED_CHANGES_SQL                                                                        \
    "changes d LEFT JOIN changes c ON d.kind <> 'commit' AND c.kind = 'commit' AND "               \
    "length(c.id) >= 6 AND contains(coalesce(d.message, '') || coalesce(d.detail, ''), c.id)"

/* `service` itself, if it is not empty; else the one that all paths are about; else empty. */
struct str touched_service(const struct called *called, struct str service, struct str paths);
