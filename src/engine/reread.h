/* SPDX-License-Identifier: Apache-2.0 */
/* Each claim is held against what its query gives when it is run again. */
#pragma once

#include "case/call.h"

/* Withdraws from the case every piece of evidence whose claim is not borne out, with the reason. */
void reread_claims(struct casefile *casefile, const struct services *services);
