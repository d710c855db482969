/* SPDX-License-Identifier: Apache-2.0 */
/* Parses what stands within a statement: values, tests and arguments. */
#include "runbook/parser.h"

#include "base/arena.h"

/* ---- values ---- */

static void add_path_name(struct parser *parser, struct expression *out)
{
    const struct token name = parser_take(parser);
    struct path *path = &out->path;
    if (path->names_count < RUNBOOK_PATH_MAX) {
        path->names[path->names_count] = str_copy(parser->arena, name.text);
        path->names_at[path->names_count] = name.at;
    }
    path->names_count++;
}

static bool is_any_word(enum token_kind kind)
{
    return kind == TOKEN_NAME || token_is_keyword(kind);
}

/* path = name { "." name } */
bool parse_path(struct parser *parser, const char *wanted, struct expression *out)
{
    *out = (struct expression){.at = parser->token.at, .is_path = true};
    if (parser->token.kind != TOKEN_NAME)
        return parser_fail(parser, parser_here(parser), "", "%s is wanted, not %s", wanted,
                           parser_next_text(parser));
    add_path_name(parser, out);
    while (parser_accept(parser, TOKEN_DOT)) {
        if (!is_any_word(parser->token.kind))
            return parser_fail(parser, parser_here(parser), "",
                               "a name is wanted behind the dot, not %s", parser_next_text(parser));
        add_path_name(parser, out);
    }
    out->at.length =
        parser->after.line == out->at.line ? parser->after.column - out->at.column : out->at.length;
    if (out->path.names_count <= RUNBOOK_PATH_MAX)
        return true;
    out->path.names_count = RUNBOOK_PATH_MAX;
    return parser_fail(parser, out->at, "write the name of a step, a dot and one of its fields",
                       "this path has too many names");
}

/* value = path | number | span | text | "true" | "false" */
bool parse_value(struct parser *parser, const char *wanted, struct expression *out)
{
    const enum token_kind kind = parser->token.kind;
    if (kind == TOKEN_NAME)
        return parse_path(parser, wanted, out);
    *out = (struct expression){.at = parser->token.at};
    if (kind == TOKEN_TRUE || kind == TOKEN_FALSE)
        out->literal = value_bool(kind == TOKEN_TRUE);
    else if (kind == TOKEN_NUMBER || kind == TOKEN_SPAN || kind == TOKEN_TEXT)
        out->literal = parser->token.value;
    else if (kind == TOKEN_LEFT)
        return parser_fail(parser, parser->token.at,
                           "leave them out; `and` binds more tightly than `or`",
                           "there are no brackets around a value");
    else
        return parser_fail(parser, parser_here(parser), "", "%s is wanted, not %s", wanted,
                           parser_next_text(parser));
    out->type = out->literal.type;
    parser_take(parser);
    return true;
}

/* ---- tests ---- */

static bool is_comparator(enum token_kind kind, enum comparator *out)
{
    static const struct {
        enum token_kind kind;
        enum comparator comparator;
    } comparators[] = {
        {TOKEN_EQ, COMPARE_EQ},     {TOKEN_NE, COMPARE_NE}, {TOKEN_LT, COMPARE_LT},
        {TOKEN_LE, COMPARE_LE},     {TOKEN_GT, COMPARE_GT}, {TOKEN_GE, COMPARE_GE},
        {TOKEN_ASSIGN, COMPARE_EQ},
    };
    for (size_t i = 0; i < sizeof comparators / sizeof *comparators; i++)
        if (comparators[i].kind == kind) {
            *out = comparators[i].comparator;
            return true;
        }
    return false;
}

/* compare = [ "not" ] value [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value ] */
static bool parse_comparison(struct parser *parser, struct comparison *out)
{
    out->negated = parser_accept(parser, TOKEN_NOT);
    if (!parse_value(parser, "something to test", &out->left))
        return false;
    if (!is_comparator(parser->token.kind, &out->comparator))
        return true;
    if (parser->token.kind == TOKEN_ASSIGN)
        parser_fail(parser, parser->token.at, "write `==`",
                    "`=` names a result, it compares nothing");
    out->comparator_at = parser_take(parser).at;
    if (!parse_value(parser, "something to compare with", &out->right))
        return false;
    enum comparator another;
    if (is_comparator(parser->token.kind, &another))
        return parser_fail(parser, parser->token.at, "write `a < b and b < c`",
                           "a comparison has two sides");
    return true;
}

/* all = compare { "and" compare } */
static bool parse_all(struct parser *parser, struct alternative *out)
{
    struct comparison **link = &out->all;
    do {
        *link = arena_push(parser->arena, struct comparison);
        if (!parse_comparison(parser, *link))
            return false;
        link = &(*link)->next;
    } while (parser_accept(parser, TOKEN_AND));
    return true;
}

/* test = all { "or" all } */
bool parse_test(struct parser *parser, struct test *out)
{
    out->at = parser->token.at;
    struct alternative **link = &out->any;
    do {
        *link = arena_push(parser->arena, struct alternative);
        if (!parse_all(parser, *link))
            return false;
        link = &(*link)->next;
    } while (parser_accept(parser, TOKEN_OR));
    return true;
}

/* ---- arguments ---- */

/* Whether the next token stands behind the call, whose ")" is missing. */
static bool is_behind_call(const struct parser *parser)
{
    const enum token_kind kind = parser->token.kind;
    return kind == TOKEN_END || kind == TOKEN_OPEN || kind == TOKEN_CLOSE ||
           parser_sees_statement(parser);
}

static bool close_unclosed(struct parser *parser, struct str callee)
{
    parser_fail(parser, parser->after, "", "`)` is missing at the end of `%.*s(`", STR_ARG(callee));
    parser->within_call = false;
    return true; /* as if it were there */
}

/* argument = name ":" value */
static bool parse_argument(struct parser *parser, struct str callee, struct argument **out)
{
    const struct token name = parser->token;
    const enum token_kind next = is_any_word(name.kind) ? parser_look_ahead(parser) : TOKEN_END;
    if (next != TOKEN_COLON && next != TOKEN_ASSIGN)
        return parser_fail(parser, name.at, "write `NAME: VALUE`",
                           "each argument of `%.*s` is named", STR_ARG(callee));
    *out = arena_push(parser->arena, struct argument);
    (*out)->at = name.at;
    (*out)->name = str_copy(parser->arena, name.text);
    parser_take(parser);
    if (next == TOKEN_ASSIGN)
        parser_fail(parser, parser->token.at, "write `:`",
                    "`=` is wrong behind the name of an argument");
    parser_take(parser);
    return parse_value(parser, "a value", &(*out)->value);
}

/* "(" [ argument { "," argument } [ "," ] ] ")" */
bool parse_arguments(struct parser *parser, struct str callee, struct argument **out)
{
    struct argument **link = out;
    parser_take(parser);
    parser->within_call = true;
    while (!parser_accept(parser, TOKEN_RIGHT)) {
        if (is_behind_call(parser))
            return close_unclosed(parser, callee);
        if (!parse_argument(parser, callee, link))
            return false;
        link = &(*link)->next;
        if (parser_accept(parser, TOKEN_COMMA) || parser->token.kind == TOKEN_RIGHT)
            continue;
        if (is_behind_call(parser))
            return close_unclosed(parser, callee);
        if (!is_any_word(parser->token.kind))
            return parser_fail(parser, parser->token.at, "", "`,` or `)` is wanted, not %s",
                               parser_next_text(parser));
        parser_fail(parser, parser->after, "", "`,` is missing between two arguments");
    }
    parser->within_call = false;
    return true;
}
