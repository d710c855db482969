/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runbook language.
 *
 *     text --lex--> tokens --parse--> struct runbook --check--> (the same, resolved)
 *                                       |                          |
 *     text <------- print --------------'                          `--run--> evidence
 *
 *                                       parse(print(book)) equals book
 *
 * A checked runbook is read-only. All that changes while it runs is in the run, so one runbook can
 * run in many cases at once, and again to reproduce a case. docs/runbook.md has the grammar.
 *
 * There is no way out of the language: no shell, no file, no network but through the actors and
 * tools that are linked in. Loops have a bound, and a runbook cannot follow itself; so each one
 * ends, and its worst cost is known before it starts.
 */
#pragma once

#include "base/buf.h"
#include "data/record.h"

/* Bounds of what a text may hold. Who writes more is told so, with line and column. */
#define RUNBOOK_BYTES_MAX ((size_t)256 << 10)
#define RUNBOOK_DEPTH_MAX 16 /* blocks within blocks, `follow` within `follow` */
#define RUNBOOK_STATEMENTS_MAX 1000
#define RUNBOOK_PROBLEMS_MAX 50 /* then it says that there are more */
#define RUNBOOK_REPEATS_MAX 100 /* of a loop: `max` */
#define RUNBOOK_STEPS_MAX 1000  /* worst case of a whole runbook, all that it follows included */
#define RUNBOOK_PATH_MAX 3      /* names of a path: a.b.c */
#define RUNBOOK_NAME_MAX 64     /* letters of a name */
#define RUNBOOK_TIME_MAX_S 3600 /* of `limit time` */
#define RUNBOOK_TOKENS_MAX 10000000

struct span {
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in characters */
    uint32_t length; /* in bytes */
};

struct problem {
    struct span at;
    struct str file; /* of the runbook, if that has one; else whoever asked knows */
    struct str text; /* what is wrong */
    struct str hint; /* what to write instead; may be empty */
    struct problem *next;
};

/*
 * A comment stands before what it is about, or behind it on the same line. One that stands within a
 * statement goes above it.
 */
struct comment {
    struct str text; /* without the # and the blank after it */
    bool apart;      /* a blank line stands above it */
    struct comment *next;
};

/* ---- expressions ---- */

/*
 * Where a path begins, once it is checked. What a run has under that name is a record (a result, a
 * lead, the alert), or a row of rows.
 */
enum root_kind {
    ROOT_UNRESOLVED,
    ROOT_ALERT,   /* runbook/scope.h: what the alert says */
    ROOT_CASE,    /* what the case shows so far */
    ROOT_SOURCES, /* which signals there are */
    ROOT_SHOWS,   /* which findings the evidence has */
    ROOT_SLOT,    /* a result, the row of a loop or a lead of this runbook, by `slot` */
};

struct path {
    struct str names[RUNBOOK_PATH_MAX];
    struct span names_at[RUNBOOK_PATH_MAX];
    uint32_t names_count;
    enum root_kind root; /* set by the check, as is what follows */
    uint32_t slot;
};

struct expression {
    struct span at;
    bool is_path;
    struct path path;
    struct value literal;        /* TYPE_BOOL, TYPE_INT, TYPE_REAL, TYPE_SPAN or TYPE_TEXT; a whole
                                    number may be given where a real is wanted */
    enum type type;              /* set by the check */
    const struct field *columns; /* of TYPE_ROWS */
};

enum comparator {
    COMPARE_TRUTH, /* no comparator: a bool by itself */
    COMPARE_EQ,
    COMPARE_NE,
    COMPARE_LT,
    COMPARE_LE,
    COMPARE_GT,
    COMPARE_GE,
};

const char *comparator_text(enum comparator comparator); /* "==" */

/* A comparison with what is not known is false, `not` or no `not`. */
struct comparison {
    bool negated;
    struct expression left;
    enum comparator comparator;
    struct span comparator_at;
    struct expression right; /* unused with COMPARE_TRUTH */
    struct comparison *next; /* and */
};

struct alternative {
    struct comparison *all;
    struct alternative *next; /* or */
};

struct test {
    struct span at;
    struct alternative *any;
};

/* ---- statements ---- */

struct argument {
    struct span at; /* of its name */
    struct str name;
    struct expression value;
    struct argument *next;
};

struct call_statement {
    struct str result; /* the name that later steps use; may be empty */
    struct str callee; /* "find_new_errors", "metrics.shifts" */
    struct argument *arguments;
    struct span callee_at;
    const struct actor *actor; /* set by the check: one of the two */
    const struct tool *tool;
    uint32_t slot; /* of the result, where it has a name */
};

struct follow_statement {
    struct str name;
    struct span name_at;
    const struct runbook *book; /* set by the check */
};

struct for_statement {
    struct str row;
    struct span row_at;
    struct expression rows;
    uint32_t max;
    struct span max_at;
    struct statement *body;
    uint32_t slot;
};

