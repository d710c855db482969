/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/inventory.h"

#include <stddef.h>
#include <string.h>

const struct instance inventory[] = {
    {"postgres-1", "postgres", "127.10.0.30", 5432, PART_POSTGRES},
    {"redis-1", "redis", "127.10.0.31", 6379, PART_REDIS},
    {"resolver-1", "resolver", "127.10.0.33", SHOP_PORT, PART_SHOP},
    {"bank-1", "bank", "127.10.0.32", SHOP_PORT, PART_THIRD_PARTY},
    {"auth-1", "auth", "127.10.0.22", SHOP_PORT, PART_SHOP},
    {"inventory-1", "inventory", "127.10.0.19", SHOP_PORT, PART_SHOP},
    {"catalog-1", "catalog", "127.10.0.13", SHOP_PORT, PART_SHOP},
    {"catalog-2", "catalog", "127.10.0.14", SHOP_PORT, PART_SHOP},
    {"recommendation-1", "recommendation", "127.10.0.20", SHOP_PORT, PART_SHOP},
    {"cart-1", "cart", "127.10.0.15", SHOP_PORT, PART_SHOP},
    {"payment-1", "payment", "127.10.0.18", SHOP_PORT, PART_SHOP},
    {"shipping-1", "shipping", "127.10.0.21", SHOP_PORT, PART_SHOP},
    {"checkout-1", "checkout", "127.10.0.16", SHOP_PORT, PART_SHOP},
    {"checkout-2", "checkout", "127.10.0.17", SHOP_PORT, PART_SHOP},
    {"worker-1", "worker", "127.10.0.23", SHOP_PORT, PART_SHOP},
    {"worker-2", "worker", "127.10.0.24", SHOP_PORT, PART_SHOP},
    {"gateway-1", "gateway", "127.10.0.11", SHOP_PORT, PART_SHOP},
    {"gateway-2", "gateway", "127.10.0.12", SHOP_PORT, PART_SHOP},
    {"nginx-1", "nginx", "127.10.0.10", SHOP_PORT, PART_NGINX},
    {"node-exporter", "node-exporter", "127.10.0.42", 9100, PART_EXPORTER},
    {"postgres-exporter", "postgres-exporter", "127.10.0.43", 9187, PART_EXPORTER},
    {"redis-exporter", "redis-exporter", "127.10.0.44", 9121, PART_EXPORTER},
    {"alertmanager", "alertmanager", "127.10.0.41", 9093, PART_ALERTMANAGER},
    {"prometheus", "prometheus", "127.10.0.40", 9090, PART_PROMETHEUS},
    {0},
};

const struct instance *instance_find(const char *name)
{
    for (const struct instance *it = inventory; it->name; it++)
        if (strcmp(it->name, name) == 0)
            return it;
    return NULL;
}

const struct instance *instance_of(const char *service, const struct instance *after)
{
    for (const struct instance *it = after ? after + 1 : inventory; it->name; it++)
        if (strcmp(it->service, service) == 0)
            return it;
    return NULL;
}

bool service_exists(const char *service)
{
    return instance_of(service, NULL) != NULL;
}
