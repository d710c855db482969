/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses blocks and statements; each rule of the grammar stands above the function that parses it.
 * Only blocks recurse, and their depth is bounded.
 *
 * After a mistake the parser looks for the place where the next statement seems to begin: a word at
 * the beginning of a line. A brace that is missing cannot be told by counting alone, so it is
 * looked for where a closing one does not stand below the line that opened it.
 */
#include "runbook/parser.h"

#include "base/arena.h"
#include "text/nearest.h"

/* ---- going on after a mistake ---- */

static void skip_braces(struct parser *parser)
{
    uint32_t open = 0;
    do {
        const enum token_kind kind = parser_take(parser).kind;
        open += kind == TOKEN_OPEN;
        open -= kind == TOKEN_CLOSE;
    } while (open > 0 && parser->token.kind != TOKEN_END);
    parser->braces_told |= open > 0;
}

static void skip_call(struct parser *parser)
{
    while (parser->within_call && parser->token.kind != TOKEN_END &&
           parser->token.kind != TOKEN_OPEN && parser->token.kind != TOKEN_CLOSE &&
           !parser_sees_statement(parser))
        parser->within_call = parser_take(parser).kind != TOKEN_RIGHT;
    parser->within_call = false;
}

/* To where the next statement seems to begin, past the blocks of the one that was wrong. */
static void skip_statement(struct parser *parser, bool moved)
{
    bool within_else = false;
    skip_call(parser);
    while (parser->token.kind != TOKEN_END && parser->token.kind != TOKEN_CLOSE) {
        if (moved && !within_else && parser_sees_statement(parser))
            break;
        moved = true;
        if (parser->token.kind != TOKEN_OPEN) {
            within_else |= parser->token.kind == TOKEN_ELSE;
            parser_take(parser);
            continue;
        }
        skip_braces(parser);
        within_else = false;
        if (parser->token.kind != TOKEN_ELSE)
            break;
    }
    parser->loose = (struct comments){0};
}

static void skip_all(struct parser *parser)
{
    while (parser->token.kind != TOKEN_END)
        parser_take(parser);
    parser->braces_told = true;
}

/* ---- blocks ---- */

/* "{", as a part of a block. False: there is no block, or it was skipped. */
bool parse_open_block(struct parser *parser, const char *behind, struct brace *out)
{
    if (parser->token.kind != TOKEN_OPEN) {
        parser_fail(parser, parser->after, "", "`{` is missing behind %s", behind);
        while (parser->token.kind != TOKEN_OPEN && parser->token.kind != TOKEN_END &&
               !parser->token.first)
            parser_take(parser);
    }
    *out = (struct brace){.at = parser->token.at, .indent = parser->indent};
    if (parser->depth <= RUNBOOK_DEPTH_MAX) {
        parser_accept(parser, TOKEN_OPEN); /* or go on as if it were there */
        return true;
    }
    parser_fail(parser, parser->token.at, "make a runbook of it, and `follow` that",
                "more than %d blocks within each other", RUNBOOK_DEPTH_MAX);
    if (parser->token.kind == TOKEN_OPEN)
        skip_braces(parser);
    return false;
}

static void close_block(struct parser *parser, struct brace brace)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_CLOSE) {
        if (token->first && token->at.column != brace.indent && parser->odd_brace.line == 0)
            parser->odd_brace = brace.at;
        parser_take(parser);
    } else if (!parser->braces_told) {
        parser_fail(parser, parser->odd_brace.line > 0 ? parser->odd_brace : brace.at,
                    "write `}` where its block ends", "this `{` is not closed");
        parser->braces_told = true;
    }
}

static struct statement *parse_statement(struct parser *parser);

static bool is_full(struct parser *parser)
{
    if (problems_are_enough(parser->problems))
        return true;
    if (parser->statements++ < RUNBOOK_STATEMENTS_MAX)
        return false;
    parser_fail(parser, parser->token.at, "split it, and `follow` the parts",
                "a runbook has at most %d statements", RUNBOOK_STATEMENTS_MAX);
    return true;
}

