/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The innermost frame comes first, in Python last; of a Java trace what follows the
 * last "Caused by:" is the root, of a Ruby one what is named last, of a PHP one what is named
 * first. Who calls with arguments that do not fit is at fault, not who is called; of calls without
 * end the innermost frame is where room ran out, and the one around it is at fault.
 */
#include "text/stack.h"

#include "text/frame.h"
#include "text/template.h"

#include <ctype.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct reading {
    struct stack stack;
    struct stack above;  /* of a trace with causes, as it was before the last of them */
    struct str nameless; /* "Error: gone", of which only a frame below it says that it was thrown */
    bool is_python;
    bool is_below;  /* the innermost frame in own code has been seen */
    bool is_over;   /* what follows says no more of the root */
    bool has_panic; /* the line below it says why */
};

/* ---- one line ---- */

enum line_kind { LINE_TEXT, LINE_FRAME, LINE_PYTHON_FRAME, LINE_CAUSE, LINE_RUBY };

/* "#1 0x4f in label(char const*) /app/stock.cpp:12", "#0 /app/main.php(10): total()" */
static bool is_numbered(struct str trimmed)
{
    size_t at = 1;
    while (at < trimmed.len && is_digit(trimmed.ptr[at]))
        at++;
    const struct str rest = str_trim(str_slice(trimmed, at, trimmed.len));
    return at > 1 && trimmed.ptr[0] == '#' &&
           ((str_starts(rest, STR("0x")) && str_contains(rest, STR(" in "))) ||
            (str_starts(rest, STR("/")) && str_contains(rest, STR("): "))) ||
            str_starts(rest, STR("[internal function]: ")));
}

/* The class at the end of "/app/stock.rb:9:in `load': no such file (Errno::ENOENT)"; or empty. */
static struct str ruby_class(struct str line)
{
    const struct str trimmed = str_trim(line);
    size_t from = trimmed.len;
    if (!str_contains(trimmed, STR(".rb:")) || !str_contains(trimmed, STR(":in ")) ||
        !str_ends(trimmed, STR(")")))
        return STR("");
    while (from > 0 && trimmed.ptr[from - 1] != '(')
        from--;
    const struct str class = str_slice(trimmed, from, trimmed.len - 1);
    for (size_t i = 0; i < class.len; i++)
        if (!isalnum((unsigned char)class.ptr[i]) && class.ptr[i] != ':' && class.ptr[i] != '_')
            return STR("");
    return class.len > 0 && isupper((unsigned char)class.ptr[0]) ? class : STR("");
}

static enum line_kind kind_of(struct str line)
{
    const struct str trimmed = str_trim(line);
    const bool indented = line.len > 0 && isspace((unsigned char)line.ptr[0]);
    if (str_starts(trimmed, STR("Caused by:")) || str_starts(trimmed, STR("---> ")) ||
        (indented && str_starts(trimmed, STR("[cause]: "))))
        return LINE_CAUSE;
    if (str_starts(trimmed, STR("at ")) && trimmed.len > 3)
        return LINE_FRAME;
    if (is_numbered(trimmed) ||
        (indented && str_starts(trimmed, STR("from ")) && str_contains(trimmed, STR(":in "))))
        return LINE_FRAME;
    if (!indented && ruby_class(line).len > 0)
        return LINE_RUBY;
    if (str_starts(trimmed, STR("File \"")) && str_contains(trimmed, STR("\", line ")))
        return LINE_PYTHON_FRAME;
    if (indented && trimmed.len > 0 && trimmed.ptr[0] == '/' && str_contains(trimmed, STR(".go:")))
        return LINE_FRAME;
    return LINE_TEXT;
}

bool stack_goes_on(struct str line)
{
    const struct str trimmed = str_trim(line);
    const enum line_kind kind = kind_of(line);
    return (kind != LINE_TEXT && kind != LINE_RUBY) || str_starts(trimmed, STR("... ")) ||
           str_starts(trimmed, STR("goroutine ")) ||
           str_starts(trimmed, STR("Traceback (most recent call last)")) ||
           str_starts(trimmed, STR("--- End of"));
}

/* Below the innermost frame where that is not at fault. */
static bool is_passed_over(struct reading *reading)
{
    const struct str line = reading->stack.line;
    const bool passed =
        !reading->is_below && (str_contains(line, STR("wrong number of arguments (given ")) ||
                               str_contains(line, STR("AddressSanitizer: stack-overflow")));
    reading->is_below = true;
    return passed;
}

