/* SPDX-License-Identifier: Apache-2.0 */
/* Where incidents lie: by names, never by paths, so that whoever calls sees no other file. */
#pragma once

#include "base/err.h"
#include "mcp/mcp.h"

#define PLACES_MAX 1000

struct place {
    struct str name;
    struct str path; /* of the bundle: a folder or an archive */
};

/* Those of all folders, by name; of two with one name the first folder's. At most PLACES_MAX. */
uint32_t place_list(const struct mcp *mcp, struct arena *arena, struct place **out);

/* The bundle of the incident of that name. */
MUST_CHECK bool place_find(const struct mcp *mcp, struct arena *arena, struct str name,
                           struct str *path, struct err *err);
