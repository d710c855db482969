/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB reads the files; this file writes the SQL, for CSV with loading_csv.c.
 *
 * JSON lines are read as one text a line, because then one damaged line costs that line only.
 * Times are seconds, ms, us or ns by their size (base/clock.h), or RFC 3339; one that 64 bits of ns
 * cannot hold, or before 1970, is unknown.
 */
#include "source/loading.h"

#include "base/arena.h"
#include "source/rawlines.h"
#include "source/state.h"
#include "store/telemetry.h"

#include <string.h>
#include <strings.h>

/* ---- which of the file's columns is which of ours ---- */

void loading_note(struct loading *load, const char *text)
{
    buf_printf(&load->notes, "%s%s", load->notes.len > 0 ? "; " : "", text);
}

const struct str *loading_column(const struct loading *load, const struct table_column *column)
{
    const struct column *names = batch_column(load->columns, "column_name");
    for (int pass = 0; pass < 2; pass++) {
        const char *wanted = pass == 0 ? column->name : column->alias;
        for (size_t row = 0; wanted && row < load->columns->rows; row++)
            if (strcasecmp(names->texts[row].ptr, wanted) == 0)
                return &names->texts[row];
    }
    return NULL;
}

static bool is_ours(const struct loading *load, struct str name)
{
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        const struct str *found = loading_column(load, column);
        if (found && str_eq(*found, name))
            return true;
    }
    return false;
}

bool loading_check_required(const struct loading *load, struct err *err)
{
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        if (!column->required || loading_column(load, column))
            continue;
        struct buf have = buf_new(load->arena);
        const struct column *names = batch_column(load->columns, "column_name");
        for (size_t row = 0; row < load->columns->rows && row < 8; row++)
            buf_printf(&have, "%s%.40s", row > 0 ? ", " : "", names->texts[row].ptr);
        return err_set(err, ERR_PROTOCOL, "line 1: no column `%s`; the columns are: %s",
                       column->name, buf_str(&have).ptr);
    }
    return true;
}

struct str loading_sql_name(struct arena *arena, struct str name)
{
    struct buf quoted = buf_new(arena);
    buf_add_char(&quoted, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"')
            buf_add_char(&quoted, '"');
        buf_add_char(&quoted, name.ptr[i]);
    }
    buf_add_char(&quoted, '"');
    return buf_str(&quoted);
}

struct str loading_attributes_sql(const struct loading *load)
{
    struct buf sql = buf_new(load->arena);
    const struct column *names = batch_column(load->columns, "column_name");
    size_t others = 0;
    bool has_attributes = false;
    for (size_t row = 0; row < load->columns->rows; row++) {
        others += !is_ours(load, names->texts[row]);
        has_attributes = has_attributes || str_eq(names->texts[row], STR("attributes"));
    }
    if (others == 1 && has_attributes)
        return STR("attributes::VARCHAR");
    for (size_t row = 0; row < load->columns->rows; row++) {
        const struct str name = names->texts[row];
        if (!is_ours(load, name))
            buf_printf(&sql, "%s%s, %s", sql.len > 0 ? ", " : "json_object(",
                       sql_quote(load->arena, name).ptr, loading_sql_name(load->arena, name).ptr);
    }
    if (sql.len == 0)
        return STR("NULL");
    buf_printf(&sql, ")::VARCHAR");
    return buf_str(&sql);
}

/* ---- JSON lines ---- */

/* {"timestamp": "VARCHAR", ...} for each name that a column may have. */
static struct str json_shape(const struct loading *load)
{
    struct buf shape = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        buf_printf(&shape, "%s\"%s\": \"VARCHAR\"", shape.len > 0 ? ", " : "{", column->name);
        if (column->alias)
            buf_printf(&shape, ", \"%s\": \"VARCHAR\"", column->alias);
    }
    buf_printf(&shape, "}");
    return buf_str(&shape);
}

