/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule a schema. An object is a row of rules, two for each member: `m-3` where nothing stands
 * before it, `n-3` where a comma has to; so members that may be missing need no list of all
 * their combinations.
 *
 * Between two members a blank may stand, and nowhere else: models are used to one there, and where
 * any space is allowed, a weak one writes nothing but space.
 */
#include "expert/grammar.h"

#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>

#define DEPTH_MAX 16
#define CHOICES_MAX 1000
#define MEMBERS_MAX 100
#define REPEATS_MAX 256 /* a grammar holds each of them as a rule; a longer bound is left out */

struct writing {
    struct arena *arena;
    struct buf *rules;
    uint32_t count;
    struct err *err;
};

static const char shared[] =
    "blank ::= \" \"?\n"
    "comma ::= \",\" blank\n"
    "char ::= [^\"\\\\\\x7F\\x00-\\x1F] | \"\\\\\" [\"\\\\/bfnrt]\n"
    "natural ::= \"0\" | [1-9] [0-9]{0,14}\n" /* what a double holds, and jansson */
    "integer ::= \"-\"? natural\n"
    "number ::= integer (\".\" [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?\n"
    "positive ::= natural (\".\" [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?\n";

/* The right side of a rule; empty: it cannot be written, and err says why. */
static struct str write_schema(struct writing *writing, const json_t *schema, const char *place,
                               uint32_t depth);

static struct str refuse(struct writing *writing, const char *place, const char *what)
{
    err_set(writing->err, ERR_USAGE, "schema: %s: %s", place, what);
    return STR("");
}

/* A name for what is longer than a name. */
static struct str name_rule(struct writing *writing, const char *prefix, struct str right)
{
    const struct str name = str_printf(writing->arena, "%s-%u", prefix, writing->count++);
    buf_printf(writing->rules, "%s ::= %.*s\n", name.ptr, STR_ARG(right));
    return name;
}

/* ---- values that are given ---- */

static void put_literal(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '"');
}

static void put_value(struct buf *out, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    put_literal(out, str_of(text));
    free(text);
}

static struct str write_choice(struct writing *writing, const json_t *values, const char *place)
{
    struct buf out = buf_new(writing->arena);
    const size_t count = json_array_size(values);
    if (count == 0 || count > CHOICES_MAX)
        return refuse(writing, place, "`enum` has to be a list of 1 to 1000 values");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add(&out, STR(" | "));
        put_value(&out, json_array_get(values, i));
    }
    return name_rule(writing, "choice", buf_str(&out));
}

static struct str write_alternatives(struct writing *writing, const json_t *schemas,
                                     const char *place, uint32_t depth)
{
    struct buf out = buf_new(writing->arena);
    const size_t count = json_array_size(schemas);
    if (count == 0 || count > MEMBERS_MAX)
        return refuse(writing, place, "1 to 100 alternatives are wanted");
    for (size_t i = 0; i < count; i++) {
        const struct str one = write_schema(writing, json_array_get(schemas, i), place, depth + 1);
        if (one.len == 0)
            return one;
        buf_printf(&out, "%s%.*s", i > 0 ? " | " : "", STR_ARG(one));
    }
    return name_rule(writing, "any", buf_str(&out));
}

/* ---- objects ---- */

static bool is_required(const json_t *required, const char *name)
{
    for (size_t i = 0; i < json_array_size(required); i++) {
        const char *one = json_string_value(json_array_get(required, i));
        if (one && strcmp(one, name) == 0)
            return true;
    }
    return false;
}

/* "\"name\":" blank rule */
static struct str write_member(struct writing *writing, const char *name, const json_t *schema,
                               const char *place, uint32_t depth)
{
    const struct str inner = str_printf(writing->arena, "%s.%s", place, name);
    const struct str value = write_schema(writing, schema, inner.ptr, depth + 1);
    if (value.len == 0)
        return value;
    struct buf out = buf_new(writing->arena);
    json_t *key = json_string(name);
    put_value(&out, key);
    json_decref(key);
    buf_printf(&out, " \":\" blank %.*s", STR_ARG(value));
    return buf_str(&out);
}

static struct str write_object(struct writing *writing, const json_t *schema, const char *place,
                               uint32_t depth)
{
    json_t *properties = json_object_get(schema, "properties");
    const json_t *required = json_object_get(schema, "required");
    struct str members[MEMBERS_MAX];
    bool may_miss[MEMBERS_MAX];
    size_t count = 0;
    const char *name;
    json_t *property;
    if (json_object_size(properties) == 0 || json_object_size(properties) > MEMBERS_MAX)
        return refuse(writing, place, "1 to 100 `properties` are wanted");
    json_object_foreach(properties, name, property)
    {
        members[count] = write_member(writing, name, property, place, depth);
        if (members[count].len == 0)
            return members[count];
        may_miss[count++] = !is_required(required, name);
    }

    /* from the last: what comes where nothing stands before it, and where something does */
    struct str first = STR("\"\""), after = first;
    while (count-- > 0) {
        const struct str row = str_printf(writing->arena, "%s %s", members[count].ptr, after.ptr);
        const char * or = may_miss[count] ? " | " : "";
        first = name_rule(
            writing, "m",
            str_printf(writing->arena, "%s%s%s", row.ptr, or, may_miss[count] ? first.ptr : ""));
        after = name_rule(writing, "n",
                          str_printf(writing->arena, "comma %s%s%s", row.ptr, or,
                                     may_miss[count] ? after.ptr : ""));
    }
    return name_rule(writing, "object", str_printf(writing->arena, "\"{\" %s \"}\"", first.ptr));
}

/* ---- arrays, texts, numbers ---- */

