/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DuckDB reads the files; this file writes the SQL.
 *
 * CSV is read with types, because then the reader itself names line and column of what it refuses.
 * JSON lines are read as one text a line, because then one damaged line costs that line only.
 * Times are seconds, ms, us or ns by their size (base/clock.h), or RFC 3339; one that 64 bits of ns
 * cannot hold, or before 1970, is unknown.
 */
#include "source/table.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/batch.h"
#include "source/counters.h"
#include "source/labels.h"
#include "source/rawlines.h"
#include "source/state.h"
#include "store/telemetry.h"

#include <string.h>
#include <strings.h>

#define REFUSED_MAX 1000
#define SAMPLE_ROWS 100
#define CSV_LINE_MAX 2000000 /* the store's own limit */

static const struct table_column metrics_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"service", NULL, COLUMN_TEXT, true},
    {"instance", NULL, COLUMN_TEXT, false},
    {"metric", "name", COLUMN_TEXT, true},
    {"value", NULL, COLUMN_REAL, true},
    {"labels", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false}, /* `counter`, or nothing */
    {},
};

static const struct table_column logs_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true}, {"service", NULL, COLUMN_TEXT, false},
    {"instance", NULL, COLUMN_TEXT, false},   {"level", "severity", COLUMN_TEXT, false},
    {"message", NULL, COLUMN_TEXT, true},     {"trace_id", NULL, COLUMN_TEXT, false},
    {"span_id", NULL, COLUMN_TEXT, false},    {},
};

static const struct table_column traces_columns[] = {
    {"start_us", "timestamp", COLUMN_TIME, true},
    {"duration_us", NULL, COLUMN_INT, true},
    {"trace_id", NULL, COLUMN_TEXT, true},
    {"span_id", NULL, COLUMN_TEXT, true},
    {"parent_id", NULL, COLUMN_TEXT, false},
    {"service", NULL, COLUMN_TEXT, true},
    {"instance", NULL, COLUMN_TEXT, false},
    {"operation", "name", COLUMN_TEXT, true},
    {"status", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column changes_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"id", "change_id", COLUMN_TEXT, true},
    {"service", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false},
    {"instance", NULL, COLUMN_TEXT, false},
    {"author", NULL, COLUMN_TEXT, false},
    {"message", NULL, COLUMN_TEXT, false},
    {"files", NULL, COLUMN_TEXT, false},
    {"detail", NULL, COLUMN_TEXT, false},
    {"parents", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column events_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true}, {"type", NULL, COLUMN_TEXT, false},
    {"reason", NULL, COLUMN_TEXT, false},     {"object", NULL, COLUMN_TEXT, false},
    {"source", NULL, COLUMN_TEXT, false},     {"count", NULL, COLUMN_INT, false},
    {"message", NULL, COLUMN_TEXT, false},    {},
};

static const struct table_column state_columns[] = {
    {"kind", NULL, COLUMN_TEXT, true},       {"name", NULL, COLUMN_TEXT, false},
    {"namespace", NULL, COLUMN_TEXT, false}, {"format", NULL, COLUMN_TEXT, false},
    {"text", NULL, COLUMN_TEXT, true},       {},
};

static const struct table_column topology_columns[] = {
    {"caller", NULL, COLUMN_TEXT, true},
    {"callee", NULL, COLUMN_TEXT, true},
    {},
};

static const struct table_column alerts_columns[] = {
    {"startsAt", "timestamp", COLUMN_TIME, false}, {"name", "alertname", COLUMN_TEXT, false},
    {"service", NULL, COLUMN_TEXT, false},         {"severity", NULL, COLUMN_TEXT, false},
    {"status", NULL, COLUMN_TEXT, false},          {},
};

