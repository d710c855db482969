/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/hub.h"

#include "base/arena.h"
#include "base/buf.h"
#include "intake/keeper.h"

#include <stdio.h>

/* Two segments of rows; an export that is sorted beside them goes to disk. */
#define MEMORY_MB 512

void hub_catalog(char *out, uint32_t number)
{
    snprintf(out, HUB_CATALOG_BYTES, "segment_%u", number);
}

/* `prefix` stands before the table's name. */
static struct str table_sql(struct arena *arena, const char *prefix, int table)
{
    struct buf sql = buf_new(arena);
    buf_printf(&sql, "CREATE TABLE %s%s (", prefix, harvest_names[table]);
    for (const struct field *field = harvest_columns[table]; field->name; field++)
        buf_printf(&sql, "%s\"%s\" %s", field == harvest_columns[table] ? "" : ", ", field->name,
                   field->type == TYPE_TIME   ? "TIMESTAMP_NS"
                   : field->type == TYPE_REAL ? "DOUBLE"
                   : field->type == TYPE_INT  ? "BIGINT"
                                              : "VARCHAR");
    buf_printf(&sql, ");");
    return buf_str(&sql);
}

bool hub_attach(struct telemetry *telemetry, const char *path, uint32_t number, struct err *err)
{
    char catalog[HUB_CATALOG_BYTES];
    hub_catalog(catalog, number);
    struct arena *arena = arena_new("attach");
    const bool ok = telemetry_run(
        telemetry,
        str_printf(arena, "ATTACH %s AS %s", sql_quote(arena, str_of(path)).ptr, catalog).ptr, err);
    arena_free(arena);
    return ok;
}

bool hub_detach(struct telemetry *telemetry, uint32_t number, struct err *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "DETACH segment_%u", number);
    return telemetry_run(telemetry, sql, err);
}

bool hub_make_tables(struct telemetry *telemetry, uint32_t number, struct err *err)
{
    char catalog[HUB_CATALOG_BYTES];
    hub_catalog(catalog, number);
    struct arena *arena = arena_new("segment");
    struct buf sql = buf_new(arena);
    struct err ignored = {0};
    for (int table = 0; table < HARVEST_TABLES; table++)
        buf_add(&sql, table_sql(arena, str_printf(arena, "%s.", catalog).ptr, table));
    const bool is_begun = telemetry_run(telemetry, "BEGIN", err);
    const bool ok = is_begun && telemetry_run(telemetry, buf_str(&sql).ptr, err) &&
                    telemetry_run(telemetry, "COMMIT", err);
    if (is_begun && !ok && !telemetry_run(telemetry, "ROLLBACK", &ignored))
        ignored = (struct err){0}; /* the commit has ended it */
    arena_free(arena);
    return ok;
}

static bool connect_all(struct hub *hub, struct err *err)
{
    const struct telemetry_limits limits = {.memory_mb = MEMORY_MB, .threads = 1};
    bool ok = telemetry_open(hub->arena, &limits, &hub->writing, err) &&
              telemetry_connect(hub->writing, hub->arena, &hub->tending, err) &&
              telemetry_connect(hub->writing, hub->arena, &hub->exporting, err) &&
              telemetry_run(
                  hub->writing,
                  "SET checkpoint_threshold = '1TB'; PRAGMA disable_checkpoint_on_shutdown", err);
    for (int table = 0; ok && table < HARVEST_TABLES; table++)
        ok = telemetry_run(hub->writing, table_sql(hub->arena, "empty_", table).ptr, err);
    return ok;
}

bool hub_open(struct hub *hub, struct err *err)
{
    *hub = (struct hub){.arena = arena_new("hub")};
    if (connect_all(hub, err))
        return true;
    hub_close(hub);
    return false;
}

void hub_close(struct hub *hub)
{
    if (hub->arena)
        arena_free(hub->arena);
    *hub = (struct hub){0};
}
