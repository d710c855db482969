/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PostgreSQL of our own on the loopback, in a folder that goes with it: not as root, for it
 * refuses that. Databases are made anew for each scenario, with pg_stat_statements where it is
 * wanted and `probe.pages(query)`, which runs a query and counts the pages that it touched.
 *
 * Autovacuum is on and comes once a day: it must not mend what is to be found.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

struct arena;

#define POSTGRES_SESSIONS_MAX 64
#define POSTGRES_OWNER "owner" /* the superuser */

struct postgres {
    const char *folder;
    const char *programs; /* "/usr/lib/postgresql/15/bin" */
    const char *user;     /* whom the server runs as; NULL: us */
    int port;
    pid_t pid;
    struct {
        pid_t pid;
        int input; /* it lives until this is closed */
    } sessions[POSTGRES_SESSIONS_MAX];
    uint32_t sessions_count;
    uint32_t files; /* written so far */
};

/* ERR_NOT_FOUND: it is not installed. */
MUST_CHECK bool postgres_start(struct arena *arena, struct postgres *out, struct err *err);
void postgres_stop(struct postgres *server);

/* Who runs a script, and where. */
struct postgres_call {
    const char *database, *role, *application;
    int number; /* :n in the script */
};

/* A script to its end; what it prints, without names. An error in it is one here, unless `lax`. */
MUST_CHECK bool postgres_run(struct postgres *server, struct arena *arena,
                             const struct postgres_call *call, struct str script, bool lax,
                             struct str *out, struct err *err);

/* A script in a session that stays open behind it, until postgres_end_sessions(). */
MUST_CHECK bool postgres_session(struct postgres *server, struct arena *arena,
                                 const struct postgres_call *call, struct str script,
                                 struct err *err);
void postgres_end_sessions(struct postgres *server);

/* A command of a shell, as a person types it: with PGHOST, PGPORT and PGUSER set, and not as root.
 */
MUST_CHECK bool postgres_shell(struct postgres *server, struct arena *arena, struct str command,
                               struct str *complaint, struct err *err);