static void take_frame(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    struct str frame = str_trim(line);
    if (str_starts(frame, STR("at ")))
        frame = str_slice(frame, 3, frame.len);
    if (str_starts(frame, STR("from ")))
        frame = str_slice(frame, 5, frame.len);
    if (reading->is_over || stack->frame.len > 0 || frame_is_foreign(frame) ||
        is_passed_over(reading) || !frame_place(frame, &stack->file, &stack->place))
        return;
    stack->frame = frame;
}

/* File "/app/orders/service.py", line 31, in place */
static void take_python_frame(struct stack *stack, struct str line)
{
    const struct str trimmed = str_trim(line);
    const struct str path = str_slice(trimmed, 6, str_find(trimmed, STR("\", line ")));
    if (frame_is_foreign(path))
        return;
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/' && path.ptr[from - 1] != '\\')
        from--;
    const struct str rest = str_slice(trimmed, 6 + path.len + 8, trimmed.len);
    size_t digits = 0;
    while (digits < rest.len && is_digit(rest.ptr[digits]))
        digits++;
    stack->frame = trimmed;
    stack->file = str_slice(path, from, path.len);
    stack->place = str_slice(rest, 0, digits);
}

static void name_in_chain(struct stack *stack, struct str exception)
{
    if (stack->chain_count < STACK_CHAIN_MAX)
        stack->chain[stack->chain_count++] = exception;
}

/* "panic: runtime error: ..." of Go, "thread 'main' panicked at src/main.rs:12:5:" of Rust. */
static bool take_panic(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    const struct str trimmed = str_trim(line);
    const size_t rust = str_find(trimmed, STR("panicked at "));
    const size_t go = str_find(trimmed, STR("panic: "));
    if (stack->thrown.len > 0 || (rust == STR_NPOS && go == STR_NPOS))
        return false;
    stack->thrown = stack->root = STR("panic");
    name_in_chain(stack, stack->root);
    stack->line = trimmed;
    reading->has_panic = rust != STR_NPOS && str_ends(trimmed, STR(":"));
    if (rust != STR_NPOS) {
        const struct str rest = str_slice(trimmed, rust + 12, trimmed.len);
        if (!frame_is_foreign(rest) && frame_place(rest, &stack->file, &stack->place))
            stack->frame = rest;
    }
    return true;
}

/* "A: failed; nested exception is B: gone" of Spring, "A: failed ---> B: gone" of .NET. */
static void take_nested(struct stack *stack, struct str line, struct str mark)
{
    struct str rest = line;
    for (size_t at; (at = str_find(rest, mark)) != STR_NPOS;) {
        rest = str_slice(rest, at + mark.len, rest.len);
        const struct str exception = template_exception(rest);
        if (exception.len > 0) {
            stack->root = exception;
            name_in_chain(stack, exception);
        }
    }
}

static void name_first(struct stack *stack, struct str exception, struct str line)
{
    stack->thrown = stack->root = exception;
    stack->line = str_trim(line);
    stack->chain_count = 0;
    name_in_chain(stack, exception);
}

/* The word from `at` on. */
static struct str word_at(struct str line, size_t at)
{
    size_t end = at;
    while (end < line.len && (isalnum((unsigned char)line.ptr[end]) || line.ptr[end] == '_' ||
                              line.ptr[end] == '-' || line.ptr[end] == '\\'))
        end++;
    return str_slice(line, at, end);
}

/*
 * "PHP Fatal error:  Uncaught TypeError: no in /app/bill.php:22", and "Next OrderError: ..." of
 * what was thrown because of it.
 */
static bool take_php(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    const size_t at = str_find(line, STR("Uncaught "));
    if (str_starts(line, STR("Next ")) && stack->thrown.len > 0 && word_at(line, 5).len > 0) {
        stack->thrown = word_at(line, 5);
        name_in_chain(stack, stack->thrown);
        reading->is_over = true;
        return true;
    }
    if (at == STR_NPOS || stack->thrown.len > 0 || word_at(line, at + 9).len == 0 ||
        (!str_starts(line, STR("PHP ")) && !str_contains(line, STR(".php"))))
        return false;
    name_first(stack, word_at(line, at + 9), line);
    /* the caller is told in words where the call is at fault */
    size_t from = str_find(line, STR(" passed in "));
    from = from == STR_NPOS ? str_find(line, STR(" called in ")) : from;
    for (size_t i = 0; from == STR_NPOS && i < line.len; i++)
        if (str_starts(str_slice(line, line.len - 1 - i, line.len), STR(" in ")))
            from = line.len - 1 - i;
    const struct str place = str_slice(line, from == STR_NPOS ? line.len : from, line.len);
    if (!frame_is_foreign(place) && frame_place(place, &stack->file, &stack->place))
        stack->frame = str_trim(place);
    return true;
}

