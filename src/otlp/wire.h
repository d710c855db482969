/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocol Buffers as they lie on the wire: one field after the other, in place.
 *
 * Nothing is allocated and nothing is copied, so a message costs no more memory than its bytes,
 * whatever it claims to hold; and how deep it goes is for the caller to bound, message by message.
 * Source: protobuf.dev/programming-guides/encoding.
 */
#pragma once

#include "base/buf.h"

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct wire {
    const char *at, *end;
    bool damaged; /* cut short, or no field; nothing is read beyond that */
};

struct wire_field {
    uint32_t number;
    enum wire_type type;
    uint64_t integer; /* of WIRE_VARINT, WIRE_64 and WIRE_32 */
    struct str bytes; /* of WIRE_BYTES: a text or a message */
};

struct wire wire_of(struct str message);

/* The next field; false at the end, or where the message is damaged. */
bool wire_next(struct wire *wire, struct wire_field *out);

/* Is it that field? One of another type is another field, as the encoding has it. */
static inline bool wire_is(const struct wire_field *field, uint32_t number, enum wire_type type)
{
    return field->number == number && field->type == type;
}

double wire_real(const struct wire_field *field); /* of WIRE_64 */

void wire_put_varint(struct buf *out, uint32_t number, uint64_t value);
void wire_put_fixed64(struct buf *out, uint32_t number, uint64_t value);
void wire_put_bytes(struct buf *out, uint32_t number, struct str bytes);
