/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration's git history and the deploys from it, as rows of a bundle's changes.jsonl. */
#pragma once

#include "gym/world/world.h"

MUST_CHECK bool changes_export(struct world *world, const char *path, struct err *err);
