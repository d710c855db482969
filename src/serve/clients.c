/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/clients.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/http.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

struct client {
    struct arena *arena;
    struct clients *all;
    struct client *next, **link;
    int fd;
    uint64_t address;
    enum phase phase;
    int64_t since_ns;
    bool is_shut;
};

struct clients {
    pthread_mutex_t lock; /* of all that follows, and of each client */
    pthread_cond_t changed;
    struct client *first;
    uint32_t count;
    bool is_stopping;
    pthread_t watcher;
};

static int64_t now_ns(void)
{
    return clock_now_ns(clock_system());
}

static bool is_too_slow(const struct client *client, int64_t now)
{
    const int64_t span_ns = now - client->since_ns;
    return (client->phase == PHASE_HEAD && span_ns > HTTP_HEAD_S_MAX * NS_PER_S) ||
           (client->phase == PHASE_BODY && span_ns > HTTP_BODY_S_MAX * NS_PER_S);
}

static void *watch(void *state)
{
    struct clients *clients = state;
    pthread_mutex_lock(&clients->lock);
    while (!clients->is_stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&clients->changed, &clients->lock, &until);
        const int64_t now = now_ns();
        for (struct client *it = clients->first; it; it = it->next)
            if (!it->is_shut && is_too_slow(it, now)) {
                it->is_shut = true;
                shutdown(it->fd, SHUT_RDWR);
            }
    }
    pthread_mutex_unlock(&clients->lock);
    return NULL;
}

bool clients_start(struct arena *arena, struct clients **out, struct err *err)
{
    struct clients *clients = arena_push(arena, struct clients);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&clients->lock, NULL);
    pthread_cond_init(&clients->changed, &attributes);
    *out = clients;
    return pthread_create(&clients->watcher, NULL, watch, clients) == 0 ||
           err_set(err, ERR_IO, "a thread could not be started");
}

void clients_stop(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    clients->is_stopping = true;
    pthread_cond_signal(&clients->changed);
    pthread_mutex_unlock(&clients->lock);
    pthread_join(clients->watcher, NULL);
}

static uint64_t number_of(const unsigned char *bytes, int count)
{
    uint64_t number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

static uint64_t address_of_four(const void *bytes)
{
    const uint64_t number = number_of(bytes, 4);
    return number >> 24 == 127 ? CLIENT_LOOPBACK : number;
}

uint64_t client_address(const struct sockaddr *address)
{
    if (address && address->sa_family == AF_INET)
        return address_of_four(&((const struct sockaddr_in *)(const void *)address)->sin_addr);
    if (!address || address->sa_family != AF_INET6)
        return CLIENT_LOOPBACK; /* a socket of this machine */
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (IN6_IS_ADDR_LOOPBACK(six))
        return CLIENT_LOOPBACK;
    return IN6_IS_ADDR_V4MAPPED(six) ? address_of_four(six->s6_addr + 12)
                                     : number_of(six->s6_addr, 8);
}

struct client *client_add(struct clients *clients, int fd, uint64_t address)
{
    struct arena *arena = arena_new("client");
    struct client *client = arena_push(arena, struct client);
    *client = (struct client){
        .arena = arena, .all = clients, .fd = fd, .address = address, .since_ns = now_ns()};
    pthread_mutex_lock(&clients->lock);
    client->next = clients->first;
    client->link = &clients->first;
    if (client->next)
        client->next->link = &client->next;
    clients->first = client;
    clients->count++;
    pthread_mutex_unlock(&clients->lock);
    return client;
}

void client_enter(struct client *client, enum phase phase)
{
    pthread_mutex_lock(&client->all->lock);
    client->phase = phase;
    client->since_ns = now_ns();
    pthread_mutex_unlock(&client->all->lock);
}

void client_remove(struct client *client)
{
    struct clients *clients = client->all;
    pthread_mutex_lock(&clients->lock);
    *client->link = client->next;
    if (client->next)
        client->next->link = client->link;
    clients->count--;
    pthread_mutex_unlock(&clients->lock);
    arena_free(client->arena);
}

uint32_t clients_count(struct clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    const uint32_t count = clients->count;
    pthread_mutex_unlock(&clients->lock);
    return count;
}

uint32_t clients_of(struct clients *clients, uint64_t address)
{
    uint32_t count = 0;
    pthread_mutex_lock(&clients->lock);
    for (const struct client *it = clients->first; it; it = it->next)
        count += it->address == address;
    pthread_mutex_unlock(&clients->lock);
    return count;
}
