/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/condition.h"

#include "base/arena.h"
#include "base/buf.h"

#define READ_MAX ((size_t)4096)
#define KEY_COLUMNS_MAX 3

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* How long the name at the start is: a plain one, or "one in quotes"; 0: none. */
static size_t name_len(struct str text)
{
    size_t len = 0;
    if (text.len > 0 && text.ptr[0] == '"') {
        for (len = 1; len < text.len; len++)
            if (text.ptr[len] == '"' && (len + 1 == text.len || text.ptr[len + 1] != '"'))
                return len + 1;
            else if (text.ptr[len] == '"')
                len++;
        return 0;
    }
    while (len < text.len && is_name_char(text.ptr[len]))
        len++;
    return len;
}

/* Behind a text in quotes that begins here. */
static size_t behind_quotes(struct str text, size_t at)
{
    const char quote = text.ptr[at];
    for (at++; at < text.len; at++)
        if (text.ptr[at] == quote)
            return at + 1;
    return text.len;
}

/* A text in quotes is one step, as is any other character; `*depth` counts the brackets. */
static size_t step(struct str text, size_t at, int *depth)
{
    const char c = text.ptr[at];
    if (c == '\'' || c == '"')
        return behind_quotes(text, at);
    *depth += (c == '(') - (c == ')');
    return at + 1;
}

/* Where these words first stand outside of brackets and quotes. */
static size_t find_outside(struct str text, struct str words)
{
    int depth = 0;
    for (size_t at = 0; at < text.len; at = step(text, at, &depth))
        if (depth == 0 && str_starts(str_slice(text, at, text.len), words))
            return at;
    return STR_NPOS;
}

/* Where the bracket at the start is closed. */
static size_t closing(struct str text)
{
    int depth = 0;
    for (size_t at = 0, next; at < text.len; at = next) {
        next = step(text, at, &depth);
        if (depth == 0)
            return at;
    }
    return STR_NPOS;
}

/* "::text", or "::timestamp with time zone", and nothing behind it. */
static bool is_cast(struct str text)
{
    bool plain = str_starts(text, STR("::"));
    for (size_t i = 2; plain && i < text.len; i++)
        plain =
            is_name_char(text.ptr[i]) || str_contains(STR(" .,\"[]()"), str_slice(text, i, i + 1));
    return plain;
}

/* "((x))" is x, and "(x)::text" too: an index of x serves it. */
static struct str unwrap(struct str text)
{
    text = str_trim(text);
    while (text.len > 1 && text.ptr[0] == '(') {
        const size_t end = closing(text);
        if (end == STR_NPOS || (end + 1 < text.len && !is_cast(str_slice(text, end + 1, text.len))))
            break;
        text = str_trim(str_slice(text, 1, end));
    }
    return text;
}

/* The column of `alias` that a side of a comparison is; empty: it is something else. */
static struct str column_of(struct arena *arena, struct str side, struct str alias)
{
    static const char *const functions[] = {"lower(", "upper(", NULL};
    side = unwrap(side);
    for (size_t i = 0; functions[i]; i++) {
        const struct str head = str_of(functions[i]);
        if (!str_starts(side, head) || !str_ends(side, STR(")")))
            continue;
        const struct str inner = column_of(arena, str_slice(side, head.len, side.len - 1), alias);
        return inner.len > 0 && !str_contains(inner, STR("("))
                   ? str_printf(arena, "%s%.*s)", functions[i], STR_ARG(inner))
                   : STR("");
    }
    const size_t len = name_len(side);
    if (len == 0 || len + 1 >= side.len || side.ptr[len] != '.')
        return STR("");
    struct str of = str_slice(side, 0, len);
    if (of.ptr[0] == '"')
        of = str_slice(of, 1, of.len - 1);
    const struct str name = str_slice(side, len + 1, side.len);
    return str_eq(of, alias) && name_len(name) == name.len ? name : STR("");
}

static void add(struct condition_columns *out, struct str text, bool is_equal)
{
    for (uint32_t i = 0; i < out->count; i++)
        if (str_eq(out->items[i].text, text))
            return;
    if (text.len > 0 && out->count < CONDITION_COLUMNS_MAX)
        out->items[out->count++] = (struct condition_column){text, is_equal};
}

/* One that has to hold. */
static void read_part(struct arena *arena, struct str part, struct str alias,
                      struct condition_columns *out)
{
    static const struct {
        const char *sign;
        bool is_equal;
    } signs[] = {{" = ", true}, {" >= ", false}, {" <= ", false}, {" > ", false}, {" < ", false}};
    part = unwrap(part);
    if (find_outside(part, STR(" OR ")) != STR_NPOS)
        return;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const struct str sign = str_of(signs[i].sign);
        const size_t at = find_outside(part, sign);
        if (at == STR_NPOS)
            continue;
        const struct str left = column_of(arena, str_slice(part, 0, at), alias);
        const struct str right = column_of(arena, str_slice(part, at + sign.len, part.len), alias);
        if (left.len == 0 || right.len == 0) /* of its own columns, none is given */
            add(out, left.len > 0 ? left : right, signs[i].is_equal);
        return;
    }
}

struct condition_columns condition_columns(struct arena *arena, struct str condition,
                                           struct str alias)
{
    struct condition_columns out = {0};
    struct str rest = unwrap(str_slice(condition, 0, READ_MAX));
    while (rest.len > 0) {
        const size_t at = find_outside(rest, STR(" AND "));
        read_part(arena, str_slice(rest, 0, at == STR_NPOS ? rest.len : at), alias, &out);
        rest = at == STR_NPOS ? STR("") : str_slice(rest, at + 5, rest.len);
    }
    return out;
}

struct condition_columns condition_sorted(struct arena *arena, struct str list, struct str alias)
{
    struct condition_columns out = {0};
    struct str rest = str_slice(list, 0, READ_MAX), key;
    while (str_split(&rest, ',', &key)) {
        key = str_trim(key);
        const bool down = str_ends(key, STR(" DESC"));
        const struct str name =
            column_of(arena, str_slice(key, 0, down ? key.len - 5 : key.len), alias);
        if (name.len == 0)
            return (struct condition_columns){0};
        add(&out, down ? str_printf(arena, "%.*s DESC", STR_ARG(name)) : name, false);
    }
    return out;
}

struct str condition_key(struct arena *arena, const struct condition_columns *columns)
{
    struct buf out = buf_new(arena);
    uint32_t count = 0;
    for (uint32_t i = 0; i < columns->count && count < KEY_COLUMNS_MAX; i++)
        if (columns->items[i].is_equal)
            buf_printf(&out, "%s%.*s", count++ > 0 ? ", " : "", STR_ARG(columns->items[i].text));
    for (uint32_t i = 0; i < columns->count && count < KEY_COLUMNS_MAX; i++)
        if (!columns->items[i].is_equal) {
            buf_printf(&out, "%s%.*s", count++ > 0 ? ", " : "", STR_ARG(columns->items[i].text));
            break;
        }
    return buf_str(&out);
}
