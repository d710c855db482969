// SPDX-License-Identifier: Apache-2.0
/* Orders in PostgreSQL. */
#pragma once
#include "database.h"

struct order {
    long id, customer;
    long goods_cents, weight_g;
    char postcode[16];
    char lines[1024]; /* "17:2,4:1" */
};

/* Goods and weight from the prices of now, the postcode from the customer. `lines` is an array of
 * {"sku", "quantity"}. False when the database failed. */
bool order_price(struct database *database, const struct trace_context *context,
                 const json_t *lines, struct order *order);

/* Sets the id. */
bool order_insert(struct database *database, const struct trace_context *context,
                  struct order *order, long total_cents);

bool order_set_status(struct database *database, const struct trace_context *context, long id,
                      const char *status);

/* [{"order", "status", "total_cents"}], the latest first; NULL when the database failed. */
json_t *order_latest(struct database *database, const struct trace_context *context, long customer);
