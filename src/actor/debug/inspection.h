/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of inspect_database share: each asks a tool, and adds what it says as evidence. */
#pragma once

#include "actor/actor.h"
#include "actor/room.h"
#include "base/map.h"
#include "data/batch.h"

#define INSPECTION_EVIDENCE_MAX 12
#define INSPECTION_TIMES_MIN 3         /* twice may be chance */
#define INSPECTION_STRENGTH_HOLDER 0.9 /* whose session it is: told, and no guess */
#define INSPECTION_QUOTE_BYTES_MAX 70

struct inspection {
    struct call *call;
    const struct record *in;
    const struct record *out;
    int64_t since_ns; /* what is compared with before */
    int64_t found;
    struct room room;
    struct map locked; /* databases in which others wait for locks */
    struct map ailing; /* that tell what is wrong with them, asked themselves */
};

static inline struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static inline int64_t count_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row];
}

/* Whether there is room for evidence of either, and it is asked for. */
bool inspection_wants(const struct inspection *work, struct str database, struct str subject);

/* How much of it is new, 0 to 1: so often since, and so often before. */
double inspection_news(const struct inspection *work, double since, double before);

/* Rows of a tool that takes one time. */
MUST_CHECK bool inspection_ask(struct inspection *work, const char *tool, const char *rows_name,
                               int64_t time_ns, const struct batch **rows, struct err *err);

/* The rows of the query that will bear the claim out: the numbers in it come from there. */
MUST_CHECK bool inspection_look(struct inspection *work, struct str query,
                                const struct batch **rows, struct err *err);

void inspection_add(struct inspection *work, struct evidence evidence);

const char *inspection_since(const struct inspection *work);

/* The parts, in this order: what waits for locks is slow for that. */
MUST_CHECK bool inspection_locks(struct inspection *work, struct err *err);
MUST_CHECK bool inspection_statements(struct inspection *work, struct err *err);
MUST_CHECK bool inspection_troubles(struct inspection *work, struct err *err);
