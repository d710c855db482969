/* SPDX-License-Identifier: Apache-2.0 */
/* A case as a person names it, a bundle or its journal, as the report that comes of it. */
#pragma once

#include "report/report.h"

/*
 * A bundle is investigated, by the shipped runbooks and weights; a journal is replayed, which takes
 * no time. The case is closed by the caller.
 */
MUST_CHECK bool conclude(struct arena *arena, const char *path, struct report *out,
                         struct err *err);
