/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question is after, by its words: a table, no model. A question that has none of them is
 * after nothing that is known here, and the caller says so.
 */
#pragma once

#include "case/casefile.h"

#define AIMS(X)                                                                                    \
    X(CAUSE, cause, "what is the cause")                                                           \
    X(WHEN, when, "when did it start")                                                             \
    X(WHY, why, "why do you think so")                                                             \
    X(CHANGE, change, "what changed, and which change did it")                                     \
    X(AFFECTED, affected, "who is affected, and how badly")                                        \
    X(NOISE, noise, "is it a false alarm")                                                         \
    X(ACT, act, "what to do now")                                                                  \
    X(PREVENT, prevent, "how to keep it from coming back")                                         \
    X(ERRORS, errors, "errors of SERVICE")                                                         \
    X(MEASURES, measures, "latency, requests, memory of SERVICE")                                  \
    X(SEEN, seen, "was it seen before")                                                            \
    X(SURE, sure, "how sure is it")                                                                \
    X(AGAINST, against, "what speaks against it")                                                  \
    X(WHY_NOT, why_not, "why not SERVICE")                                                         \
    X(RULED_OUT, ruled_out, "what was ruled out")                                                  \
    X(UNKNOWN, unknown, "what is not known")                                                       \
    X(STEPS, steps, "how was it found out")                                                        \
    X(ALERT, alert, "which alert fired")                                                           \
    X(CALLS, calls, "who calls SERVICE, and whom does it call")                                    \
    X(TIMELINE, timeline, "a timeline")                                                            \
    X(EVIDENCE, evidence, "explain E7")                                                            \
    X(ABOUT, about, "what is known of SERVICE")                                                    \
    X(NONE, none, "")

enum aim {
#define X(id, name, text) AIM_##id,
    AIMS(X)
#undef X
        AIMS_COUNT
};

const char *aim_name(enum aim aim);    /* "why_not" */
const char *aim_example(enum aim aim); /* "why not SERVICE" */

#define QUESTION_BYTES_MAX ((size_t)2000) /* a page of a person; more is a paste */
#define NAMED_MAX 4

struct asked_for {
    enum aim aim;
    struct str
        named[NAMED_MAX]; /* services and objects of the case, in the order of the question */
    uint32_t named_count;
    uint32_t evidence_id; /* "E7"; 0: none */
    uint64_t findings;    /* bits of what is measured, where that is said: "memory"; 0: it is not */
};

/* `question` is UTF-8. */
struct asked_for aim_of(struct arena *arena, struct str question, const struct casefile *casefile);
