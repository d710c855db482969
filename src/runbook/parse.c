/* SPDX-License-Identifier: Apache-2.0 */
/* Parses a runbook by recursive descent: its head is here, statement.c has the body. */
#include "runbook/parser.h"

#include "base/arena.h"
#include "base/clock.h"
#include "text/nearest.h"

/* ---- the head ---- */

/* Comments in and behind a line of the head go above it. */
static void place_head_comments(struct parser *parser, struct comment **above)
{
    parser_claim_loose(parser, above, NULL);
    if (parser->token.beside.len > 0) {
        struct comment *beside = arena_push(parser->arena, struct comment);
        beside->text = parser_claim_beside(parser);
        comments_append(above, beside);
    }
    comments_join(*above, NULL);
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
    out->before_guard = parser_claim_comments(parser);
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
    out->before_limits = parser_claim_comments(parser);
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
    out->head = parser_claim_comments(parser);
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
    return parse_open_block(parser, "the heading", brace);
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
    out->tail = parser_claim_comments(parser);
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
