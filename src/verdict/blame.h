/* SPDX-License-Identifier: Apache-2.0 */
/* From what each change says to which of them did it, once it is known where the fault is. */
#pragma once

#include "case/casefile.h"

/* Fills casefile->culprits anew out of its hypotheses and its culprit findings. */
void blame_rank(struct casefile *casefile);
