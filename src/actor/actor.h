/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Actors: the verbs of a runbook.
 *
 * An actor judges. It uses tools, then puts evidence into the case: at least one piece, for,
 * against or a gap. One actor, one file, one verb, in the folder of its phase. Its signature is
 * checked before a runbook runs, and again on every call.
 *
 * An actor never calls another one: that is what runbooks are for.
 */
#pragma once

#include "case/call.h"

#define PHASES(X)                                                                                  \
    X(TRIAGE, triage, "what is wrong, since when, and who is affected")                            \
    X(HYPOTHESISE, hypothesise, "where it may come from")                                          \
    X(DEBUG, debug, "whether it does")                                                             \
    X(CORRECT, correct, "what to do about it")

enum phase {
#define X(id, name, text) PHASE_##id,
    PHASES(X)
#undef X
        PHASES_COUNT
};

const char *phase_name(enum phase phase); /* "triage" */
const char *phase_text(enum phase phase); /* "what is wrong, ..." */

enum actor_effect {
    ACTOR_READS,    /* looks only */
    ACTOR_SUGGESTS, /* proposes a change; a person carries it out */
};

struct actor {
    struct signature sig;
    enum phase phase;
    enum actor_effect effect;
    unsigned needs;  /* 1u << SIGNAL_x for each signal that it cannot do without */
    bool reads_case; /* what it says depends on what others have put into the case */
    call_fn *run;
};

/* An optional input of actors that can be asked about one subject alone: they add only that. */
#define ACTOR_SERVICE                                                                              \
    {                                                                                              \
        "service", TYPE_TEXT, FIELD_OPTIONAL, "of whom alone to add evidence; default: of all",    \
            NULL                                                                                   \
    }

/* Whether evidence about `subject` is wanted by an input that has that field. */
bool actor_is_asked_about(const struct record *in, struct str subject);

/* Whether an earlier step has told what this query shows: then it need not be asked again. */
bool actor_has_told(const struct call *call, struct str query);

extern const struct actor *const actors[]; /* by phase; ends with NULL */

/* NULL: there is none of that name. */
const struct actor *actor_find(struct str name);

/* The front door: checks `in`, calls, and puts the actor's name before an error. */
MUST_CHECK bool actor_run(const struct actor *actor, struct call *call, const struct record *in,
                          struct record *out, struct err *err);
