/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/csv.h"

#include "base/buf.h"

/* A field in quotes from `at`, which stands behind the first; false where it does not end. */
static bool quoted_field(struct arena *arena, struct str text, size_t *at, uint32_t *lines,
                         struct str *out)
{
    struct buf field = buf_new(arena);
    for (size_t i = *at; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            if (i + 1 == text.len || text.ptr[i + 1] != '"') {
                *at = i + 1;
                *out = buf_str(&field);
                return true;
            }
            i++;
        }
        *lines += text.ptr[i] == '\n';
        buf_add_char(&field, text.ptr[i]);
    }
    return false;
}

/* One line of the file into at most `max` fields. */
static bool read_row(struct csv *csv, struct arena *arena, struct str *fields, uint32_t max,
                     uint32_t *count, struct err *err)
{
    const struct str text = csv->rest;
    size_t at = 0;
    uint32_t lines = 1;
    csv->line++;
    for (*count = 0; *count < max;) {
        struct str *field = &fields[(*count)++];
        if (at < text.len && text.ptr[at] == '"') {
            at++;
            if (!quoted_field(arena, text, &at, &lines, field))
                return err_set(err, ERR_PROTOCOL, "%.*s: line %u: a quote is not closed",
                               STR_ARG(csv->name), csv->line);
        } else {
            const size_t from = at;
            while (at < text.len && text.ptr[at] != ',' && text.ptr[at] != '\n')
                at++;
            size_t to = at;
            if (to > from && text.ptr[to - 1] == '\r' && at < text.len && text.ptr[at] == '\n')
                to--;
            *field = str_slice(text, from, to);
        }
        if (at < text.len && text.ptr[at] == '\r')
            at++;
        if (at >= text.len || text.ptr[at] == '\n') {
            csv->rest = str_slice(text, at + 1, text.len);
            csv->line += lines - 1;
            return true;
        }
        if (text.ptr[at] != ',')
            return err_set(err, ERR_PROTOCOL, "%.*s: line %u: `%c` stands behind a closing quote",
                           STR_ARG(csv->name), csv->line, text.ptr[at]);
        at++;
    }
    return err_set(err, ERR_PROTOCOL, "%.*s: line %u: more than %u fields", STR_ARG(csv->name),
                   csv->line, max);
}

bool csv_open(struct arena *arena, struct str name, struct str text, struct csv *out,
              struct err *err)
{
    *out = (struct csv){.name = name, .rest = text};
    if (text.len == 0)
        return err_set(err, ERR_PROTOCOL, "%.*s: it is empty; a header is wanted", STR_ARG(name));
    return read_row(out, arena, out->header, CSV_COLUMNS_MAX, &out->columns, err);
}

bool csv_column(const struct csv *csv, const char *name, uint32_t *out, struct err *err)
{
    for (*out = 0; *out < csv->columns; ++*out)
        if (str_eq(csv->header[*out], str_of(name)))
            return true;
    return err_set(err, ERR_PROTOCOL, "%.*s: the header has no column `%s`", STR_ARG(csv->name),
                   name);
}

bool csv_next(struct csv *csv, struct arena *arena, struct str *fields, bool *more, struct err *err)
{
    *more = csv->rest.len > 0;
    if (!*more)
        return true;
    uint32_t count;
    if (!read_row(csv, arena, fields, csv->columns, &count, err))
        return false;
    if (count < csv->columns)
        return err_set(err, ERR_PROTOCOL, "%.*s: line %u: %u fields, the header has %u",
                       STR_ARG(csv->name), csv->line, count, csv->columns);
    return true;
}
