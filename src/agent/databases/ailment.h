/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a database, by one look at it: rules read the census, and report what they
 * find here.
 *
 * There is no before in one look. So a rule goes by what PostgreSQL itself acts on (the thresholds
 * of autovacuum, the limit of connections), by what somebody waits for, and by what a statement
 * usually takes; not by what seems much. Strengths are 0 to 1: a rule's own worth, by how
 * plainly it shows.
 */
#pragma once

#include "agent/databases/census.h"

#define AILMENTS(X)                                                                                \
    X(LOCK_CHAIN, "lock_chain", "sessions in it wait for locks that one session holds")            \
    X(IDLE_HOLDER, "idle_holder",                                                                  \
      "a session that is idle in its transaction holds locks that others wait for")                \
    X(IDLE_SNAPSHOT, "idle_snapshot",                                                              \
      "a session that is idle in its transaction keeps dead rows from being removed")              \
    X(IDLE_LONG, "idle_long", "a session of it has been idle in its transaction for long")         \
    X(CONNECTIONS, "connections", "its connections are used up")                                   \
    X(BLOATED, "bloated", "a table of it is full of dead rows")                                    \
    X(HOLLOW, "hollow", "a table of it takes many times the space of its rows")                    \
    X(NO_INDEX, "no_index", "a statement reads a whole table for a few rows, and no index helps")  \
    X(INVALID_INDEX, "invalid_index", "the index that a statement needs is not valid")             \
    X(STALE, "stale_statistics", "it plans by statistics of a table that are out of date")         \
    X(SETTING, "planner_setting", "a setting keeps it from good plans")                            \
    X(MISESTIMATE, "misestimate", "it takes columns that go together for independent")             \
    X(STATEMENT, "slow_statement", "a statement in it runs far longer than usual")

enum ailment_cause {
#define X(id, name, words) AILMENT_##id,
    AILMENTS(X)
#undef X
        AILMENTS_COUNT
};

const char *ailment_name(enum ailment_cause cause);  /* "no_index" */
const char *ailment_words(enum ailment_cause cause); /* constant; says what kind of thing it is */

struct ailment {
    enum ailment_cause cause;
    struct str object;      /* "public.orders", "billing/4711", "enable_indexscan" */
    struct str relation;    /* the table or index, as SQL has to name it */
    struct str columns;     /* of an index or statistics that are missing: "customer_id, state" */
    struct str process;     /* of the session */
    struct str started;     /* when that began, or its statement: the process may be another's */
    struct str application; /* whose sessions, or session */
    struct str setting, value, role; /* which setting, what it is now, for whom; may be empty */
    bool autovacuum_off;             /* for that table */
    bool of_database;                /* the setting is that of the database */
    double strength;
    struct str claim; /* the grammar of guard/claim.h */
    struct str query; /* SQL that bears it out */
};

#define AILMENTS_MAX 32

struct ailments {
    struct arena *arena;
    const struct census *census;
    struct ailment items[AILMENTS_MAX];
    uint32_t count;
};

/* One too many takes the place of none: the first found stay. NULL then. */
struct ailment *ailments_add(struct ailments *ailments, enum ailment_cause cause, double strength);

bool ailments_have(const struct ailments *ailments, enum ailment_cause cause, struct str object);
