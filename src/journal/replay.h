/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal that answers in the place of the world, so that an investigation can be run again.
 *
 * What the world answered (rows, judgements, plans, withdrawn claims, exhibits, consultations, and
 * what the clock said) is taken from the journal; all else is worked out anew. Nothing of the
 * journal is executed: a query in it is text. Where the second run asks for something else than the
 * first, or comes to something else, the replay diverges, and says where first.
 */
#pragma once

#include "base/buf.h"
#include "case/casefile.h"
#include "data/record.h"
#include "journal/reader.h"

struct replay;

struct divergence {
    uint32_t line; /* of the journal, from 1; 0: none in particular */
    struct str text;
    struct divergence *next;
};

/* ERR_CORRUPT: the journal is not whole. The reader must outlive the replay. */
MUST_CHECK bool replay_new(struct arena *arena, const struct reader *reader, struct replay **out,
                           struct err *err);

/* Says what the clock said then, reading by reading; after the last one, that one. */
struct clock replay_clock(struct replay *replay);

const struct reader *replay_reader(const struct replay *replay);

/*
 * The same calls as of the world. Each takes its line and puts what it says into the case. False,
 * or nothing at all: there is no such line at this place, or not for this question; that is a
 * divergence, and from there on nothing is answered any more.
 */
MUST_CHECK bool replay_load(struct replay *replay, struct casefile *casefile, struct err *err);

/* `out` lives in `arena`. What failed then fails again, with the same words. */
MUST_CHECK bool replay_answer(struct replay *replay, struct casefile *casefile, const char *name,
                              const struct field *output, struct arena *arena,
                              const struct record *in, struct record *out, struct err *err);

MUST_CHECK bool replay_plan(struct replay *replay, struct casefile *casefile, struct str planner,
                            struct buf *out, struct err *err);

void replay_reread(struct replay *replay, struct casefile *casefile);
void replay_exhibits(struct replay *replay, struct casefile *casefile);
void replay_consulting(struct replay *replay, struct casefile *casefile);

/*
 * The second run's own journal goes here, and is held against the first, line by line: steps,
 * plans, leads, verdict. What this program is called and how its runbooks read does not count.
 */
struct journal_sink replay_sink(struct replay *replay);

/* When all is done: whether all of the journal was used and is unchanged. */
void replay_end(struct replay *replay);

/* The first comes first; NULL: it went as it did then. */
const struct divergence *replay_divergences(const struct replay *replay);

/* A line that cannot be what a journal of this version holds; then the report is worth nothing. */
bool replay_is_sound(const struct replay *replay, struct err *err);
