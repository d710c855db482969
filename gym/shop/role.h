// SPDX-License-Identifier: Apache-2.0
/* What a process can be. Declared here, listed in shop.c. */
#pragma once
#include "config.h"
#include "server.h"

struct role {
    const char *name;
    const struct route *routes;
    void (*start)(const struct config *config, const char *instance, const char *address);
    void (*stop)(void);
};

extern const struct role role_gateway;
extern const struct role role_catalog;
extern const struct role role_cart;
extern const struct role role_checkout;
extern const struct role role_payment;
extern const struct role role_inventory;
extern const struct role role_recommendation;
extern const struct role role_shipping;
extern const struct role role_auth;
extern const struct role role_worker;
extern const struct role role_bank;
extern const struct role role_resolver;

/* Customers rather than a service: no server, no telemetry. `kind` is one of load.c's. */
int load_main(const char *url, double requests_per_s, long seconds, unsigned seed,
              const char *kind);

/* Makes FOLDER/NAME.crt, NAME.key and a copy of the authority's ca.crt; see certificate.c. */
int certificate_main(const char *authority, const char *name, const char *host, long lifetime_s,
                     const char *folder);
