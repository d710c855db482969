/* SPDX-License-Identifier: Apache-2.0 */
#include "query/labels.h"

#include "data/json.h"

void labels_put_duration(struct buf *out, int64_t ns)
{
    const int64_t s = (ns + NS_PER_S - 1) / NS_PER_S;
    buf_printf(out, "%lld%s",
               (long long)(s % 3600 == 0 ? s / 3600
                           : s % 60 == 0 ? s / 60
                                         : s),
               s % 3600 == 0 ? "h"
               : s % 60 == 0 ? "m"
                             : "s");
}

void labels_put_matcher(struct buf *out, const char *label, const struct str *texts, uint32_t count,
                        bool is_not)
{
    struct buf any = buf_new(out->arena);
    if (count == 0)
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(&any, '|');
        for (size_t c = 0; c < texts[i].len; c++) {
            if (count > 1 && strchr(".+*?()[]{}|^$\\", texts[i].ptr[c]))
                buf_add_char(&any, '\\');
            buf_add_char(&any, texts[i].ptr[c]);
        }
    }
    buf_printf(out, "%s%s%s", out->ptr[out->len - 1] == '{' ? "" : ", ", label,
               count > 1 ? is_not ? "!~" : "=~"
               : is_not  ? "!="
                         : "=");
    json_put_text(out, buf_str(&any));
}
