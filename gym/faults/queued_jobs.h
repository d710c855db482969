/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs in the queue between checkout and its workers, as somebody with redis-cli sees them. */
#pragma once

#include "gym/faults/fault.h"

/* One is put before all others. */
MUST_CHECK bool queued_jobs_push(struct world *world, const char *job, struct err *err);

/* Takes out all that hold this word, until none has come back for a second. */
MUST_CHECK bool queued_jobs_remove(struct world *world, const char *word, struct err *err);
