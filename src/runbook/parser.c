/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/parser.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#define SHOWN_LEN_MAX 40 /* of a token in a problem */
#define TEXT_LEN_MAX 400

static void add_loose(struct parser *parser, struct comment *comment)
{
    if (!parser->loose.first)
        parser->loose.last = &parser->loose.first;
    *parser->loose.last = comment;
    parser->loose.last = &comment->next;
}

static void loosen_comments(struct parser *parser)
{
    if (parser->token.beside.len > 0) {
        struct comment *comment = arena_push(parser->arena, struct comment);
        comment->text = parser->token.beside;
        add_loose(parser, comment);
    }
    for (struct comment *it = parser->token.comments; it;) {
        struct comment *next = it->next;
        it->next = NULL;
        it->apart = false;
        add_loose(parser, it);
        it = next;
    }
    parser->token.beside = STR("");
    parser->token.comments = NULL;
}

struct token parser_take(struct parser *parser)
{
    loosen_comments(parser);
    const struct token token = parser->token;
    parser->after =
        (struct span){.line = parser->lexer.line, .column = parser->lexer.column, .length = 1};
    parser->token = lexer_next(&parser->lexer);
    if (parser->token.first)
        parser->indent = parser->token.at.column;
    return token;
}

bool parser_accept(struct parser *parser, enum token_kind kind)
{
    if (parser->token.kind != kind)
        return false;
    parser_take(parser);
    return true;
}

bool parser_expect(struct parser *parser, enum token_kind kind, const char *problem,
                   const char *hint)
{
    if (parser_accept(parser, kind))
        return true;
    return parser_fail(parser, parser_here(parser), hint, "%s, not %s", problem,
                       parser_next_text(parser));
}

enum token_kind parser_look_ahead(const struct parser *parser)
{
    struct lexer lexer = parser->lexer;
    lexer.problems = NULL; /* they are told when the token is really read */
    return lexer_next(&lexer).kind;
}

bool parser_begins_statement(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_NAME:
    case TOKEN_RUNBOOK:
    case TOKEN_WHEN:
    case TOKEN_LIMIT:
    case TOKEN_FOLLOW:
    case TOKEN_FOR:
    case TOKEN_IF:
    case TOKEN_PARALLEL:
    case TOKEN_SUPPOSE:
    case TOKEN_VERIFY:
    case TOKEN_REFUTE:
        return true;
    default:
        return false;
    }
}

/* [ name "=" ] name [ "." name ] "(" */
static bool sees_call(const struct parser *parser)
{
    struct lexer lexer = parser->lexer;
    lexer.problems = NULL;
    enum token_kind next = lexer_next(&lexer).kind;
    if (next == TOKEN_ASSIGN && lexer_next(&lexer).kind == TOKEN_NAME)
        next = lexer_next(&lexer).kind;
    if (next == TOKEN_DOT) {
        lexer_next(&lexer);
        next = lexer_next(&lexer).kind;
    }
    return next == TOKEN_LEFT;
}

/* Within the brackets of a call it takes more: an argument may stand alone on its line. */
bool parser_sees_statement(const struct parser *parser)
{
    if (!parser->token.first || !parser_begins_statement(parser->token.kind))
        return false;
    if (parser->within_call && parser->token.kind == TOKEN_NAME)
        return sees_call(parser);
    return parser_look_ahead(parser) != TOKEN_COLON;
}

bool parser_fail(struct parser *parser, struct span at, const char *hint, const char *format, ...)
{
    if (parser->lexer.faults != parser->faults)
        return false;
    char text[TEXT_LEN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    problem_add(parser->problems, at, str_of(hint), "%s", text);
    return false;
}

const char *parser_next_text(const struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return "the end of the text";
    if (token->kind == TOKEN_TEXT)
        return "a text";
    return str_printf(parser->arena, "`%.*s`", STR_ARG(str_slice(token->text, 0, SHOWN_LEN_MAX)))
        .ptr;
}

struct span parser_here(const struct parser *parser)
{
    return parser->token.first ? parser->after : parser->token.at;
}

bool parser_name(struct parser *parser, const char *wanted, struct token *out)
{
    *out = parser->token;
    if (out->kind == TOKEN_NAME) {
        parser_take(parser);
        return true;
    }
    if (token_is_keyword(out->kind) && !out->first)
        return parser_fail(parser, out->at, "take another name",
                           "%s is wanted, and `%.*s` is a word of the language", wanted,
                           STR_ARG(out->text));
    return parser_fail(parser, parser_here(parser), "", "%s is wanted, not %s", wanted,
                       parser_next_text(parser));
}

/* ---- comments find their place ---- */

struct comment *parser_claim_comments(struct parser *parser)
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

struct str parser_claim_beside(struct parser *parser)
{
    const struct str beside = parser->token.beside;
    parser->token.beside = STR("");
    return beside;
}

void comments_append(struct comment **list, struct comment *more)
{
    while (*list)
        list = &(*list)->next;
    *list = more;
}

void parser_claim_loose(struct parser *parser, struct comment **before, bool *apart)
{
    struct comment *loose = parser->loose.first;
    parser->loose = (struct comments){0};
    if (!loose)
        return;
    if (apart) {
        loose->apart = *apart;
        *apart = false;
    }
    comments_append(before, loose);
}

void comments_join(struct comment *comments, bool *apart)
{
    if (comments)
        comments->apart = false;
    else if (apart)
        *apart = false;
}
