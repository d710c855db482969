/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections, as seen by who looks for those that are too slow. A client that sends a byte now and
 * then is never idle, so a thread looks once a second who takes too long to say what they want, and
 * shuts their sockets.
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

struct arena;
struct sockaddr;
struct clients;
struct client;

enum phase {
    PHASE_HEAD, /* its headers are awaited: HTTP_HEAD_S_MAX */
    PHASE_BODY, /* its body: HTTP_BODY_S_MAX */
    PHASE_ANSWER,
};

MUST_CHECK bool clients_start(struct arena *arena, struct clients **out, struct err *err);
void clients_stop(struct clients *clients);

/*
 * One network's worth of addresses as a number: an IPv4 address, or the first half of an IPv6 one,
 * for the other half is its owner's to choose.
 */
#define CLIENT_LOOPBACK UINT64_C(0)
uint64_t client_address(const struct sockaddr *address);

struct client *client_add(struct clients *clients, int fd, uint64_t address);
void client_enter(struct client *client, enum phase phase);

/* Before its socket is closed: so it is never shut when its number is another's already. */
void client_remove(struct client *client);

uint32_t clients_count(struct clients *clients);

/* Those of one address. */
uint32_t clients_of(struct clients *clients, uint64_t address);