/* "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602" */
static bool take_sanitizer(struct reading *reading, struct str line)
{
    const struct str mark = STR("AddressSanitizer: ");
    size_t at = str_find(line, mark);
    if (at == STR_NPOS || reading->stack.thrown.len > 0 || !str_contains(line, STR("ERROR: ")))
        return false;
    at += mark.len;
    if (str_starts(str_slice(line, at, line.len), STR("attempting ")))
        at += 11;
    name_first(&reading->stack, word_at(line, at), line);
    return true;
}

static void take_ruby(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    const struct str exception = ruby_class(line);
    if (stack->thrown.len == 0) {
        name_first(stack, exception, line);
    } else { /* what it was caused by */
        reading->above = *stack;
        stack->root = exception;
        stack->line = str_trim(line);
        stack->frame = stack->file = stack->place = STR("");
        reading->is_below = false;
        name_in_chain(stack, exception);
    }
    take_frame(reading, str_slice(line, 0, str_find(line, STR(":in "))));
}

static void take_text(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    const struct str exception = template_exception(line);
    const bool begins = exception.len > 0 && exception.ptr == line.ptr;
    if (reading->has_panic) { /* Rust says it below */
        stack->line = str_trim(line).len > 0 ? str_trim(line) : stack->line;
        reading->has_panic = false;
        return;
    }
    if (str_contains(line, STR("was the direct cause of the following exception")) &&
        stack->thrown.len > 0)
        reading->is_over = true;
    if (stack->thrown.len == 0 && str_starts(line, STR("Error: ")))
        reading->nameless = line;
    if (take_panic(reading, line) || take_php(reading, line) || take_sanitizer(reading, line) ||
        exception.len == 0)
        return;
    /* Node quotes the line that threw above what it threw */
    const bool quoted = begins && stack->frame.len == 0 && !reading->is_python &&
                        stack->chain_count == 1 && stack->line.ptr != stack->thrown.ptr;
    if (stack->thrown.len == 0 || quoted) {
        name_first(stack, exception, line);
        take_nested(stack, line, STR("nested exception is "));
        take_nested(stack, line, STR(" ---> "));
    } else if (reading->is_python && reading->is_over) {
        stack->thrown = exception;
        name_in_chain(stack, exception);
    } else if (reading->is_python) { /* what Python names last was thrown last */
        stack->root = exception;
        stack->line = str_trim(line);
        name_in_chain(stack, exception);
    }
}

static void take_cause(struct reading *reading, struct str line)
{
    struct stack *stack = &reading->stack;
    const struct str trimmed = str_trim(line);
    struct str exception = template_exception(line);
    if (exception.len == 0 && str_starts(trimmed, STR("[cause]: Error: ")))
        exception = str_slice(trimmed, 9, 14);
    if (exception.len == 0)
        return;
    stack->root = exception;
    stack->line = trimmed;
    name_in_chain(stack, stack->root);
    if (stack->thrown.len == 0)
        stack->thrown = stack->root;
    if (stack->frame.len > 0)
        reading->above = *stack;
    stack->frame = stack->file = stack->place = STR("");
}

static void take_line(struct reading *reading, struct str line)
{
    switch (kind_of(line)) {
    case LINE_CAUSE:
        take_cause(reading, line);
        break;
    case LINE_FRAME:
        if (reading->stack.thrown.len == 0 && reading->nameless.len > 0)
            name_first(&reading->stack, str_slice(reading->nameless, 0, 5), reading->nameless);
        take_frame(reading, line);
        break;
    case LINE_PYTHON_FRAME:
        reading->is_python = true;
        if (!reading->is_over)
            take_python_frame(&reading->stack, line);
        break;
    case LINE_RUBY:
        take_ruby(reading, line);
        break;
    case LINE_TEXT:
        take_text(reading, line);
        break;
    }
}

struct stack stack_read(struct str text)
{
    struct reading reading = {0};
    struct str rest = str_slice(text, 0, STACK_BYTES_MAX), line;
    while (str_split(&rest, '\n', &line))
        take_line(&reading, line);
    struct stack stack = reading.stack;
    if (stack.thrown.len == 0)
        return (struct stack){0};
    if (stack.frame.len == 0) { /* the cause shares it: "... 12 more" */
        stack.frame = reading.above.frame;
        stack.file = reading.above.file;
        stack.place = reading.above.place;
    }
    return stack;
}
