/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens. Wherever it is clear what was meant (`&&`, a text that is not closed), the mistake is
 * told and the token is given as if it had been right, so that nothing else need be said about it.
 */
#include "runbook/lex.h"

#include "base/arena.h"
#include "base/clock.h"
#include "text/nearest.h"

#include <ctype.h>
#include <string.h>

#define REAL_DIGITS_MAX 15 /* what a double holds without loss */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

bool token_is_keyword(enum token_kind kind)
{
    return kind >= TOKEN_RUNBOOK;
}

struct lexer lexer_new(struct problems *problems, struct str text)
{
    struct lexer lexer = {.arena = problems->arena,
                          .problems = problems,
                          .text = text,
                          .line = 1,
                          .column = 1,
                          .newlines = 1};
    if (str_starts(text, STR(BYTE_ORDER_MARK)))
        lexer.at = strlen(BYTE_ORDER_MARK);
    return lexer;
}

static void tell(struct lexer *lexer, struct span at, struct str hint, const char *text)
{
    lexer->faults++;
    if (lexer->problems)
        problem_add(lexer->problems, at, hint, "%s", text);
}

/* ---- one character at a time ---- */

/* '\0' behind the end: a text holds none. */
static char peek(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->text.len ? lexer->text.ptr[lexer->at + ahead] : '\0';
}

static void skip(struct lexer *lexer)
{
    const char c = lexer->text.ptr[lexer->at++];
    if (c == '\n') {
        lexer->line++;
        lexer->column = 1;
        lexer->newlines++;
    } else if (((unsigned char)peek(lexer, 0) & 0xc0) != 0x80) {
        lexer->column++; /* with the last byte of a character */
    }
}