struct if_statement {
    struct test test;
    struct statement *then;
    struct statement *otherwise;        /* NULL: none; `else if` is one statement of that kind */
    struct comment *otherwise_comments; /* before the `else` */
};

/* suppose NAME is SUBJECT because WORDS */
struct suppose_statement {
    struct str name;
    struct span name_at;
    struct expression subject;
    struct expression because;
    uint32_t slot;
};

struct verify_statement {
    struct str name;
    struct span name_at;
    struct statement *body;
    uint32_t slot;
};

/* refute NAME because WORDS: leaves the `verify` around it, which is that of NAME */
struct refute_statement {
    struct str name;
    struct span name_at;
    struct expression because;
    uint32_t slot;
};

enum statement_kind {
    STATEMENT_CALL,
    STATEMENT_FOLLOW,
    STATEMENT_FOR,
    STATEMENT_IF,
    STATEMENT_PARALLEL,
    STATEMENT_SUPPOSE,
    STATEMENT_VERIFY,
    STATEMENT_REFUTE,
};

struct statement {
    enum statement_kind kind;
    struct span at;
    bool apart;             /* a blank line stands above it, below its comments */
    struct comment *before; /* comments on lines of their own above it */
    struct str beside;      /* the comment behind it on its line; may be empty */
    union {
        struct call_statement call;
        struct follow_statement follow;
        struct for_statement loop;
        struct if_statement branch;
        struct statement *parallel; /* its steps: calls only */
        struct suppose_statement suppose;
        struct verify_statement verify;
        struct refute_statement refute;
    };
    struct comment *last; /* comments at the end of its (first) block, below the last statement */
    struct comment *otherwise_last; /* the same of an else block */
    struct statement *next;
};

/* ---- a whole runbook ---- */

struct limits {
    uint32_t steps;  /* 0: none is given */
    int64_t time_ns; /* the same */
    uint32_t tokens; /* of a large model; the same */
    struct span at;
    struct span steps_at, time_at, tokens_at;
};

/* What a runbook can come to. Filled by the check, with all that it follows. */
struct cost {
    uint32_t steps;   /* calls in the worst case */
    uint32_t leads;   /* hypotheses in the worst case */
    uint32_t depth;   /* `follow` within `follow`; 0: it follows none */
    unsigned signals; /* that any step cannot do without, as bits 1u << SIGNAL_x */
};

struct runbook {
    struct str file; /* where it was read; set by whoever has read it, may be empty */
    struct str name;
    struct str summary;
    struct comment *head; /* above `runbook` */
    bool has_guard;
    struct test guard; /* when */
    struct limits limits;
    struct statement *body;
    struct comment *before_guard;
    struct comment *before_limits;
    struct comment *last; /* at the end of the body */
    struct comment *tail; /* below the closing brace */
    struct span name_at;
    struct str text;      /* as written */
    bool checked;         /* set by the check: it may be run */
    uint32_t slots_count; /* set by the check */
    struct cost worst;    /* set by the check */
    struct runbook *next; /* in its library */
};

/* All runbooks that can be followed, in the order in which they are tried. */
struct library {
    struct runbook *books;
};

/* NULL: there is none of that name. */
const struct runbook *library_find(const struct library *library, struct str name);

/*
 * The tree lives in `arena`; of `text` it keeps a copy. Parsing goes on past the first problem, so
 * that an author sees them all; they are in the order of the text. False: there are problems, and
 * *out holds what could be read of it, which must not be run (never NULL).
 */
MUST_CHECK bool runbook_parse(struct arena *arena, struct str text, struct runbook **out,
                              struct problem **problems);

/*
 * Resolves names, checks types and bounds, works out the worst cost. Names of actors and tools come
 * from their lists, names to follow from `library` (NULL: none), which has been checked: of a book
 * in there that is not, its own problems have been told, and it costs nothing here. A book of the
 * same name in the library stands for this very one.
 */
MUST_CHECK bool runbook_check(struct arena *arena, struct runbook *book,
                              const struct library *library, struct problem **problems);

/*
 * Checks all books of a library, those that are followed before those that follow them. The
 * problems are in the order of the books.
 */
MUST_CHECK bool library_check(struct arena *arena, struct library *library,
                              struct problem **problems);

/* What one statement of a checked runbook can come to, with all that stand within it. */
struct cost runbook_cost(const struct statement *statement);

/* The canonical form: `warroom runbook fmt`. */
void runbook_print(const struct runbook *book, struct buf *out);
void runbook_print_test(const struct test *test, struct buf *out);
/* The statement on one line, without its block: "for s in suspects.rows max 5". */
void runbook_print_line(const struct statement *statement, struct buf *out);
void runbook_print_expression(const struct expression *expression, struct buf *out);

/* "FILE:3:7: no actor `lok`; did you mean `look`?", one a line. */
void runbook_print_problems(const struct problem *problems, struct str file, struct buf *out);
