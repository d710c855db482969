/* SPDX-License-Identifier: Apache-2.0 */
/* What Alertmanager has told, as a bundle's alerts.json: all but the alert that opened the case. */
#pragma once

#include "gym/world/world.h"

/* From WORK/alerts.jsonl, bodies of the webhook. `opening` is the one that is left out. */
MUST_CHECK bool alerts_export(struct world *world, struct str opening, const char *path,
                              struct err *err);
