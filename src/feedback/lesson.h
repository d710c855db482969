/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What learning needs of a case, as text, so that feedback can be learned from when the bundle is
 * gone: the evidence without its words and queries, the graph, who was refuted, which sources were
 * broken. No line of a log, no value of a metric and no diff is in it; names of services are.
 *
 * {"effects": {as in a journal}, "refuted": [names]}
 */
#pragma once

#include "case/casefile.h"

/* Some thousand pieces of evidence; more than any case of a known system has. */
#define LESSON_BYTES_MAX ((size_t)512 << 10)

/* Empty: it would be larger than LESSON_BYTES_MAX. */
struct str lesson_of(struct arena *arena, const struct casefile *casefile);

/*
 * A case that weighs as that one did (verdict/weigh.h); closed by the caller. ERR_CORRUPT: the text
 * is not what lesson_of() writes.
 */
MUST_CHECK bool lesson_read(struct str text, struct casefile **out, struct err *err);
