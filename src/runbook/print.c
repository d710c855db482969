/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form: four blanks a block, one statement a line, a call that is too long with one
 * argument a line. A blank line between two statements is kept, several become one, and one stands
 * below the head. What is printed reads back as the same tree, comments and all.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "runbook/runbook.h"

#include <stdio.h>
#include <stdlib.h>

#define INDENT 4
#define WIDTH_MAX 100
#define REAL_DECIMALS_MAX 15

/* ---- values and tests ---- */

const char *comparator_text(enum comparator comparator)
{
    static const char *const texts[] = {
        [COMPARE_TRUTH] = "", [COMPARE_EQ] = "==", [COMPARE_NE] = "!=", [COMPARE_LT] = "<",
        [COMPARE_LE] = "<=",  [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
    };
    return texts[comparator];
}

static void print_text(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '"' || c == '\\' || c == '\n')
            buf_add_char(out, '\\');
        buf_add_char(out, c == '\n' ? 'n' : c);
    }
    buf_add_char(out, '"');
}

/* As few decimals as give the same number again. */
static void print_real(struct buf *out, double real)
{
    char text[400];
    for (int decimals = 1; decimals <= REAL_DECIMALS_MAX; decimals++) {
        snprintf(text, sizeof text, "%.*f", decimals, real);
        if (strtod(text, NULL) == real)
            break;
    }
    buf_printf(out, "%s", text);
}

static void print_span(struct buf *out, int64_t span_ns)
{
    static const struct {
        int64_t length_ns;
        const char *name;
    } units[] = {{NS_PER_DAY, "d"},
                 {3600 * NS_PER_S, "h"},
                 {60 * NS_PER_S, "m"},
                 {NS_PER_S, "s"},
                 {NS_PER_MS, "ms"}};
    size_t i = 0;
    while (span_ns % units[i].length_ns != 0 && units[i].length_ns > NS_PER_MS)
        i++;
    if (span_ns == 0)
        buf_printf(out, "0s");
    else
        buf_printf(out, "%lld%s", (long long)(span_ns / units[i].length_ns), units[i].name);
}

void runbook_print_expression(const struct expression *expression, struct buf *out)
{
    if (expression->is_path) {
        for (uint32_t i = 0; i < expression->path.names_count; i++) {
            if (i > 0)
                buf_add_char(out, '.');
            buf_add(out, expression->path.names[i]);
        }
        return;
    }
    const struct value *value = &expression->literal;
    switch (value->type) {
    case TYPE_BOOL:
        buf_printf(out, value->truth ? "true" : "false");
        break;
    case TYPE_REAL:
        print_real(out, value->real);
        break;
    case TYPE_SPAN:
        print_span(out, value->integer);
        break;
    case TYPE_TEXT:
        print_text(out, value->text);
        break;
    default:
        buf_printf(out, "%lld", (long long)value->integer);
    }
}

static void print_comparison(const struct comparison *comparison, struct buf *out)
{
    if (comparison->negated)
        buf_printf(out, "not ");
    runbook_print_expression(&comparison->left, out);
    if (comparison->comparator == COMPARE_TRUTH)
        return;
    buf_printf(out, " %s ", comparator_text(comparison->comparator));
    runbook_print_expression(&comparison->right, out);
}

void runbook_print_test(const struct test *test, struct buf *out)
{
    for (const struct alternative *any = test->any; any; any = any->next) {
        if (any != test->any)
            buf_printf(out, " or ");
        for (const struct comparison *all = any->all; all; all = all->next) {
            if (all != any->all)
                buf_printf(out, " and ");
            print_comparison(all, out);
        }
    }
}

/* ---- lines ---- */

static void print_indent(struct buf *out, uint32_t depth)
{
    buf_printf(out, "%*s", (int)depth * INDENT, "");
}

/* One that begins with a mark of its own (##, #!) keeps it close. */
static void print_comment(struct buf *out, struct str text)
{
    const bool close = text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == '!';
    buf_printf(out, close ? "#" : "# ");
    buf_add(out, text);
}

