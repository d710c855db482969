/* SPDX-License-Identifier: Apache-2.0 */
/* Which service a change is about, by the paths that it touches. */
#pragma once

#include "case/topology.h"

/* `service` itself, if it is not empty; else the one of the graph that a path names; else empty. */
struct str touched_service(const struct topology *topology, struct str service, struct str paths);