/* A bound of the schema; `otherwise` where there is none that can be kept. */
static long long bound(const json_t *schema, const char *name, long long otherwise)
{
    const json_t *value = json_object_get(schema, name);
    const long long number = json_is_integer(value) ? json_integer_value(value) : -1;
    return number >= 0 && number <= REPEATS_MAX ? number : otherwise;
}

/* "{2,5}", "{2,}"; -1: no end. */
static struct str repeat(struct writing *writing, long long least, long long most)
{
    return most < 0 ? str_printf(writing->arena, "{%lld,}", least)
                    : str_printf(writing->arena, "{%lld,%lld}", least, most);
}

static struct str write_array(struct writing *writing, const json_t *schema, const char *place,
                              uint32_t depth)
{
    const long long least = bound(schema, "minItems", 0), most = bound(schema, "maxItems", -1);
    const struct str inner = str_printf(writing->arena, "%s[]", place);
    const struct str item =
        write_schema(writing, json_object_get(schema, "items"), inner.ptr, depth + 1);
    if (item.len == 0)
        return item;
    if (most >= 0 && most < least)
        return refuse(writing, place, "`maxItems` is less than `minItems`");
    if (most == 0)
        return STR("\"[]\"");
    const struct str more = repeat(writing, least > 0 ? least - 1 : 0, most < 0 ? -1 : most - 1);
    return name_rule(writing, "array",
                     str_printf(writing->arena, "\"[\" (%s (comma %s)%s)%s \"]\"", item.ptr,
                                item.ptr, more.ptr, least > 0 ? "" : "?"));
}

static struct str write_text(struct writing *writing, const json_t *schema, const char *place)
{
    const long long least = bound(schema, "minLength", 0), most = bound(schema, "maxLength", -1);
    if (most >= 0 && most < least)
        return refuse(writing, place, "`maxLength` is less than `minLength`");
    return name_rule(writing, "text",
                     str_printf(writing->arena, "\"\\\"\" char%s \"\\\"\"",
                                least == 0 && most < 0 ? "*" : repeat(writing, least, most).ptr));
}

static bool is_positive(const json_t *schema)
{
    const json_t *minimum = json_object_get(schema, "minimum");
    return json_is_number(minimum) && json_number_value(minimum) >= 0.0;
}

static struct str write_type(struct writing *writing, const json_t *schema, const char *type,
                             const char *place, uint32_t depth)
{
    if (strcmp(type, "object") == 0)
        return write_object(writing, schema, place, depth);
    if (strcmp(type, "array") == 0)
        return write_array(writing, schema, place, depth);
    if (strcmp(type, "string") == 0)
        return write_text(writing, schema, place);
    if (strcmp(type, "integer") == 0)
        return is_positive(schema) ? STR("natural") : STR("integer");
    if (strcmp(type, "number") == 0)
        return is_positive(schema) ? STR("positive") : STR("number");
    if (strcmp(type, "boolean") == 0)
        return STR("(\"true\" | \"false\")");
    if (strcmp(type, "null") == 0)
        return STR("\"null\"");
    return refuse(writing, place, "this `type` is not known");
}

static struct str write_types(struct writing *writing, const json_t *schema, const json_t *types,
                              const char *place, uint32_t depth)
{
    struct buf out = buf_new(writing->arena);
    const size_t count = json_array_size(types);
    for (size_t i = 0; i < count && i < MEMBERS_MAX; i++) {
        const char *type = json_string_value(json_array_get(types, i));
        const struct str one = write_type(writing, schema, type ? type : "", place, depth);
        if (one.len == 0)
            return one;
        buf_printf(&out, "%s%.*s", i > 0 ? " | " : "", STR_ARG(one));
    }
    return name_rule(writing, "any", buf_str(&out));
}

/* ---- all of them ---- */

static struct str write_schema(struct writing *writing, const json_t *schema, const char *place,
                               uint32_t depth)
{
    if (!json_is_object(schema))
        return refuse(writing, place, "an object is wanted that says which `type`");
    if (depth > DEPTH_MAX || writing->rules->len > GRAMMAR_BYTES_MAX)
        return refuse(writing, place, "it is too deep or too large");
    const json_t *constant = json_object_get(schema, "const");
    const json_t *choice = json_object_get(schema, "enum");
    const json_t *any = json_object_get(schema, "anyOf");
    const json_t *type = json_object_get(schema, "type");
    if (!any)
        any = json_object_get(schema, "oneOf");
    if (constant) {
        struct buf out = buf_new(writing->arena);
        put_value(&out, constant);
        return buf_str(&out);
    }
    if (choice)
        return write_choice(writing, choice, place);
    if (any)
        return write_alternatives(writing, any, place, depth);
    if (json_is_string(type))
        return write_type(writing, schema, json_string_value(type), place, depth);
    if (json_array_size(type) > 0)
        return write_types(writing, schema, type, place, depth);
    return refuse(writing, place, "it says no `type`, `enum`, `const`, `anyOf` or `oneOf`");
}

bool grammar_of_schema(struct arena *arena, struct str schema, struct str *out, struct err *err)
{
    json_error_t where;
    json_t *root = json_loadb(schema.ptr, schema.len, 0, &where);
    if (!root)
        return err_set(err, ERR_USAGE, "schema: %d:%d: %s", where.line, where.column, where.text);
    struct buf rules = buf_new(arena);
    struct writing writing = {.arena = arena, .rules = &rules, .err = err};
    const struct str right = write_schema(&writing, root, "$", 0);
    json_decref(root);
    if (right.len == 0)
        return false;
    *out = str_printf(arena, "root ::= %.*s\n%s%.*s", STR_ARG(right), shared,
                      STR_ARG(buf_str(&rules)));
    return true;
}
