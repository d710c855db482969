// SPDX-License-Identifier: Apache-2.0
/* Takes the money: asks the bank, a third party, and keeps what it said. */
#include "client.h"
#include "database.h"
#include "metric.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct database *database;
    struct peer *bank;
    char authorization[200];
} payment;

static struct metric charges = COUNTER("shop_charges_total", "Charges asked for", "outcome");

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    payment.database = database_open(config, instance);
    payment.bank = peer_open(config, "bank");
    char *token = config_secret(config, "bank_token_file");
    snprintf(payment.authorization, sizeof payment.authorization, "Bearer %s", token ? token : "");
    free(token);
}

static void stop(void)
{
    database_close(payment.database);
    peer_close(payment.bank);
}

static bool keep(const struct request *request, const char *order, const char *cents,
                 const char *reference, const char *status)
{
    PGresult *rows = database_query(payment.database, &request->context, "INSERT payment",
                                    "INSERT INTO payments (order_id, amount_cents, "
                                    "bank_reference, status) VALUES ($1, $2, nullif($3, ''), $4)",
                                    VALUES(order, cents, reference, status));
    PQclear(rows);
    return rows != NULL;
}

static void charge(const struct request *request, struct reply *reply)
{
    TRAIL;
    char order[16];
    char cents[16];
    snprintf(order, sizeof order, "%ld", request_number(request, "order"));
    snprintf(cents, sizeof cents, "%ld", request_number(request, "cents"));
    struct call call;
    call_prepare(&call, payment.bank, "POST", "/charges?reference=%s&cents=%s", order, cents);
    call.authorization = payment.authorization;
    const char *outcome = "error";
    if (!client_call(&request->context, &call)) {
        reply_error(request, reply, 502, "BankUnavailable", "order %s, %s cents: %s", order, cents,
                    call.why);
    } else if (call.status == 402) {
        outcome = "declined";
        log_write(SEVERITY_INFO, &request->context, "order %s: the bank declines %s cents", order,
                  cents);
        keep(request, order, cents, "", "declined");
        reply_error(request, reply, 402, "Declined", "the bank declines");
    } else if (call.status != 200) {
        reply_error(request, reply, 502, "BankRefused", "order %s, %s cents: bank answered %d: %s",
                    order, cents, call.status, call_text(&call, "message"));
    } else if (!keep(request, order, cents, call_text(&call, "id"), "paid")) {
        reply_error(request, reply, 500, "DatabaseError",
                    "order %s is charged (%s) and not kept: %s", order, call_text(&call, "id"),
                    database_why());
    } else {
        outcome = "paid";
        reply_json(reply, 200, json_pack("{s:s}", "reference", call_text(&call, "id")));
    }
    metric_add(&charges, 1, LABELS(outcome));
    call_done(&call);
}

static const struct route routes[] = {
    {"POST", "/charge", charge},
    {0},
};

const struct role role_payment = {"payment", routes, start, stop};
