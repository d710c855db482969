/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/body.h"

#include "base/arena.h"
#include "base/buf.h"

#include <snappy-c.h>
#include <zlib.h>

#define WINDOW_BITS_GZIP (15 + 16) /* zlib's way to say: a gzip header, and nothing else */
#define STEP_BYTES ((size_t)64 << 10)

static bool too_large(struct err *err, size_t bytes_max)
{
    return err_set(err, ERR_OVER_BUDGET,
                   "the body is larger than %zu MiB once unpacked: send smaller batches",
                   bytes_max >> 20);
}

/* Members that follow one another are one body, as RFC 1952 has it. */
static int unpack_step(z_stream *stream)
{
    int rc = inflate(stream, Z_NO_FLUSH);
    if (rc == Z_STREAM_END && stream->avail_in > 0)
        rc = inflateReset(stream);
    return rc;
}

static bool unpack_gzip(struct arena *arena, struct str packed, size_t bytes_max, struct str *out,
                        struct err *err)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.ptr, .avail_in = (uInt)packed.len};
    if (inflateInit2(&stream, WINDOW_BITS_GZIP) != Z_OK)
        return err_set(err, ERR_IO, "zlib has no memory");
    struct buf whole = buf_new(arena);
    unsigned char step[STEP_BYTES];
    int rc = Z_OK;
    while (rc == Z_OK && whole.len <= bytes_max) {
        stream.next_out = step;
        stream.avail_out = sizeof step;
        rc = unpack_step(&stream);
        buf_add(&whole,
                (struct str){.ptr = (const char *)step, .len = sizeof step - stream.avail_out});
    }
    inflateEnd(&stream);
    if (whole.len > bytes_max)
        return too_large(err, bytes_max);
    if (rc != Z_STREAM_END)
        return err_set(err, ERR_PROTOCOL, "the body is no gzip, or cut short: %s",
                       stream.msg ? stream.msg : "its end is missing");
    *out = buf_str(&whole);
    return true;
}

bool body_unpack(struct arena *arena, struct str encoding, struct str packed, size_t bytes_max,
                 struct str *out, struct err *err)
{
    const struct str name = str_lower(arena, str_trim(encoding));
    *out = packed;
    if (packed.len > bytes_max)
        return err_set(err, ERR_OVER_BUDGET,
                       "the body is larger than %zu MiB: send smaller batches", bytes_max >> 20);
    if (name.len == 0 || str_eq(name, STR("identity")))
        return true;
    if (str_eq(name, STR("gzip")))
        return unpack_gzip(arena, packed, bytes_max, out, err);
    return err_set(err, ERR_DENIED, "Content-Encoding `%.*s` is not read here: use gzip, or none",
                   (int)(name.len < 40 ? name.len : 40), name.ptr);
}

bool body_unsnap(struct arena *arena, struct str packed, size_t bytes_max, struct str *out,
                 struct err *err)
{
    size_t len = 0;
    if (snappy_uncompressed_length(packed.ptr, packed.len, &len) != SNAPPY_OK)
        return err_set(err, ERR_PROTOCOL, "the body is no snappy");
    if (len > bytes_max)
        return too_large(err, bytes_max);
    char *bytes = arena_alloc(arena, len + 1);
    if (snappy_uncompress(packed.ptr, packed.len, bytes, &len) != SNAPPY_OK)
        return err_set(err, ERR_PROTOCOL, "the body is no snappy, or cut short");
    *out = (struct str){.ptr = bytes, .len = len};
    return true;
}
