/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/answer.h"

#include "base/arena.h"
#include "data/json.h"

#define DEPTH_MAX                                                                                  \
    4 /* of objects within attributes; what lies deeper says little of an incident                 \
       */
#define COMPLAINT_READ_MAX ((size_t)64 << 10)
#define COMPLAINT_MAX 200

static void drop(void *tree)
{
    json_decref(tree);
}

static bool complain(struct str body, const json_error_t *where, struct err *err)
{
    const struct str text = str_trim(str_slice(body, 0, 512));
    if (text.len == 0)
        return err_set(err, ERR_PROTOCOL, "the answer is empty; JSON is wanted");
    if (text.ptr[0] == '<')
        return err_set(err, ERR_PROTOCOL,
                       "it answers with a page of HTML, not with JSON; is the URL that of the API, "
                       "and does a login stand before it?");
    return err_set(err, ERR_PROTOCOL,
                   "the answer is no JSON that can be read: line %d, column %d: %s", where->line,
                   where->column, where->text);
}

bool answer_json(struct arena *arena, struct str body, json_t **out, struct err *err)
{
    json_error_t where = {0};
    *out = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_ALLOW_NUL, &where);
    if (!*out)
        return complain(body, &where, err);
    arena_defer(arena, drop, *out);
    return true;
}

struct str answer_string(const json_t *value)
{
    return json_is_string(value)
               ? (struct str){.ptr = json_string_value(value), .len = json_string_length(value)}
               : STR("");
}

struct str answer_text(const json_t *object, const char *name)
{
    return answer_string(json_object_get(object, name));
}

int64_t answer_number(struct str text, int64_t otherwise)
{
    double real;
    int64_t number;
    if (str_to_int(text, &number))
        return number;
    return str_to_real(text, &real) && real > -9e18 && real < 9e18 ? (int64_t)real : otherwise;
}

int64_t answer_integer(const json_t *value, int64_t otherwise)
{
    if (json_is_integer(value))
        return json_integer_value(value);
    if (json_is_real(value) && json_real_value(value) > -9e18 && json_real_value(value) < 9e18)
        return (int64_t)json_real_value(value);
    return answer_number(answer_string(value), otherwise);
}

/* ---- labels ---- */

static struct str text_of(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return answer_string(value);
    if (json_is_integer(value))
        return str_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return str_printf(arena, "%.9g", json_real_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    return STR("");
}

static void add_labels(struct arena *arena, struct str prefix, const json_t *object, int depth,
                       struct label *labels, struct labelled *out)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        const struct str path = prefix.len > 0 ? str_printf(arena, "%.*s.%s", STR_ARG(prefix), name)
                                               : str_copy(arena, str_of(name));
        if (json_is_object(value) && depth < DEPTH_MAX)
            add_labels(arena, path, value, depth + 1, labels, out);
        else if (out->count < ANSWER_LABELS_MAX && !json_is_null(value) && !json_is_array(value))
            labels[out->count++] = (struct label){.name = path, .value = text_of(arena, value)};
    }
}

struct labelled answer_labels(struct arena *arena, const json_t *object)
{
    struct label *labels = arena_push_many(arena, struct label, ANSWER_LABELS_MAX);
    struct labelled out = {.labels = labels};
    if (json_is_object(object))
        add_labels(arena, STR(""), object, 1, labels, &out);
    return out;
}

static bool is_told(struct str name, const struct str *told, uint32_t told_count)
{
    for (uint32_t i = 0; i < told_count; i++)
        if (str_eq(name, told[i]))
            return true;
    return false;
}

struct str labels_as_json(struct arena *arena, const struct labelled *labels,
                          const struct str *told, uint32_t told_count)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < labels->count; i++) {
        if (is_told(labels->labels[i].name, told, told_count))
            continue;
        if (out.len == 0)
            buf_add_char(&out, '{');
        json_put_comma(&out);
        json_put_text(&out, labels->labels[i].name);
        buf_add_char(&out, ':');
        json_put_text(&out, labels->labels[i].value);
    }
    if (out.len > 0)
        buf_add_char(&out, '}');
    return buf_str(&out);
}

/* ---- complaints ---- */

struct str answer_complaint(struct arena *arena, struct str body)
{
    static const char *const names[] = {"error", "message", "reason", "detail"};
    struct err ignored = {0};
    json_t *root;
    const struct str text = str_trim(body);
    if (text.len > COMPLAINT_READ_MAX || text.len == 0 || text.ptr[0] == '<')
        return STR("");
    if (text.ptr[0] != '{')
        return str_slice(text, 0, COMPLAINT_MAX);
    if (!answer_json(arena, text, &root, &ignored))
        return STR("");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *found = json_object_get(root, names[i]);
        for (size_t j = 0; json_is_object(found) && j < sizeof names / sizeof *names; j++)
            if (answer_text(found, names[j]).len > 0)
                return answer_text(found, names[j]);
        if (json_is_string(found))
            return answer_string(found);
    }
    return STR("");
}
