/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/wire.h"

#include <string.h>

#define VARINT_BYTES_MAX 10
#define NUMBER_MAX ((UINT32_C(1) << 29) - 1) /* of a field, by the encoding */

struct wire wire_of(struct str message)
{
    return (struct wire){.at = message.ptr, .end = message.ptr + message.len};
}

static bool fail(struct wire *wire)
{
    wire->damaged = true;
    wire->at = wire->end;
    return false;
}

static bool take_varint(struct wire *wire, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < VARINT_BYTES_MAX && wire->at < wire->end; i++) {
        const unsigned char byte = (unsigned char)*wire->at++;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *out = value;
            return true;
        }
    }
    return fail(wire);
}

/* Little-endian, as the encoding is. */
static bool take_fixed(struct wire *wire, size_t size, uint64_t *out)
{
    if ((size_t)(wire->end - wire->at) < size)
        return fail(wire);
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)(unsigned char)wire->at[i] << (8 * i);
    wire->at += size;
    *out = value;
    return true;
}

static bool take_bytes(struct wire *wire, struct str *out)
{
    uint64_t len;
    if (!take_varint(wire, &len))
        return false;
    if (len > (uint64_t)(wire->end - wire->at))
        return fail(wire);
    *out = (struct str){.ptr = wire->at, .len = (size_t)len};
    wire->at += len;
    return true;
}

bool wire_next(struct wire *wire, struct wire_field *out)
{
    uint64_t tag;
    if (wire->at >= wire->end || !take_varint(wire, &tag))
        return false;
    if (tag >> 3 == 0 || tag >> 3 > NUMBER_MAX)
        return fail(wire);
    *out = (struct wire_field){.number = (uint32_t)(tag >> 3), .type = tag & 7};
    switch (tag & 7) {
    case WIRE_VARINT:
        return take_varint(wire, &out->integer);
    case WIRE_64:
        return take_fixed(wire, 8, &out->integer);
    case WIRE_32:
        return take_fixed(wire, 4, &out->integer);
    case WIRE_BYTES:
        return take_bytes(wire, &out->bytes);
    default:
        return fail(wire); /* groups are of proto2, and none of these messages has any */
    }
}

double wire_real(const struct wire_field *field)
{
    double real;
    memcpy(&real, &field->integer, sizeof real);
    return real;
}

static void put_number(struct buf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buf_add_char(out, (char)(value | 0x80));
    buf_add_char(out, (char)value);
}

void wire_put_varint(struct buf *out, uint32_t number, uint64_t value)
{
    put_number(out, (uint64_t)number << 3 | WIRE_VARINT);
    put_number(out, value);
}

void wire_put_fixed64(struct buf *out, uint32_t number, uint64_t value)
{
    put_number(out, (uint64_t)number << 3 | WIRE_64);
    for (unsigned i = 0; i < 8; i++)
        buf_add_char(out, (char)(value >> (8 * i)));
}

void wire_put_bytes(struct buf *out, uint32_t number, struct str bytes)
{
    put_number(out, (uint64_t)number << 3 | WIRE_BYTES);
    put_number(out, bytes.len);
    buf_add(out, bytes);
}
