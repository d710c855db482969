// SPDX-License-Identifier: Apache-2.0
/* PostgreSQL through a bounded pool of connections; each statement is a CLIENT span. */
#pragma once
#include "config.h"
#include "telemetry.h"
#include <libpq-fe.h>

struct database;

struct database_usage {
    unsigned in_use;
    unsigned waiting; /* requests that wait for a connection now */
    unsigned limit;
    unsigned timeouts; /* waits that were given up, since start */
};

/* Options: db_host, db_port, pool_size, pool_wait_ms, connection_lifetime_s,
 * statement_timeout_ms. Ends the process when
 * the first connection fails: the supervisor should see that at start, not the first customer. */
struct database *database_open(const struct config *config, const char *application);
void database_close(struct database *database);
struct database_usage database_usage(struct database *database);

/* NULL, and the reason logged, when there is no connection within pool_wait_ms. */
PGconn *database_take(struct database *database, const struct trace_context *context);
void database_give(struct database *database, PGconn *connection);

/* A connection of its own beside the pool, for jobs; NULL when it fails. PQfinish() it. */
PGconn *database_connect_alone(const struct config *config, const char *application);

/* The rows, to be PQclear()ed; NULL, and the reason logged, when the statement failed. */
PGresult *database_query(PGconn *connection, const struct trace_context *context, const char *name,
                         const char *sql, int count, const char *const *values);
