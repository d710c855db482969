/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is printed reads back as what it was: for some texts that people might write, and for
 * thousands of trees that nobody would.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "runbook/runbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define TREES 4000

/* ---- equality: all but where things stand, and what only the check fills in ---- */

static bool comments_eq(const struct comment *a, const struct comment *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!str_eq(a->text, b->text) || a->apart != b->apart)
            return false;
    return !a && !b;
}

static bool expression_eq(const struct expression *a, const struct expression *b)
{
    if (a->is_path != b->is_path)
        return false;
    if (a->is_path) {
        if (a->path.names_count != b->path.names_count)
            return false;
        for (uint32_t i = 0; i < a->path.names_count; i++)
            if (!str_eq(a->path.names[i], b->path.names[i]))
                return false;
        return true;
    }
    if (a->literal.type != b->literal.type)
        return false;
    switch (a->literal.type) {
    case TYPE_BOOL:
        return a->literal.truth == b->literal.truth;
    case TYPE_REAL:
        return a->literal.real == b->literal.real;
    case TYPE_TEXT:
        return str_eq(a->literal.text, b->literal.text);
    default:
        return a->literal.integer == b->literal.integer;
    }
}

static bool comparison_eq(const struct comparison *a, const struct comparison *b)
{
    return a->negated == b->negated && a->comparator == b->comparator &&
           expression_eq(&a->left, &b->left) &&
           (a->comparator == COMPARE_TRUTH || expression_eq(&a->right, &b->right));
}

static bool test_eq(const struct test *test_a, const struct test *test_b)
{
    const struct alternative *any_a = test_a->any, *any_b = test_b->any;
    for (; any_a && any_b; any_a = any_a->next, any_b = any_b->next) {
        const struct comparison *a = any_a->all, *b = any_b->all;
        for (; a && b; a = a->next, b = b->next)
            if (!comparison_eq(a, b))
                return false;
        if (a || b)
            return false;
    }
    return !any_a && !any_b;
}

static bool call_eq(const struct call_statement *a, const struct call_statement *b)
{
    const struct argument *x = a->arguments, *y = b->arguments;
    for (; x && y; x = x->next, y = y->next)
        if (!str_eq(x->name, y->name) || !expression_eq(&x->value, &y->value))
            return false;
    return !x && !y && str_eq(a->result, b->result) && str_eq(a->callee, b->callee);
}

static bool statements_eq(const struct statement *a, const struct statement *b);

static bool kind_eq(const struct statement *a, const struct statement *b)
{
    switch (a->kind) {
    case STATEMENT_CALL:
        return call_eq(&a->call, &b->call);
    case STATEMENT_FOLLOW:
        return str_eq(a->follow.name, b->follow.name);
    case STATEMENT_FOR:
        return str_eq(a->loop.row, b->loop.row) && expression_eq(&a->loop.rows, &b->loop.rows) &&
               a->loop.max == b->loop.max && statements_eq(a->loop.body, b->loop.body);
    case STATEMENT_IF:
        return test_eq(&a->branch.test, &b->branch.test) &&
               statements_eq(a->branch.then, b->branch.then) &&
               statements_eq(a->branch.otherwise, b->branch.otherwise) &&
               comments_eq(a->branch.otherwise_comments, b->branch.otherwise_comments);
    case STATEMENT_PARALLEL:
        return statements_eq(a->parallel, b->parallel);
    case STATEMENT_SUPPOSE:
        return str_eq(a->suppose.name, b->suppose.name) &&
               expression_eq(&a->suppose.subject, &b->suppose.subject) &&
               expression_eq(&a->suppose.because, &b->suppose.because);
    case STATEMENT_VERIFY:
        return str_eq(a->verify.name, b->verify.name) &&
               statements_eq(a->verify.body, b->verify.body);
    case STATEMENT_REFUTE:
        return str_eq(a->refute.name, b->refute.name) &&
               expression_eq(&a->refute.because, &b->refute.because);
    }
    return false;
}

