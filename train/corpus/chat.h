/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Examples of instructions, made by code out of cases whose truth is known: what each task asks,
 * and what a right answer is. No model writes or judges any of it.
 *
 * Each is asked in one of a few ways, drawn by `state`.
 */
#pragma once

#include "base/err.h"
#include "case/casefile.h"

struct telemetry;
struct truth;

struct chat {
    const char *task; /* "rank" */
    struct str system, user, assistant;
};

struct chats {
    bool (*take)(void *state, const struct chat *chat, struct err *err);
    void *state;
    uint64_t *drawn;        /* of draw.h */
    uint64_t not_borne_out; /* queries whose rows did not hold what they were to show */
};

/*
 * Which change did it, of two to twenty. Only what was known when the alert fired is told: the
 * alert, and changes that had landed by then. The easier first; then more of them, some of other
 * incidents; then twenty with little said of each.
 */
#define CANDIDATES_MAX 20

struct candidate {
    struct str id, kind, service, author, message, files;
    int64_t before_ns; /* how long before the alert */
};

struct candidates {
    struct candidate *items; /* the newest first */
    uint32_t count;
};

/* The changes of a case that had landed when its alert fired; of an hour's worth of days, a
 * thousand. */
MUST_CHECK bool candidates_read(struct arena *arena, struct telemetry *telemetry,
                                const struct alert *alert, struct candidates *out, struct err *err);

/* `culprit` is an id, or empty: none of them did it. `strangers` are of other incidents. */
bool chat_rank(struct chats *chats, const struct alert *alert, const struct candidates *own,
               const struct candidates *strangers, struct str culprit, struct err *err);

/* Evidence in, the summary of the report with its citations out: of cases that it got right. */
bool chat_summary(struct chats *chats, struct casefile *casefile, struct err *err);

/* The other way round: what was broken in, where it shows and how out. */
bool chat_symptoms(struct chats *chats, const struct casefile *casefile, const struct truth *truth,
                   struct err *err);

/* A question about the case in, the SQL that the program asked itself out; run, and checked. */
bool chat_queries(struct chats *chats, const struct casefile *casefile, struct telemetry *telemetry,
                  struct err *err);

/* What was found in, what people said it was out; of a case of the ledger. */
bool chat_feedback(struct chats *chats, const struct casefile *lesson, struct str alert,
                   struct str place, struct str cause, struct err *err);
