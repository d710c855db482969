/* SPDX-License-Identifier: Apache-2.0 */
/* What runs in a world, and at which address. Services of the shop have two names: of the service
 * (its folder in the configuration) and of the instance. */
#pragma once

#include <stdbool.h>

enum part {
    PART_POSTGRES,
    PART_REDIS,
    PART_SHOP,        /* the shop's program, in the role that its service's name says */
    PART_THIRD_PARTY, /* the same program; not ours, so nobody scrapes it */
    PART_NGINX,
    PART_EXPORTER,
    PART_ALERTMANAGER,
    PART_PROMETHEUS,
};

struct instance {
    const char *name;    /* "catalog-1" */
    const char *service; /* "catalog" */
    const char *address;
    unsigned short port;
    enum part part;
};

/* In the order in which they are started; ends with a `name` of NULL. */
extern const struct instance inventory[];

#define INSTANCES_MAX 48
#define SHOP_PORT 8080
#define FRONT_DOOR "http://127.10.0.10:8080"
#define PROMETHEUS_URL "http://127.10.0.40:9090"
#define KEEPER_ADDRESS "127.10.0.45" /* its numbers, and where alerts are sent to */
#define KEEPER_PORT 9256

const struct instance *instance_find(const char *name); /* NULL: there is none */

/* The next instance of a service behind `after` (NULL: its first); NULL: there are no more. */
const struct instance *instance_of(const char *service, const struct instance *after);

bool service_exists(const char *service);