static bool statements_eq(const struct statement *a, const struct statement *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (a->kind != b->kind || a->apart != b->apart || !comments_eq(a->before, b->before) ||
            !str_eq(a->beside, b->beside) || !comments_eq(a->last, b->last) ||
            !comments_eq(a->otherwise_last, b->otherwise_last) || !kind_eq(a, b))
            return false;
    return !a && !b;
}

static bool runbook_eq(const struct runbook *a, const struct runbook *b)
{
    return str_eq(a->name, b->name) && str_eq(a->summary, b->summary) &&
           comments_eq(a->head, b->head) && a->has_guard == b->has_guard &&
           test_eq(&a->guard, &b->guard) && a->limits.steps == b->limits.steps &&
           a->limits.time_ns == b->limits.time_ns && a->limits.tokens == b->limits.tokens &&
           statements_eq(a->body, b->body) && comments_eq(a->before_guard, b->before_guard) &&
           comments_eq(a->before_limits, b->before_limits) && comments_eq(a->last, b->last) &&
           comments_eq(a->tail, b->tail);
}

/* ---- trees that nobody would write ---- */

struct maker {
    struct arena *arena;
    uint64_t state;
    uint32_t statements_left;
};

/* splitmix64 */
static uint64_t draw(struct maker *maker)
{
    uint64_t z = maker->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint32_t below(struct maker *maker, uint32_t bound)
{
    return (uint32_t)(draw(maker) % bound);
}

static bool one_in(struct maker *maker, uint32_t count)
{
    return below(maker, count) == 0;
}

#define PICK(maker, list) str_of((list)[below((maker), sizeof(list) / sizeof *(list))])

static struct str make_name(struct maker *maker)
{
    static const char *const names[] = {"a",    "shape", "alert",
                                        "case", "steps", "B2",
                                        "_x",   "time",  "a_rather_long_name_for_a_step"};
    return PICK(maker, names);
}

static struct str make_any_word(struct maker *maker)
{
    static const char *const words[] = {"for", "if", "max", "runbook", "or", "true", "because"};
    return one_in(maker, 4) ? PICK(maker, words) : make_name(maker);
}

static struct str make_text(struct maker *maker)
{
    static const char *const texts[] = {"",
                                        "a text",
                                        "\"",
                                        "\\",
                                        "\\n",
                                        "a\nb",
                                        "# no comment",
                                        "{",
                                        "\xc3\xa9t\xc3\xa9 \xe2\x82\xac",
                                        "}\n{",
                                        "\t",
                                        "a text that is rather long, so that its call is broken"};
    return PICK(maker, texts);
}

static struct str make_beside(struct maker *maker)
{
    static const char *const texts[] = {"why",      "#",    "# x",         "!x",
                                        "  far in", "{ \"", "\xe2\x82\xac"};
    return PICK(maker, texts);
}

static struct comment *make_comments(struct maker *maker, bool first_is_close)
{
    struct comment *first = NULL, **link = &first;
    if (!one_in(maker, 6))
        return NULL;
    for (uint32_t left = 1 + below(maker, 3); left > 0; left--) {
        *link = arena_push(maker->arena, struct comment);
        (*link)->text = one_in(maker, 5) ? STR("") : make_beside(maker);
        (*link)->apart = !(first_is_close && link == &first) && one_in(maker, 3);
        link = &(*link)->next;
    }
    return first;
}

static struct value make_literal(struct maker *maker)
{
    static const double reals[] = {0.5, 3.0, 0.1, -2.25, 12345678901234.0, 0.00000000000001, -0.0};
    static const int64_t spans[] = {0,
                                    NS_PER_MS,
                                    1500 * NS_PER_MS,
                                    90 * NS_PER_S,
                                    60 * NS_PER_S,
                                    3600 * NS_PER_S,
                                    86400 * NS_PER_S,
                                    INT64_C(9000000000) * NS_PER_S};
    switch (below(maker, 5)) {
    case 0:
        return value_bool(one_in(maker, 2));
    case 1:
        return value_int(one_in(maker, 8)   ? INT64_MIN
                         : one_in(maker, 8) ? INT64_MAX
                                            : (int64_t)below(maker, 2000) - 1000);
    case 2:
        return value_real(reals[below(maker, sizeof reals / sizeof *reals)]);
    case 3:
        return value_span(spans[below(maker, sizeof spans / sizeof *spans)]);
    default:
        return value_text(make_text(maker));
    }
}

static struct expression make_path(struct maker *maker)
{
    struct expression out = {.is_path = true};
    out.path.names_count = 1 + below(maker, RUNBOOK_PATH_MAX);
    for (uint32_t i = 0; i < out.path.names_count; i++)
        out.path.names[i] = i == 0 ? make_name(maker) : make_any_word(maker);
    return out;
}

static struct expression make_value(struct maker *maker)
{
    return one_in(maker, 2) ? make_path(maker)
                            : (struct expression){.literal = make_literal(maker)};
}

static struct test make_test(struct maker *maker)
{
    struct test test = {0};
    struct alternative **any = &test.any;
    for (uint32_t i = 1 + below(maker, 3); i > 0; i--, any = &(*any)->next) {
        *any = arena_push(maker->arena, struct alternative);
        struct comparison **all = &(*any)->all;
        for (uint32_t k = 1 + below(maker, 3); k > 0; k--, all = &(*all)->next) {
            *all = arena_push(maker->arena, struct comparison);
            **all = (struct comparison){
                .negated = one_in(maker, 3),
                .left = make_value(maker),
                .comparator = (enum comparator)below(maker, COMPARE_GE + 1),
                .right = make_value(maker),
            };
        }
    }
    return test;
}

static struct statement *make_statements(struct maker *maker, uint32_t depth, bool calls_only);

static struct comment *make_last(struct maker *maker, const struct statement *body)
{
    return make_comments(maker, !body);
}

static void make_call(struct maker *maker, struct call_statement *out)
{
    out->callee = make_name(maker);
    if (one_in(maker, 2))
        out->callee = str_printf(maker->arena, "%s.%s", out->callee.ptr, make_any_word(maker).ptr);
    if (one_in(maker, 2))
        out->result = make_name(maker);
    struct argument **link = &out->arguments;
    for (uint32_t i = below(maker, 5); i > 0; i--, link = &(*link)->next) {
        *link = arena_push(maker->arena, struct argument);
        (*link)->name = make_any_word(maker);
        (*link)->value = make_value(maker);
    }
}

static void make_if(struct maker *maker, struct statement *out, uint32_t depth)
{
    out->branch.test = make_test(maker);
    out->branch.then = make_statements(maker, depth, false);
    if (!one_in(maker, 2))
        return;
    out->branch.otherwise = make_statements(maker, depth, false);
    out->branch.otherwise_comments = make_comments(maker, true);
    out->otherwise_last = make_last(maker, out->branch.otherwise);
}

static struct statement *make_statement(struct maker *maker, uint32_t depth, bool calls_only)
{
    struct statement *out = arena_push(maker->arena, struct statement);
    const bool flat = depth > 4;
    out->kind =
        calls_only ? STATEMENT_CALL : (enum statement_kind)below(maker, STATEMENT_REFUTE + 1);
    if (flat && (out->kind == STATEMENT_FOR || out->kind == STATEMENT_IF ||
                 out->kind == STATEMENT_PARALLEL || out->kind == STATEMENT_VERIFY))
        out->kind = STATEMENT_FOLLOW;
    out->apart = one_in(maker, 4);
    out->before = make_comments(maker, false);
    if (one_in(maker, 5))
        out->beside = make_beside(maker);
    switch (out->kind) {
    case STATEMENT_CALL:
        make_call(maker, &out->call);
        break;
    case STATEMENT_FOLLOW:
        out->follow.name = make_name(maker);
        break;
    case STATEMENT_FOR:
        out->loop.row = make_name(maker);
        out->loop.rows = make_path(maker);
        out->loop.max = below(maker, 200);
        out->loop.body = make_statements(maker, depth, false);
        out->last = make_last(maker, out->loop.body);
        break;
    case STATEMENT_IF:
        make_if(maker, out, depth);
        out->last = make_last(maker, out->branch.then);
        break;
    case STATEMENT_PARALLEL:
        out->parallel = make_statements(maker, depth, true);
        out->last = make_last(maker, out->parallel);
        break;
    case STATEMENT_SUPPOSE:
        out->suppose.name = make_name(maker);
        out->suppose.subject = make_value(maker);
        out->suppose.because = make_value(maker);
        break;
    case STATEMENT_VERIFY:
        out->verify.name = make_name(maker);
        out->verify.body = make_statements(maker, depth, false);
        out->last = make_last(maker, out->verify.body);
        break;
    case STATEMENT_REFUTE:
        out->refute.name = make_name(maker);
        out->refute.because = make_value(maker);
        break;
    }
    return out;
}

/* Nothing stands apart from the brace above it. */
static struct statement *make_statements(struct maker *maker, uint32_t depth, bool calls_only)
{
    struct statement *first = NULL, **link = &first;
    for (uint32_t i = below(maker, 5); i > 0 && maker->statements_left > 0; i--) {
        maker->statements_left--;
        *link = make_statement(maker, depth + 1, calls_only);
        link = &(*link)->next;
    }
    if (first && first->before)
        first->before->apart = false;
    else if (first)
        first->apart = false;
    return first;
}

static struct runbook *make_runbook(struct arena *arena, uint64_t seed)
{
    struct maker maker = {.arena = arena, .state = seed, .statements_left = 60};
    struct runbook *book = arena_push(arena, struct runbook);
    book->name = make_name(&maker);
    book->summary = make_text(&maker);
    book->head = make_comments(&maker, true);
    book->has_guard = one_in(&maker, 2);
    if (book->has_guard) {
        book->before_guard = make_comments(&maker, true);
        book->guard = make_test(&maker);
    }
    if (one_in(&maker, 2))
        book->limits.steps = 1 + below(&maker, RUNBOOK_STEPS_MAX);
    if (one_in(&maker, 2))
        book->limits.time_ns = (1 + below(&maker, 3600)) * NS_PER_S;
    if (one_in(&maker, 2))
        book->limits.tokens = 1 + below(&maker, RUNBOOK_TOKENS_MAX);
    if (book->limits.steps > 0 || book->limits.time_ns > 0 || book->limits.tokens > 0)
        book->before_limits = make_comments(&maker, true);
    book->body = make_statements(&maker, 0, false);
    book->last = make_last(&maker, book->body);
    book->tail = make_comments(&maker, false);
    return book;
}

/* ---- the tests ---- */

static struct str print(struct arena *arena, const struct runbook *book)
{
    struct buf out = buf_new(arena);
    runbook_print(book, &out);
    return buf_str(&out);
}

static struct runbook *parse(struct arena *arena, struct str text)
{
    struct runbook *book;
    struct problem *problems;
    if (runbook_parse(arena, text, &book, &problems))
        return book;
    struct buf out = buf_new(arena);
    runbook_print_problems(problems, STR(""), &out);
    fail_msg("%s\n%s", buf_str(&out).ptr, text.ptr);
    return NULL;
}

static void a_tree_that_was_printed_reads_back_the_same(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < TREES; seed++) {
        struct arena *arena = arena_new("test");
        const struct runbook *made = make_runbook(arena, seed);
        const struct str text = print(arena, made);
        const struct runbook *read = parse(arena, text);
        if (!runbook_eq(made, read))
            fail_msg("the tree of seed %llu is not what it was:\n%s\nit is now\n%s",
                     (unsigned long long)seed, text.ptr, print(arena, read).ptr);
        assert_string_equal(print(arena, read).ptr, text.ptr);
        arena_free(arena);
    }
}

