// SPDX-License-Identifier: Apache-2.0
#include "database.h"
#include "pool.h"
#include "server.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct database {
    struct pool *pool;
    char host[64], port[8], user[32], application[48], settings[64];
    char *password; /* NULL: PGPASSWORD */
};

static _Thread_local char why_failed[240];

const char *database_why(void)
{
    return why_failed;
}

/* "ERROR:  canceling ..." over several lines -> its first line */
static void first_line(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
}

static void *connection_open(void *context, char *why, size_t size)
{
    const struct database *database = context;
    const char *const keys[] = {"host",     "port",    "dbname",          "user",
                                "options",  "sslmode", "connect_timeout", "application_name",
                                "password", NULL};
    const char *const values[] = {database->host,
                                  database->port,
                                  "shop",
                                  database->user,
                                  database->settings,
                                  "disable",
                                  "3",
                                  database->application,
                                  database->password,
                                  NULL};
    PGconn *connection = PQconnectdbParams(keys, values, 0);
    if (PQstatus(connection) == CONNECTION_OK)
        return connection;
    first_line(PQerrorMessage(connection), why, size);
    PQfinish(connection);
    return NULL;
}

static bool connection_is_good(void *connection)
{
    return PQstatus(connection) == CONNECTION_OK;
}

static void connection_close(void *connection)
{
    PQfinish(connection);
}

static bool check_ready(void *context, char *why, size_t size)
{
    struct database *database = context;
    PGconn *connection = pool_take(database->pool, why, size);
    if (!connection)
        return false;
    PGresult *rows = PQexec(connection, "SELECT 1");
    const bool good = PQresultStatus(rows) == PGRES_TUPLES_OK;
    if (!good)
        first_line(PQerrorMessage(connection), why, size);
    PQclear(rows);
    pool_give(database->pool, connection);
    return good;
}

struct database *database_open(const struct config *config, const char *application)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database)
        abort();
    snprintf(database->host, sizeof database->host, "%s",
             config_text(config, "db_host", "127.0.0.1"));
    snprintf(database->port, sizeof database->port, "%ld",
             config_number(config, "db_port", 5432, 1, 65535));
    snprintf(database->user, sizeof database->user, "%s", config_text(config, "db_user", "shop"));
    snprintf(database->application, sizeof database->application, "%s", application);
    snprintf(database->settings, sizeof database->settings, "-c statement_timeout=%ld",
             config_number(config, "statement_timeout_ms", 4000, 1, 600000));
    database->password = config_secret(config, "db_password_file");
    database->pool = pool_new(&(struct pool_options){
        .name = "postgresql",
        .size = config_number(config, "db_pool_size", 6, 1, 200),
        .wait_ms = config_number(config, "db_pool_wait_ms", 1500, 1, 60000),
        .lifetime_s = config_number(config, "db_connection_lifetime_s", 300, 1, 86400),
        .open = connection_open,
        .is_good = connection_is_good,
        .close = connection_close,
        .context = database,
    });
    server_ready_check("database", check_ready, database);
    return database;
}

void database_close(struct database *database)
{
    pool_free(database->pool);
    free(database->password);
    free(database);
}

static PGconn *connection_take(struct database *database, const struct trace_context *context)
{
    PGconn *connection = pool_take(database->pool, why_failed, sizeof why_failed);
    if (!connection)
        log_write(SEVERITY_ERROR, context, "database: %s", why_failed);
    return connection;
}

static PGresult *run(PGconn *connection, const struct trace_context *context, const char *name,
                     const char *sql, const char *const values[])
{
    int count = 0;
    while (values[count])
        count++;
    struct span span;
    span_begin(&span, context, SPAN_CLIENT, name);
    span_text(&span, "db.system.name", "postgresql");
    span_text(&span, "db.query.text", sql);
    span_text(&span, "server.address", PQhost(connection));

    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    const ExecStatusType status = PQresultStatus(result);
    const bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!good) {
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        first_line(result ? PQresultErrorMessage(result) : PQerrorMessage(connection), why_failed,
                   sizeof why_failed);
        log_write(SEVERITY_ERROR, context, "%s failed: %s (SQLSTATE %s)", name, why_failed,
                  state ? state : "08006");
        span_fail(&span, "%.150s", why_failed);
        PQclear(result);
    }
    pool_observe("postgresql", name, span.start_ns, good);
    span_end(&span);
    return good ? result : NULL;
}

PGresult *database_query(struct database *database, const struct trace_context *context,
                         const char *name, const char *sql, const char *const values[])
{
    PGconn *connection = connection_take(database, context);
    if (!connection)
        return NULL;
    PGresult *rows = run(connection, context, name, sql, values);
    pool_give(database->pool, connection);
    return rows;
}

bool transaction_begin(struct transaction *transaction, struct database *database,
                       const struct trace_context *context)
{
    *transaction = (struct transaction){
        .database = database,
        .connection = connection_take(database, context),
        .context = *context,
    };
    if (!transaction->connection)
        return false;
    PQclear(PQexec(transaction->connection, "BEGIN"));
    return true;
}

PGresult *transaction_query(struct transaction *transaction, const char *name, const char *sql,
                            const char *const values[])
{
    PGresult *rows = run(transaction->connection, &transaction->context, name, sql, values);
    transaction->failed = transaction->failed || !rows;
    return rows;
}

bool transaction_end(struct transaction *transaction, bool commit)
{
    const bool wanted = commit && !transaction->failed;
    PGresult *done = PQexec(transaction->connection, wanted ? "COMMIT" : "ROLLBACK");
    const bool committed = wanted && PQresultStatus(done) == PGRES_COMMAND_OK;
    PQclear(done);
    pool_give(transaction->database->pool, transaction->connection);
    return committed;
}

long row_number(const PGresult *rows, int row, int column)
{
    return row < PQntuples(rows) ? strtol(PQgetvalue(rows, row, column), NULL, 10) : 0;
}
