/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the parser share: the next token, and how to fail.
 *
 * parse.c has the runbook, statement.c blocks and statements, expression.c what stands within them.
 * A function that parses returns false when it has told a problem and does not know how to go on;
 * whoever parses the statement then looks for the next one. Where it is clear what was meant, the
 * problem is told and the parser goes on as if that had been written.
 */
#pragma once

#include "runbook/lex.h"

struct comments {
    struct comment *first;
    struct comment **last;
};

struct parser {
    struct arena *arena;
    struct problems *problems;
    struct lexer lexer;
    struct token token;    /* the next one, not yet taken */
    struct span after;     /* right behind the one that was taken last */
    struct comments loose; /* found within a statement */
    uint32_t faults;       /* of the lexer, when the statement began */
    uint32_t depth;
    uint32_t statements;
    uint32_t indent;       /* of the line of the next token */
    struct span odd_brace; /* the first whose closing one does not stand below its line */
    bool within_call;      /* between its "(" and its ")" */
    bool braces_told;      /* one of them is missing: what follows from it is not told */
};

/* Takes the next token. Comments that nobody has claimed are loose from then on. */
struct token parser_take(struct parser *parser);

/* Takes the next token if it is of that kind. */
bool parser_accept(struct parser *parser, enum token_kind kind);

/* The same, and tells a problem if it is not. */
MUST_CHECK bool parser_expect(struct parser *parser, enum token_kind kind, const char *problem,
                              const char *hint);

/* The kind of the token behind the next one. */
enum token_kind parser_look_ahead(const struct parser *parser);

/* A statement, or a part of the head: with both the parser can go on after a mistake. */
bool parser_begins_statement(enum token_kind kind);

/* Whether the next token looks like the beginning of a statement, also where none is wanted. */
bool parser_sees_statement(const struct parser *parser);

/*
 * Tells a problem, unless the lexer has told one in the same statement, of which this one would
 * only be the consequence. Returns false.
 */
bool parser_fail(struct parser *parser, struct span at, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The next token for a problem: "`max`", "the end of the text". */
const char *parser_next_text(const struct parser *parser);

/* Where something is missing: at the next token, or behind the last if that begins a line. */
struct span parser_here(const struct parser *parser);

/* A name that is no word of the language. `wanted`: "the name of a row". */
MUST_CHECK bool parser_name(struct parser *parser, const char *wanted, struct token *out);

/* ---- comments find their place ---- */

/* All comments between the last token and the next, the one behind the last included. */
struct comment *parser_claim_comments(struct parser *parser);

/* The one behind the last token, on its line; may be empty. */
struct str parser_claim_beside(struct parser *parser);

/*
 * What was found within a statement goes above it, and the blank line above the statement with it;
 * `apart` may be NULL.
 */
void parser_claim_loose(struct parser *parser, struct comment **before, bool *apart);

void comments_append(struct comment **list, struct comment *more);

/* Nothing stands apart from the brace above it: neither the comments, nor, without any, `apart`. */
void comments_join(struct comment *comments, bool *apart);

/* ---- expression.c ---- */

MUST_CHECK bool parse_value(struct parser *parser, const char *wanted, struct expression *out);
MUST_CHECK bool parse_path(struct parser *parser, const char *wanted, struct expression *out);
MUST_CHECK bool parse_test(struct parser *parser, struct test *out);

/* From "(" to ")". `callee` is for the problems. */
MUST_CHECK bool parse_arguments(struct parser *parser, struct str callee, struct argument **out);

/* ---- statement.c ---- */

struct brace {
    struct span at;
    uint32_t indent; /* of the line that opens it */
};

/* "{"; `behind` is for the problem. False: there is no block, or it was skipped. */
MUST_CHECK bool parse_open_block(struct parser *parser, const char *behind, struct brace *out);

/* From behind "{" to "}". */
void parse_body(struct parser *parser, struct brace brace, struct statement **body,
                struct comment **last);

MUST_CHECK bool parse_count(struct parser *parser, uint32_t *out, struct span *at);
