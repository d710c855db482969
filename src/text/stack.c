/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of languages and of libraries are told by their paths and packages: what is left is the
 * program's own. In Java, .NET, Node, Go and Rust the innermost frame comes first, in Python last;
 * of a Java trace what follows the last "Caused by:" is the root.
 */
#include "text/stack.h"

#include "text/template.h"

#include <ctype.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_any(struct str text, const char *const *parts)
{
    for (; *parts; parts++)
        if (str_contains(text, str_of(*parts)))
            return true;
    return false;
}

static bool starts_with_any(struct str text, const char *const *starts)
{
    for (; *starts; starts++)
        if (str_starts(text, str_of(*starts)))
            return true;
    return false;
}

/* Of the language or a library. */
static bool is_foreign(struct str frame)
{
    static const char *const packages[] = {"java.",
                                           "javax.",
                                           "jdk.",
                                           "sun.",
                                           "com.sun.",
                                           "jakarta.",
                                           "kotlin.",
                                           "scala.",
                                           "org.springframework.",
                                           "org.apache.",
                                           "org.hibernate.",
                                           "org.eclipse.",
                                           "org.jboss.",
                                           "org.postgresql.",
                                           "org.slf4j.",
                                           "org.junit.",
                                           "com.fasterxml.",
                                           "com.google.",
                                           "com.mysql.",
                                           "com.zaxxer.",
                                           "com.netflix.",
                                           "io.netty.",
                                           "io.grpc.",
                                           "io.vertx.",
                                           "io.micrometer.",
                                           "io.opentelemetry.",
                                           "ch.qos.",
                                           "feign.",
                                           "okhttp3.",
                                           "reactor.",
                                           "System.",
                                           "Microsoft.",
                                           "Npgsql.",
                                           "Newtonsoft.",
                                           NULL};
    static const char *const paths[] = {"site-packages/",   "dist-packages/",
                                        "/lib/python",      "<frozen ",
                                        "node_modules/",    "node:",
                                        "(internal/",       "/usr/local/go/",
                                        "/go/pkg/mod/",     "/rustc/",
                                        ".cargo/registry/", "/usr/lib/go",
                                        "<anonymous>",      NULL};
    return starts_with_any(frame, packages) || has_any(frame, paths);
}

/* "name.ext:12" or "name.ext:line 12" at the end of `text`, up to its last part of the path. */
static bool read_place(struct str text, struct stack *stack)
{
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (text.ptr[at] != ':')
            continue;
        size_t digits = at + 1;
        if (str_starts(str_slice(text, digits, text.len), STR("line ")))
            digits += 5;
        size_t end = digits;
        while (end < text.len && is_digit(text.ptr[end]))
            end++;
        size_t from = at;
        bool dot = false;
        while (from > 0 && (isalnum((unsigned char)text.ptr[from - 1]) ||
                            str_find(STR("_-.+$"), str_slice(text, from - 1, from)) != STR_NPOS)) {
            dot |= text.ptr[from - 1] == '.';
            from--;
        }
        if (end == digits || from == at || !dot)
            continue;
        stack->file = str_slice(text, from, at);
        stack->place = str_slice(text, digits, end);
        return true;
    }
    return false;
}

/* ---- one line ---- */

enum line_kind { LINE_TEXT, LINE_FRAME, LINE_PYTHON_FRAME, LINE_CAUSE };

static enum line_kind kind_of(struct str line)
{
    const struct str trimmed = str_trim(line);
    const bool indented = line.len > 0 && isspace((unsigned char)line.ptr[0]);
    if (str_starts(trimmed, STR("Caused by:")) || str_starts(trimmed, STR("---> ")))
        return LINE_CAUSE;
    if (str_starts(trimmed, STR("at ")) && trimmed.len > 3)
        return LINE_FRAME;
    if (str_starts(trimmed, STR("File \"")) && str_contains(trimmed, STR("\", line ")))
        return LINE_PYTHON_FRAME;
    if (indented && trimmed.len > 0 && trimmed.ptr[0] == '/' && str_contains(trimmed, STR(".go:")))
        return LINE_FRAME;
    return LINE_TEXT;
}

bool stack_goes_on(struct str line)
{
    const struct str trimmed = str_trim(line);
    return kind_of(line) != LINE_TEXT || str_starts(trimmed, STR("... ")) ||
           str_starts(trimmed, STR("goroutine ")) ||
           str_starts(trimmed, STR("Traceback (most recent call last)")) ||
           str_starts(trimmed, STR("--- End of"));
}

static void take_frame(struct stack *stack, struct str line)
{
    const struct str trimmed = str_trim(line);
    const struct str frame =
        str_starts(trimmed, STR("at ")) ? str_slice(trimmed, 3, trimmed.len) : trimmed;
    if (stack->frame.len > 0 || is_foreign(frame) || !read_place(frame, stack))
        return;
    stack->frame = frame;
}

/* File "/app/orders/service.py", line 31, in place */
static void take_python_frame(struct stack *stack, struct str line)
{
    const struct str trimmed = str_trim(line);
    const struct str path = str_slice(trimmed, 6, str_find(trimmed, STR("\", line ")));
    if (is_foreign(path))
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
static bool take_panic(struct stack *stack, struct str line)
{
    const struct str trimmed = str_trim(line);
    const size_t rust = str_find(trimmed, STR("panicked at "));
    const size_t go = str_find(trimmed, STR("panic: "));
    if (stack->thrown.len > 0 || (rust == STR_NPOS && go == STR_NPOS))
        return false;
    stack->thrown = stack->root = STR("panic");
    name_in_chain(stack, stack->root);
    stack->line = trimmed;
    if (rust != STR_NPOS) {
        const struct str rest = str_slice(trimmed, rust + 12, trimmed.len);
        if (!is_foreign(rest) && read_place(rest, stack))
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

static void take_text(struct stack *stack, struct str line, bool after_python)
{
    const struct str exception = template_exception(line);
    if (take_panic(stack, line) || exception.len == 0)
        return;
    if (stack->thrown.len == 0) {
        stack->thrown = stack->root = exception;
        stack->line = str_trim(line);
        name_in_chain(stack, exception);
        take_nested(stack, line, STR("nested exception is "));
        take_nested(stack, line, STR(" ---> "));
    } else if (after_python) { /* what Python names last was thrown last */
        stack->root = exception;
        stack->line = str_trim(line);
        name_in_chain(stack, exception);
    }
}

struct stack stack_read(struct str text)
{
    struct stack stack = {0}, above = {0};
    struct str rest = str_slice(text, 0, STACK_BYTES_MAX), line;
    bool python = false;
    while (str_split(&rest, '\n', &line)) {
        switch (kind_of(line)) {
        case LINE_CAUSE:
            if (template_exception(line).len > 0) {
                stack.root = template_exception(line);
                stack.line = str_trim(line);
                name_in_chain(&stack, stack.root);
                if (stack.thrown.len == 0)
                    stack.thrown = stack.root;
                if (stack.frame.len > 0)
                    above = stack;
                stack.frame = stack.file = stack.place = STR("");
            }
            break;
        case LINE_FRAME:
            take_frame(&stack, line);
            break;
        case LINE_PYTHON_FRAME:
            python = true;
            take_python_frame(&stack, line);
            break;
        case LINE_TEXT:
            take_text(&stack, line, python);
            break;
        }
    }
    if (stack.thrown.len == 0)
        return (struct stack){0};
    if (stack.frame.len == 0) { /* the cause shares it: "... 12 more" */
        stack.frame = above.frame;
        stack.file = above.file;
        stack.place = above.place;
    }
    return stack;
}
