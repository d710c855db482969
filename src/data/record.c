/* SPDX-License-Identifier: Apache-2.0 */
#include "data/record.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_of(const struct field *fields)
{
    size_t count = 0;
    while (fields[count].name)
        count++;
    return count;
}

struct record record_new(struct arena *arena, const struct field *fields)
{
    const size_t count = count_of(fields);
    struct record record = {.fields = fields,
                            .values = arena_push_many(arena, struct value, count)};
    for (size_t i = 0; i < count; i++)
        record.values[i].type = fields[i].type;
    return record;
}

struct record record_copy(struct arena *arena, const struct record *record)
{
    struct record copy = record_new(arena, record->fields);
    for (size_t i = 0; record->fields[i].name; i++) {
        copy.values[i] = record->values[i];
        if (record->values[i].known && record->values[i].type == TYPE_TEXT)
            copy.values[i].text = str_copy(arena, record->values[i].text);
        if (record->values[i].known && record->values[i].type == TYPE_ROWS)
            copy.values[i].rows = batch_copy(arena, record->values[i].rows);
    }
    return copy;
}

struct value *record_at(const struct record *record, const char *name)
{
    for (size_t i = 0; record->fields[i].name; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->values[i];
    fprintf(stderr, "warroom: bug: no field `%s` in this record\n", name);
    abort();
}

bool record_is_complete(const struct record *record, struct err *err)
{
    for (size_t i = 0; record->fields[i].name; i++)
        if (!(record->fields[i].flags & FIELD_OPTIONAL) && !record->values[i].known)
            return err_set(err, ERR_USAGE, "the input `%s` (%s) is missing", record->fields[i].name,
                           record->fields[i].summary);
    return true;
}

static bool parse_window(struct str text, struct window *out)
{
    const size_t dots = str_find(text, STR(".."));
    return dots != STR_NPOS && time_parse(str_slice(text, 0, dots), &out->start_ns) &&
           time_parse(str_slice(text, dots + 2, text.len), &out->end_ns) &&
           out->start_ns <= out->end_ns;
}

bool value_parse(enum type type, struct str text, struct value *out, struct err *err)
{
    *out = (struct value){.type = type};
    switch (type) {
    case TYPE_TEXT:
        out->text = text;
        out->known = true;
        break;
    case TYPE_BOOL:
        out->truth = str_eq(text, STR("true"));
        out->known = out->truth || str_eq(text, STR("false"));
        break;
    case TYPE_INT:
        out->known = str_to_int(text, &out->integer);
        break;
    case TYPE_REAL:
        out->known = str_to_real(text, &out->real);
        break;
    case TYPE_TIME:
        out->known = time_parse(text, &out->integer);
        break;
    case TYPE_SPAN:
        out->known = span_parse(text, &out->integer);
        break;
    case TYPE_WINDOW:
        out->known = parse_window(text, &out->window);
        break;
    case TYPE_ROWS:
        break;
    }
    return out->known || err_set(err, ERR_USAGE, "%s", type_wanted(type));
}

struct value value_bool(bool truth)
{
    return (struct value){.type = TYPE_BOOL, .known = true, .truth = truth};
}

struct value value_int(int64_t integer)
{
    return (struct value){.type = TYPE_INT, .known = true, .integer = integer};
}

struct value value_real(double real)
{
    return (struct value){.type = TYPE_REAL, .known = isfinite(real) != 0, .real = real};
}

struct value value_text(struct str text)
{
    return (struct value){.type = TYPE_TEXT, .known = true, .text = text};
}

struct value value_time(int64_t time_ns)
{
    return (struct value){.type = TYPE_TIME, .known = true, .integer = time_ns};
}

struct value value_span(int64_t span_ns)
{
    return (struct value){.type = TYPE_SPAN, .known = true, .integer = span_ns};
}

struct value value_rows(struct batch *rows)
{
    return (struct value){.type = TYPE_ROWS, .known = true, .rows = rows};
}
