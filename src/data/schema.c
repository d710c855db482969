/* SPDX-License-Identifier: Apache-2.0 */
#include "data/schema.h"

#include "base/arena.h"
#include "data/json.h"

#define SCHEMA_DIALECT "https://json-schema.org/draft/2020-12/schema"

enum side { SIDE_INPUT, SIDE_OUTPUT };

struct schema_type {
    const char *input, *output; /* the value of "type", and what goes with it */
};

#define SPAN_PATTERN "\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?(ns|us|ms|s|m|h|d)?$\""

static const struct schema_type types[] = {
    [TYPE_BOOL] = {"\"boolean\"", "[\"boolean\",\"null\"]"},
    [TYPE_INT] = {"\"integer\"", "[\"integer\",\"null\"]"},
    [TYPE_REAL] = {"\"number\"", "[\"number\",\"null\"]"},
    [TYPE_TEXT] = {"\"string\"", "[\"string\",\"null\"]"},
    /* "format" and "pattern" speak of strings only: a number is good as well */
    [TYPE_TIME] = {"[\"string\",\"number\"],\"format\":\"date-time\"",
                   "[\"string\",\"null\"],\"format\":\"date-time\""},
    [TYPE_SPAN] = {"[\"string\",\"number\"]," SPAN_PATTERN, "[\"string\",\"null\"]," SPAN_PATTERN},
    [TYPE_WINDOW] = {"\"object\"", "[\"object\",\"null\"]"},
    [TYPE_ROWS] = {"\"array\"", "[\"array\",\"null\"]"},
};

static void put_fields(struct buf *out, const struct field *fields, enum side side, bool top);

static void put_window(struct buf *out, enum side side)
{
    static const struct field ends[] = {
        {"start", TYPE_TIME, 0, "its first moment", NULL},
        {"end", TYPE_TIME, 0, "the first moment after it", NULL},
        {0},
    };
    json_put_key(out, "properties");
    buf_add_char(out, '{');
    for (const struct field *end = ends; end->name; end++) {
        json_put_key(out, end->name);
        buf_add(out, STR("{\"description\":"));
        json_put_text(out, str_of(end->summary));
        buf_printf(out, ",\"type\":%s}",
                   side == SIDE_INPUT ? types[TYPE_TIME].input
                                      : "\"string\",\"format\":\"date-time\"");
    }
    buf_add(out, STR("},\"required\":[\"start\",\"end\"],\"additionalProperties\":false"));
}

static void put_field(struct buf *out, const struct field *field, enum side side)
{
    const struct schema_type *type = &types[field->type];
    json_put_key(out, field->name);
    buf_add(out, STR("{\"description\":"));
    json_put_text(out, str_of(field->summary));
    buf_printf(out, ",\"type\":%s", side == SIDE_INPUT ? type->input : type->output);
    if (field->type == TYPE_WINDOW)
        put_window(out, side);
    if (field->type == TYPE_ROWS) {
        json_put_key(out, "items");
        put_fields(out, field->columns, side, false);
    }
    buf_add_char(out, '}');
}

static bool any_rows(const struct field *fields)
{
    for (; fields->name; fields++)
        if (fields->type == TYPE_ROWS)
            return true;
    return false;
}

static void put_left_out(struct buf *out, const struct field *fields)
{
    json_put_key(out, "left_out");
    buf_add(out, STR("{\"description\":\"how many rows were left out, by field; not there where "
                     "none were\",\"type\":\"object\",\"properties\":{"));
    for (; fields->name; fields++)
        if (fields->type == TYPE_ROWS) {
            json_put_key(out, fields->name);
            buf_add(out, STR("{\"type\":\"integer\"}"));
        }
    buf_add(out, STR("},\"additionalProperties\":false}"));
}

static void put_fields(struct buf *out, const struct field *fields, enum side side, bool top)
{
    buf_add_char(out, '{');
    if (top)
        buf_add(out, STR("\"$schema\":\"" SCHEMA_DIALECT "\","));
    buf_add(out, STR("\"type\":\"object\",\"properties\":{"));
    for (const struct field *field = fields; field->name; field++)
        put_field(out, field, side);
    if (top && side == SIDE_OUTPUT && any_rows(fields))
        put_left_out(out, fields);
    buf_add(out, STR("},\"required\":["));
    for (const struct field *field = fields; field->name; field++)
        if (side == SIDE_OUTPUT || !(field->flags & FIELD_OPTIONAL)) {
            json_put_comma(out);
            json_put_text(out, str_of(field->name));
        }
    buf_add(out, STR("],\"additionalProperties\":false}"));
}

void schema_put_input(struct buf *out, const struct field *fields)
{
    put_fields(out, fields, SIDE_INPUT, true);
}

void schema_put_output(struct buf *out, const struct field *fields)
{
    put_fields(out, fields, SIDE_OUTPUT, true);
}

struct str schema_of_signature(struct arena *arena, struct str name, const struct signature *sig)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    json_put_key(&out, "name");
    json_put_text(&out, name);
    json_put_key(&out, "description");
    json_put_text(&out, str_of(sig->summary));
    json_put_key(&out, "input");
    schema_put_input(&out, sig->input);
    json_put_key(&out, "output");
    schema_put_output(&out, sig->output);
    buf_add_char(&out, '}');
    return buf_str(&out);
}