static const struct table_column incidents_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"id", NULL, COLUMN_TEXT, true},
    {"alert", NULL, COLUMN_TEXT, true},
    {"service", NULL, COLUMN_TEXT, true},
    {"cause", NULL, COLUMN_TEXT, false},
    {"fix", NULL, COLUMN_TEXT, false},
    {"alert_service", NULL, COLUMN_TEXT, false},
    {"signature", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column services_columns[] = {
    {"service", NULL, COLUMN_TEXT, true},
    {"paths", NULL, COLUMN_TEXT, false},
    {"calls", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column sources_columns[] = {
    {"source", NULL, COLUMN_TEXT, true},
    {"state", NULL, COLUMN_TEXT, true},
    {"kind", NULL, COLUMN_TEXT, false},
    {"signal", NULL, COLUMN_TEXT, false},
    {"rows", NULL, COLUMN_INT, false},
    {"note", NULL, COLUMN_TEXT, false},
    {},
};

const struct table tables[] = {
    {"metrics", metrics_columns},     {"logs", logs_columns},
    {"traces", traces_columns},       {"changes", changes_columns},
    {"events", events_columns},       {"state", state_columns},
    {"topology", topology_columns},   {"alerts", alerts_columns},
    {"reference_logs", logs_columns}, {"reference_traces", traces_columns},
    {"incidents", incidents_columns}, {"services", services_columns},
    {"sources", sources_columns},     {},
};

/* SQL functions that the loading statements share. The limits are those of time_unit_of(). */
static const char macros[] =
    "CREATE MACRO time_of_number(n) AS make_timestamp_ns(CASE "
    "WHEN n >= 1e17 AND n < 9.2e18 THEN n::BIGINT "
    "WHEN n >= 1e14 AND n < 9.2e15 THEN n::BIGINT * 1000 "
    "WHEN n >= 1e11 AND n < 9.2e12 THEN round(n * 1e3)::BIGINT * 1000 "
    "WHEN n >= 0 AND n < 9.2e9 THEN round(n * 1e6)::BIGINT * 1000 END);"
    "CREATE MACRO time_of_point(p) AS CASE WHEN p >= TIMESTAMP '1970-01-01' AND "
    "p < TIMESTAMP '2261-01-01' THEN p::TIMESTAMP_NS END;"
    "CREATE MACRO time_of_text(t) AS CASE "
    "WHEN TRY_CAST(t AS BIGINT) >= 100000000000000 THEN time_of_number(TRY_CAST(t AS BIGINT)) "
    "WHEN TRY_CAST(t AS DOUBLE) IS NOT NULL THEN time_of_number(TRY_CAST(t AS DOUBLE)) "
    "ELSE time_of_point(TRY_CAST(t AS TIMESTAMPTZ)::TIMESTAMP) END;";

static const char *sql_type(const struct table_column *column)
{
    switch (column->kind) {
    case COLUMN_TIME:
        return "TIMESTAMP_NS";
    case COLUMN_REAL:
        return "DOUBLE";
    case COLUMN_INT:
        return "BIGINT";
    case COLUMN_TEXT:
        break;
    }
    return "VARCHAR";
}

static const char *table_name(const struct table_column *column)
{
    return column->kind == COLUMN_TIME ? "time" : column->name;
}

bool table_create_all(struct telemetry *telemetry, struct err *err)
{
    if (!telemetry_run(telemetry, macros, err) || !counters_create(telemetry, err))
        return false;
    struct arena *arena = arena_new("tables");
    bool ok = true;
    for (const struct table *table = tables; ok && table->name; table++) {
        struct buf sql = buf_new(arena);
        buf_printf(&sql, "CREATE TABLE %s (", table->name);
        for (const struct table_column *column = table->columns; column->name; column++)
            buf_printf(&sql, "\"%s\" %s, ", table_name(column), sql_type(column));
        buf_printf(&sql, "attributes VARCHAR)");
        ok = telemetry_run(telemetry, buf_str(&sql).ptr, err);
    }
    arena_free(arena);
    return ok;
}

/* ---- which of the file's columns is which of ours ---- */

struct loading {
    struct telemetry *telemetry;
    struct arena *arena;
    const struct table *table;
    struct str file;       /* its path */
    struct str path;       /* the same, quoted for SQL */
    struct batch *columns; /* of the file: column_name, column_type */
    struct buf notes;
};

static void note(struct loading *load, const char *text)
{
    buf_printf(&load->notes, "%s%s", load->notes.len > 0 ? "; " : "", text);
}

/* The file's spelling of that column, or NULL. */
static const struct str *file_column(const struct loading *load, const struct table_column *column)
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
        const struct str *found = file_column(load, column);
        if (found && str_eq(*found, name))
            return true;
    }
    return false;
}

static bool check_required(const struct loading *load, struct err *err)
{
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        if (!column->required || file_column(load, column))
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

static struct str sql_name(struct arena *arena, struct str name)
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

/*
 * The columns that are not ours, as one JSON object; NULL where there are none. A column
 * `attributes` alone is such an object already.
 */
static struct str attributes_sql(const struct loading *load)
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
                       sql_quote(load->arena, name).ptr, sql_name(load->arena, name).ptr);
    }
    if (sql.len == 0)
        return STR("NULL");
    buf_printf(&sql, ")::VARCHAR");
    return buf_str(&sql);
}

