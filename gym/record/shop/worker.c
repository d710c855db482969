// SPDX-License-Identifier: Apache-2.0
/*
 * Does what nobody waits for: a mail for each order, from a queue that is a table. A job is taken
 * with a row lock that others skip, and is deleted in the transaction that writes its mail, so it
 * is done once, or again if its worker dies. Jobs are done in their order: one that cannot be done
 * is tried again, and the others wait behind it.
 */
#include "database.h"
#include "meter.h"
#include "role.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX 64
#define IDLE_PAUSE_MS 200    /* when there is no job */
#define FAILED_PAUSE_MS 2000 /* when the database will not have us */

static struct {
    const struct config *config;
    char instance[48];
    char watcher_name[64];
    pthread_mutex_t watcher_lock;
    PGconn *watcher; /* reads the queue for the gauges */
    long threads;
    long mail_pause_ms;
    pthread_t jobs[THREADS_MAX];
    atomic_bool stopping;
} worker = {.watcher_lock = PTHREAD_MUTEX_INITIALIZER};

/* In steps, so that a stop does not wait for it. */
static void pause_ms(long ms)
{
    for (long left = ms; left > 0 && !atomic_load(&worker.stopping); left -= 50)
        nanosleep(&(struct timespec){.tv_nsec = (left < 50 ? left : 50) * 1000000}, NULL);
}

/* ---- jobs ---- */

enum outcome { OUTCOME_DONE, OUTCOME_NO_JOB, OUTCOME_FAILED };

static bool kind_is_known(const char *kind)
{
    static const char *const known[] = {"plain", "gift"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], kind) == 0)
            return true;
    return false;
}

static bool mail_write(PGconn *connection, const struct trace_context *context, const char *job,
                       const char *order)
{
    const char *const values[] = {order, job};
    PGresult *rows = database_query(connection, context, "INSERT mail",
                                    "WITH done AS (DELETE FROM jobs WHERE id = $2) "
                                    "INSERT INTO mails (order_id, text) "
                                    "SELECT $1::bigint, 'Thank you for your order ' || $1::bigint",
                                    2, values);
    PQclear(rows);
    return rows != NULL;
}

static enum outcome job_do(PGconn *connection, const PGresult *job)
{
    const char *order = PQgetvalue(job, 0, 1);
    struct trace_context placed;
    traceparent_parse(PQgetvalue(job, 0, 2), &placed);
    struct span span;
    span_begin(&span, &placed, SPAN_CONSUMER, "send mail");
    const char *kind = PQgetvalue(job, 0, 4);
    const bool known = kind_is_known(kind);
    const bool done = known && mail_write(connection, &span.context, PQgetvalue(job, 0, 0), order);
    if (!known)
        log_write(SEVERITY_ERROR, &span.context,
                  "job %s of order %s: no template for mails of kind %s", PQgetvalue(job, 0, 0),
                  order, kind);
    if (done)
        log_write(SEVERITY_INFO, &span.context, "mail for order %s sent, %s s after it was placed",
                  order, PQgetvalue(job, 0, 3));
    else
        span_fail(&span, "no mail for order %s", order);
    meter_request(done ? 200 : 500, (double)(now_ns() - span.start_ns) / 1e9);
    span_end(&span);
    return done ? OUTCOME_DONE : OUTCOME_FAILED;
}

static enum outcome job_take_and_do(PGconn *connection)
{
    PQclear(PQexec(connection, "BEGIN"));
    PGresult *job =
        PQexec(connection, "SELECT id, order_id, traceparent, "
                           "round(extract(epoch FROM clock_timestamp() - placed_at), 1), kind "
                           "FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED");
    enum outcome outcome = OUTCOME_FAILED;
    if (PQresultStatus(job) == PGRES_TUPLES_OK)
        outcome = PQntuples(job) == 1 ? job_do(connection, job) : OUTCOME_NO_JOB;
    PQclear(job);
    PQclear(PQexec(connection, outcome == OUTCOME_DONE ? "COMMIT" : "ROLLBACK"));
    return outcome;
}

static void *work_until_stopped(void *number)
{
    char name[64];
    snprintf(name, sizeof name, "%s %ld", worker.instance, (long)(intptr_t)number);
    PGconn *connection = NULL;
    while (!atomic_load(&worker.stopping)) {
        if (!connection)
            connection = database_connect_alone(worker.config, name);
        const enum outcome outcome = connection ? job_take_and_do(connection) : OUTCOME_FAILED;
        if (outcome == OUTCOME_FAILED && connection && PQstatus(connection) != CONNECTION_OK) {
            PQfinish(connection);
            connection = NULL;
        }
        pause_ms(outcome == OUTCOME_DONE     ? worker.mail_pause_ms
                 : outcome == OUTCOME_NO_JOB ? IDLE_PAUSE_MS
                                             : FAILED_PAUSE_MS);
    }
    PQfinish(connection);
    return NULL;
}

/* ---- the role ---- */

static unsigned queue_read(struct gauge out[GAUGES_MAX])
{
    unsigned count = 0;
    pthread_mutex_lock(&worker.watcher_lock);
    PGresult *rows =
        PQexec(worker.watcher, "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - "
                               "min(placed_at)), 0) FROM jobs");
    if (PQntuples(rows) == 1) {
        out[count++] = (struct gauge){"queue_depth", strtod(PQgetvalue(rows, 0, 0), NULL)};
        out[count++] = (struct gauge){"queue_oldest_age_s", strtod(PQgetvalue(rows, 0, 1), NULL)};
    } else if (PQstatus(worker.watcher) != CONNECTION_OK) {
        PQreset(worker.watcher);
    }
    PQclear(rows);
    pthread_mutex_unlock(&worker.watcher_lock);
    return count;
}

static void start(const struct config *config, const char *instance)
{
    worker.config = config;
    snprintf(worker.instance, sizeof worker.instance, "%s", instance);
    snprintf(worker.watcher_name, sizeof worker.watcher_name, "%s queue", instance);
    worker.threads = config_number(config, "threads", 1, 1, THREADS_MAX);
    worker.mail_pause_ms = config_number(config, "mail_pause_ms", 50, 0, 60000);
    worker.watcher = database_connect_alone(config, worker.watcher_name);
    if (!worker.watcher)
        exit(1);
    meter_gauges(queue_read);
    for (long i = 0; i < worker.threads; i++)
        if (pthread_create(&worker.jobs[i], NULL, work_until_stopped, (void *)(intptr_t)(i + 1)))
            exit(1);
}

static void stop(void)
{
    atomic_store(&worker.stopping, true);
    for (long i = 0; i < worker.threads; i++)
        pthread_join(worker.jobs[i], NULL);
    PQfinish(worker.watcher);
}

static const struct route routes[] = {{0}};

const struct role role_worker = {"worker", routes, start, stop};
