/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a report, rewritten by a model: the summary, the draft of a post-mortem, what to do. The
 * model is shown the sentences of the part and the claims that they cite; each sentence of its
 * answer must cite evidence that bears it out (guard/said.h), or it is refused and counted.
 */
#pragma once

#include "case/casefile.h"
#include "expert/panel.h"

/*
 * Asks for each part, and puts what passed into the case. Where nobody can be asked, nothing
 * passed, or what passed leaves out what matters, the case stays as it is; why, stands in the
 * consultations of the panel. `state` is not looked at: this is `consult` of struct investigation.
 */
void rewrite_case(void *state, struct panel *panel, struct casefile *casefile);