/* ---- CSV ---- */

/* Takes a name off the header: what stands before the next comma outside of quotes. */
static struct str take_name(struct arena *arena, struct str *rest, bool *more)
{
    struct buf name = buf_new(arena);
    bool quoted = false;
    size_t at = 0;
    for (; at < rest->len && (quoted || rest->ptr[at] != ','); at++) {
        if (rest->ptr[at] == '"')
            quoted = !quoted;
        if (rest->ptr[at] != '"' || (quoted && at > 0 && rest->ptr[at - 1] == '"'))
            buf_add_char(&name, rest->ptr[at]);
    }
    *more = at < rest->len;
    *rest = str_slice(*rest, at + 1, rest->len);
    return str_trim(buf_str(&name));
}

static bool has_name(const struct batch *columns, struct str name)
{
    const struct column *names = batch_column(columns, "column_name");
    for (size_t row = 0; row < columns->rows; row++)
        if (strcasecmp(names->texts[row].ptr, name.ptr) == 0)
            return true;
    return false;
}

/*
 * The header is read here, and the store is told all columns: what it would find out by itself it
 * finds out from the first 2 MB, and one bad line among them costs the whole file.
 */
static bool read_header(struct loading *load, struct err *err)
{
    static const struct field fields[] = {{"column_name", TYPE_TEXT, 0, "", NULL}, {0}};
    struct str rest;
    if (!rawlines_first(load->arena, load->file, &rest, err))
        return false;
    load->columns = batch_new(load->arena, fields);
    bool more = true;
    while (more) {
        struct str name = str_copy(load->arena, take_name(load->arena, &rest, &more));
        const size_t row = batch_add_row(load->columns);
        batch_set(load->columns, row, "column_name", value_text(STR("")));
        if (name.len == 0 || has_name(load->columns, name))
            name = str_printf(load->arena, "%.*s_%zu", STR_ARG(name), row + 1);
        batch_set(load->columns, row, "column_name", value_text(name));
    }
    return true;
}

/* All columns of the file as the store is to read them; `time_type` NULL: all as text. */
static struct str csv_columns(const struct loading *load, const char *time_type)
{
    struct buf sql = buf_new(load->arena);
    const struct column *names = batch_column(load->columns, "column_name");
    for (size_t row = 0; row < load->columns->rows; row++) {
        const char *type = "VARCHAR";
        for (const struct table_column *column = load->table->columns; column->name; column++)
            if (time_type && file_column(load, column) == &names->texts[row])
                type = column->kind == COLUMN_TIME ? time_type : sql_type(column);
        buf_printf(&sql, "%s%s: '%s'", row > 0 ? ", " : "",
                   sql_name(load->arena, names->texts[row]).ptr, type);
    }
    return buf_str(&sql);
}

static struct str csv_relation(const struct loading *load, struct str columns, const char *options)
{
    return str_printf(load->arena,
                      "read_csv(%s, delim = ',', quote = '\"', escape = '\"', header = true, "
                      "auto_detect = false, hive_partitioning = false, columns = {%s}, %s)",
                      load->path.ptr, columns.ptr, options);
}

