/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/memories.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "store/telemetry.h"

#define TOGETHER 100 /* rows of a statement */

static void put_text(struct buf *out, struct str text)
{
    buf_add(out, STR(", "));
    buf_add(out, sql_quote(out->arena, utf8_mended(out->arena, text)));
}

static void put_row(struct buf *out, const struct memory *it)
{
    buf_printf(out, "(%s", sql_time(out->arena, it->alert_ns).ptr);
    put_text(out, it->id);
    put_text(out, it->alert);
    put_text(out, it->service);
    put_text(out, it->cause);
    put_text(out, it->fix);
    put_text(out, it->alert_service);
    put_text(out, it->signature);
    buf_add_char(out, ')');
}

bool memories_load(const struct memories *memories, struct telemetry *telemetry,
                   struct casefile *casefile, struct err *err)
{
    uint32_t rows = 0;
    struct arena *scratch = arena_new("memories");
    bool ok = true;
    for (uint32_t i = 0; ok && i < memories->count;) {
        struct buf sql = buf_new(scratch);
        uint32_t put = 0;
        buf_add(&sql, STR("INSERT INTO incidents (time, id, alert, service, cause, fix, "
                          "alert_service, signature) VALUES "));
        for (; i < memories->count && put < TOGETHER; i++) {
            if (memories->items[i].alert_ns >= casefile->alert->starts_ns)
                continue;
            buf_add(&sql, put++ > 0 ? STR(", ") : STR(""));
            put_row(&sql, &memories->items[i]);
        }
        ok = put == 0 || telemetry_run(telemetry, buf_str(&sql).ptr, err);
        rows += put;
        arena_reset(scratch);
    }
    arena_free(scratch);
    if (ok && rows > 0)
        casefile_add_source(casefile, STR(SOURCE_REMEMBERED), SOURCE_READ, rows,
                            STR("what people said of earlier ones"));
    return ok;
}
