/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by hand and read by jansson: a tree of a hundred thousand rows would take more memory
 * than the rows, and jansson prints all numbers to one length.
 */
#include "data/json.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/ending.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT STR("\xef\xbf\xbd")
#define REAL_DIGITS_MAX 17 /* which any double survives */

/* ---- pieces ---- */

void json_put_comma(struct buf *out)
{
    if (out->len > 0 && !strchr("{[:\n", out->ptr[out->len - 1]))
        buf_add_char(out, ',');
}

void json_put_key(struct buf *out, const char *name)
{
    json_put_comma(out);
    json_put_text(out, str_of(name));
    buf_add_char(out, ':');
}

static void put_char(struct buf *out, uint32_t code, struct str as_it_stands)
{
    if (code == UTF8_INVALID)
        buf_add(out, REPLACEMENT);
    else if (code == '"' || code == '\\')
        buf_printf(out, "\\%c", (int)code);
    else if (code == '\n')
        buf_add(out, STR("\\n"));
    else if (code == '\t')
        buf_add(out, STR("\\t"));
    else if (code < 0x20 || code == 0x7f)
        buf_printf(out, "\\u%04x", code);
    else
        buf_add(out, as_it_stands);
}

static bool is_plain_char(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void json_put_text(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    while (text.len > 0) {
        size_t plain = 0;
        while (plain < text.len && is_plain_char(text.ptr[plain]))
            plain++;
        buf_add(out, str_slice(text, 0, plain));
        text = str_slice(text, plain, text.len);
        if (text.len == 0)
            break;
        const struct str before = text;
        const uint32_t code = utf8_take(&text);
        put_char(out, code, str_slice(before, 0, before.len - text.len));
    }
    buf_add_char(out, '"');
}

void json_put_real(struct buf *out, double real)
{
    char text[40];
    for (int digits = 15; digits <= REAL_DIGITS_MAX; digits++) {
        snprintf(text, sizeof text - 2, "%.*g", digits, real);
        if (strtod(text, NULL) == real) /* NOLINT: the very same */
            break;
    }
    if (!strpbrk(text, ".e"))
        strcat(text, ".0"); /* or it would be read as an integer, and have no sign of zero */
    buf_add(out, str_of(text));
}

void json_put_text_exact(struct buf *out, struct str text)
{
    if (utf8_is_valid(text)) {
        json_put_text(out, text);
        return;
    }
    buf_add(out, STR("{\"hex\":\""));
    for (size_t i = 0; i < text.len; i++)
        buf_printf(out, "%02x", (unsigned)(unsigned char)text.ptr[i]);
    buf_add(out, STR("\"}"));
}

static const char *name_of_no_number(double real)
{
    return isnan(real) ? "nan" : real > 0 ? "inf" : "-inf";
}

void json_put_real_exact(struct buf *out, double real)
{
    if (isfinite(real))
        json_put_real(out, real);
    else
        buf_printf(out, "{\"real\":\"%s\"}", name_of_no_number(real));
}

/* ---- writing values ---- */

static void put_real_or_null(struct buf *out, double real)
{
    if (isfinite(real))
        json_put_real(out, real);
    else
        buf_add(out, STR("null"));
}

static void put_time(struct buf *out, int64_t time_ns, bool exact)
{
    const struct str text = time_format_exact(out->arena, time_ns);
    int64_t again_ns;
    if (exact && (!time_parse_rfc3339(text, &again_ns) || again_ns != time_ns))
        buf_printf(out, "{\"ns\":%lld}", (long long)time_ns);
    else
        json_put_text(out, text);
}

static void put_window(struct buf *out, struct window window, bool exact)
{
    buf_add_char(out, '{');
    json_put_key(out, "start");
    put_time(out, window.start_ns, exact);
    json_put_key(out, "end");
    put_time(out, window.end_ns, exact);
    buf_add_char(out, '}');
}

static void put_scalar(struct buf *out, const struct value *value, bool exact)
{
    switch (value->type) {
    case TYPE_BOOL:
        buf_add(out, value->truth ? STR("true") : STR("false"));
        break;
    case TYPE_INT:
        buf_printf(out, "%lld", (long long)value->integer);
        break;
    case TYPE_REAL:
        (exact ? json_put_real_exact : put_real_or_null)(out, value->real);
        break;
    case TYPE_TEXT:
        (exact ? json_put_text_exact : json_put_text)(out, value->text);
        break;
    case TYPE_TIME:
        put_time(out, value->integer, exact);
        break;
    case TYPE_SPAN:
        json_put_text(out, span_format_exact(out->arena, value->integer));
        break;
    case TYPE_WINDOW:
        put_window(out, value->window, exact);
        break;
    case TYPE_ROWS:
        break; /* of put_rows() */
    }
}

static void put_row(struct buf *out, const struct batch *rows, size_t row, bool exact)
{
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < rows->columns_count; i++) {
        const struct value value = batch_value(rows, row, i);
        json_put_comma(out);
        json_put_text(out, rows->columns[i].name);
        buf_add_char(out, ':');
        if (value.known)
            put_scalar(out, &value, exact);
        else
            buf_add(out, STR("null"));
    }
    buf_add_char(out, '}');
}

