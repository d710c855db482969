// SPDX-License-Identifier: Apache-2.0
/* A name server of the smallest kind: one zone file, over UDP, at the role's address and dns_port.
 */
#include "metric.h"
#include "role.h"
#include "zone.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    struct zone zone;
    int socket;
    pthread_t thread;
    atomic_bool stopping;
} resolver;

static struct metric queries = COUNTER("dns_queries_total", "Questions answered", "rcode");

static void zone_read(const struct config *config)
{
    char *text = config_file(config, "zone");
    const char *wrong = text ? zone_parse(&resolver.zone, text) : "the key `zone` is missing";
    if (wrong) {
        fprintf(stderr, "shop: zone: wants NAME ADDRESS, %d lines at most: %s\n", ZONE_RECORDS_MAX,
                wrong);
        exit(2);
    }
    free(text);
    resolver.zone.ttl_s = (uint32_t)config_number(config, "ttl_s", 5, 0, 86400);
}

static void *answer_until_stopped(void *unused)
{
    (void)unused;
    while (!atomic_load(&resolver.stopping)) {
        unsigned char message[DNS_MESSAGE_MAX];
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        const ssize_t length =
            recvfrom(resolver.socket, message, sizeof message, 0, (struct sockaddr *)&from, &size);
        if (length < 0)
            continue; /* nothing within the time-out: look whether to stop */
        struct zone_answer answer;
        zone_answer(&resolver.zone, message, (size_t)length, &answer);
        if (answer.length == 0)
            continue;
        metric_add(&queries, 1, LABELS(answer.rcode));
        if (message[7] == 0)
            log_write(SEVERITY_WARN, NULL, "no address of %.100s: %s", answer.name, answer.rcode);
        sendto(resolver.socket, message, answer.length, 0, (struct sockaddr *)&from, size);
    }
    return NULL;
}

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)instance;
    char host[64];
    unsigned short http_port;
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)config_number(config, "dns_port", 5353, 1, 65535))};
    zone_read(config);
    resolver.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    setsockopt(resolver.socket, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
    setsockopt(resolver.socket, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 300000},
               sizeof(struct timeval));
    if (!address_parse(address, host, &http_port) ||
        inet_pton(AF_INET, host, &here.sin_addr) != 1 ||
        bind(resolver.socket, (struct sockaddr *)&here, sizeof here) != 0 ||
        pthread_create(&resolver.thread, NULL, answer_until_stopped, NULL) != 0) {
        fprintf(stderr, "shop: cannot answer names at %s\n", address);
        exit(1);
    }
}

static void stop(void)
{
    atomic_store(&resolver.stopping, true);
    pthread_join(resolver.thread, NULL);
    close(resolver.socket);
}

static const struct route routes[] = {{0}};

const struct role role_resolver = {"resolver", routes, start, stop};
