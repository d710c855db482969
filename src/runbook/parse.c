/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses runbooks and statements, by recursive descent; each rule of the grammar stands above the
 * function that parses it. Only blocks recurse, and their depth is bounded.
 *
 * After a mistake the parser looks for the place where the next statement seems to begin: a word at
 * the beginning of a line. A brace that is missing cannot be told by counting alone, so it is
 * looked for where a closing one does not stand below the line that opened it.
 */
#include "runbook/parser.h"

#include "base/arena.h"
#include "base/clock.h"
#include "text/nearest.h"

/* ---- comments find their place ---- */

/* All comments between the last token and the next, the one behind the last included. */
static struct comment *claim_comments(struct parser *parser)
{
    struct comment *comments = parser->token.comments;
    if (parser->token.beside.len > 0) {
        struct comment *beside = arena_push(parser->arena, struct comment);
        *beside = (struct comment){.text = parser->token.beside, .next = comments};
        comments = beside;
    }
    parser->token.beside = STR("");
    parser->token.comments = NULL;
    return comments;
}

static struct str claim_beside(struct parser *parser)
{
    const struct str beside = parser->token.beside;
    parser->token.beside = STR("");
    return beside;
}

static void append_comments(struct comment **list, struct comment *more)
{
    while (*list)
        list = &(*list)->next;
    *list = more;
}

/* What was found within a statement goes above it, and the blank line above the statement with it.
 */
static void claim_loose(struct parser *parser, struct comment **before, bool *apart)
{
    struct comment *loose = parser->loose.first;
    parser->loose = (struct comments){0};
    if (!loose)
        return;
    if (apart) {
        loose->apart = *apart;
        *apart = false;
    }
    append_comments(before, loose);
}

/* Nothing stands apart from the brace above it. */
static void join(struct comment *comments, bool *apart)
{
    if (comments)
        comments->apart = false;
    else if (apart)
        *apart = false;
}

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

struct brace {
    struct span at;
    uint32_t indent; /* of the line that opens it */
};

/* "{", as a part of a block. False: there is no block, or it was skipped. */
static bool open_block(struct parser *parser, const char *behind, struct brace *out)
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
static void parse_body(struct parser *parser, struct brace brace, struct statement **body,
                       struct comment **last)
{
    parser->depth++;
    parse_statements(parser, body);
    parser->depth--;
    *last = claim_comments(parser);
    close_block(parser, brace);
    if (parser->token.beside.len > 0) {
        struct comment *behind = arena_push(parser->arena, struct comment);
        behind->text = claim_beside(parser);
        append_comments(last, behind);
    }
    if (*body)
        join((*body)->before, &(*body)->apart);
    else
        join(*last, NULL);
}

/* block = "{" { statement } "}"; `behind` is for the problem. */
static void parse_block(struct parser *parser, struct statement *owner, const char *behind,
                        struct statement **body)
{
    struct brace brace;
    const bool opened = open_block(parser, behind, &brace);
    claim_loose(parser, &owner->before, &owner->apart);
    owner->beside = claim_beside(parser);
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

static bool parse_count(struct parser *parser, uint32_t *out, struct span *at)
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
    branch->otherwise_comments = claim_comments(parser);
    parser_take(parser);
    if (parser->token.kind == TOKEN_IF && is_full(parser)) {
        skip_all(parser);
        return NULL;
    }
    if (parser->token.kind == TOKEN_IF) {
        append_comments(&branch->otherwise_comments, claim_comments(parser));
        join(branch->otherwise_comments, NULL);
        branch->otherwise = arena_push(parser->arena, struct statement);
        branch->otherwise->kind = STATEMENT_IF;
        branch->otherwise->at = parser->token.at;
        return branch->otherwise;
    }
    struct brace brace;
    const bool opened = open_block(parser, "`else`", &brace);
    claim_loose(parser, &branch->otherwise_comments, NULL);
    join(branch->otherwise_comments, NULL);
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
            append_comments(&owner->branch.otherwise_comments, it->before);
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
    out->before = claim_comments(parser);
    if (!statements[kind].parse(parser, out))
        return NULL;
    if (!statements[kind].has_block) {
        claim_loose(parser, &out->before, &out->apart);
        out->beside = claim_beside(parser);
    }
    return out;
}

/* ---- the runbook ---- */

/* Comments in and behind a line of the head go above it. */
static void place_head_comments(struct parser *parser, struct comment **above)
{
    claim_loose(parser, above, NULL);
    if (parser->token.beside.len > 0) {
        struct comment *beside = arena_push(parser->arena, struct comment);
        beside->text = claim_beside(parser);
        append_comments(above, beside);
    }
    join(*above, NULL);
}

static void skip_head_line(struct parser *parser)
{
    while (parser->token.kind != TOKEN_END && parser->token.kind != TOKEN_CLOSE &&
           !parser_sees_statement(parser))
        parser_take(parser);
}

static void parse_guard(struct parser *parser, struct runbook *out)
{
    parser->faults = parser->lexer.faults;
    out->before_guard = claim_comments(parser);
    parser_take(parser);
    out->has_guard = true;
    if (!parse_test(parser, &out->guard))
        skip_head_line(parser);
    place_head_comments(parser, &out->before_guard);
}

#define NUMBER_(number) #number
#define NUMBER(number) NUMBER_(number)

static void check_limit(struct parser *parser, struct span at, bool again, bool within,
                        const char *bounds)
{
    if (again)
        parser_fail(parser, at, "leave one of them", "this limit is given twice");
    else if (!within)
        parser_fail(parser, at, "", "this limit lies between %s", bounds);
}