static void print_comments(const struct comment *comments, uint32_t depth, struct buf *out)
{
    for (; comments; comments = comments->next) {
        if (comments->apart)
            buf_add_char(out, '\n');
        print_indent(out, depth);
        print_comment(out, comments->text);
        buf_add_char(out, '\n');
    }
}

static void end_line(struct buf *out, struct str beside)
{
    if (beside.len > 0) {
        buf_add_char(out, ' ');
        print_comment(out, beside);
    }
    buf_add_char(out, '\n');
}

/* ---- statements ---- */

static void print_statements(const struct statement *statements, uint32_t depth, struct buf *out);

/* What stands between "{" and "}". */
static void print_block(const struct statement *body, const struct comment *last, uint32_t depth,
                        struct buf *out)
{
    print_statements(body, depth + 1, out);
    print_comments(last, depth + 1, out);
    print_indent(out, depth);
    buf_add_char(out, '}');
}

static void open_block(struct buf *out, struct str beside)
{
    buf_printf(out, " {");
    end_line(out, beside);
}

static void print_arguments(const struct argument *arguments, const char *before,
                            const char *between, uint32_t depth, struct buf *out)
{
    for (const struct argument *it = arguments; it; it = it->next) {
        buf_printf(out, "%s", it == arguments ? before : between);
        print_indent(out, depth);
        buf_printf(out, "%.*s: ", STR_ARG(it->name));
        runbook_print_expression(&it->value, out);
    }
}

static size_t characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

/* "shape = metrics.onset(" */
static void open_call(const struct call_statement *call, struct buf *out)
{
    if (call->result.len > 0)
        buf_printf(out, "%.*s = ", STR_ARG(call->result));
    buf_printf(out, "%.*s(", STR_ARG(call->callee));
}

static void print_call_line(const struct call_statement *call, struct buf *out)
{
    open_call(call, out);
    print_arguments(call->arguments, "", ", ", 0, out);
    buf_add_char(out, ')');
}

static void print_call(const struct call_statement *call, uint32_t depth, struct buf *out)
{
    struct buf line = buf_new(out->arena);
    print_call_line(call, &line);
    if (!call->arguments || characters(buf_str(&line)) + (size_t)depth * INDENT <= WIDTH_MAX) {
        buf_add(out, buf_str(&line));
        return;
    }
    open_call(call, out);
    print_arguments(call->arguments, "\n", ",\n", depth + 1, out);
    buf_printf(out, ",\n");
    print_indent(out, depth);
    buf_add_char(out, ')');
}

static bool has_else(const struct statement *statement)
{
    return statement->branch.otherwise || statement->branch.otherwise_comments ||
           statement->otherwise_last;
}

/* An `if` that is all there is in an `else` stands behind it. */
static bool is_else_if(const struct statement *statement)
{
    const struct statement *only = statement->branch.otherwise;
    return only && only->kind == STATEMENT_IF && !only->next && !only->before &&
           !statement->otherwise_last;
}

void runbook_print_line(const struct statement *it, struct buf *out)
{
    switch (it->kind) {
    case STATEMENT_CALL:
        print_call_line(&it->call, out);
        break;
    case STATEMENT_FOLLOW:
        buf_printf(out, "follow %.*s", STR_ARG(it->follow.name));
        break;
    case STATEMENT_FOR:
        buf_printf(out, "for %.*s in ", STR_ARG(it->loop.row));
        runbook_print_expression(&it->loop.rows, out);
        buf_printf(out, " max %u", it->loop.max);
        break;
    case STATEMENT_IF:
        buf_printf(out, "if ");
        runbook_print_test(&it->branch.test, out);
        break;
    case STATEMENT_PARALLEL:
        buf_printf(out, "parallel");
        break;
    case STATEMENT_SUPPOSE:
        buf_printf(out, "suppose %.*s is ", STR_ARG(it->suppose.name));
        runbook_print_expression(&it->suppose.subject, out);
        buf_printf(out, " because ");
        runbook_print_expression(&it->suppose.because, out);
        break;
    case STATEMENT_VERIFY:
        buf_printf(out, "verify %.*s", STR_ARG(it->verify.name));
        break;
    case STATEMENT_REFUTE:
        buf_printf(out, "refute %.*s because ", STR_ARG(it->refute.name));
        runbook_print_expression(&it->refute.because, out);
        break;
    }
}

