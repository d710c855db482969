/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

void base64_put(struct buf *out, struct str bytes)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < bytes.len; at += 3) {
        const size_t left = bytes.len - at;
        const uint32_t group = (uint32_t)(unsigned char)bytes.ptr[at] << 16 |
                               (left > 1 ? (uint32_t)(unsigned char)bytes.ptr[at + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)(unsigned char)bytes.ptr[at + 2] : 0);
        buf_add_char(out, letters[group >> 18]);
        buf_add_char(out, letters[group >> 12 & 63]);
        buf_add_char(out, left > 1 ? letters[group >> 6 & 63] : '=');
        buf_add_char(out, left > 2 ? letters[group & 63] : '=');
    }
}
