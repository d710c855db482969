/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of bytes, with a key or without, and comparing what must not be guessed byte by byte.
 *
 * By libcrypto (FIPS 180-4, RFC 2104), which is loaded when it is first asked for: most runs of the
 * program sign nothing. Any thread may ask.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define DIGEST_BYTES 32

struct digest {
    unsigned char bytes[DIGEST_BYTES];
};

/* ERR_IO: libcrypto is not there. */
MUST_CHECK bool digest_sha256(struct str bytes, struct digest *out, struct err *err);
MUST_CHECK bool digest_hmac_sha256(struct str key, struct str bytes, struct digest *out,
                                   struct err *err);

struct str digest_hex(struct arena *arena, const struct digest *digest); /* lower case */

/* Sixty-four hexadecimal digits, of either case. */
bool digest_of_hex(struct str text, struct digest *out);

/*
 * Whether what somebody gives is the secret. How long it takes tells nothing but how long `given`
 * is. An empty secret is no secret: nothing equals it.
 */
bool secret_equals(struct str secret, struct str given);
bool digest_equals(const struct digest *a, const struct digest *b);
