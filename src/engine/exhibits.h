/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches what the report shows beside the evidence that the hypotheses cite. */
#pragma once

#include "engine/repository.h"

/* What cannot be fetched is left out: an exhibit is for looking at, and nothing rests on it. */
void exhibits_gather(struct casefile *casefile, const struct services *services,
                     const struct repository *repository);
