/* SPDX-License-Identifier: Apache-2.0 */
/* The changes of a case, as culprit/ wants them: in landing order, each with what brought it. */
#pragma once

#include "case/call.h"
#include "culprit/context.h"
#include "culprit/history.h"

/* Those until that time, the newest few thousand. They live in `arena`. */
MUST_CHECK bool landed_read(const struct services *services, struct arena *arena, int64_t to_ns,
                            struct history **out, struct err *err);

/* Who suffers, who calls whom, and whose files are whose, as far as the case has been told. */
MUST_CHECK bool landed_context(const struct services *services, struct arena *arena,
                               const struct casefile *casefile, struct context **out,
                               struct err *err);
