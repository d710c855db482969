// SPDX-License-Identifier: Apache-2.0
/* Names and their IPv4 addresses, and the answer to a DNS message (RFC 1035) that asks for one. */
#pragma once
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_RECORDS_MAX 64
#define DNS_MESSAGE_MAX 512 /* over UDP */
#define DNS_NAME_SIZE 256

struct zone {
    struct zone_record {
        char name[64];
        struct in_addr address;
    } records[ZONE_RECORDS_MAX];
    unsigned count;
    uint32_t ttl_s;
};

/* `NAME ADDRESS` lines; NULL, or the line that is none or one too many. */
const char *zone_parse(struct zone *zone, char *text);

struct zone_answer {
    size_t length;            /* of the message now; 0: it was none that could be answered */
    const char *rcode;        /* "NOERROR", "NXDOMAIN", ... */
    char name[DNS_NAME_SIZE]; /* what was asked for; "" when it could not be read */
};

/* Turns the message, one question, into its answer. */
void zone_answer(const struct zone *zone, unsigned char message[DNS_MESSAGE_MAX], size_t length,
                 struct zone_answer *answer);