static bool take_limit_number(struct parser *parser, uint32_t max, const char *bounds,
                              uint32_t *out, struct span *at)
{
    const bool again = *out > 0;
    if (!parse_count(parser, out, at))
        return false;
    check_limit(parser, *at, again, *out > 0 && *out <= max, bounds);
    return true;
}

static bool take_limit_time(struct parser *parser, struct limits *limits)
{
    const struct token span = parser->token;
    const bool again = limits->time_ns > 0;
    limits->time_at = span.at;
    if (span.kind != TOKEN_SPAN)
        return parser_fail(parser, parser_here(parser), "write `time 90s`",
                           "a span is wanted, not %s", parser_next_text(parser));
    parser_take(parser);
    limits->time_ns = span.value.integer;
    check_limit(parser, span.at, again,
                limits->time_ns > 0 && limits->time_ns <= RUNBOOK_TIME_MAX_S * NS_PER_S,
                "1ms and 1h");
    return true;
}

/* limit = "steps" number | "time" span | "tokens" number */
static bool parse_limit(struct parser *parser, struct limits *limits)
{
    static const char *const names[] = {"steps", "time", "tokens"};
    const struct token name = parser->token;
    if (name.kind == TOKEN_NAME) {
        parser_take(parser);
        if (str_eq(name.text, STR("steps")))
            return take_limit_number(parser, RUNBOOK_STEPS_MAX, "1 and " NUMBER(RUNBOOK_STEPS_MAX),
                                     &limits->steps, &limits->steps_at);
        if (str_eq(name.text, STR("time")))
            return take_limit_time(parser, limits);
        if (str_eq(name.text, STR("tokens")))
            return take_limit_number(parser, RUNBOOK_TOKENS_MAX,
                                     "1 and " NUMBER(RUNBOOK_TOKENS_MAX), &limits->tokens,
                                     &limits->tokens_at);
    }
    struct nearest nearest = nearest_to(name.text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(&nearest, str_of(names[i]));
    return parser_fail(parser, name.at,
                       problem_did_you_mean(parser->problems, nearest.best,
                                            STR("there are steps, time and tokens"))
                           .ptr,
                       "no limit is called `%.*s`", STR_ARG(name.text));
}

static void parse_limits(struct parser *parser, struct runbook *out)
{
    parser->faults = parser->lexer.faults;
    out->before_limits = claim_comments(parser);
    out->limits.at = parser_take(parser).at;
    bool ok;
    do
        ok = parse_limit(parser, &out->limits);
    while (ok && parser_accept(parser, TOKEN_COMMA));
    if (!ok)
        skip_head_line(parser);
    place_head_comments(parser, &out->before_limits);
}

#define BEGINNING "runbook NAME \"what it is for\" {"

/* "runbook" name text "{" */
static bool parse_heading(struct parser *parser, struct runbook *out, struct brace *brace)
{
    struct token name;
    out->head = claim_comments(parser);
    if (!parser_accept(parser, TOKEN_RUNBOOK))
        return parser->token.kind == TOKEN_END
                   ? parser_fail(parser, parser->token.at, "write `" BEGINNING " ... }`",
                                 "there is no runbook in here")
                   : parser_fail(parser, parser->token.at, "write `" BEGINNING "`",
                                 "a runbook begins with `runbook`, not with %s",
                                 parser_next_text(parser));
    if (!parser_name(parser, "the name of the runbook", &name))
        return false;
    out->name = str_copy(parser->arena, name.text);
    out->name_at = name.at;
    if (parser->token.kind == TOKEN_TEXT)
        out->summary = parser_take(parser).value.text;
    else
        parser_fail(parser, parser->token.at, "write `" BEGINNING "`",
                    "a text that says what it is for is wanted, not %s", parser_next_text(parser));
    return open_block(parser, "the heading", brace);
}

/*
 * runbook = "runbook" name text "{"
 *           [ "when" test ] [ "limit" limit { "," limit } ] { statement } "}"
 */
static void parse_runbook(struct parser *parser, struct runbook *out)
{
    struct brace brace;
    if (!parse_heading(parser, out, &brace))
        return;
    place_head_comments(parser, &out->head);
    if (parser->token.kind == TOKEN_WHEN)
        parse_guard(parser, out);
    if (parser->token.kind == TOKEN_LIMIT)
        parse_limits(parser, out);
    parse_body(parser, brace, &out->body, &out->last);
    out->tail = claim_comments(parser);
    if (parser->token.kind == TOKEN_RUNBOOK)
        parser_fail(parser, parser->token.at, "put it into a file of its own",
                    "a file holds one runbook");
    else if (parser->token.kind != TOKEN_END)
        parser_fail(parser, parser->token.at, "is there a `}` too many above?",
                    "nothing may follow the end of the runbook, and here is %s",
                    parser_next_text(parser));
}

bool runbook_parse(struct arena *arena, struct str text, struct runbook **out,
                   struct problem **problems)
{
    struct problems found = problems_new(arena, STR(""));
    struct runbook *book = arena_push(arena, struct runbook);
    const struct span start = {.line = 1, .column = 1, .length = 1};
    if (text.len > RUNBOOK_BYTES_MAX) {
        problem_add(&found, start, STR("split it, and `follow` the parts"),
                    "a runbook is at most %zu kB long", RUNBOOK_BYTES_MAX >> 10);
    } else {
        book->text = str_copy(arena, text);
        if (lex_is_text(book->text, &found)) {
            struct parser parser = {
                .arena = arena, .problems = &found, .lexer = lexer_new(&found, book->text)};
            parser_take(&parser); /* what is taken is nothing: the first token comes next */
            parse_runbook(&parser, book);
        }
    }
    *out = book;
    *problems = found.first;
    return !found.first;
}
