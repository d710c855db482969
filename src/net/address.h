/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that no name may lead to. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

/*
 * Whether something listens there that is not meant for us: the services by which machines of a
 * cloud learn their keys, other link-local addresses, those of many receivers, and "any address".
 * Loopback and private networks are where people run models, and fine.
 */
bool address_is_shut(const struct sockaddr *address);
