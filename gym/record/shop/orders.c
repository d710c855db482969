// SPDX-License-Identifier: Apache-2.0
/*
 * Takes orders, with a job for the worker each, and can reconcile the stock with them: a job that
 * used to run at night, alone.
 *
 * The job is written as such jobs are: it locks the stock so that the numbers hold still, and
 * pauses between products to be gentle to the database. Run beside customers, that is the fault.
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

#define FIRST_RUN_AFTER_S 3

static struct {
    const struct config *config;
    char job_name[48];
    struct database *database;
    char mail_kind[32];
    bool reconcile;
    long reconcile_every_s;
    long reconcile_pause_ms;
    pthread_t job;
    atomic_bool stopping;
} orders;

/* ---- the service ---- */

static void place(const struct request *request, struct reply *reply)
{
    char sku[16];
    snprintf(sku, sizeof sku, "%d", request->sku);
    char traceparent[TRACEPARENT_SIZE];
    traceparent_write(&request->context, traceparent);
    const char *const values[] = {sku, traceparent, orders.mail_kind};
    PGconn *connection = database_take(orders.database, &request->context);
    if (!connection) {
        reply_text(reply, 503, "busy\n");
        return;
    }
    PGresult *rows = database_query(
        connection, &request->context, "INSERT order",
        "WITH placed AS (INSERT INTO orders DEFAULT VALUES RETURNING id), "
        "line AS (INSERT INTO order_lines SELECT id, $1, 1 FROM placed), "
        "job AS (INSERT INTO jobs (order_id, kind, traceparent) SELECT id, $3, $2 FROM placed) "
        "UPDATE stock SET on_hand = on_hand - 1, held = greatest(held - 1, 0), sold = sold + 1 "
        "WHERE sku = $1 RETURNING (SELECT id FROM placed)",
        3, values);
    database_give(orders.database, connection);
    if (!rows) {
        reply_text(reply, 500, "database\n");
        return;
    }
    const char *id = PQntuples(rows) == 1 ? PQgetvalue(rows, 0, 0) : "?";
    log_write(SEVERITY_INFO, &request->context, "order %s placed: 1 of sku %s", id, sku);
    reply_text(reply, 200, "order %s\n", id);
    PQclear(rows);
}

/* ---- the job ---- */

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* True when the product's count was wrong and is right now. */
static bool reconcile_one(PGconn *connection, const char *sku, const char *sold)
{
    const char *const key[] = {sku};
    PGresult *sum = PQexecParams(connection,
                                 "SELECT coalesce(sum(quantity), 0) FROM order_lines "
                                 "WHERE sku = $1",
                                 1, NULL, key, NULL, NULL, 0);
    bool corrected = false;
    if (PQntuples(sum) == 1 && strcmp(PQgetvalue(sum, 0, 0), sold) != 0) {
        const char *const values[] = {sku, PQgetvalue(sum, 0, 0)};
        PQclear(PQexecParams(connection, "UPDATE stock SET sold = $2 WHERE sku = $1", 2, NULL,
                             values, NULL, NULL, 0));
        corrected = true;
    }
    PQclear(sum);
    return corrected;
}

static void reconcile_all(PGconn *connection, const struct trace_context *context)
{
    const int64_t start_ns = now_ns();
    PQclear(PQexec(connection, "BEGIN"));
    PGresult *stock =
        database_query(connection, context, "SELECT stock FOR UPDATE",
                       "SELECT sku, sold FROM stock ORDER BY sku FOR UPDATE", 0, NULL);
    const int products = stock ? PQntuples(stock) : 0;
    int corrected = 0;
    for (int row = 0; row < products && !atomic_load(&orders.stopping); row++) {
        corrected +=
            reconcile_one(connection, PQgetvalue(stock, row, 0), PQgetvalue(stock, row, 1));
        pause_ms(orders.reconcile_pause_ms);
    }
    PQclear(stock);
    PQclear(PQexec(connection, "COMMIT"));
    log_write(SEVERITY_INFO, context, "reconciliation: %d products checked, %d corrected, %.1f s",
              products, corrected, (double)(now_ns() - start_ns) / 1e9);
}

static void reconcile_run(void)
{
    PGconn *connection = database_connect_alone(orders.config, orders.job_name);
    if (!connection)
        return;
    struct span span;
    span_begin(&span, NULL, SPAN_INTERNAL, "reconcile stock");
    reconcile_all(connection, &span.context);
    span_end(&span);
    PQfinish(connection);
}

static void *reconcile_until_stopped(void *unused)
{
    (void)unused;
    int64_t due_ns = now_ns() + FIRST_RUN_AFTER_S * 1000000000LL;
    while (!atomic_load(&orders.stopping)) {
        pause_ms(100);
        if (now_ns() < due_ns)
            continue;
        due_ns = now_ns() + orders.reconcile_every_s * 1000000000LL;
        reconcile_run();
    }
    return NULL;
}

/* ---- the role ---- */

static void start(const struct config *config, const char *instance)
{
    orders.config = config;
    orders.database = database_open(config, instance);
    snprintf(orders.mail_kind, sizeof orders.mail_kind, "%s",
             config_text(config, "mail_kind", "plain"));
    orders.reconcile = config_flag(config, "reconcile_enabled");
    orders.reconcile_every_s = config_number(config, "reconcile_every_s", 86400, 1, 86400);
    orders.reconcile_pause_ms = config_number(config, "reconcile_pause_ms", 40, 0, 1000);
    snprintf(orders.job_name, sizeof orders.job_name, "%s reconcile", instance);
    meter_database(orders.database);
    if (orders.reconcile && pthread_create(&orders.job, NULL, reconcile_until_stopped, NULL) != 0)
        exit(1);
}

static void stop(void)
{
    atomic_store(&orders.stopping, true);
    if (orders.reconcile)
        pthread_join(orders.job, NULL);
    meter_database(NULL);
    database_close(orders.database);
}

static const struct route routes[] = {
    {"POST", "/orders", true, place},
    {0},
};

const struct role role_orders = {"orders", routes, start, stop};
