/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes as one JSON object: {"http.route": "/cart", "code": 500}.
 *
 * Lists and maps keep their shape down to ATTRIBUTE_DEPTH_MAX; bytes are base64; numbers that are
 * none are their names, for JSON has none for them. Texts that are no UTF-8 get U+FFFD.
 */
#pragma once

#include "base/buf.h"

#define ATTRIBUTES_MAX 128     /* of one record: the limit that OpenTelemetry's SDKs have */
#define ATTRIBUTE_DEPTH_MAX 16 /* of a value; what lies deeper is null */
#define ATTRIBUTE_BYTES_MAX ((size_t)16 << 10)  /* of a key or a text in a value */
#define ATTRIBUTES_BYTES_MAX ((size_t)64 << 10) /* written; what is left then is left out */

/* Whether there is room for one more. */
static inline bool attributes_have_room(const struct buf *out)
{
    return out->len < ATTRIBUTES_BYTES_MAX;
}

void attributes_put_key(struct buf *out, struct str key); /* and a comma where one is needed */
void attributes_put_comma(struct buf *out);

void attributes_put_text(struct buf *out, struct str text);
void attributes_put_int(struct buf *out, int64_t integer);
void attributes_put_real(struct buf *out, double real);
void attributes_put_truth(struct buf *out, bool truth);
void attributes_put_bytes(struct buf *out, struct str bytes);

/* A value that has been written, as a text: a string without its quotes (and only base64 has been
 * written as one), all else as it is. */
struct str attributes_bare(struct str written);