static const char *unit_name(int64_t unit_ns)
{
    return unit_ns == NS_PER_MS   ? "milliseconds"
           : unit_ns == NS_PER_US ? "microseconds"
                                  : "nanoseconds";
}

/* The type to read a CSV time with, from a sample: numbers, or points in time. */
static bool csv_time_type(struct loading *load, const struct table_column *column, struct str name,
                          const char **out, struct err *err)
{
    const struct str relation =
        csv_relation(load, csv_columns(load, NULL), "ignore_errors = true, strict_mode = false");
    const struct str quoted = sql_name(load->arena, name);
    struct batch *sample;
    if (!telemetry_rows(load->telemetry, load->arena,
                        str_printf(load->arena, "SELECT %s AS t FROM %s WHERE %s <> '' LIMIT %d",
                                   quoted.ptr, relation.ptr, quoted.ptr, SAMPLE_ROWS),
                        &sample, err))
        return false;

    const struct column *texts = batch_column(sample, "t");
    size_t numbers = 0, integers = 0;
    double number = 0;
    int64_t integer;
    for (size_t row = 0; row < sample->rows; row++) {
        numbers += str_to_real(texts->texts[row], &number);
        integers += str_to_int(texts->texts[row], &integer);
    }
    if (sample->rows > 0 && numbers * 2 < sample->rows) {
        *out = "TIMESTAMPTZ";
        return true;
    }
    const int64_t unit_ns = time_unit_of(number);
    const bool fine = unit_ns == 1 || unit_ns == NS_PER_US;
    *out = fine && integers == sample->rows ? "BIGINT" : "DOUBLE";
    const bool expected =
        strcmp(column->name, "start_us") == 0 ? unit_ns == NS_PER_US : unit_ns == NS_PER_S;
    if (numbers > 0 && !expected && unit_ns > 0 && unit_ns < NS_PER_S)
        note(load, str_printf(load->arena, "times are in %s", unit_name(unit_ns)).ptr);
    return true;
}

static struct str csv_value_sql(const struct loading *load, const struct table_column *column,
                                struct str name, const char *time_type)
{
    const struct str quoted = sql_name(load->arena, name);
    if (column->kind != COLUMN_TIME)
        return quoted;
    return str_printf(load->arena,
                      strcmp(time_type, "TIMESTAMPTZ") == 0 ? "time_of_point(%s::TIMESTAMP)"
                                                            : "time_of_number(%s)",
                      quoted.ptr);
}

static bool note_csv_refusals(struct loading *load, int64_t *refused, struct err *err)
{
    struct batch *rows;
    const struct str sql = str_printf(
        load->arena,
        "SELECT line::BIGINT AS line, coalesce(column_idx, 0)::BIGINT AS col, "
        "coalesce(column_name, '') AS name, error_message AS why, count(DISTINCT line) OVER "
        "()::BIGINT AS lines FROM refused_%s ORDER BY line, column_idx LIMIT 1",
        load->table->name);
    if (!telemetry_rows(load->telemetry, load->arena, sql, &rows, err))
        return false;
    *refused = rows->rows > 0 ? batch_column(rows, "lines")->integers[0] : 0;
    if (*refused > 0) {
        struct str why = batch_column(rows, "why")->texts[0], first = STR("");
        str_split(&why, '\n', &first);
        const struct str name = batch_column(rows, "name")->texts[0];
        note(load, str_printf(
                       load->arena,
                       "%lld%s line%s could not be read, the first is line %lld, column %lld"
                       "%s%.60s%s: %.160s",
                       (long long)*refused, *refused >= REFUSED_MAX ? " or more" : "",
                       *refused == 1 ? "" : "s", (long long)batch_column(rows, "line")->integers[0],
                       (long long)batch_column(rows, "col")->integers[0], name.len > 0 ? " (" : "",
                       name.ptr, name.len > 0 ? ")" : "", first.ptr)
                       .ptr);
    }
    return true;
}