static void parse_statements(struct parser *parser, struct statement **link)
{
    while (parser->token.kind != TOKEN_CLOSE && parser->token.kind != TOKEN_END) {
        parser->faults = parser->lexer.faults;
        if (is_full(parser)) {
            skip_all(parser);
            break;
        }
        const size_t at = parser->lexer.at;
        *link = parse_statement(parser);
        if (*link) {
            link = &(*link)->next;
        } else {
            skip_statement(parser, parser->lexer.at != at);
        }
    }
    parser->faults = parser->lexer.faults;
}

/* From behind "{" to "}". */
void parse_body(struct parser *parser, struct brace brace, struct statement **body,
                struct comment **last)
{
    parser->depth++;
    parse_statements(parser, body);
    parser->depth--;
    *last = parser_claim_comments(parser);
    close_block(parser, brace);
    if (parser->token.beside.len > 0) {
        struct comment *behind = arena_push(parser->arena, struct comment);
        behind->text = parser_claim_beside(parser);
        comments_append(last, behind);
    }
    if (*body)
        comments_join((*body)->before, &(*body)->apart);
    else
        comments_join(*last, NULL);
}

/* block = "{" { statement } "}"; `behind` is for the problem. */
static void parse_block(struct parser *parser, struct statement *owner, const char *behind,
                        struct statement **body)
{
    struct brace brace;
    const bool opened = parse_open_block(parser, behind, &brace);
    parser_claim_loose(parser, &owner->before, &owner->apart);
    owner->beside = parser_claim_beside(parser);
    if (opened)
        parse_body(parser, brace, body, &owner->last);
}

/* ---- statements ---- */

static bool fail_to_begin(struct parser *parser)
{
    const struct span at = parser->token.at;
    switch (parser->token.kind) {
    case TOKEN_ELSE:
        return parser_fail(parser, at, "", "there is no `if` to this `else`");
    case TOKEN_WHEN:
        return parser_fail(parser, at, "put it first, above `limit`",
                           "`when` stands at the top of a runbook, once");
    case TOKEN_LIMIT:
        return parser_fail(parser, at, "put all limits into one, below `when`",
                           "`limit` stands at the top of a runbook, once");
    case TOKEN_RUNBOOK:
        return parser_fail(parser, at, "close the one above with `}`",
                           "a runbook does not stand within another");
    default:
        return parser_fail(parser, at, "", "no statement begins with %s", parser_next_text(parser));
    }
}

