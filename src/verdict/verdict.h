/* SPDX-License-Identifier: Apache-2.0 */
/* From evidence to hypotheses, best first. */
#pragma once

#include "case/casefile.h"

/* Fills casefile->hypotheses anew; the list stays empty where nothing speaks for anything. */
void verdict_rank(struct casefile *casefile);
