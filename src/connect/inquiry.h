/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation with one source: its first questions, what follows from the answers, until
 * nothing is left to ask, the time is up, or the source does not answer. It never fails: what went
 * wrong is what it tells of the source.
 */
#pragma once

#include "connect/connector.h"

enum outcome {
    OUTCOME_READ,    /* it has told all that it was asked */
    OUTCOME_EMPTY,   /* it answers, and has nothing */
    OUTCOME_PARTIAL, /* something is missing, and the note says what */
    OUTCOME_FAILED,  /* nothing came of it, and the note says why */
};

const char *outcome_name(enum outcome outcome); /* "read", "empty", "partial", "failed" */

struct inquiry {
    const struct source *source;
    const struct alert *alert;
    struct window window; /* from before the alert until now */
    struct clock clock;
    struct deadline deadline;                    /* of the case; the source may have less time */
    void (*pause)(void *state, int64_t span_ns); /* between tries; NULL: sleep */
    void *pause_state;
    /* Takes the rows of an answer, before the next is read; false ends the inquiry. */
    bool (*keep)(void *state, const struct rows *rows, struct err *err);
    /* Told of each question before it is sent, and how it went; NULL: nobody listens. */
    void (*asked)(void *state, const struct question *question, const struct request *request);
    void (*answered)(void *state, const struct reply *reply, const struct err *err);
    void *state;
};

struct findings {
    enum outcome outcome;
    int64_t rows;
    struct str note;    /* what a person should know; may be empty */
    uint32_t questions; /* that were asked */
    int64_t took_ns;
    struct masked masked; /* in its texts */
};

/* The note lives in the arena. */
void inquire(struct arena *arena, const struct inquiry *inquiry, struct findings *out);
