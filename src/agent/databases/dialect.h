/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one log line of PostgreSQL or MySQL says, whatever its prefix. Lines are text from outside:
 * of each at most the first 4 kB are read. Texts point into the line.
 */
#pragma once

#include "base/str.h"

struct arena;

/* What a line may speak of, as bits: a log shipper may put several lines into one. */
enum database_word {
    DATABASE_STATEMENT = 1 << 0,   /* how long a statement took */
    DATABASE_WAIT = 1 << 1,        /* a session waits for a lock */
    DATABASE_HOLD = 1 << 2,        /* which process holds it */
    DATABASE_SESSION = 1 << 3,     /* whose session a process serves */
    DATABASE_SESSION_END = 1 << 4, /* that it ended */
    DATABASE_TROUBLE = 1 << 5,     /* something it ran out of, or could not do */
    DATABASE_SERVER = 1 << 6,      /* only a server itself says this, no client */
};

#define DATABASE_TROUBLES(X)                                                                       \
    X(NONE, "", "")                                                                                \
    X(DEADLOCK, "deadlock", "deadlock detected")                                                   \
    X(DEADLOCK_MYSQL, "deadlock", "Deadlock found when trying to get lock")                        \
    X(LOCK_WAIT, "lock_wait", "Lock wait timeout exceeded")                                        \
    X(CLIENTS, "connections", "too many clients already")                                          \
    X(SLOTS, "connections", "remaining connection slots are reserved")                             \
    X(CONNECTIONS, "connections", "Too many connections")                                          \
    X(CONNECTIONS_FOR, "connections", "too many connections for")                                  \
    X(DISK_FULL, "disk_full", "No space left on device")                                           \
    X(TABLE_FULL, "disk_full", "The table is full")                                                \
    X(CHECKPOINTS, "checkpoints", "checkpoints are occurring too frequently")                      \
    X(TEMPORARY, "temporary_files", "temporary file: path")                                        \
    X(AUTOVACUUM, "autovacuum", "canceling autovacuum task")                                       \
    X(MEMORY, "memory", "out of memory")                                                           \
    X(KILLED, "killed", "was terminated by signal")                                                \
    X(RECOVERY, "recovery", "the database system is in recovery mode")                             \
    X(STARTING, "recovery", "the database system is starting up")                                  \
    X(CORRUPT, "corrupt", "invalid page in block")

enum database_trouble {
#define X(id, name, words) DATABASE_TROUBLE_##id,
    DATABASE_TROUBLES(X)
#undef X
        DATABASE_TROUBLES_COUNT
};

const char *database_trouble_name(enum database_trouble trouble);  /* "connections" */
const char *database_trouble_words(enum database_trouble trouble); /* as the line has them */

struct database_line {
    unsigned says;          /* bits of enum database_word; 0: nothing that is read here */
    struct str process;     /* the id of the process that writes; may be empty */
    struct str application; /* of its session, or its user; may be empty */
    struct str holder;      /* DATABASE_HOLD: the id of the first process that holds the lock */
    struct str relation;    /* DATABASE_WAIT: what is locked, if it is told */
    struct str statement;   /* DATABASE_STATEMENT; may be empty */
    double took_ms;         /* DATABASE_STATEMENT */
    enum database_trouble trouble;
};

struct database_line database_line_of(struct str message);

#define DATABASE_STATEMENT_BYTES_MAX 240

struct database_statement {
    struct str text; /* without its values: "SELECT * FROM stock WHERE sku = ?" */
    struct str like; /* an SQL LIKE pattern, escaped with '\', that each such line matches */
};

struct database_statement database_statement_of(struct arena *arena, struct str statement);