/* Rows that were refused are in the table `refused_TABLE` then: the reader keeps such names for all
 * connections, and two tables are filled at a time. */
static bool insert_csv(struct loading *load, const char *values, const char *time_type,
                       const char *mode, struct err *err)
{
    const struct str options =
        str_printf(load->arena,
                   "store_rejects = true, rejects_table = 'refused_%s', "
                   "rejects_scan = 'refused_scan_%s', rejects_limit = %d, strict_mode = %s",
                   load->table->name, load->table->name, REFUSED_MAX, mode);
    const struct str relation = csv_relation(load, csv_columns(load, time_type), options.ptr);
    return telemetry_run(load->telemetry,
                         str_printf(load->arena, "INSERT INTO %s SELECT %s %s FROM %s",
                                    load->table->name, values, attributes_sql(load).ptr,
                                    relation.ptr)
                             .ptr,
                         err);
}

static bool drop_refusals(struct loading *load, struct err *err)
{
    const char *const name = load->table->name;
    return telemetry_run(load->telemetry,
                         str_printf(load->arena,
                                    "DROP TABLE IF EXISTS refused_%s; DROP TABLE IF EXISTS "
                                    "refused_scan_%s",
                                    name, name)
                             .ptr,
                         err);
}

static bool load_csv(struct loading *load, int64_t *refused, struct err *err)
{
    if (!read_header(load, err) || !check_required(load, err))
        return false;

    const char *time_type = "DOUBLE";
    struct buf values = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        const struct str *name = file_column(load, column);
        if (name && column->kind == COLUMN_TIME &&
            !csv_time_type(load, column, *name, &time_type, err))
            return false;
        buf_printf(&values, "%s, ",
                   name ? csv_value_sql(load, column, *name, time_type).ptr : "NULL");
    }
    /* The strict reader takes no line ends of both kinds; the other is lax about quotes. */
    const char *const all = buf_str(&values).ptr;
    struct err ignored = {0};
    bool ok = insert_csv(load, all, time_type, "true", err);
    if (!ok && strstr(err->text, "strict_mode=false"))
        ok = drop_refusals(load, &ignored) && insert_csv(load, all, time_type, "false", err);
    ok = ok && note_csv_refusals(load, refused, err);
    const int64_t endless = ok ? rawlines_endless(load->arena, load->file, CSV_LINE_MAX) : 0;
    if (endless > 0) {
        ++*refused;
        note(load, str_printf(load->arena, "line %lld, column 1: it is longer than 2 MB",
                              (long long)endless)
                       .ptr);
    }
    return drop_refusals(load, ok ? err : &ignored) && ok;
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
        return str_printf(load->arena, "TRY_CAST(%s AS %s)", text.ptr, sql_type(column));
    }
}

static bool load_json_lines(struct loading *load, int64_t *refused, struct err *err)
{
    struct rawlines lines;
    if (!rawlines_load(load->telemetry, load->arena, load->file, &lines, err))
        return false;
    *refused = lines.refused;
    if (lines.refused > 0)
        note(load, lines.note.ptr);
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
    const struct str quoted = sql_name(load->arena, name);
    switch (column->kind) {
    case COLUMN_TIME:
        return str_printf(load->arena, "time_of_text(%s::VARCHAR)", quoted.ptr);
    default:
        return str_printf(load->arena, "TRY_CAST(%s AS %s)", quoted.ptr, sql_type(column));
    }
}

static bool load_parquet(struct loading *load, struct err *err)
{
    const struct str relation =
        str_printf(load->arena, "read_parquet(%s, hive_partitioning = false)", load->path.ptr);
    if (!telemetry_rows(load->telemetry, load->arena,
                        str_printf(load->arena, "DESCRIBE SELECT * FROM %s", relation.ptr),
                        &load->columns, err) ||
        !check_required(load, err))
        return false;
    struct buf values = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        const struct str *name = file_column(load, column);
        buf_printf(&values, "%s, ", name ? parquet_value_sql(load, column, *name).ptr : "NULL");
    }
    return telemetry_run(load->telemetry,
                         str_printf(load->arena, "INSERT INTO %s SELECT %s %s FROM %s",
                                    load->table->name, buf_str(&values).ptr,
                                    attributes_sql(load).ptr, relation.ptr)
                             .ptr,
                         err);
}