static void put_rows(struct buf *out, const struct batch *rows, size_t rows_max, bool exact)
{
    buf_add_char(out, '[');
    for (size_t row = 0; row < rows->rows && row < rows_max; row++) {
        json_put_comma(out);
        put_row(out, rows, row, exact);
    }
    buf_add_char(out, ']');
}

static size_t rows_left_out(const struct value *value, size_t rows_max)
{
    return value->known && value->type == TYPE_ROWS && value->rows->rows > rows_max
               ? value->rows->rows - rows_max
               : 0;
}

static void put_left_out(struct buf *out, const struct record *record, size_t rows_max)
{
    bool any = false;
    for (size_t i = 0; record->fields[i].name; i++) {
        const size_t count = rows_left_out(&record->values[i], rows_max);
        if (count == 0)
            continue;
        if (!any) {
            json_put_key(out, "left_out");
            buf_add_char(out, '{');
        }
        any = true;
        json_put_key(out, record->fields[i].name);
        buf_printf(out, "%zu", count);
    }
    if (any)
        buf_add_char(out, '}');
}

static void put_record(struct buf *out, const struct record *record, size_t rows_max, bool exact)
{
    buf_add_char(out, '{');
    for (size_t i = 0; record->fields[i].name; i++) {
        const struct value *value = &record->values[i];
        json_put_key(out, record->fields[i].name);
        if (!value->known)
            buf_add(out, STR("null"));
        else if (value->type == TYPE_ROWS)
            put_rows(out, value->rows, rows_max, exact);
        else
            put_scalar(out, value, exact);
    }
    put_left_out(out, record, rows_max);
    buf_add_char(out, '}');
}

struct str record_to_json(struct arena *arena, const struct record *record, size_t rows_max)
{
    struct buf out = buf_new(arena);
    put_record(&out, record, rows_max, false);
    return buf_str(&out);
}

void json_put_row(struct buf *out, const struct batch *rows, size_t row)
{
    put_row(out, rows, row, false);
}

void json_put_record_exact(struct buf *out, const struct record *record)
{
    put_record(out, record, SIZE_MAX, true);
}

/* ---- reading values ---- */

struct reading {
    struct arena *arena;
    bool exact;
};

