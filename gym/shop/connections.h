// SPDX-License-Identifier: Apache-2.0
/*
 * Connections to a peer that are kept open for the next call: handles of libcurl, each with its
 * own. Options: idle_connections_max, idle_reuse_s.
 */
#pragma once
#include "config.h"
#include <curl/curl.h>

struct connections;

struct connections *connections_new(const struct config *config);
void connections_free(struct connections *connections);

/* The warmest that is not too old, or a new one. */
CURL *connections_take(struct connections *connections);

/* One whose call ended well; the coldest goes when there are too many. */
void connections_give(struct connections *connections, CURL *curl);
