/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/parse.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "otlp/decode.h"

static void forget(void *thing)
{
    json_decref(thing);
}

/* No more than that many values can be in there. */
static size_t values_in(struct str body)
{
    size_t values = 1;
    for (size_t i = 0; i < body.len; i++) {
        const char c = body.ptr[i];
        values += c == ',' || c == '{' || c == '[';
    }
    return values;
}

bool parse_json(struct arena *arena, struct str body, const json_t **out, struct parse_place *place,
                struct err *err)
{
    *place = (struct parse_place){.line = 1, .column = 1};
    if (values_in(body) > DECODE_JSON_NODES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "it has more than %d values: send smaller ones",
                       DECODE_JSON_NODES_MAX);
    body = utf8_mended(arena, body);
    json_error_t where;
    json_t *value = json_loadb(body.ptr, body.len, JSON_ALLOW_NUL, &where);
    if (!value) {
        *place =
            (struct parse_place){.line = where.line, .column = where.column > 0 ? where.column : 1};
        return err_set(err, ERR_PROTOCOL, "%s", where.text);
    }
    arena_defer(arena, forget, value);
    if (!json_is_object(value))
        return err_set(err, ERR_PROTOCOL, "it is no JSON object");
    *out = value;
    return true;
}
