/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/siblings.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "store/telemetry.h"

bool siblings_services(struct call *call, const char *table, struct str *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *rows;
    const struct str sql = str_printf(
        arena,
        "SELECT service FROM %s WHERE coalesce(instance, '') <> '' AND service IS NOT NULL GROUP "
        "BY service HAVING min(instance) <> max(instance) ORDER BY service LIMIT 200",
        table);
    if (!telemetry_rows(call->services->telemetry, arena, sql, &rows, err))
        return false;
    struct buf list = buf_new(arena);
    for (size_t row = 0; row < rows->rows; row++)
        buf_printf(&list, "%s%s", row > 0 ? ", " : "",
                   sql_quote(arena, batch_column(rows, "service")->texts[row]).ptr);
    *out = buf_str(&list);
    return true;
}
