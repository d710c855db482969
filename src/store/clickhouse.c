/* SPDX-License-Identifier: Apache-2.0 */
#include "store/clickhouse.h"

void clickhouse_put_text(struct buf *out, struct str text)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\')
            buf_add_char(out, '\\');
        if (text.ptr[i] != '\0')
            buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '\'');
}

/* No name that is meant has a character that would need an escape: it is left out. */
void clickhouse_put_name(struct buf *out, struct str name)
{
    buf_add_char(out, '`');
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] != '`' && name.ptr[i] != '\\' && name.ptr[i] != '\0')
            buf_add_char(out, name.ptr[i]);
    buf_add_char(out, '`');
}
