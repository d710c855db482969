// SPDX-License-Identifier: Apache-2.0
/*
 * Names to IPv4 addresses, asked over UDP of the server that `dns_server` (ADDRESS:PORT) names;
 * without one, of the file SHOP_HOSTS, `ADDRESS NAME` a line. An answer is kept for dns_cache_s.
 */
#pragma once
#include "config.h"
#include <stddef.h>

#define DNS_ADDRESS_SIZE 16

enum dns_result { DNS_FOUND, DNS_NOT_ASKED /* neither is set: the system knows */, DNS_FAILED };

void dns_open(const struct config *config);
enum dns_result dns_resolve(const char *name, char address[DNS_ADDRESS_SIZE], char *why,
                            size_t size);
