// SPDX-License-Identifier: Apache-2.0
#include "database.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POOL_MAX 32

struct database {
    pthread_mutex_t lock;
    pthread_cond_t given;
    PGconn *connections[POOL_MAX]; /* all */
    int64_t opened_ns[POOL_MAX];   /* of each of `connections` */
    PGconn *idle[POOL_MAX];        /* a stack: the warmest connection is used first */
    unsigned idle_count;
    struct database_usage usage;
    long wait_ms;
    int64_t lifetime_ns;
};

PGconn *database_connect_alone(const struct config *config, const char *application)
{
    char options[64];
    snprintf(options, sizeof options, "-c statement_timeout=%ld",
             config_number(config, "statement_timeout_ms", 4000, 100, 60000));
    const char *const keys[] = {"host",    "port",    "dbname",          "user",
                                "options", "sslmode", "connect_timeout", "application_name",
                                NULL};
    const char *const values[] = {config_text(config, "db_host", "127.0.0.1"),
                                  config_text(config, "db_port", "18032"),
                                  "shop",
                                  "shop",
                                  options,
                                  "disable",
                                  "3",
                                  application,
                                  NULL};
    PGconn *connection = PQconnectdbParams(keys, values, 0);
    if (PQstatus(connection) == CONNECTION_OK)
        return connection;
    log_write(SEVERITY_ERROR, NULL, "database: %s", PQerrorMessage(connection));
    fprintf(stderr, "shop: database: %s", PQerrorMessage(connection));
    PQfinish(connection);
    return NULL;
}

struct database *database_open(const struct config *config, const char *application)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database)
        abort();
    pthread_mutex_init(&database->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&database->given, &attributes);
    database->usage.limit = (unsigned)config_number(config, "pool_size", 6, 1, POOL_MAX);
    database->wait_ms = config_number(config, "pool_wait_ms", 1500, 10, 60000);
    database->lifetime_ns =
        config_number(config, "connection_lifetime_s", 300, 1, 86400) * 1000000000;

    for (unsigned i = 0; i < database->usage.limit; i++) {
        database->connections[i] = database_connect_alone(config, application);
        if (!database->connections[i])
            exit(1);
        database->opened_ns[i] = now_ns();
        database->idle[database->idle_count++] = database->connections[i];
    }
    return database;
}

void database_close(struct database *database)
{
    for (unsigned i = 0; i < database->usage.limit; i++)
        PQfinish(database->connections[i]);
    free(database);
}

struct database_usage database_usage(struct database *database)
{
    pthread_mutex_lock(&database->lock);
    const struct database_usage usage = database->usage;
    pthread_mutex_unlock(&database->lock);
    return usage;
}

static struct timespec deadline_after_ms(long ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* NULL at the deadline. */
static PGconn *wait_for_idle(struct database *database)
{
    const struct timespec deadline = deadline_after_ms(database->wait_ms);
    PGconn *connection = NULL;

    pthread_mutex_lock(&database->lock);
    database->usage.waiting++;
    while (database->idle_count == 0)
        if (pthread_cond_timedwait(&database->given, &database->lock, &deadline) != 0)
            break;
    database->usage.waiting--;
    if (database->idle_count > 0) {
        connection = database->idle[--database->idle_count];
        database->usage.in_use++;
    } else {
        database->usage.timeouts++;
    }
    pthread_mutex_unlock(&database->lock);
    return connection;
}

/* "ERROR:  canceling ..." over several lines -> its first line */
static void first_line(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
}

/*
 * A connection that is lost, or older than its lifetime, is opened again: once, the query then
 * tells. The lifetime is there so that a server which was drained gets its clients back.
 */
static void renew(struct database *database, PGconn *connection,
                  const struct trace_context *context)
{
    unsigned place = 0;
    while (database->connections[place] != connection)
        place++;
    if (PQstatus(connection) == CONNECTION_OK &&
        now_ns() - database->opened_ns[place] < database->lifetime_ns)
        return;
    PQreset(connection);
    database->opened_ns[place] = now_ns();
    if (PQstatus(connection) == CONNECTION_OK)
        return;
    char why[160];
    first_line(PQerrorMessage(connection), why, sizeof why);
    log_write(SEVERITY_ERROR, context, "database connection failed: %s", why);
}

PGconn *database_take(struct database *database, const struct trace_context *context)
{
    PGconn *connection = wait_for_idle(database);
    if (!connection) {
        const struct database_usage usage = database_usage(database);
        log_write(SEVERITY_ERROR, context,
                  "no database connection within %ld ms: %u of %u in use, %u waiting",
                  database->wait_ms, usage.in_use, usage.limit, usage.waiting);
        return NULL;
    }
    renew(database, connection, context);
    return connection;
}

void database_give(struct database *database, PGconn *connection)
{
    pthread_mutex_lock(&database->lock);
    database->idle[database->idle_count++] = connection;
    database->usage.in_use--;
    pthread_cond_signal(&database->given);
    pthread_mutex_unlock(&database->lock);
}

PGresult *database_query(PGconn *connection, const struct trace_context *context, const char *name,
                         const char *sql, int count, const char *const *values)
{
    struct span span;
    span_begin(&span, context, SPAN_CLIENT, name);
    span_text(&span, "db.system.name", "postgresql");
    span_text(&span, "db.query.text", sql);
    span_text(&span, "server.address", "postgres");

    PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        span_end(&span);
        return result;
    }
    char why[160];
    first_line(result ? PQresultErrorMessage(result) : PQerrorMessage(connection), why, sizeof why);
    log_write(SEVERITY_ERROR, context, "%s failed: %s", name, why);
    span_fail(&span, "%s", why);
    span_end(&span);
    PQclear(result);
    return NULL;
}
