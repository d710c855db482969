/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV is read with types, because then the reader itself names line and column of what it refuses.
 */
#include "source/loading.h"

#include "base/arena.h"
#include "base/clock.h"
#include "source/rawlines.h"
#include "store/telemetry.h"

#include <string.h>
#include <strings.h>

#define REFUSED_MAX 1000
#define SAMPLE_ROWS 100
#define CSV_LINE_MAX 2000000 /* the store's own limit */

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
            if (time_type && loading_column(load, column) == &names->texts[row])
                type = column->kind == COLUMN_TIME ? time_type : table_column_type(column);
        buf_printf(&sql, "%s%s: '%s'", row > 0 ? ", " : "",
                   loading_sql_name(load->arena, names->texts[row]).ptr, type);
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
    const struct str quoted = loading_sql_name(load->arena, name);
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
        loading_note(load, str_printf(load->arena, "times are in %s", unit_name(unit_ns)).ptr);
    return true;
}

static struct str csv_value_sql(const struct loading *load, const struct table_column *column,
                                struct str name, const char *time_type)
{
    const struct str quoted = loading_sql_name(load->arena, name);
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
        loading_note(
            load,
            str_printf(load->arena,
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
                                    load->table->name, values, loading_attributes_sql(load).ptr,
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

bool loading_csv(struct loading *load, int64_t *refused, struct err *err)
{
    if (!read_header(load, err) || !loading_check_required(load, err))
        return false;

    const char *time_type = "DOUBLE";
    struct buf values = buf_new(load->arena);
    for (const struct table_column *column = load->table->columns; column->name; column++) {
        const struct str *name = loading_column(load, column);
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
        loading_note(load, str_printf(load->arena, "line %lld, column 1: it is longer than 2 MB",
                                      (long long)endless)
                               .ptr);
    }
    return drop_refusals(load, ok ? err : &ignored) && ok;
}
