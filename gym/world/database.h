/* SPDX-License-Identifier: Apache-2.0 */
/* The shop's PostgreSQL: made anew for each world, and asked by psql. */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

/* Makes the cluster's folder and its configuration; nothing runs yet. */
MUST_CHECK bool database_make(struct world *world, struct err *err);

/* PostgreSQL runs: makes the roles, loads the shop's data, runs the first migrations. */
MUST_CHECK bool database_fill(struct world *world, struct err *err);

/* Runs, as the shop's role, what migrations of live/postgres-1 have not been run, in the order of
 * their names; each is an event. */
MUST_CHECK bool database_migrate(struct world *world, struct err *err);

/* Statements, as the shop's role or as the owner of the cluster, 60 s at most. `output` may be
 * NULL: rows, a line each, columns parted by tabs. */
MUST_CHECK bool database_run(struct world *world, bool as_owner, struct str sql,
                             struct arena *arena, struct str *output, struct err *err);

/*
 * Somebody's session beside the shop's, as the shop's role: psql with a script, which goes on until
 * database_session_end(), that also ends what is left of it in the server. `application` is its
 * name in the log and in pg_stat_activity.
 */
MUST_CHECK bool database_session(struct world *world, const char *application, struct str sql,
                                 uint32_t *number, struct err *err);
MUST_CHECK bool database_session_end(struct world *world, const char *application, uint32_t number,
                                     struct err *err);

/* The user that PostgreSQL runs as: `postgres` where we are root, for it refuses that. */
MUST_CHECK bool database_user(uid_t *uid, gid_t *gid, struct err *err);
