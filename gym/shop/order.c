// SPDX-License-Identifier: Apache-2.0
#include "order.h"
#include "trail.h"
#include <stdio.h>
#include <string.h>

static void lines_write(const json_t *lines, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(lines) && length < size; i++) {
        const json_t *line = json_array_get(lines, i);
        const int wrote =
            snprintf(out + length, size - length, "%s%lld:%lld", i > 0 ? "," : "",
                     (long long)json_integer_value(json_object_get(line, "sku")),
                     (long long)json_integer_value(json_object_get(line, "quantity")));
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* The lines as a table, from their text. */
#define LINES                                                                                      \
    "(SELECT split_part(pair, ':', 1)::int AS sku, split_part(pair, ':', 2)::int AS quantity "     \
    "FROM unnest(string_to_array($2, ',')) AS pair) AS line "

bool order_price(struct database *database, const struct trace_context *context,
                 const json_t *lines, struct order *order)
{
    TRAIL;
    char customer[16];
    snprintf(customer, sizeof customer, "%ld", order->customer);
    lines_write(lines, order->lines, sizeof order->lines);
    PGresult *rows = database_query(
        database, context, "SELECT order price",
        "SELECT sum(p.price_cents * line.quantity), sum(p.weight_g * line.quantity), "
        "(SELECT postcode FROM customers WHERE id = $1) FROM " LINES "JOIN products p USING (sku)",
        VALUES(customer, order->lines));
    if (!rows)
        return false;
    order->goods_cents = row_number(rows, 0, 0);
    order->weight_g = row_number(rows, 0, 1);
    snprintf(order->postcode, sizeof order->postcode, "%s", PQgetvalue(rows, 0, 2));
    PQclear(rows);
    return true;
}

bool order_insert(struct database *database, const struct trace_context *context,
                  struct order *order, long total_cents)
{
    TRAIL;
    char customer[16];
    char total[16];
    char id[24] = "";
    snprintf(customer, sizeof customer, "%ld", order->customer);
    snprintf(total, sizeof total, "%ld", total_cents);
    struct transaction transaction;
    if (!transaction_begin(&transaction, database, context))
        return false;
    PGresult *rows = transaction_query(
        &transaction, "INSERT order",
        "INSERT INTO orders (customer_id, status, total_cents) VALUES ($1, 'pending', $2) "
        "RETURNING id",
        VALUES(customer, total));
    if (rows) {
        order->id = row_number(rows, 0, 0);
        snprintf(id, sizeof id, "%ld", order->id);
        PQclear(transaction_query(&transaction, "INSERT order lines",
                                  "INSERT INTO order_lines SELECT $1, line.sku, line.quantity, "
                                  "p.price_cents FROM " LINES "JOIN products p USING (sku)",
                                  VALUES(id, order->lines)));
    }
    PQclear(rows);
    return transaction_end(&transaction, true);
}

bool order_set_status(struct database *database, const struct trace_context *context, long id,
                      const char *status)
{
    TRAIL;
    char text[24];
    snprintf(text, sizeof text, "%ld", id);
    PGresult *rows =
        database_query(database, context, "UPDATE order",
                       "UPDATE orders SET status = $2 WHERE id = $1", VALUES(text, status));
    PQclear(rows);
    return rows != NULL;
}

json_t *order_latest(struct database *database, const struct trace_context *context, long customer)
{
    TRAIL;
    char text[16];
    snprintf(text, sizeof text, "%ld", customer);
    PGresult *rows = database_query(database, context, "SELECT orders",
                                    "SELECT id, total_cents, status FROM orders "
                                    "WHERE customer_id = $1 ORDER BY placed_at DESC LIMIT 5",
                                    VALUES(text));
    if (!rows)
        return NULL;
    json_t *orders = json_array();
    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(orders, json_pack("{s:I, s:i, s:s}", "order",
                                                (json_int_t)row_number(rows, row, 0), "total_cents",
                                                (int)row_number(rows, row, 1), "status",
                                                PQgetvalue(rows, row, 2)));
    PQclear(rows);
    return orders;
}
