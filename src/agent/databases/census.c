/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/census.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <math.h>

#define TEXT_BYTES_MAX ((size_t)4 << 20) /* of one table */

static const char *part_name(enum census_part part)
{
    static const char *const names[] = {
#define X(id, name) name,
        CENSUS_TABLES(X)
#undef X
    };
    return names[part];
}

struct census_table census_parse(struct arena *arena, struct str text)
{
    struct census_table table = {0};
    struct str rest = str_slice(text, 0, TEXT_BYTES_MAX), line, cell;
    if (!str_split(&rest, '\n', &line))
        return table;
    while (table.columns_count < CENSUS_COLUMNS_MAX && str_split(&line, '\t', &cell))
        table.columns[table.columns_count++] = str_copy(arena, cell);
    const size_t width = table.columns_count;
    size_t room = 0;
    while (width > 0 && table.rows < CENSUS_ROWS_MAX && str_split(&rest, '\n', &line)) {
        if (line.len == 0)
            continue;
        if (table.rows == room) {
            const size_t grown = room > 0 ? room * 2 : 16;
            table.cells = arena_grow(arena, table.cells, room * width * sizeof *table.cells,
                                     grown * width * sizeof *table.cells);
            room = grown;
        }
        struct str *cells = &table.cells[table.rows++ * width];
        for (size_t i = 0; i < width; i++)
            cells[i] = str_split(&line, '\t', &cell) ? str_copy(arena, cell) : STR("");
    }
    return table;
}

static struct census *census_of(struct censuses *censuses, struct map *services, struct str service)
{
    const uint32_t number = map_add(services, service);
    if (number == censuses->count) {
        censuses->items[number] = (struct census){.service = services->keys[number]};
        censuses->count++;
    }
    return &censuses->items[number];
}

bool censuses_load(struct call *call, struct censuses *out, struct err *err)
{
    struct batch *rows;
    struct map services = map_new(call->scratch);
    *out = (struct censuses){0};
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT coalesce(name, '') AS name, coalesce(text, '') AS text FROM "
                            "state WHERE kind = 'database' AND format = 'table' ORDER BY ALL "
                            "LIMIT 1000"),
                        &rows, err))
        return false;
    out->items = arena_push_many(call->scratch, struct census, rows->rows + 1);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str name = batch_column(rows, "name")->texts[row];
        for (int part = 0; part < CENSUS_TABLES_COUNT; part++) {
            const struct str end =
                str_printf(call->scratch, "/%s", part_name((enum census_part)part));
            if (str_ends(name, end))
                census_of(out, &services, str_slice(name, 0, name.len - end.len))->tables[part] =
                    census_parse(call->scratch, batch_column(rows, "text")->texts[row]);
        }
    }
    return true;
}

/* ---- cells ---- */

uint32_t census_rows(const struct census *census, enum census_part part)
{
    return census->tables[part].rows;
}

static uint32_t column_of(const struct census_table *table, struct str name)
{
    uint32_t column = 0;
    while (column < table->columns_count && !str_eq(table->columns[column], name))
        column++;
    return column;
}

struct str census_text(const struct census *census, enum census_part part, uint32_t row,
                       const char *column)
{
    const struct census_table *table = &census->tables[part];
    const uint32_t at = column_of(table, str_of(column));
    return at < table->columns_count && row < table->rows
               ? table->cells[row * table->columns_count + at]
               : STR("");
}

double census_real(const struct census *census, enum census_part part, uint32_t row,
                   const char *column)
{
    double real;
    return str_to_real(census_text(census, part, row, column), &real) ? real : NAN;
}

bool census_is(const struct census *census, enum census_part part, uint32_t row, const char *column,
               const char *text)
{
    return str_eq(census_text(census, part, row, column), str_of(text));
}

uint32_t census_find(const struct census *census, enum census_part part, const char *column,
                     struct str text)
{
    uint32_t row = 0;
    while (row < census_rows(census, part) && !str_eq(census_text(census, part, row, column), text))
        row++;
    return row;
}

/* ---- again, in SQL ---- */

/* {name} and {#name} become the cell of that column. */
static void put_expression(struct buf *out, const struct census_table *table, const char *text)
{
    struct str rest = str_of(text), piece;
    while (str_split(&rest, '{', &piece)) {
        buf_add(out, piece);
        const size_t end = str_find(rest, STR("}"));
        if (end == STR_NPOS)
            return;
        const bool number = str_starts(rest, STR("#"));
        const struct str name = str_slice(rest, number ? 1 : 0, end);
        buf_printf(out, number ? "TRY_CAST(c[%u] AS DOUBLE)" : "c[%u]", column_of(table, name) + 1);
        rest = str_slice(rest, end + 1, rest.len);
    }
}

struct str census_query(struct arena *arena, const struct census *census, enum census_part part,
                        const char *what, const char *column, struct str text, const char *more)
{
    const struct census_table *table = &census->tables[part];
    const struct str name = str_printf(arena, "%.*s/%s", STR_ARG(census->service), part_name(part));
    struct buf out = buf_new(arena);
    buf_printf(&out, "SELECT %s AS service, ", sql_quote(arena, census->service).ptr);
    put_expression(&out, table, what);
    buf_printf(&out,
               " FROM (SELECT string_split(unnest(string_split(text, chr(10))[2:]), chr(9)) AS c "
               "FROM state WHERE kind = 'database' AND name = %s) WHERE c[%u] = %s",
               sql_quote(arena, name).ptr, column_of(table, str_of(column)) + 1,
               sql_quote(arena, text).ptr);
    put_expression(&out, table, more);
    return buf_str(&out);
}
