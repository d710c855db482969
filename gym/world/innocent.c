/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people change on a day on which nothing goes wrong. Each is a real edit of a real file, and
 * one that the shop does not feel: a comment, a readme, a number within what it can bear.
 */
#include "gym/world/deploy.h"

#include "base/arena.h"
#include "gym/world/inventory.h"

#include <stdio.h>
#include <stdlib.h>

struct innocent {
    const char *author;
    const char *service; /* "": a file of all; it is not deployed */
    const char *message;
    const char *key;   /* NULL: `text` is added to the file */
    const char *value; /* or the number is scaled by `percent` */
    int percent;
    const char *text;
};

static const struct innocent stock[] = {
    {"Mina Okafor", "gateway", "gateway: note which time-outs nginx expects of us", NULL, NULL, 0,
     "# nginx gives up on us after its own proxy_read_timeout; stay below it\n"},
    {"Priya Nair", "catalog", "catalog: 24 products on the home page", "list_size", NULL, 120,
     NULL},
    {"Jonas Weber", "worker", "worker: where its queue is described", NULL, NULL, 0,
     "# the shape of a job: see the readme, under queue\n"},
    {"Tomas Lind", "", "readme: units", NULL, NULL, 0,
     "\nTimes end in `_ms` or `_s`, sizes in `_mb`, and mean it.\n"},
    {"Ana Duarte", "checkout", "checkout: wait a little longer for a database connection",
     "db_pool_wait_ms", NULL, 110, NULL},
    {"Priya Nair", "recommendation", "recommendation: whom to ask about the model", NULL, NULL, 0,
     "# questions: #team-discovery\n"},
    {"Ken Ito", "nginx", "nginx: keep idle customers' connections a little longer",
     "keepalive_timeout", "20s", 0, NULL},
    {"Jonas Weber", "shipping", "shipping: which carrier the table is from", NULL, NULL, 0,
     "# rates as of the carrier's list of July\n"},
    {"Ana Duarte", "payment", "payment: say that amounts are in cents", NULL, NULL, 0,
     "# amounts are in cents, everywhere\n"},
    {"Mina Okafor", "cart", "cart: keep what nobody buys a bit longer", "cart_ttl_s", NULL, 120,
     NULL},
    {"Tomas Lind", "inventory", "inventory: comment on why holds expire", NULL, NULL, 0,
     "# a hold that nobody buys goes back on the shelf\n"},
    {"Ken Ito", "", "readme: how to roll back", NULL, NULL, 0,
     "\nTo roll back, revert the commit and deploy; do not edit on the machine.\n"},
    {"Priya Nair", "catalog", "catalog: explain the order of search results", NULL, NULL, 0,
     "# by what sold best, then by name\n"},
    {"Jonas Weber", "worker", "worker: trace a few jobs less", "trace_percent", NULL, 90, NULL},
    {"Mina Okafor", "gateway", "gateway: the page of the status team", NULL, NULL, 0,
     "# dashboards: the status page links them\n"},
    {"Ana Duarte", "auth", "auth: name the standard that tokens follow", NULL, NULL, 0,
     "# tokens are signed as RFC 7519 has it\n"},
    {"Ken Ito", "redis", "redis: what lives in it", NULL, NULL, 0,
     "# carts, sessions, the queue of orders\n"},
    {"Tomas Lind", "checkout", "checkout: comment on the order of its steps", NULL, NULL, 0,
     "# hold the stock first, take the money last\n"},
    {"Priya Nair", "recommendation", "recommendation: renew connections later",
     "db_connection_lifetime_s", NULL, 110, NULL},
    {"Jonas Weber", "", "readme: who is on call", NULL, NULL, 0,
     "\nOn call: see the calendar; the pager knows it, too.\n"},
    {"Ana Duarte", "shipping", "shipping: a longer pool wait before month end", "db_pool_wait_ms",
     NULL, 110, NULL},
    {"Mina Okafor", "auth", "auth: where keys are rotated", NULL, NULL, 0,
     "# keys are rotated by the security team, each quarter\n"},
    {"Ken Ito", "cart", "cart: say what a cart costs to keep", NULL, NULL, 0,
     "# about 300 bytes each\n"},
    {"Tomas Lind", "inventory", "inventory: trace a few requests less", "trace_percent", NULL, 90,
     NULL},
};
#define STOCK (sizeof stock / sizeof stock[0])

static bool number_scale(struct world *world, const struct innocent *it, struct err *err)
{
    char now[64], then[64];
    if (!deploy_get(world, it->service, NULL, it->key, now, sizeof now))
        return err_set(err, ERR_NOT_FOUND, "no such key");
    const long number = strtol(now, NULL, 10);
    snprintf(then, sizeof then, "%ld", number + (number * (it->percent - 100) + 99) / 100);
    return deploy_set(world, it->service, NULL, it->key, then, err);
}

static bool edit(struct world *world, const struct innocent *it, struct err *err)
{
    if (it->key && it->percent > 0)
        return number_scale(world, it, err);
    if (it->key)
        return deploy_set(world, it->service, NULL, it->key, it->value, err);
    const char *path = "README.md";
    if (it->service[0])
        path = str_printf(world->arena, "%s/%s.conf", it->service, it->service).ptr;
    return deploy_append(world, path, it->text, err);
}

/* Two of three are put to work at once; the others wait for the next deploy of their service. */
static bool is_rolled_out(const struct innocent *it, uint64_t die)
{
    return it->service[0] && die % 3 != 0;
}

bool deploy_innocent(struct world *world, const char *but_service, bool is_deployed,
                     struct err *err)
{
    static size_t next;
    const size_t first = (size_t)(world->seed * 7 % STOCK);
    char id[CHANGE_ID_SIZE];
    for (; next < STOCK; next++) {
        const size_t at = (first + next * 5) % STOCK; /* 5 and 24 have no common divisor */
        struct err unused;
        const struct innocent *it = &stock[at];
        if (but_service && strcmp(it->service, but_service) == 0)
            continue;
        if ((is_deployed && !it->service[0]) || !edit(world, it, &unused))
            continue; /* this shop has no such key: another one, then */
        next++;
        return deploy_commit(world, it->author, it->message, id, err) &&
               (!(is_deployed || is_rolled_out(it, world->seed / 3 + next)) ||
                deploy_rollout(world,
                               &(struct rollout){.author = it->author, .service = it->service},
                               NULL, err));
    }
    return true;
}