static struct span span_here(const struct lexer *lexer)
{
    return (struct span){.line = lexer->line, .column = lexer->column, .length = 1};
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_name_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* ---- between tokens ---- */

static struct str comment_text(struct lexer *lexer)
{
    const size_t from = lexer->at + 1;
    while (lexer->at < lexer->text.len && peek(lexer, 0) != '\n')
        skip(lexer);
    struct str text = str_slice(lexer->text, from, lexer->at);
    if (str_starts(text, STR(" ")))
        text = str_slice(text, 1, text.len);
    while (text.len > 0 && isspace((unsigned char)text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static void skip_to_token(struct lexer *lexer, struct token *token)
{
    struct comment **last = &token->comments;
    while (lexer->at < lexer->text.len) {
        if (peek(lexer, 0) == '#') {
            const bool beside = lexer->newlines == 0;
            const bool apart = lexer->newlines > 1;
            const struct str text = comment_text(lexer);
            lexer->newlines = 0;
            if (beside) {
                token->beside = text;
            } else {
                *last = arena_push(lexer->arena, struct comment);
                **last = (struct comment){.text = text, .apart = apart};
                last = &(*last)->next;
            }
        } else if (isspace((unsigned char)peek(lexer, 0))) {
            skip(lexer);
        } else {
            break;
        }
    }
    token->first = lexer->newlines > 0;
    token->apart = lexer->newlines > 1;
    lexer->newlines = 0;
}

/* ---- numbers and spans ---- */

static const struct {
    const char *name;
    int64_t length_ns;
} units[] = {
    {"ms", NS_PER_MS},      {"s", NS_PER_S},   {"m", 60 * NS_PER_S},
    {"h", 3600 * NS_PER_S}, {"d", NS_PER_DAY},
};
#define UNITS_COUNT (sizeof units / sizeof *units)

static void lex_span(struct lexer *lexer, struct token *token, struct str digits, struct str unit)
{
    token->kind = TOKEN_SPAN;
    token->value = value_span(0);
    int64_t count, length_ns = 0;
    for (size_t i = 0; i < UNITS_COUNT; i++)
        if (str_eq(unit, str_of(units[i].name)))
            length_ns = units[i].length_ns;
    const bool whole = str_to_int(digits, &count);
    if (length_ns == 0)
        tell(lexer, token->at, STR("a span is written 500ms, 30s, 5m, 2h or 1d"),
             "this is neither a number nor a span");
    else if (digits.ptr[0] == '-')
        tell(lexer, token->at, STR("leave the `-` out"), "a span has no sign");
    else if (str_contains(digits, STR(".")))
        tell(lexer, token->at, STR("take a smaller unit, such as 1500ms"),
             "a span is a whole number of its unit");
    else if (!whole || __builtin_mul_overflow(count, length_ns, &token->value.integer))
        tell(lexer, token->at, STR("write a shorter one"), "this span is too long");
}

static void lex_plain_number(struct lexer *lexer, struct token *token, struct str text)
{
    token->kind = TOKEN_NUMBER;
    if (str_contains(text, STR("."))) {
        double real = 0;
        const size_t others = 1 + (text.ptr[0] == '-'); /* than digits */
        if (text.len > REAL_DIGITS_MAX + others || !str_to_real(text, &real))
            tell(lexer, token->at, STR("write at most 15 digits"),
                 "this number has too many digits");
        token->value = value_real(real);
        return;
    }
    int64_t integer = 0;
    if (!str_to_int(text, &integer))
        tell(lexer, token->at, STR("write at most 18 digits"), "this number has too many digits");
    token->value = value_int(integer);
}

/*
 * number = [ "-" ] digits [ "." digits ]
 * span   = digits ( "ms" | "s" | "m" | "h" | "d" )
 */
static void lex_number(struct lexer *lexer, struct token *token)
{
    const size_t from = lexer->at;
    skip(lexer);
    while (isdigit((unsigned char)peek(lexer, 0)))
        skip(lexer);
    if (peek(lexer, 0) == '.' && isdigit((unsigned char)peek(lexer, 1)))
        do
            skip(lexer);
        while (isdigit((unsigned char)peek(lexer, 0)));
    const size_t to = lexer->at;
    while (is_name_part(peek(lexer, 0)))
        skip(lexer);
    const struct str number = str_slice(lexer->text, from, to);
    if (lexer->at > to)
        lex_span(lexer, token, number, str_slice(lexer->text, to, lexer->at));
    else
        lex_plain_number(lexer, token, number);
}

/* ---- texts ---- */

/* text = '"' { character | '\"' | '\\' | '\n' } '"', on one line */
static void lex_text(struct lexer *lexer, struct token *token)
{
    struct buf text = buf_new(lexer->arena);
    const char quote = peek(lexer, 0);
    skip(lexer);
    while (lexer->at < lexer->text.len && peek(lexer, 0) != quote && peek(lexer, 0) != '\n') {
        if (peek(lexer, 0) != '\\') {
            buf_add_char(&text, peek(lexer, 0));
            skip(lexer);
            continue;
        }
        const struct span at = span_here(lexer);
        skip(lexer);
        const char c = peek(lexer, 0);
        if (c == '"' || c == '\\' || c == 'n') {
            buf_add_char(&text, c == 'n' ? '\n' : c);
            skip(lexer);
        } else {
            tell(lexer, at, STR("write \\\\ for a backslash"),
                 "only \\\", \\\\ and \\n can follow a backslash");
        }
    }
    token->kind = TOKEN_TEXT;
    token->value = value_text(buf_str(&text));
    const bool closed = peek(lexer, 0) == quote;
    if (closed)
        skip(lexer);
    if (quote != '"')
        tell(lexer, token->at, STR("write \" instead of '"), "a text stands in double quotes");
    else if (!closed)
        tell(lexer, token->at, STR("close it with \"; a line end within a text is written \\n"),
             "this text is not closed on its line");
}

/* ---- the rest ---- */

static void lex_word(struct lexer *lexer, struct token *token)
{
    static const struct {
        const char *word;
        enum token_kind kind;
    } keywords[] = {
#define X(id, word) {word, TOKEN_##id},
        KEYWORDS(X)
#undef X
    };
    const size_t from = lexer->at;
    while (is_name_part(peek(lexer, 0)))
        skip(lexer);
    const struct str word = str_slice(lexer->text, from, lexer->at);
    token->kind = TOKEN_NAME;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (str_eq(word, str_of(keywords[i].word)))
            token->kind = keywords[i].kind;
    if (word.len > RUNBOOK_NAME_MAX)
        tell(lexer, token->at, STR("64 letters are the most"), "this name is too long");
}

static const struct {
    const char *text;
    enum token_kind kind;
    const char *instead; /* of what is spelled so elsewhere, but not here */
} marks[] = {
    {"==", TOKEN_EQ, NULL},   {"!=", TOKEN_NE, NULL},    {"<=", TOKEN_LE, NULL},
    {">=", TOKEN_GE, NULL},   {"&&", TOKEN_AND, "and"},  {"||", TOKEN_OR, "or"},
    {"<>", TOKEN_NE, "!="},   {"=<", TOKEN_LE, "<="},    {"=>", TOKEN_GE, ">="},
    {"{", TOKEN_OPEN, NULL},  {"}", TOKEN_CLOSE, NULL},  {"(", TOKEN_LEFT, NULL},
    {")", TOKEN_RIGHT, NULL}, {",", TOKEN_COMMA, NULL},  {":", TOKEN_COLON, NULL},
    {".", TOKEN_DOT, NULL},   {"=", TOKEN_ASSIGN, NULL}, {"<", TOKEN_LT, NULL},
    {">", TOKEN_GT, NULL},    {"&", TOKEN_AND, "and"},   {"|", TOKEN_OR, "or"},
    {"!", TOKEN_NOT, "not"},
};

static bool lex_mark(struct lexer *lexer, struct token *token)
{
    const struct str rest = str_slice(lexer->text, lexer->at, lexer->text.len);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct str mark = str_of(marks[i].text);
        if (!str_starts(rest, mark))
            continue;
        for (size_t k = 0; k < mark.len; k++)
            skip(lexer);
        token->kind = marks[i].kind;
        token->at.length = (uint32_t)mark.len;
        if (marks[i].instead)
            tell(lexer, token->at, str_printf(lexer->arena, "write `%s`", marks[i].instead),
                 str_printf(lexer->arena, "there is no `%s`", marks[i].text).ptr);
        return true;
    }
    return false;
}

static struct str hint_for_stray(char c)
{
    switch (c) {
    case ';':
        return STR("a statement ends with its line");
    case '-':
        return STR("names are joined with _, and there is no arithmetic");
    case '/':
        return STR("a comment begins with #");
    default:
        return STR("");
    }
}

/* One character that begins no token, and those of its kind that follow it. */
static void skip_stray(struct lexer *lexer)
{
    const size_t from = lexer->at;
    const struct span at = span_here(lexer);
    const char c = peek(lexer, 0);
    do
        skip(lexer);
    while (((unsigned char)peek(lexer, 0) & 0xc0) == 0x80);
    const struct str stray = str_slice(lexer->text, from, lexer->at);
    tell(lexer, at, hint_for_stray(c),
         str_printf(lexer->arena, "`%.*s` means nothing here", STR_ARG(stray)).ptr);
    while (peek(lexer, 0) == c || (unsigned char)peek(lexer, 0) >= 0x80)
        skip(lexer);
}

static bool begins_number(const struct lexer *lexer)
{
    return isdigit((unsigned char)peek(lexer, peek(lexer, 0) == '-' ? 1 : 0));
}

struct token lexer_next(struct lexer *lexer)
{
    struct token token = {0};
    skip_to_token(lexer, &token);
    for (;;) { /* until a token is found; each stray character is left behind */
        const size_t from = lexer->at;
        token.at = span_here(lexer);
        if (from == lexer->text.len)
            return token;
        if (is_name_start(peek(lexer, 0)))
            lex_word(lexer, &token);
        else if (begins_number(lexer))
            lex_number(lexer, &token);
        else if (peek(lexer, 0) == '"' || peek(lexer, 0) == '\'')
            lex_text(lexer, &token);
        else if (!lex_mark(lexer, &token)) {
            skip_stray(lexer);
            struct token next = {0};
            skip_to_token(lexer, &next);
            token.first |= next.first;
            continue;
        }
        token.text = str_slice(lexer->text, from, lexer->at);
        token.at.length = (uint32_t)token.text.len;
        return token;
    }
}
