/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of fault the evidence for a suspect amounts to. */
#pragma once

#include "case/kind.h"
#include "verdict/weigh.h"

enum kind kind_of(const struct weighing *weighing, const struct suspect *suspect);

/* The piece that names the kind by itself, and so decides it; NULL: the others vote. */
const struct evidence *kind_namer(const struct weighing *weighing, const struct suspect *suspect);

/* Whether such a finding, by itself, names the kind. What only tells it in words is not meant. */
bool kind_is_shown_by(enum kind kind, enum finding finding);
