/* SPDX-License-Identifier: Apache-2.0 */
/* From evidence to hypotheses, best first. */
#pragma once

#include "case/casefile.h"

/* Fills casefile->hypotheses; the list stays empty where nothing speaks for anything. */
void director_verdict(struct casefile *casefile);
