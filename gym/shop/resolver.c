// SPDX-License-Identifier: Apache-2.0
/*
 * A name server of the smallest kind: A records of one zone file, over UDP, at the role's address
 * and `dns_port`. It answers one question a message, as all resolvers ask.
 */
#include "metric.h"
#include "role.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER 12
#define MESSAGE_MAX 512
#define NAME_MAX_LENGTH 255
#define RECORDS_MAX 64

enum rcode { RCODE_OK = 0, RCODE_FORMAT = 1, RCODE_NO_NAME = 3, RCODE_NOT_IMPLEMENTED = 4 };

static struct {
    struct record {
        char name[64];
        struct in_addr address;
    } records[RECORDS_MAX];
    unsigned count;
    uint32_t ttl_s;
    int socket;
    pthread_t thread;
    atomic_bool stopping;
} resolver;

static struct metric queries = COUNTER("dns_queries_total", "Questions answered", "rcode");

static void zone_read(const struct config *config)
{
    char *zone = config_file(config, "zone");
    char *rest = zone;
    for (char *line; rest && (line = strsep(&rest, "\n"));) {
        struct record *record = &resolver.records[resolver.count];
        char address[16];
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (resolver.count == RECORDS_MAX ||
            sscanf(line, "%63s %15s", record->name, address) != 2 ||
            inet_pton(AF_INET, address, &record->address) != 1) {
            fprintf(stderr, "shop: zone: wants NAME ADDRESS, %d lines at most: %s\n", RECORDS_MAX,
                    line);
            exit(2);
        }
        resolver.count++;
    }
    free(zone);
}

static const struct record *record_find(const char *name)
{
    for (unsigned i = 0; i < resolver.count; i++)
        if (strcasecmp(resolver.records[i].name, name) == 0)
            return &resolver.records[i];
    return NULL;
}

/* The name at HEADER, dotted; returns where its question ends, 0 when it is malformed. */
static size_t question_parse(const unsigned char *message, size_t length,
                             char name[NAME_MAX_LENGTH + 1])
{
    size_t at = HEADER;
    size_t out = 0;
    while (at < length && message[at] != 0) {
        const size_t label = message[at++];
        if (label > 63 || at + label >= length || out + label + 2 > NAME_MAX_LENGTH)
            return 0;
        if (out > 0)
            name[out++] = '.';
        memcpy(name + out, message + at, label);
        out += label;
        at += label;
    }
    name[out] = '\0';
    return at + 5 <= length ? at + 5 : 0; /* the root label, type and class */
}

/* Turns the question into its answer; returns the answer's length. */
static size_t answer(unsigned char message[MESSAGE_MAX], size_t length)
{
    char name[NAME_MAX_LENGTH + 1];
    const size_t end = question_parse(message, length, name);
    const struct record *record = end > 0 ? record_find(name) : NULL;
    const bool wants_a = end > 0 && message[end - 4] == 0 && message[end - 3] == 1;
    const enum rcode rcode = end == 0                   ? RCODE_FORMAT
                             : (message[2] & 0x78) != 0 ? RCODE_NOT_IMPLEMENTED
                             : !record                  ? RCODE_NO_NAME
                                                        : RCODE_OK;
    const bool has_answer = rcode == RCODE_OK && wants_a;
    message[2] = (unsigned char)(0x84 | (message[2] & 0x01)); /* an authoritative answer */
    message[3] = (unsigned char)rcode;
    memset(message + 4, 0, HEADER - 4);
    message[5] = end > 0;
    message[7] = has_answer;
    size_t at = end > 0 ? end : HEADER;
    if (has_answer) {
        const unsigned char fixed[] = {0xc0, HEADER, 0, 1, 0, 1}; /* that name; A; IN */
        const uint32_t ttl = htonl(resolver.ttl_s);
        memcpy(message + at, fixed, sizeof fixed);
        memcpy(message + at + 6, &ttl, 4);
        message[at + 10] = 0;
        message[at + 11] = 4;
        memcpy(message + at + 12, &record->address, 4);
        at += 16;
    }
    static const char *const words[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP"};
    metric_add(&queries, 1, LABELS(words[rcode]));
    if (rcode == RCODE_NO_NAME)
        log_write(SEVERITY_WARN, NULL, "no record of %.100s: NXDOMAIN", name);
    return at;
}

static void *answer_until_stopped(void *unused)
{
    (void)unused;
    while (!atomic_load(&resolver.stopping)) {
        unsigned char message[MESSAGE_MAX];
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        const ssize_t length = recvfrom(resolver.socket, message, MESSAGE_MAX - 16, 0,
                                        (struct sockaddr *)&from, &size);
        if (length < HEADER)
            continue; /* nothing within the time-out, or nothing that could be answered */
        const size_t reply = answer(message, (size_t)length);
        sendto(resolver.socket, message, reply, 0, (struct sockaddr *)&from, size);
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
    resolver.ttl_s = (uint32_t)config_number(config, "ttl_s", 5, 0, 86400);
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