static struct str string_of(const json_t *json)
{
    return (struct str){.ptr = json_string_value(json), .len = json_string_length(json)};
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool text_from_hex(struct arena *arena, struct str hex, struct str *out)
{
    char *bytes = arena_alloc(arena, hex.len / 2 + 1);
    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        const int high = digit_of(hex.ptr[i]), low = digit_of(hex.ptr[i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (char)(high * 16 + low);
    }
    *out = (struct str){.ptr = bytes, .len = hex.len / 2};
    return hex.len % 2 == 0;
}

bool json_get_text_exact(struct arena *arena, const json_t *json, struct str *out)
{
    const json_t *hex = json_object_get(json, "hex");
    if (json_is_string(hex) && json_object_size(json) == 1)
        return text_from_hex(arena, string_of(hex), out);
    if (!json_is_string(json))
        return false;
    *out = str_copy(arena, string_of(json));
    return true;
}

static bool get_text(const struct reading *reading, const json_t *json, struct value *out)
{
    out->type = TYPE_TEXT;
    if (reading->exact)
        return json_get_text_exact(reading->arena, json, &out->text);
    if (json_is_string(json))
        out->text = str_copy(reading->arena, string_of(json));
    return json_is_string(json);
}

/* 5.0 is a whole number too: who writes JSON by machine may not know better. */
static bool get_int(const json_t *json, struct value *out)
{
    const double real = json_real_value(json);
    if (json_is_integer(json))
        *out = value_int(json_integer_value(json));
    else if (json_is_real(json) && fabs(real) <= 0x1p53 && real == trunc(real)) /* NOLINT */
        *out = value_int((int64_t)real);
    else
        return false;
    return true;
}

static bool get_real(const struct reading *reading, const json_t *json, struct value *out)
{
    const char *name = json_string_value(json_object_get(json, "real"));
    out->type = TYPE_REAL;
    if (json_is_number(json))
        out->real = json_number_value(json);
    else if (reading->exact && name && strcmp(name, "nan") == 0)
        out->real = NAN;
    else if (reading->exact && name && strcmp(name, "inf") == 0)
        out->real = INFINITY;
    else if (reading->exact && name && strcmp(name, "-inf") == 0)
        out->real = -INFINITY;
    else
        return false;
    return true;
}

static bool get_time(const struct reading *reading, const json_t *json, int64_t *out_ns)
{
    const json_t *ns = json_object_get(json, "ns");
    if (reading->exact && json_is_integer(ns)) {
        *out_ns = json_integer_value(ns);
        return true;
    }
    return json_is_string(json) ? time_parse(string_of(json), out_ns)
           : json_is_integer(json)
               ? time_from_integer(json_integer_value(json), out_ns)
               : json_is_real(json) && time_from_real(json_real_value(json), out_ns);
}

static bool get_span(const json_t *json, int64_t *out_ns)
{
    const double ns = json_number_value(json) * (double)NS_PER_S;
    if (json_is_string(json))
        return span_parse(string_of(json), out_ns);
    if (json_is_integer(json))
        return !__builtin_mul_overflow(json_integer_value(json), NS_PER_S, out_ns);
    if (!json_is_real(json) || !(fabs(ns) < 0x1p62))
        return false;
    *out_ns = llround(ns);
    return true;
}

static bool get_window(const struct reading *reading, const json_t *json, struct window *out)
{
    return json_object_size(json) == 2 &&
           get_time(reading, json_object_get(json, "start"), &out->start_ns) &&
           get_time(reading, json_object_get(json, "end"), &out->end_ns) &&
           (reading->exact || out->start_ns <= out->end_ns);
}

/* Anything but rows. */
static bool get_scalar(const struct reading *reading, enum type type, const json_t *json,
                       struct value *out)
{
    *out = (struct value){.type = type};
    bool ok = false;
    switch (type) {
    case TYPE_BOOL:
        ok = json_is_boolean(json);
        out->truth = json_is_true(json);
        break;
    case TYPE_INT:
        ok = get_int(json, out);
        break;
    case TYPE_REAL:
        ok = get_real(reading, json, out);
        break;
    case TYPE_TEXT:
        ok = get_text(reading, json, out);
        break;
    case TYPE_TIME:
        ok = get_time(reading, json, &out->integer);
        break;
    case TYPE_SPAN:
        ok = get_span(json, &out->integer);
        break;
    case TYPE_WINDOW:
        ok = get_window(reading, json, &out->window);
        break;
    case TYPE_ROWS:
        break;
    }
    out->known = ok;
    return ok;
}

static bool get_row(const struct reading *reading, const struct field *columns, const json_t *json,
                    struct batch *batch, struct err *err)
{
    const size_t row = batch_add_row(batch);
    for (const struct field *column = columns; column->name; column++) {
        const json_t *cell = json_object_get(json, column->name);
        struct value value;
        if (json_is_null(cell))
            continue;
        if (!get_scalar(reading, column->type, cell, &value))
            return err_set(err, ERR_PROTOCOL, "row %zu: %s: %s", row + 1, column->name,
                           type_wanted(column->type));
        batch_set(batch, row, column->name, value);
    }
    return true;
}

static bool get_rows(const struct reading *reading, const struct field *columns, const json_t *json,
                     struct value *out, struct err *err)
{
    if (!json_is_array(json))
        return err_set(err, ERR_PROTOCOL, "an array of rows is wanted");
    struct batch *batch = batch_new(reading->arena, columns);
    for (size_t i = 0; i < json_array_size(json); i++)
        if (!get_row(reading, columns, json_array_get(json, i), batch, err))
            return false;
    *out = value_rows(batch);
    return true;
}

static bool get_field(const struct reading *reading, const struct field *field, const json_t *json,
                      struct value *out, struct err *err)
{
    if (!json || json_is_null(json))
        return true;
    if (field->type == TYPE_ROWS && reading->exact)
        return get_rows(reading, field->columns, json, out, err) ||
               err_context(err, "%s", field->name);
    return get_scalar(reading, field->type, json, out) ||
           err_set(err, ERR_USAGE, "%s: %s", field->name, type_wanted(field->type));
}

static bool has_only(const struct field *fields, const json_t *object, struct err *err)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (field_find(fields, str_of(name)))
            continue;
        const struct field *near = field_nearest(fields, str_of(name));
        return near ? err_set(err, ERR_USAGE, "there is no `%.40s`; did you mean `%s`?", name,
                              near->name)
                    : err_set(err, ERR_USAGE, "there is no `%.40s` to give", name);
    }
    return true;
}