/* {"timestamp": null, ...}: merged as a patch, it leaves what is not ours. */
static struct str json_patch(const struct loading *load)
{
    struct buf patch = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        buf_printf(&patch, "%s\"%s\": null", patch.len > 0 ? ", " : "{", column->name);
        if (column->alias)
            buf_printf(&patch, ", \"%s\": null", column->alias);
    }
    buf_printf(&patch, "}");
    return buf_str(&patch);
}

static struct str json_value_sql(const struct loading *load, const struct table_column *column)
{
    const struct str text = column->alias ? str_printf(load->arena, "coalesce(v.\"%s\", v.\"%s\")",
                                                       column->name, column->alias)
                                          : str_printf(load->arena, "v.\"%s\"", column->name);
    switch (column->kind) {
    case COLUMN_TIME:
        return str_printf(load->arena, "time_of_text(%s)", text.ptr);
    case COLUMN_TEXT:
        return text;
    default:
        return str_printf(load->arena, "TRY_CAST(%s AS %s)", text.ptr, table_column_type(column));
    }
}

static bool load_json_lines(struct loading *load, int64_t *refused, struct err *err)
{
    struct rawlines lines;
    if (!rawlines_load(load->telemetry, load->arena, load->file, &lines, err))
        return false;
    *refused = lines.refused;
    if (lines.refused > 0)
        loading_note(load, lines.note.ptr);
    struct buf values = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++)
        buf_printf(&values, "%s, ", json_value_sql(load, column).ptr);
    const struct str sql = str_printf(
        load->arena,
        "INSERT INTO %s SELECT %s CASE WHEN rest <> '{}' THEN rest END FROM (SELECT "
        "from_json(line, %s) AS v, json_merge_patch(line, %s)::VARCHAR AS rest FROM lines "
        "WHERE good ORDER BY number)",
        load->table->name, buf_str(&values).ptr, sql_quote(load->arena, json_shape(load)).ptr,
        sql_quote(load->arena, json_patch(load)).ptr);
    const bool ok = telemetry_run(load->telemetry, sql.ptr, err);
    struct err ignored = {0};
    return telemetry_run(load->telemetry, "DROP TABLE lines", &ignored) && ok;
}

/* ---- Parquet ---- */

static struct str parquet_value_sql(const struct loading *load, const struct table_column *column,
                                    struct str name)
{
    const struct str quoted = loading_sql_name(load->arena, name);
    switch (column->kind) {
    case COLUMN_TIME:
        return str_printf(load->arena, "time_of_text(%s::VARCHAR)", quoted.ptr);
    default:
        return str_printf(load->arena, "TRY_CAST(%s AS %s)", quoted.ptr, table_column_type(column));
    }
}

static bool load_parquet(struct loading *load, struct err *err)
{
    const struct str relation =
        str_printf(load->arena, "read_parquet(%s, hive_partitioning = false)", load->path.ptr);
    if (!telemetry_rows(load->telemetry, load->arena,
                        str_printf(load->arena, "DESCRIBE SELECT * FROM %s", relation.ptr),
                        &load->columns, err) ||
        !loading_check_required(load, err))
        return false;
    struct buf values = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        const struct str *name = loading_column(load, column);
        buf_printf(&values, "%s, ", name ? parquet_value_sql(load, column, *name).ptr : "NULL");
    }
    return telemetry_run(load->telemetry,
                         str_printf(load->arena, "INSERT INTO %s SELECT %s %s FROM %s",
                                    load->table->name, buf_str(&values).ptr,
                                    loading_attributes_sql(load).ptr, relation.ptr)
                             .ptr,
                         err);
}

/* ---- all formats ---- */

static bool has_column(const struct table *table, const char *name)
{
    for (const struct table_column *column = table->columns; column->name; column++)
        if (strcmp(table_column_name(column), name) == 0)
            return true;
    return false;
}

