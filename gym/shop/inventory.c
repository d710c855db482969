// SPDX-License-Identifier: Apache-2.0
/* What is on hand and what is reserved for an order. A reservation is all of its lines or none. */
#include "database.h"
#include "metric.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 100

enum lock_order { LOCK_BY_SKU, LOCK_AS_GIVEN };

static struct {
    struct database *database;
    enum lock_order lock_order;
} inventory;

static struct metric reservations =
    COUNTER("shop_reservations_total", "Reservations asked for", "outcome");

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    const char *const orders[] = {"sku", "cart", NULL};
    inventory.database = database_open(config, instance);
    inventory.lock_order = (enum lock_order)config_choice(config, "reserve_in_order_of", orders);
}

static void stop(void)
{
    database_close(inventory.database);
}

struct line {
    long sku, quantity;
};

/* "17:2,4:1"; returns how many, 0 when it is something else. */
static unsigned lines_parse(const char *text, struct line lines[LINES_MAX])
{
    unsigned count = 0;
    int length = 0;
    for (; *text && count < LINES_MAX; text += length) {
        struct line *line = &lines[count];
        if (sscanf(text, "%9ld:%3ld%n", &line->sku, &line->quantity, &length) != 2)
            return 0;
        length += text[length] == ',';
        count++;
    }
    return *text ? 0 : count;
}

static int by_sku(const void *left, const void *right)
{
    const struct line *a = left;
    const struct line *b = right;
    return (a->sku > b->sku) - (a->sku < b->sku);
}

enum outcome { OUTCOME_DONE, OUTCOME_SHORT, OUTCOME_FAILED };

/* Takes `sign` times the quantity of each line. */
static enum outcome move_lines(const struct request *request, const struct line lines[],
                               unsigned count, int sign)
{
    TRAIL;
    struct transaction transaction;
    if (!transaction_begin(&transaction, inventory.database, &request->context))
        return OUTCOME_FAILED;
    enum outcome outcome = OUTCOME_DONE;
    for (unsigned i = 0; i < count && outcome == OUTCOME_DONE; i++) {
        char sku[16];
        char quantity[16];
        snprintf(sku, sizeof sku, "%ld", lines[i].sku);
        snprintf(quantity, sizeof quantity, "%ld", sign * lines[i].quantity);
        PGresult *rows = transaction_query(
            &transaction, "UPDATE stock",
            "UPDATE stock SET reserved = greatest(reserved + $2, 0) "
            "WHERE sku = $1 AND reserved + $2 <= on_hand RETURNING on_hand - reserved",
            VALUES(sku, quantity));
        if (!rows)
            outcome = OUTCOME_FAILED;
        else if (PQntuples(rows) == 0)
            outcome = OUTCOME_SHORT;
        PQclear(rows);
    }
    if (!transaction_end(&transaction, outcome == OUTCOME_DONE) && outcome == OUTCOME_DONE)
        outcome = OUTCOME_FAILED;
    return outcome;
}

static void move(const struct request *request, struct reply *reply, int sign)
{
    TRAIL;
    static const char *const words[] = {"done", "short", "error"};
    struct line lines[LINES_MAX];
    const long order = request_number(request, "order");
    const unsigned count = lines_parse(request_text(request, "lines"), lines);
    if (count == 0 || order == 0) {
        reply_error(request, reply, 400, "BadRequest", "wants an order, and lines as SKU:QUANTITY");
        return;
    }
    if (inventory.lock_order == LOCK_BY_SKU) /* so that two carts never wait for each other */
        qsort(lines, count, sizeof lines[0], by_sku);
    const enum outcome outcome = move_lines(request, lines, count, sign);
    metric_add(&reservations, 1, LABELS(words[outcome]));
    if (outcome == OUTCOME_DONE)
        reply_json(reply, 200, json_pack("{s:i}", "lines", (int)count));
    else if (outcome == OUTCOME_SHORT)
        reply_error(request, reply, 409, "OutOfStock", "not enough on hand for order %ld", order);
    else
        reply_error(request, reply, 500, "DatabaseError", "order %ld: %s", order, database_why());
}

static void reserve(const struct request *request, struct reply *reply)
{
    TRAIL;
    move(request, reply, 1);
}

static void release(const struct request *request, struct reply *reply)
{
    TRAIL;
    move(request, reply, -1);
}

static void stock(const struct request *request, struct reply *reply)
{
    TRAIL;
    char sku[16];
    snprintf(sku, sizeof sku, "%ld", request_number(request, "sku"));
    PGresult *rows =
        database_query(inventory.database, &request->context, "SELECT stock",
                       "SELECT on_hand - reserved FROM stock WHERE sku = $1", VALUES(sku));
    if (!rows)
        reply_error(request, reply, 500, "DatabaseError", "%s", database_why());
    else if (PQntuples(rows) == 0)
        reply_error(request, reply, 404, "NoSuchProduct", "no product %s", sku);
    else
        reply_json(reply, 200, json_pack("{s:i}", "available", (int)row_number(rows, 0, 0)));
    PQclear(rows);
}

static const struct route routes[] = {
    {"GET", "/stock", stock},
    {"POST", "/reserve", reserve},
    {"POST", "/release", release},
    {0},
};

const struct role role_inventory = {"inventory", routes, start, stop};
