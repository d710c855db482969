// SPDX-License-Identifier: Apache-2.0
/* What a process can be. Declared here, listed in shop.c. */
#pragma once
#include "config.h"
#include "server.h"

struct role {
    const char *name;
    const struct route *routes;
    void (*start)(const struct config *config,
                  const char *instance); /* ends the process on failure */
    void (*stop)(void);
};

extern const struct role role_storefront;
extern const struct role role_catalog;
extern const struct role role_orders;
extern const struct role role_worker;

/* Customers rather than a service: no server, no telemetry. */
int load_main(const char *url, double requests_per_s, long seconds, unsigned seed);
