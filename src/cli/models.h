/* SPDX-License-Identifier: Apache-2.0 */
/* The models that a command may ask: `--expert FILE`, and how it is seen that one writes. */
#pragma once

#include "expert/panel.h"

struct config;

/*
 * FILE is a file of models, or a warroom.yaml that has `experts`. NULL: the warroom.yaml that
 * `serve` would take; ERR_NOT_FOUND where there is none, or none with models.
 */
MUST_CHECK bool models_load(struct arena *arena, const char *path, struct experts *out,
                            struct err *err);

/* Whether models of a warroom.yaml may write prose. */
bool models_write_prose(const struct config *config);

/* The same, opened; on a terminal it is shown on stderr how much has been written so far. */
MUST_CHECK bool models_open(struct arena *arena, const char *path, struct panel **out,
                            struct err *err);
