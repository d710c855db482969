/* SPDX-License-Identifier: Apache-2.0 */
#include "query/schema.h"

#include "base/arena.h"

/* Columns that hold kinds of things rather than things, in all tables of docs/bundle.md. */
static const char values_sql[] =
    "SELECT DISTINCT * FROM (SELECT 'changes' AS t, 'kind' AS c, kind AS v FROM changes UNION ALL "
    "SELECT 'changes', 'author', author FROM changes UNION ALL "
    "SELECT 'events', 'reason', reason FROM events UNION ALL "
    "SELECT 'events', 'type', type FROM events UNION ALL "
    "SELECT 'traces', 'kind', kind FROM traces UNION ALL "
    "SELECT 'alerts', 'severity', severity FROM alerts UNION ALL "
    "SELECT 'alerts', 'status', status FROM alerts UNION ALL "
    "SELECT 'alerts', 'name', name FROM alerts UNION ALL "
    "SELECT 'traces', 'operation', operation FROM traces) WHERE v <> '' ORDER BY ALL LIMIT 20000";

static const char services_sql[] =
    "SELECT DISTINCT s FROM (SELECT service AS s FROM metrics UNION ALL SELECT service FROM logs "
    "UNION ALL SELECT service FROM traces UNION ALL SELECT service FROM changes UNION ALL "
    "SELECT caller FROM topology UNION ALL SELECT callee FROM topology) WHERE s <> '' "
    "ORDER BY 1 LIMIT 20000";

static const char instances_sql[] =
    "SELECT DISTINCT i FROM (SELECT instance AS i FROM metrics UNION ALL SELECT instance FROM logs "
    "UNION ALL SELECT instance FROM traces) WHERE i <> '' ORDER BY 1 LIMIT 20000";

static const char metrics_sql[] =
    "SELECT DISTINCT c, metric, coalesce(service, '') FROM (SELECT false AS c, metric, service "
    "FROM metrics UNION ALL SELECT true, metric, service FROM counters) WHERE metric <> '' "
    "ORDER BY ALL LIMIT 20000";

static bool read_names(struct arena *arena, struct telemetry *telemetry, struct str sql,
                       struct str **names, size_t *count, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(telemetry, arena, sql, &rows, err))
        return false;
    *names = rows->columns[0].texts;
    *count = rows->rows;
    return true;
}

/* rate(x), errors(x), mean(x) and sum(x) were made when the case was loaded. */
static struct str series_of(struct arena *arena, struct str name)
{
    name = str_slice(name, 0, str_find(name, STR("{")));
    struct str series = str_copy(arena, name);
    char *at = arena_alloc(arena, name.len + 1);
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool is_digit = c >= '0' && c <= '9';
        if (c == '(' || c == '>')
            return STR("");
        at[i] = is_letter || (is_digit && i > 0) || c == ':' ? c : '_';
    }
    series.ptr = at;
    return series;
}

bool schema_read(struct arena *arena, struct telemetry *telemetry, struct schema *out,
                 struct err *err)
{
    struct batch *rows;
    *out = (struct schema){0};
    if (!read_names(arena, telemetry, str_of(services_sql), &out->services, &out->services_count,
                    err) ||
        !read_names(arena, telemetry, str_of(instances_sql), &out->instances, &out->instances_count,
                    err) ||
        !telemetry_rows(telemetry, arena, str_of(metrics_sql), &rows, err))
        return false;
    out->metrics = arena_push_many(arena, struct schema_metric, rows->rows + 1);
    out->metrics_count = rows->rows;
    for (size_t i = 0; i < rows->rows; i++)
        out->metrics[i] = (struct schema_metric){
            .name = rows->columns[1].texts[i],
            .series = series_of(arena, rows->columns[1].texts[i]),
            .service = rows->columns[2].texts[i],
            .is_counter = rows->columns[0].integers[i] != 0,
        };
    if (!telemetry_rows(telemetry, arena, str_of(values_sql), &rows, err))
        return false;
    out->values = arena_push_many(arena, struct schema_value, rows->rows + 1);
    out->values_count = rows->rows;
    for (size_t i = 0; i < rows->rows; i++)
        out->values[i] = (struct schema_value){rows->columns[0].texts[i], rows->columns[1].texts[i],
                                               rows->columns[2].texts[i]};
    return true;
}