static bool fail_at_name(struct parser *parser, const struct token *name)
{
    static const char *const words[] = {"follow", "for",    "if",   "parallel", "suppose",
                                        "verify", "refute", "when", "limit",    "else"};
    struct nearest nearest = nearest_to(name->text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        nearest_try(&nearest, str_of(words[i]));
    const struct str hint = problem_did_you_mean(
        parser->problems, nearest.best,
        str_printf(parser->arena, "a call is written `%.*s()`", STR_ARG(name->text)));
    return parser_fail(parser, name->at, hint.ptr, "no statement begins with `%.*s`",
                       STR_ARG(name->text));
}

/* callee = name [ "." name ] */
static bool parse_callee(struct parser *parser, const struct token *name,
                         struct call_statement *call)
{
    call->callee = str_copy(parser->arena, name->text);
    call->callee_at = name->at;
    if (!parser_accept(parser, TOKEN_DOT))
        return true;
    const struct token tool = parser->token;
    if (tool.kind != TOKEN_NAME && !token_is_keyword(tool.kind))
        return parser_fail(parser, parser_here(parser), "",
                           "the name of a tool is wanted behind the dot, not %s",
                           parser_next_text(parser));
    parser_take(parser);
    call->callee = str_printf(parser->arena, "%.*s.%.*s", STR_ARG(name->text), STR_ARG(tool.text));
    call->callee_at.length = (uint32_t)call->callee.len;
    return true;
}

/*
 * step = [ name "=" ] call
 * call = name [ "." name ] "(" [ argument { "," argument } [ "," ] ] ")"
 */
static bool parse_call(struct parser *parser, struct statement *out)
{
    struct call_statement *call = &out->call;
    struct token name = parser_take(parser);
    if (parser->token.kind != TOKEN_ASSIGN && parser->token.kind != TOKEN_DOT &&
        parser->token.kind != TOKEN_LEFT)
        return fail_at_name(parser, &name);
    if (parser_accept(parser, TOKEN_ASSIGN)) {
        call->result = str_copy(parser->arena, name.text);
        if (parser_begins_statement(parser->token.kind) && parser->token.kind != TOKEN_NAME)
            return parser_fail(parser, parser->token.at, "leave the name out", "%s gives no result",
                               parser_next_text(parser));
        if (!parser_name(parser, "the name of an actor or a tool", &name))
            return false;
    }
    if (!parse_callee(parser, &name, call))
        return false;
    if (parser->token.kind == TOKEN_DOT)
        return parser_fail(parser, parser->token.at, "an actor has one name, a tool two",
                           "this has too many names");
    if (parser->token.kind != TOKEN_LEFT)
        return parser_fail(parser, parser->after, "a result is used as an argument or in a test",
                           "`(` is missing: only calls give results");
    return parse_arguments(parser, call->callee, &call->arguments);
}

/* follow = "follow" name */
static bool parse_follow(struct parser *parser, struct statement *out)
{
    struct token name;
    parser_take(parser);
    if (!parser_name(parser, "the name of a runbook", &name))
        return false;
    out->follow.name = str_copy(parser->arena, name.text);
    out->follow.name_at = name.at;
    return true;
}

bool parse_count(struct parser *parser, uint32_t *out, struct span *at)
{
    const struct token number = parser->token;
    *at = number.at;
    if (number.kind != TOKEN_NUMBER || number.value.type != TYPE_INT || number.value.integer < 0 ||
        number.value.integer > UINT32_MAX)
        return parser_fail(parser, parser_here(parser), "", "a whole number is wanted, not %s",
                           parser_next_text(parser));
    *out = (uint32_t)number.value.integer;
    parser_take(parser);
    return true;
}

/* for = "for" name "in" path "max" number block */
static bool parse_for(struct parser *parser, struct statement *out)
{
    struct for_statement *loop = &out->loop;
    struct token row;
    const struct span at = parser_take(parser).at;
    if (!parser_name(parser, "the name of a row", &row))
        return false;
    loop->row = str_copy(parser->arena, row.text);
    loop->row_at = row.at;
    if (!parser_expect(parser, TOKEN_IN, "`in` is wanted behind the name of the row",
                       "write `for s in suspects.rows max 5 {`") ||
        !parse_path(parser, "a path to rows", &loop->rows))
        return false;
    if (parser->token.kind == TOKEN_OPEN) {
        loop->max = 1; /* as if it had been given */
        parser_fail(parser, at, "say how many rows at most, such as `max 5`", "for needs `max N`");
    } else if (!parser_expect(parser, TOKEN_MAX, "`max` is wanted behind the rows",
                              "write `for s in suspects.rows max 5 {`") ||
               !parse_count(parser, &loop->max, &loop->max_at)) {
        return false;
    }
    parse_block(parser, out, "the head of the loop", &loop->body);
    return true;
}

/* else = "else" ( block | if ); gives the `if`, if it is one. */
static struct statement *parse_else(struct parser *parser, struct statement *owner)
{
    struct if_statement *branch = &owner->branch;
    branch->otherwise_comments = parser_claim_comments(parser);
    parser_take(parser);
    if (parser->token.kind == TOKEN_IF && is_full(parser)) {
        skip_all(parser);
        return NULL;
    }
    if (parser->token.kind == TOKEN_IF) {
        comments_append(&branch->otherwise_comments, parser_claim_comments(parser));
        comments_join(branch->otherwise_comments, NULL);
        branch->otherwise = arena_push(parser->arena, struct statement);
        branch->otherwise->kind = STATEMENT_IF;
        branch->otherwise->at = parser->token.at;
        return branch->otherwise;
    }
    struct brace brace;
    const bool opened = parse_open_block(parser, "`else`", &brace);
    parser_claim_loose(parser, &branch->otherwise_comments, NULL);
    comments_join(branch->otherwise_comments, NULL);
    if (opened)
        parse_body(parser, brace, &branch->otherwise, &owner->otherwise_last);
    return NULL;
}

/* if = "if" test block [ else ]; a chain of `else if` is walked, not descended into. */
static bool parse_if(struct parser *parser, struct statement *out)
{
    struct statement *owner = NULL;
    for (struct statement *it = out; it;) {
        parser_take(parser);
        if (!parse_test(parser, &it->branch.test))
            return false;
        parse_block(parser, it, "the test", &it->branch.then);
        if (owner) { /* there is no line above an `else if` but that of the `else` */
            comments_append(&owner->branch.otherwise_comments, it->before);
            it->before = NULL;
        }
        owner = it;
        it = parser->token.kind == TOKEN_ELSE ? parse_else(parser, it) : NULL;
    }
    return true;
}

/* parallel = "parallel" block */
static bool parse_parallel(struct parser *parser, struct statement *out)
{
    parser_take(parser);
    parse_block(parser, out, "`parallel`", &out->parallel);
    return true;
}

static bool parse_because(struct parser *parser, const char *after, struct expression *out)
{
    if (parser->token.kind != TOKEN_BECAUSE)
        return parser_fail(parser, parser_here(parser), "write `because \"...\"`",
                           "%s needs a reason", after);
    parser_take(parser);
    return parse_value(parser, "the reason", out);
}

/* suppose = "suppose" name "is" value "because" value */
static bool parse_suppose(struct parser *parser, struct statement *out)
{
    struct suppose_statement *suppose = &out->suppose;
    struct token name;
    parser_take(parser);
    if (!parser_name(parser, "a name for what is supposed", &name))
        return false;
    suppose->name = str_copy(parser->arena, name.text);
    suppose->name_at = name.at;
    return parser_expect(parser, TOKEN_IS, "`is` is wanted behind the name",
                         "write `suppose culprit is s.service because \"...\"`") &&
           parse_value(parser, "whom it is about", &suppose->subject) &&
           parse_because(parser, "suppose", &suppose->because);
}

/* verify = "verify" name block */
static bool parse_verify(struct parser *parser, struct statement *out)
{
    struct token name;
    parser_take(parser);
    if (!parser_name(parser, "the name of what is supposed", &name))
        return false;
    out->verify.name = str_copy(parser->arena, name.text);
    out->verify.name_at = name.at;
    parse_block(parser, out, "what is verified", &out->verify.body);
    return true;
}

/* refute = "refute" name "because" value */
static bool parse_refute(struct parser *parser, struct statement *out)
{
    struct token name;
    parser_take(parser);
    if (!parser_name(parser, "the name of what is supposed", &name))
        return false;
    out->refute.name = str_copy(parser->arena, name.text);
    out->refute.name_at = name.at;
    return parse_because(parser, "refute", &out->refute.because);
}

static const struct {
    enum token_kind begins;
    enum statement_kind kind;
    bool (*parse)(struct parser *parser, struct statement *out);
    bool has_block;
} statements[] = {
    {TOKEN_NAME, STATEMENT_CALL, parse_call, false},
    {TOKEN_FOLLOW, STATEMENT_FOLLOW, parse_follow, false},
    {TOKEN_FOR, STATEMENT_FOR, parse_for, true},
    {TOKEN_IF, STATEMENT_IF, parse_if, true},
    {TOKEN_PARALLEL, STATEMENT_PARALLEL, parse_parallel, true},
    {TOKEN_SUPPOSE, STATEMENT_SUPPOSE, parse_suppose, false},
    {TOKEN_VERIFY, STATEMENT_VERIFY, parse_verify, true},
    {TOKEN_REFUTE, STATEMENT_REFUTE, parse_refute, false},
};

/* statement = step | follow | for | if | parallel | suppose | verify | refute; NULL: it is wrong */
static struct statement *parse_statement(struct parser *parser)
{
    if (token_is_keyword(parser->token.kind) && parser_look_ahead(parser) == TOKEN_ASSIGN) {
        parser_fail(parser, parser->token.at, "take another name", "%s is a word of the language",
                    parser_next_text(parser));
        return NULL;
    }
    size_t kind = 0;
    while (kind < sizeof statements / sizeof *statements &&
           statements[kind].begins != parser->token.kind)
        kind++;
    if (kind == sizeof statements / sizeof *statements) {
        fail_to_begin(parser);
        return NULL;
    }
    struct statement *out = arena_push(parser->arena, struct statement);
    out->kind = statements[kind].kind;
    out->at = parser->token.at;
    out->apart = parser->token.apart;
    out->before = parser_claim_comments(parser);
    if (!statements[kind].parse(parser, out))
        return NULL;
    if (!statements[kind].has_block) {
        parser_claim_loose(parser, &out->before, &out->apart);
        out->beside = parser_claim_beside(parser);
    }
    return out;
}
