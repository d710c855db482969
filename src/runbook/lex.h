/* SPDX-License-Identifier: Apache-2.0 */
/* From text to tokens, one at a time. */
#pragma once

#include "runbook/problem.h"

/* No name of a result may be one of these. */
#define KEYWORDS(X)                                                                                \
    X(RUNBOOK, "runbook")                                                                          \
    X(WHEN, "when")                                                                                \
    X(LIMIT, "limit")                                                                              \
    X(FOLLOW, "follow")                                                                            \
    X(FOR, "for")                                                                                  \
    X(IN, "in")                                                                                    \
    X(MAX, "max")                                                                                  \
    X(IF, "if")                                                                                    \
    X(ELSE, "else")                                                                                \
    X(PARALLEL, "parallel")                                                                        \
    X(SUPPOSE, "suppose")                                                                          \
    X(IS, "is")                                                                                    \
    X(BECAUSE, "because")                                                                          \
    X(VERIFY, "verify")                                                                            \
    X(REFUTE, "refute")                                                                            \
    X(NOT, "not")                                                                                  \
    X(AND, "and")                                                                                  \
    X(OR, "or")                                                                                    \
    X(TRUE, "true")                                                                                \
    X(FALSE, "false")

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_SPAN,
    TOKEN_TEXT,
    TOKEN_OPEN,  /* { */
    TOKEN_CLOSE, /* } */
    TOKEN_LEFT,  /* ( */
    TOKEN_RIGHT, /* ) */
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_DOT,
    TOKEN_ASSIGN,
    TOKEN_EQ,
    TOKEN_NE,
    TOKEN_LT,
    TOKEN_LE,
    TOKEN_GT,
    TOKEN_GE,
#define X(id, word) TOKEN_##id,
    KEYWORDS(X)
#undef X
};

struct token {
    enum token_kind kind;
    struct span at;
    struct str text;          /* as written */
    struct value value;       /* of a number, span or text */
    bool first;               /* on its line */
    bool apart;               /* a blank line stands above it */
    struct str beside;        /* the comment behind the token before it, on the line of that */
    struct comment *comments; /* further ones since the token before it */
};

bool token_is_keyword(enum token_kind kind);

struct lexer {
    struct arena *arena;
    struct problems *problems; /* NULL: nothing is told; for looking ahead */
    struct str text;
    size_t at;
    uint32_t line;
    uint32_t column;
    uint32_t newlines; /* since the last token or comment */
    uint32_t faults;   /* problems so far */
};

/* The text outlives the lexer, and has been found good by lex_is_text(). */
struct lexer lexer_new(struct problems *problems, struct str text);

/* At the end of the text, and ever after, TOKEN_END. What is no token is told and left out. */
struct token lexer_next(struct lexer *lexer);

/*
 * UTF-8 without control characters and without marks that turn the direction of reading: a text
 * shows what it does. Tells the first that is not so, and where.
 */
MUST_CHECK bool lex_is_text(struct str text, struct problems *problems);