static const struct {
    const char *why;
    const char *text;
    const char *want;
} cases[] = {
    {"the smallest", "runbook a \"b\"{}", "runbook a \"b\" {\n}\n"},
    {"four blanks a block, one statement a line, blanks where they belong",
     "runbook a \"b\"{x=find_onset( ) for s in x.rows max 3{look(at:s.name,n:-1)}}",
     "runbook a \"b\" {\n"
     "    x = find_onset()\n"
     "    for s in x.rows max 3 {\n"
     "        look(at: s.name, n: -1)\n"
     "    }\n"
     "}\n"},
    {"the head stands together, and apart from the body",
     "# about\n\n\nrunbook a \"b\" {\n\nwhen not x.y or a.b==\"c\"and d.e>=1.50\n\n"
     "limit tokens 5,steps 3 , time 90s\nf()\n\n\n\ng()\n\n}\n",
     "# about\n"
     "runbook a \"b\" {\n"
     "    when not x.y or a.b == \"c\" and d.e >= 1.5\n"
     "    limit steps 3, time 90s, tokens 5\n"
     "\n"
     "    f()\n"
     "\n"
     "    g()\n"
     "}\n"},
    {"a long call has one argument a line",
     "runbook a \"b\" {\n"
     "    c = metrics.something(service: \"a text of some length\", other: \"another text that is "
     "long\", "
     "n: 1)\n}\n",
     "runbook a \"b\" {\n"
     "    c = metrics.something(\n"
     "        service: \"a text of some length\",\n"
     "        other: \"another text that is long\",\n"
     "        n: 1,\n"
     "    )\n"
     "}\n"},
    {"comments stay with what they are about",
     "# head\n"
     "runbook a \"b\" { # behind the heading\n"
     "# why when\n"
     "when x.y # behind when\n"
     "limit steps 3 # behind limit\n"
     "\n"
     "# two\n"
     "\n"
     "#lines\n"
     "f() # beside\n"
     "g( # within\n"
     "  a: 1, # a\n"
     ") # beside g\n"
     "if x.y { # beside if\n"
     "  h()\n"
     "  # last\n"
     "} # behind the brace\n"
     "# before else\n"
     "else if z.y { # beside else if\n"
     "} else { # beside else\n"
     "  i()\n"
     "} # end\n"
     "# below\n"
     "} # behind\n"
     "\n"
     "# tail",
     "# head\n"
     "# behind the heading\n"
     "runbook a \"b\" {\n"
     "    # why when\n"
     "    # behind when\n"
     "    when x.y\n"
     "    # behind limit\n"
     "    limit steps 3\n"
     "\n"
     "    # two\n"
     "\n"
     "    # lines\n"
     "    f() # beside\n"
     "    # within\n"
     "    # a\n"
     "    g(a: 1) # beside g\n"
     "    if x.y { # beside if\n"
     "        h()\n"
     "        # last\n"
     "        # behind the brace\n"
     "    }\n"
     "    # before else\n"
     "    else if z.y { # beside else if\n"
     "    } else {\n"
     "        # beside else\n"
     "        i()\n"
     "        # end\n"
     "    }\n"
     "    # below\n"
     "    # behind\n"
     "}\n"
     "\n"
     "# tail\n"},
    {"an `if` alone in an `else` stands behind it",
     "runbook a \"b\" { if x.y { } else { if z.y { f() } else { } } }",
     "runbook a \"b\" {\n"
     "    if x.y {\n"
     "    } else if z.y {\n"
     "        f()\n"
     "    }\n"
     "}\n"},
    {"line ends of Windows and a byte order mark are no trouble",
     "\xef\xbb\xbfrunbook a \"b\" {\r\n    f() # c\r\n}\r\n",
     "runbook a \"b\" {\n    f() # c\n}\n"},
    {"numbers and spans",
     "runbook a \"b\" { f(a: 007, b: -0, c: 1.50, d: 60s, e: 90s, f: 1000ms, g: 24h, h: 0m, "
     "i: -0.25) }",
     "runbook a \"b\" {\n"
     "    f(a: 7, b: 0, c: 1.5, d: 1m, e: 90s, f: 1s, g: 1d, h: 0s, i: -0.25)\n"
     "}\n"},
};

static void what_people_write_gets_its_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        const struct str once = print(arena, parse(arena, str_of(cases[i].text)));
        if (strcmp(once.ptr, cases[i].want) != 0)
            fail_msg("%s:\n%s\nis not\n%s", cases[i].why, once.ptr, cases[i].want);
        assert_string_equal(print(arena, parse(arena, once)).ptr, once.ptr);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_gets_its_form),
        cmocka_unit_test(a_tree_that_was_printed_reads_back_the_same),
    };
    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
