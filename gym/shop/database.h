// SPDX-License-Identifier: Apache-2.0
/*
 * PostgreSQL through a bounded pool of connections; each statement is a CLIENT span.
 *
 * Options: db_host, db_port, db_user, db_password_file (else PGPASSWORD), db_pool_size,
 * db_pool_wait_ms, db_connection_lifetime_s, statement_timeout_ms.
 */
#pragma once
#include "config.h"
#include "telemetry.h"
#include <libpq-fe.h>

struct database;

struct database *database_open(const struct config *config, const char *application);
void database_close(struct database *database);

/* Why the last statement of this thread failed. */
const char *database_why(void);

/* One statement on a connection of the pool. The rows, to be PQclear()ed; NULL when it failed, and
 * then it is logged. */
PGresult *database_query(struct database *database, const struct trace_context *context,
                         const char *name, const char *sql, const char *const values[]);

/* Several statements as one. After a statement that failed, only an end without commit is left. */
struct transaction {
    struct database *database;
    PGconn *connection;
    struct trace_context context;
    bool failed;
};
bool transaction_begin(struct transaction *transaction, struct database *database,
                       const struct trace_context *context);
PGresult *transaction_query(struct transaction *transaction, const char *name, const char *sql,
                            const char *const values[]);
/* True when it is done for good. */
bool transaction_end(struct transaction *transaction, bool commit);

/* The strings for $1, $2, ...; none may be NULL. */
#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_VALUES ((const char *const[]){NULL})

/* 0 for a NULL, and where there is no such row. */
long row_number(const PGresult *rows, int row, int column);