/* A required field that no line has, as a CSV's header would tell at once. */
static bool check_filled(struct loading *load, int64_t rows_before, struct err *err)
{
    struct buf counts = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++)
        if (column->required)
            buf_printf(&counts, ", count(\"%s\") AS \"%s\"", table_column_name(column),
                       column->name);
    struct batch *rows;
    if (!telemetry_rows(load->telemetry, load->arena,
                        str_printf(load->arena,
                                   "SELECT count(*) AS \"row count\"%s FROM %s WHERE rowid >= %lld",
                                   buf_str(&counts).ptr, load->table->name, (long long)rows_before),
                        &rows, err))
        return false;
    for (uint32_t i = 1; i < rows->columns_count; i++)
        if (rows->columns[0].integers[0] > 0 && rows->columns[i].integers[0] == 0)
            return err_set(err, ERR_PROTOCOL, "line 1: no line has a readable `%s`",
                           rows->columns[i].name.ptr);
    return true;
}

/* Rows that were read but cannot be used are said, and stay in the table for whoever asks. */
static bool note_unusable(struct loading *load, int64_t rows_before, struct err *err)
{
    const char *const name = load->table->name;
    struct batch *counts;
    const struct str sql = str_printf(
        load->arena,
        "SELECT count(*) FILTER (WHERE %s) AS timeless, count(*) FILTER (WHERE %s) AS valueless "
        "FROM %s WHERE rowid >= %lld",
        has_column(load->table, "time") && strcmp(name, "alerts") != 0 ? "time IS NULL" : "false",
        has_column(load->table, "value") ? "NOT coalesce(isfinite(value), false)" : "false", name,
        (long long)rows_before);
    if (!telemetry_rows(load->telemetry, load->arena, sql, &counts, err))
        return false;
    const int64_t timeless = batch_column(counts, "timeless")->integers[0];
    const int64_t valueless = batch_column(counts, "valueless")->integers[0];
    if (timeless > 0)
        loading_note(load, str_printf(load->arena, "%lld row%s without a readable time left aside",
                                      (long long)timeless, timeless == 1 ? "" : "s")
                               .ptr);
    if (valueless > 0)
        loading_note(load,
                     str_printf(load->arena, "%lld value%s that are no finite number left aside",
                                (long long)valueless, valueless == 1 ? "" : "s")
                         .ptr);
    return true;
}

static bool count_rows(struct loading *load, int64_t *out, struct err *err)
{
    struct batch *count;
    if (!telemetry_rows(load->telemetry, load->arena,
                        str_printf(load->arena, "SELECT count(*) AS n FROM %s", load->table->name),
                        &count, err))
        return false;
    *out = batch_column(count, "n")->integers[0];
    return true;
}

bool table_load(struct telemetry *telemetry, struct arena *arena, const struct table *table,
                struct str path, enum table_format format, struct table_load *out, struct err *err)
{
    struct loading load = {
        .telemetry = telemetry,
        .arena = arena,
        .table = table,
        .file = path,
        .path = sql_quote(arena, path),
        .notes = buf_new(arena),
    };
    int64_t rows_before, rows_after, refused = 0;
    if (!count_rows(&load, &rows_before, err))
        return false;
    bool ok = false;
    switch (format) {
    case TABLE_CSV:
        ok = loading_csv(&load, &refused, err);
        break;
    case TABLE_JSON_LINES:
        ok = load_json_lines(&load, &refused, err);
        break;
    case TABLE_PARQUET:
        ok = load_parquet(&load, err);
        break;
    }
    if (strcmp(table->name, "state") == 0)
        ok = ok && state_take_objects(telemetry, err);
    if (!ok || !count_rows(&load, &rows_after, err) ||
        !(format != TABLE_JSON_LINES || check_filled(&load, rows_before, err)) ||
        !note_unusable(&load, rows_before, err))
        return false;
    *out = (struct table_load){
        .rows = rows_after - rows_before, .refused = refused, .note = buf_str(&load.notes)};
    return true;
}
