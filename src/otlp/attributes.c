/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/attributes.h"

#include "base/base64.h"
#include "data/json.h"

#include <math.h>
#include <stdio.h>

void attributes_put_comma(struct buf *out)
{
    json_put_comma(out);
}

void attributes_put_key(struct buf *out, struct str key)
{
    json_put_comma(out);
    json_put_text(out, str_slice(key, 0, ATTRIBUTE_BYTES_MAX));
    buf_add_char(out, ':');
}

void attributes_put_text(struct buf *out, struct str text)
{
    json_put_text(out, str_slice(text, 0, ATTRIBUTE_BYTES_MAX));
}

void attributes_put_int(struct buf *out, int64_t integer)
{
    char text[24];
    const int len = snprintf(text, sizeof text, "%lld", (long long)integer);
    buf_add(out, (struct str){.ptr = text, .len = (size_t)len});
}

void attributes_put_real(struct buf *out, double real)
{
    if (isfinite(real))
        json_put_real(out, real);
    else
        buf_add(out, isnan(real) ? STR("\"NaN\"")
                     : real > 0  ? STR("\"Infinity\"")
                                 : STR("\"-Infinity\""));
}

void attributes_put_truth(struct buf *out, bool truth)
{
    buf_add(out, truth ? STR("true") : STR("false"));
}

/* RFC 4648, section 4. */
void attributes_put_bytes(struct buf *out, struct str bytes)
{
    buf_add_char(out, '"');
    base64_put(out, str_slice(bytes, 0, ATTRIBUTE_BYTES_MAX));
    buf_add_char(out, '"');
}

struct str attributes_bare(struct str written)
{
    return written.len >= 2 && written.ptr[0] == '"' ? str_slice(written, 1, written.len - 1)
                                                     : written;
}