static bool get_record(const struct reading *reading, const json_t *object,
                       const struct field *fields, struct record *out, struct err *err)
{
    *out = record_new(reading->arena, fields);
    if (!json_is_object(object))
        return err_set(err, ERR_USAGE, "an object is wanted: {\"name\": value}");
    if (!has_only(fields, object, err))
        return false;
    for (size_t i = 0; fields[i].name; i++)
        if (!get_field(reading, &fields[i], json_object_get(object, fields[i].name),
                       &out->values[i], err))
            return false;
    return true;
}

bool record_from_json_exact(struct arena *arena, const struct field *fields, const json_t *object,
                            struct record *out, struct err *err)
{
    const struct reading reading = {.arena = arena, .exact = true};
    return get_record(&reading, object, fields, out, err);
}

bool record_from_json(struct arena *arena, const struct field *fields, struct str text,
                      struct record *out, struct err *err)
{
    const struct reading reading = {.arena = arena};
    if (text.len > RECORD_JSON_BYTES_MAX)
        return err_set(err, ERR_USAGE, "it is larger than %zu bytes", RECORD_JSON_BYTES_MAX);
    json_error_t where;
    json_t *root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return err_set(err, ERR_USAGE, "line %d, column %d: %s", where.line, where.column,
                       where.text);
    const bool ok = get_record(&reading, root, fields, out, err);
    json_decref(root);
    return ok;
}

/* ---- memory ---- */

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        ending_out_of_memory("JSON", size);
    return memory;
}

void json_end_without_memory(void)
{
    json_set_alloc_funcs(allocate, free);
}
