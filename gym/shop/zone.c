// SPDX-License-Identifier: Apache-2.0
#include "zone.h"
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HEADER 12
#define RECORD 16 /* bytes of an A record whose name is a pointer */
#define LABEL_MAX 63

enum rcode { RCODE_OK, RCODE_FORMAT, RCODE_SERVER, RCODE_NO_NAME, RCODE_NOT_IMPLEMENTED };

const char *zone_parse(struct zone *zone, char *text)
{
    zone->count = 0;
    for (char *line; (line = strsep(&text, "\n"));) {
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (zone->count == ZONE_RECORDS_MAX)
            return line;
        struct zone_record *record = &zone->records[zone->count];
        char address[16];
        if (sscanf(line, "%63s %15s", record->name, address) != 2 ||
            inet_pton(AF_INET, address, &record->address) != 1)
            return line;
        zone->count++;
    }
    return NULL;
}

static const struct zone_record *record_find(const struct zone *zone, const char *name)
{
    for (unsigned i = 0; i < zone->count; i++)
        if (strcasecmp(zone->records[i].name, name) == 0)
            return &zone->records[i];
    return NULL;
}

/* The name behind the header, dotted; returns where its question ends, 0 when it is malformed. */
static size_t question_parse(const unsigned char *message, size_t length, char name[DNS_NAME_SIZE])
{
    size_t at = HEADER;
    size_t out = 0;
    name[0] = '\0';
    while (at < length && message[at] != 0) {
        const size_t label = message[at++];
        if (label > LABEL_MAX || at + label >= length || out + label + 2 > DNS_NAME_SIZE)
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

static void record_write(unsigned char *out, const struct zone *zone,
                         const struct zone_record *record)
{
    const unsigned char fixed[] = {0xc0, HEADER, 0, 1, 0, 1}; /* the question's name; A; IN */
    const uint32_t ttl = htonl(zone->ttl_s);
    memcpy(out, fixed, sizeof fixed);
    memcpy(out + 6, &ttl, 4);
    out[10] = 0;
    out[11] = 4;
    memcpy(out + 12, &record->address, 4);
}

void zone_answer(const struct zone *zone, unsigned char message[DNS_MESSAGE_MAX], size_t length,
                 struct zone_answer *answer)
{
    static const char *const words[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP"};
    *answer = (struct zone_answer){.rcode = ""};
    if (length < HEADER || length > DNS_MESSAGE_MAX || (message[2] & 0x80) != 0)
        return; /* no message, or itself an answer */
    size_t end = question_parse(message, length, answer->name);
    if (end + RECORD > DNS_MESSAGE_MAX)
        end = 0;
    const struct zone_record *record = end > 0 ? record_find(zone, answer->name) : NULL;
    const bool wants_a = end > 0 && message[end - 4] == 0 && message[end - 3] == 1;
    const enum rcode rcode = end == 0                   ? RCODE_FORMAT
                             : (message[2] & 0x78) != 0 ? RCODE_NOT_IMPLEMENTED
                             : !record                  ? RCODE_NO_NAME
                                                        : RCODE_OK;
    const bool has_record = rcode == RCODE_OK && wants_a;
    message[2] = (unsigned char)(0x84 | (message[2] & 0x01)); /* an answer, authoritative */
    message[3] = (unsigned char)rcode;
    memset(message + 4, 0, HEADER - 4);
    message[5] = end > 0;
    message[7] = has_record;
    answer->length = end > 0 ? end : HEADER;
    answer->rcode = words[rcode];
    if (has_record) {
        record_write(message + end, zone, record);
        answer->length += RECORD;
    }
}
