/* SPDX-License-Identifier: Apache-2.0 */
/* The world's network: addresses of 127.0.0.0/8 on a loopback device of its own, or the host's. */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

/* Brings the loopback device up and names the instances in /etc/hosts, where the world is isolated.
 * Everywhere: WORK/run/hosts, which $SHOP_HOSTS names. */
MUST_CHECK bool network_open(struct world *world, struct err *err);

/* Refuses what is not an address of this machine's loopback, for nothing of ours goes elsewhere. */
MUST_CHECK bool network_is_ours(struct str address, struct err *err);

/* Refuses an address that another program already listens on; before anything is started. */
MUST_CHECK bool network_is_free(const char *address, unsigned short port, struct err *err);

/* True once somebody listens there. */
bool network_listens(const char *address, unsigned short port);

/* A rule set for `nft -f`, in a table of this name (`inet`), which network_unfilter() removes. Only
 * in a network of our own. */
MUST_CHECK bool network_filter(struct world *world, const char *table, const char *rules,
                               struct err *err);
MUST_CHECK bool network_unfilter(struct world *world, const char *table, struct err *err);
