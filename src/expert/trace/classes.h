/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls as span classes, a service and an operation each: the tokenizer of the trace expert. A
 * class is a row of numbers from 0 to 1 that no unit and no name goes into; who is called and shows
 * no span is a class as well, without an operation.
 *
 * It reads what tools of traces measured, by the names of their columns: an expert knows no agent.
 */
#pragma once

#include "data/batch.h"

struct arena;

/* The names stand in the model's file: to change one is to train again. */
#define CLASS_FACTS(X)                                                                             \
    X(SLOW, slow)                 /* own time: how different the share of slow ones is */          \
    X(SLOW_SHARE, slow_share)     /* of its calls since */                                         \
    X(SLOW_ALONE, slow_alone)     /* as far as nobody that it calls is sick */                     \
    X(OWN, own)                   /* own time of the whole service in a request */                 \
    X(GAP, gap)                   /* what its callers wait beyond what it takes */                 \
    X(GAP_ALONE, gap_alone)       /* as far as that caller is not slow itself */                   \
    X(GAP_CALLERS, gap_callers)   /* the share of its callers who do */                            \
    X(FAILED, failed)             /* it fails though nothing below it does */                      \
    X(FAILED_SHARE, failed_share) /* of its calls since */                                         \
    X(FAILED_ALONE, failed_alone) /* as far as nobody that it calls is sick */                     \
    X(MORE, more)                 /* requests run it that did not */                               \
    X(LESS, less)                 /* requests do not run it that did */                            \
    X(PATH, path)                 /* its share of what grew on the critical path of requests */    \
    X(PATH_FIRST, path_first)     /* it is the one that grew most */                               \
    X(WAY, way)                   /* the share of the way to the service */                        \
    X(GROWTH, growth)             /* how many times longer it is alone on that path */             \
    X(CALLEE_SICK, callee_sick)   /* the sickest of those that the service calls */                \
    X(CALLERS_SICK, callers_sick) /* the share of its callers who are slow or fail */              \
    X(CALLS_UNSEEN, calls_unseen) /* whom it calls leaves calls unanswered or answers late */      \
    X(UNSEEN, unseen)             /* it shows no span */                                           \
    X(UNANSWERED, unanswered)     /* and leaves calls unanswered */                                \
    X(LATE, late)                 /* and answers late */                                           \
    X(FAN_OUT, fan_out)           /* how many services it calls */                                 \
    X(FAN_IN, fan_in)             /* how many call it */                                           \
    X(DEPTH, depth)               /* how far from where requests come in */                        \
    X(STRONGEST, strongest)       /* the strongest evidence that rules make of it */

enum class_fact {
#define X(name, word) CLASS_##name,
    CLASS_FACTS(X)
#undef X
        CLASS_FACTS_COUNT
};

const char *class_fact_name(enum class_fact fact); /* "slow_share" */

struct span_class {
    struct str service, operation;
    double of[CLASS_FACTS_COUNT];
};

struct span_classes {
    struct span_class *items; /* by service, then operation */
    uint32_t count;
};

#define CLASSES_MAX 4096 /* the rest of a very wide system is left out, by the order of rows */

/* What the tools gave; NULL: it was not asked. */
struct class_rows {
    const struct batch *calls;        /* traces.calls */
    const struct batch *steps;        /* traces.critical_path */
    const struct batch *unseen;       /* traces.unseen, its calls */
    const struct batch *unseen_edges; /* and its edges */
    const struct batch *edges;        /* traces.graph */
};

/* The texts are those of the rows. The order of the rows is nothing to it. */
struct span_classes span_classes_of(struct arena *arena, const struct class_rows *rows);
