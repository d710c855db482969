// SPDX-License-Identifier: Apache-2.0
/* What sending costs, and what was sent. */
#include "database.h"
#include "metric.h"
#include "pattern.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct database *database;
    struct pattern *postcode;
    long cents_per_kg, cents_per_parcel;
} shipping;

static struct metric shipments = COUNTER("shop_shipments_total", "Shipments asked for", "outcome");

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    shipping.database = database_open(config, instance);
    shipping.postcode = pattern_new(config, "postcode_pattern", "^[0-9]{5}(-[0-9]{1,4})?$");
    shipping.cents_per_kg = config_number(config, "cents_per_kg", 90, 0, 100000);
    shipping.cents_per_parcel = config_number(config, "cents_per_parcel", 350, 0, 100000);
}

static void stop(void)
{
    database_close(shipping.database);
    pattern_free(shipping.postcode);
}

static void quote(const struct request *request, struct reply *reply)
{
    TRAIL;
    const char *postcode = request_text(request, "postcode");
    const long weight_g = request_number(request, "weight");
    if (pattern_match(shipping.postcode, postcode) != PATTERN_MATCH) {
        reply_error(request, reply, 400, "BadPostcode", "no postcode: %.20s", postcode);
        return;
    }
    const long zone = (postcode[0] - '0') / 3; /* 0 is near, 3 is far */
    const long cents = weight_g == 0 ? 0
                                     : shipping.cents_per_parcel * (2 + zone) / 2 +
                                           shipping.cents_per_kg * weight_g / 1000;
    reply_json(reply, 200, json_pack("{s:i}", "cents", (int)cents));
}

/* Asked for twice, it is one shipment: the worker may try again. */
static void ship(const struct request *request, struct reply *reply)
{
    TRAIL;
    char order[16];
    snprintf(order, sizeof order, "%ld", request_number(request, "order"));
    PGresult *rows =
        database_query(shipping.database, &request->context, "INSERT shipment",
                       "WITH known AS (SELECT id FROM shipments WHERE order_id = $1), "
                       "new AS (INSERT INTO shipments (order_id, status) SELECT $1, 'packed' "
                       "WHERE NOT EXISTS (SELECT FROM known) RETURNING id) "
                       "SELECT id FROM new UNION ALL SELECT id FROM known",
                       VALUES(order));
    metric_add(&shipments, 1, LABELS(rows ? "packed" : "error"));
    if (!rows) {
        reply_error(request, reply, 500, "DatabaseError", "order %s: %s", order, database_why());
        return;
    }
    log_write(SEVERITY_INFO, &request->context, "order %s packed, shipment %ld", order,
              row_number(rows, 0, 0));
    reply_json(reply, 200, json_pack("{s:i}", "shipment", (int)row_number(rows, 0, 0)));
    PQclear(rows);
}

static void shipment(const struct request *request, struct reply *reply)
{
    TRAIL;
    char order[16];
    snprintf(order, sizeof order, "%ld", request_number(request, "order"));
    PGresult *rows = database_query(
        shipping.database, &request->context, "SELECT shipment",
        "SELECT status FROM shipments WHERE order_id = $1 ORDER BY id DESC LIMIT 1", VALUES(order));
    if (!rows)
        reply_error(request, reply, 500, "DatabaseError", "order %s: %s", order, database_why());
    else
        reply_json(reply, 200,
                   json_pack("{s:s}", "status",
                             PQntuples(rows) == 1 ? PQgetvalue(rows, 0, 0) : "waiting"));
    PQclear(rows);
}

static const struct route routes[] = {
    {"GET", "/quote", quote},
    {"POST", "/shipments", ship},
    {"GET", "/shipment", shipment},
    {0},
};

const struct role role_shipping = {"shipping", routes, start, stop};
