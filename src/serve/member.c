/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/member.h"

#include "base/clock.h"

void member_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

void member_text_or_null(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    if (text.len > 0)
        json_put_text(out, text);
    else
        buf_add(out, STR("null"));
}

void member_time(struct buf *out, const char *name, int64_t time_ns)
{
    member_text_or_null(out, name,
                        time_ns == 0 ? STR("") : time_format_rfc3339(out->arena, time_ns));
}

void member_integer(struct buf *out, const char *name, int64_t integer)
{
    json_put_key(out, name);
    buf_printf(out, "%lld", (long long)integer);
}

void member_real(struct buf *out, const char *name, double real)
{
    json_put_key(out, name);
    json_put_real(out, real);
}

void member_truth(struct buf *out, const char *name, bool truth)
{
    json_put_key(out, name);
    buf_add(out, truth ? STR("true") : STR("false"));
}