static void print_if(const struct statement *statement, uint32_t depth, struct buf *out)
{
    for (const struct statement *it = statement; it;) {
        runbook_print_line(it, out);
        open_block(out, it->beside);
        print_block(it->branch.then, it->last, depth, out);
        if (!has_else(it))
            return;
        if (it->branch.otherwise_comments) {
            buf_add_char(out, '\n');
            print_comments(it->branch.otherwise_comments, depth, out);
            print_indent(out, depth);
        } else {
            buf_add_char(out, ' ');
        }
        if (!is_else_if(it)) {
            buf_printf(out, "else {\n");
            print_block(it->branch.otherwise, it->otherwise_last, depth, out);
            return;
        }
        buf_printf(out, "else ");
        it = it->branch.otherwise;
    }
}

static void print_with_block(const struct statement *it, const struct statement *body,
                             uint32_t depth, struct buf *out)
{
    runbook_print_line(it, out);
    open_block(out, it->beside);
    print_block(body, it->last, depth, out);
    buf_add_char(out, '\n');
}

static void print_statement(const struct statement *it, uint32_t depth, struct buf *out)
{
    switch (it->kind) {
    case STATEMENT_FOR:
        print_with_block(it, it->loop.body, depth, out);
        break;
    case STATEMENT_PARALLEL:
        print_with_block(it, it->parallel, depth, out);
        break;
    case STATEMENT_VERIFY:
        print_with_block(it, it->verify.body, depth, out);
        break;
    case STATEMENT_IF:
        print_if(it, depth, out);
        buf_add_char(out, '\n');
        break;
    case STATEMENT_CALL:
        print_call(&it->call, depth, out);
        end_line(out, it->beside);
        break;
    default:
        runbook_print_line(it, out);
        end_line(out, it->beside);
    }
}

static void print_statements(const struct statement *statements, uint32_t depth, struct buf *out)
{
    for (const struct statement *it = statements; it; it = it->next) {
        print_comments(it->before, depth, out);
        if (it->apart)
            buf_add_char(out, '\n');
        print_indent(out, depth);
        print_statement(it, depth, out);
    }
}

/* ---- the runbook ---- */

static void print_limits(const struct limits *limits, struct buf *out)
{
    const char *between = "";
    buf_printf(out, "limit ");
    if (limits->steps > 0) {
        buf_printf(out, "steps %u", limits->steps);
        between = ", ";
    }
    if (limits->time_ns > 0) {
        buf_printf(out, "%stime ", between);
        print_span(out, limits->time_ns);
        between = ", ";
    }
    if (limits->tokens > 0)
        buf_printf(out, "%stokens %u", between, limits->tokens);
}

void runbook_print(const struct runbook *book, struct buf *out)
{
    const struct limits *limits = &book->limits;
    const bool has_limits = limits->steps > 0 || limits->time_ns > 0 || limits->tokens > 0;
    print_comments(book->head, 0, out);
    buf_printf(out, "runbook %.*s ", STR_ARG(book->name));
    print_text(out, book->summary);
    buf_printf(out, " {\n");
    print_comments(book->before_guard, 1, out);
    if (book->has_guard) {
        print_indent(out, 1);
        buf_printf(out, "when ");
        runbook_print_test(&book->guard, out);
        buf_add_char(out, '\n');
    }
    print_comments(book->before_limits, 1, out);
    if (has_limits) {
        print_indent(out, 1);
        print_limits(limits, out);
        buf_add_char(out, '\n');
    }
    if ((book->has_guard || has_limits) && (book->body || book->last))
        buf_add_char(out, '\n');
    print_block(book->body, book->last, 0, out);
    buf_add_char(out, '\n');
    print_comments(book->tail, 0, out);
}
