/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What outlives a case, in SQLite: one file, and one place that knows SQLite's API.
 *
 * The file is in WAL mode: who reads waits for nobody, who writes waits for one other writer at
 * most LEDGER_BUSY_MS. What ledger_commit() has confirmed is there after a crash of the process
 * or of the machine; what it has not confirmed is gone as a whole. A ledger is used by one thread
 * at a time; threads and processes may each open the same file.
 */
#pragma once

#include "data/batch.h"

struct ledger;

#define LEDGER_BUSY_MS 5000 /* writers are done within milliseconds, unless one hangs */

/*
 * The tables, as steps from one version to the next: the n-th makes version n + 1 out of n. A step
 * that has been shipped is never changed; what is new is a step more. ledger_tables.c has them.
 */
struct ledger_schema {
    const char *const *steps; /* SQL, of any number of statements */
    int steps_count;
};

extern const struct ledger_schema ledger_schema;

/*
 * Opens the ledger at `path`, or where there is none makes one that only its owner may read. NULL:
 * in $XDG_DATA_HOME/warroom (~/.local/share/warroom), whose folders are made. An older one is
 * brought to this version, or left as it was. It is closed with the arena.
 *
 * ERR_DENIED: it is a file of something else, or of a newer version, or one that must be brought
 * up to date and cannot be written; ERR_CORRUPT: it is damaged; ERR_IO: it cannot be opened.
 */
MUST_CHECK bool ledger_open(struct arena *arena, const char *path, struct ledger **out,
                            struct err *err);

/*
 * One that is there, as it is: only read, and not brought to this version. *version is its own, to
 * be held against ledger_schema.steps_count. ERR_NOT_FOUND: there is none.
 */
MUST_CHECK bool ledger_look(struct arena *arena, const char *path, struct ledger **out,
                            int64_t *version, struct err *err);

/*
 * Some of the ledger at `path`, copied into memory; its file is closed again, so that who reads
 * evidence from outside holds no way into it. `takes` ends with NULL: statements of ours that fill
 * the tables out of those of `kept`, as "INSERT INTO silences SELECT * FROM kept.silences". The
 * other tables are there, and empty. Errors are those of ledger_open().
 */
MUST_CHECK bool ledger_take_along(struct arena *arena, const char *path, const char *const *takes,
                                  struct ledger **out, struct err *err);

/* Where it is if nobody says. ERR_USAGE: there is no HOME. Makes nothing. */
MUST_CHECK bool ledger_usual_path(struct arena *arena, struct str *out, struct err *err);

/* The same, with other tables. */
MUST_CHECK bool ledger_open_with(struct arena *arena, const char *path,
                                 const struct ledger_schema *schema, struct ledger **out,
                                 struct err *err);

struct str ledger_path(const struct ledger *ledger);

/*
 * A transaction that writes: from here on nobody else does. All that follows is kept together by
 * ledger_commit(), or not at all. They are not nested; outside of one, each statement is its own.
 * A commit that fails has rolled back.
 */
MUST_CHECK bool ledger_begin(struct ledger *ledger, struct err *err);
MUST_CHECK bool ledger_commit(struct ledger *ledger, struct err *err);
void ledger_rollback(struct ledger *ledger);

/*
 * One statement of ours whose result is not wanted; `values` stand for ?1, ?2, ... and are NULL
 * where they are not known. `sql` must outlive the ledger: it is prepared once, by its address.
 */
MUST_CHECK bool ledger_run(struct ledger *ledger, const char *sql, const struct value *values,
                           uint32_t count, struct err *err);

/*
 * The rows of one statement, copied into the arena, in the columns that are wanted: of whole
 * numbers, reals, texts, truths or times.
 */
MUST_CHECK bool ledger_rows(struct ledger *ledger, struct arena *arena, const char *sql,
                            const struct value *values, uint32_t count, const struct field *columns,
                            struct batch **out, struct err *err);
