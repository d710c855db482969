/* SPDX-License-Identifier: Apache-2.0 */
/* runbook_parse(), runbook_check() and runbook_print(): plans, as people and others write them. */
#include "fuzz.h"

#include "base/arena.h"
#include "runbook/lex.h"

static void expect_visible(struct str text)
{
    fuzz_expect(fuzz_is_utf8(text), "what a problem says is UTF-8");
    for (size_t i = 0; i < text.len; i++)
        fuzz_expect((unsigned char)text.ptr[i] >= ' ' && text.ptr[i] != 0x7f,
                    "and holds nothing that a terminal would obey");
}

static void expect_problems(const struct problem *problems, bool ok)
{
    uint32_t count = 0;
    fuzz_expect(ok == !problems, "there are problems where it failed, and only there");
    for (const struct problem *it = problems; it; it = it->next) {
        fuzz_expect(++count <= RUNBOOK_PROBLEMS_MAX + 1,
                    "nobody is told more than they would read");
        fuzz_expect(it->at.line >= 1 && it->at.column >= 1, "a problem has a place");
        fuzz_expect(it->text.len > 0, "and says what is wrong");
        expect_visible(it->text);
        expect_visible(it->hint);
        const struct problem *next = it->next;
        fuzz_expect(!next || it->at.line < next->at.line ||
                        (it->at.line == next->at.line && it->at.column <= next->at.column),
                    "problems are in the order of the text");
    }
}

static struct str print(struct arena *arena, const struct runbook *book)
{
    struct buf out = buf_new(arena);
    runbook_print(book, &out);
    return buf_str(&out);
}

/* Comments that say something. */
static uint32_t count_comments(struct arena *arena, struct str text)
{
    struct problems none = problems_new(arena, STR(""));
    struct lexer lexer = lexer_new(&none, text);
    uint32_t count = 0;
    enum token_kind kind;
    do {
        const struct token token = lexer_next(&lexer);
        count += token.beside.len > 0;
        for (const struct comment *it = token.comments; it; it = it->next)
            count += it->text.len > 0;
        kind = token.kind;
    } while (kind != TOKEN_END);
    return count;
}

static void expect_round_trip(struct arena *arena, const struct runbook *book)
{
    const struct str printed = print(arena, book);
    struct runbook *again;
    struct problem *problems;
    if (printed.len > RUNBOOK_BYTES_MAX)
        return; /* all blanks were left out, and now they are there */
    fuzz_expect(runbook_parse(arena, printed, &again, &problems), "what is printed can be read");
    fuzz_expect(str_eq(print(arena, again), printed), "and is printed the same again");
    fuzz_expect(count_comments(arena, book->text) == count_comments(arena, printed),
                "no comment is lost");
}

static void expect_check(struct arena *arena, struct runbook *book, const struct library *library,
                         bool parsed)
{
    struct problem *problems;
    const bool ok = runbook_check(arena, book, library, &problems);
    expect_problems(problems, ok);
    fuzz_expect(book->checked == ok, "what has no problem may be run");
    if (!parsed)
        return; /* a part of a runbook: nothing is promised, but that it is survived */
    fuzz_expect(!ok || book->worst.steps <= RUNBOOK_STEPS_MAX, "and has a bound");
    struct buf once = buf_new(arena), twice = buf_new(arena);
    runbook_print_problems(problems, STR(""), &once);
    fuzz_expect(runbook_check(arena, book, library, &problems) == ok, "a check can be repeated");
    runbook_print_problems(problems, STR(""), &twice);
    fuzz_expect(str_eq(buf_str(&once), buf_str(&twice)), "and says the same again");
}

/* One runbook to follow, and one that follows it. */
static void make_library(struct arena *arena, struct library *out)
{
    struct problem *problems;
    fuzz_expect(runbook_parse(arena, STR("runbook survey \"all\" { find_onset() }"), &out->books,
                              &problems) &&
                    runbook_parse(arena, STR("runbook widen \"more\" { follow survey }"),
                                  &out->books->next, &problems) &&
                    library_check(arena, out, &problems),
                "two runbooks are fine");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct library library;
    struct runbook *book;
    struct problem *problems;
    make_library(arena, &library);
    const bool ok = runbook_parse(arena, fuzz_text(data, size), &book, &problems);
    expect_problems(problems, ok);
    if (ok)
        expect_round_trip(arena, book);
    expect_check(arena, book, &library, ok);
    arena_free(arena);
    return 0;
}
