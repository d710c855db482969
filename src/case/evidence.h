/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence: one checkable thing that a step found, or failed to find.
 *
 * There is no evidence without the query behind it: a reader must be able to run it again, and so
 * does guard/claim.h before a sentence is printed.
 */
#pragma once

#include "case/kind.h"
#include "data/record.h"

enum signal {
    SIGNAL_CHANGES,
    SIGNAL_METRICS,
    SIGNAL_EVENTS,
    SIGNAL_LOGS,
    SIGNAL_TRACES,
    SIGNAL_TOPOLOGY,
};

const char *signal_name(enum signal signal);

enum bearing {
    BEARING_SUPPORTS,
    BEARING_REFUTES,
    BEARING_GAP, /* we could not look; the report must say so */
};

const char *bearing_name(enum bearing bearing);

/*
 * What a piece of evidence says about its subject. The verdict weighs by it; the words stand in
 * the report as the cause when this evidence is the strongest for its subject.
 */
#define FINDINGS(X)                                                                                \
    X(NONE, "none", "nothing in particular")                                                       \
    X(CPU, "cpu", "its processor use left its usual range")                                        \
    X(MEMORY, "memory", "its memory use left its usual range")                                     \
    X(DISK, "disk", "its disk use left its usual range")                                           \
    X(NETWORK, "network", "its network use left its usual range")                                  \
    X(CONNECTIONS, "connections", "its connections or its pool filled")                            \
    X(LATENCY, "latency", "it answered late")                                                      \
    X(ERRORS, "errors", "its requests failed")                                                     \
    X(TRAFFIC, "traffic", "its traffic changed")                                                   \
    X(OTHER_METRIC, "other_metric", "one of its metrics left its usual range")                     \
    X(ALERTED, "alerted", "an alert fired for it")                                                 \
    X(MISSING, "missing", "it fell silent")                                                        \
    X(SELF_TIME, "self_time", "its own code became slow")                                          \
    X(EDGE_GAP, "edge_gap", "the way to it became slow")                                           \
    X(OPERATIONS, "operations", "its code took another path")                                      \
    X(REPEATED, "repeated", "calls are repeated as they were not before")                          \
    X(ATTRIBUTE, "attribute", "requests with one value of an attribute fail or are slow")          \
    X(SPAN_ERRORS, "span_errors", "its operations failed")                                         \
    X(LOG_ERRORS, "log_errors", "it logged errors that it did not log before")                     \
    X(LOG_SHIFT, "log_shift", "what it logs changed")                                              \
    X(EXCEPTION, "exception", "an exception was thrown in its code")                               \
    X(CHANGE, "change", "it was changed just before")                                              \
    X(CULPRIT, "culprit", "what its last change says fits what is wrong")                          \
    X(REPLICAS, "replicas", "some of its replicas behave worse than the others")                   \
    X(RESTART, "restart", "it restarted")                                                          \
    X(OBJECT, "object", "an object of its platform is misconfigured or unhealthy")                 \
    X(QUERIES, "queries", "its statements became slow")                                            \
    X(LOCKS, "locks", "it holds locks that others wait for")                                       \
    X(CONFIGURATION, "configuration", "its configuration does not fit")                            \
    X(COMPLAINT, "complaint", "what is logged of it names the fault")                              \
    X(NEIGHBOUR, "neighbour", "it lies next to what suffers")                                      \
    X(PAST, "past", "it was the cause of the same before")                                         \
    X(LEAD, "lead", "it moved before what the alert is about")                                     \
    X(DEPENDENCY, "dependency", "what it calls explains what it suffers")                          \
    X(IMPACT, "impact", "those who use it are affected")                                           \
    X(HISTORY, "history", "the alert fired before")

enum finding {
#define X(id, name, text) FINDING_##id,
    FINDINGS(X)
#undef X
        FINDINGS_COUNT
};

const char *finding_name(enum finding finding); /* "edge_gap" */
const char *finding_text(enum finding finding); /* "the way to it became slow" */

/* A chart of one series goes with evidence about it. */
struct series_name {
    struct str service;
    struct str instance;
    struct str metric;
};

struct evidence {
    uint32_t id; /* cited as [E7] */
    uint32_t step_id;
    enum signal signal;
    enum bearing bearing;
    enum finding finding;
    enum kind kind;      /* that it names by itself; KIND_UNKNOWN: its finding tells */
    bool eased;          /* a metric that went the better way, as with effects: shows no shortage */
    bool tells_place;    /* a complaint that is about whom it is at fault, not about who suffers */
    struct str subject;  /* the service, host or object that it is about */
    struct str instance; /* where one of several is meant */
    struct str cause;    /* plain words for this very cause; empty: the finding's text */
    struct window window;
    int64_t onset_ns;          /* 0: not known */
    int64_t onset_error_ns;    /* how far off that may well be; 0: not known */
    struct str claim;          /* one sentence, past tense, with the numbers in it */
    struct str query;          /* SQL; its rows hold each number, name and time of the claim */
    double strength;           /* 0 to 1 */
    struct series_name series; /* of metrics; the report draws it */
    struct str trace_id;       /* an exemplar; the report draws it */
    struct str change;         /* the id of the change that a culprit finding is about */
    struct evidence *next;
};

/* Below this confidence the verdict is "not known": a name is given when it is rather right. */
#define CONFIDENCE_MIN 0.5

/* What one piece of evidence puts into the score of a hypothesis. */
struct contribution {
    const struct evidence *evidence;
    double weight;           /* as it came: its strength, by what such a finding is worth */
    double left;             /* of that, what counts: see place, age and explained_by */
    double share;            /* of all that counts for this hypothesis, 0 to 1 */
    struct str explained_by; /* who is called, and has the same; empty: nothing is explained */
};

struct hypothesis {
    struct str subject;  /* where the fault is */
    struct str instance; /* empty: all of it */
    struct str cause;    /* what kind of fault it is, in words */
    enum finding finding;
    int64_t since_ns;                  /* 0: not known */
    double score;                      /* the combined weight of the evidence, 0 to 1 */
    double confidence;                 /* 0 to 1: how sure we are, given the rivals and the gaps */
    const struct evidence **cited_for; /* what the cause is worded by, then strongest first */
    uint32_t cited_for_count;
    const struct evidence **cited_against;
    uint32_t cited_against_count;
    struct str would_settle; /* what to look at to be sure */
    enum kind kind;
    const struct contribution *contributions; /* largest first */
    uint32_t contributions_count;
    double place; /* what the place in the graph leaves of the evidence, 0 to 1 */
    double age;   /* what the time since its last change leaves of it, 0 to 1 */
    struct hypothesis *next;
};