/* ---- all formats ---- */

static bool has_column(const struct table *table, const char *name)
{
    for (const struct table_column *column = table->columns; column->name; column++)
        if (strcmp(table_name(column), name) == 0)
            return true;
    return false;
}

/* A required field that no line has, as a CSV's header would tell at once. */
static bool check_filled(struct loading *load, int64_t rows_before, struct err *err)
{
    struct buf counts = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++)
        if (column->required)
            buf_printf(&counts, ", count(\"%s\") AS \"%s\"", table_name(column), column->name);
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
        note(load, str_printf(load->arena, "%lld row%s without a readable time left aside",
                              (long long)timeless, timeless == 1 ? "" : "s")
                       .ptr);
    if (valueless > 0)
        note(load, str_printf(load->arena, "%lld value%s that are no finite number left aside",
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
        ok = load_csv(&load, &refused, err);
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

/* What counts up since its start, by the source's own word. */
static const char told_counters[] =
    "INSERT INTO counter_names SELECT DISTINCT metric FROM metrics WHERE kind = 'counter' AND "
    "metric IS NOT NULL";

/* Most bundles have neither labels nor counters, and pay for one look. */
static bool settle_series(struct telemetry *telemetry, struct err *err)
{
    struct arena *arena = arena_new("arrange");
    struct batch *rows;
    bool ok = telemetry_rows(
        telemetry, arena,
        STR("SELECT coalesce(bool_or(labels <> '' OR metric LIKE '_%{%}'), false) AS labels, "
            "coalesce(bool_or(regexp_matches(metric, '[._](total|count)([:{]|$)')), false) OR "
            "(SELECT count(*) FROM counter_names) > 0 AS counters FROM (SELECT DISTINCT metric, "
            "labels FROM metrics)"),
        &rows, err);
    const bool labels = ok && batch_column(rows, "labels")->integers[0] != 0;
    const bool counters = ok && batch_column(rows, "counters")->integers[0] != 0;
    arena_free(arena);
    return ok && (!labels || labels_settle(telemetry, err)) &&
           (!counters || counters_to_rates(telemetry, err)) &&
           (!labels || labels_into_names(telemetry, err)) &&
           telemetry_run(telemetry, "DROP TABLE counter_names", err);
}

/*
 * Of several values of one series at one time the last stays that is a number: told twice it must
 * not weigh twice in a median, and what is measured and what a claim's SQL sees must be the same.
 * An enum cannot hold NUL, and no SQL that a claim cites could ask for it.
 */
bool table_arrange_metrics(struct telemetry *telemetry, struct err *err)
{
    if (!telemetry_run(telemetry, told_counters, err) || !settle_series(telemetry, err))
        return false;
    return telemetry_run(
        telemetry,
        "CREATE TEMP MACRO name_of(n) AS CASE WHEN contains(n, chr(0)) THEN replace(n, chr(0), '') "
        "ELSE coalesce(n, '') END;"
        "CREATE TYPE service_name AS ENUM (SELECT name_of(service) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TYPE instance_name AS ENUM (SELECT name_of(instance) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TYPE metric_name AS ENUM (SELECT name_of(metric) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TABLE arranged AS SELECT * FROM (SELECT time, name_of(service)::service_name AS "
        "service, name_of(instance)::instance_name AS instance, name_of(metric)::metric_name AS "
        "metric, value, attributes FROM metrics "
        "ORDER BY service, instance, metric, time, coalesce(isfinite(value), false), "
        "metrics.rowid) QUALIFY NOT coalesce(lead(time) OVER () = time AND lead(metric) OVER () = "
        "metric AND lead(instance) OVER () = instance AND lead(service) OVER () = service, false);"
        "DROP TABLE metrics;"
        "ALTER TABLE arranged RENAME TO metrics",
        err);
}
