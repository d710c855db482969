/* SPDX-License-Identifier: Apache-2.0 */
#include "git/log.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define ID_1 "8055be793b6269f94d86139119009a9f68e78d78"
#define ID_2 "fe869e057bcc839ddde3413d44329717a5d4c80d"

/* As git prints it; NUL is written as ~. */
#define HEAD(id, parent, message) "~" id "~" parent "~1764032400~kim~" message "~~"

/* What was told, in words: "id files +added-removed words scopes;" */
struct told {
    struct buf text;
    struct arena *arena;
    uint32_t count;
    bool refuses;
    struct git_commit last;
};

static bool on_landed(void *state, const struct git_commit *commit, struct err *err)
{
    struct told *told = state;
    const struct change *change = &commit->change;
    if (told->refuses)
        return err_set(err, ERR_CANCELLED, "enough");
    told->count++;
    told->last = *commit;
    buf_printf(&told->text, "%.7s", change->id.ptr);
    for (uint32_t i = 0; i < change->files_count; i++)
        buf_printf(&told->text, " %.*s+%u-%u", STR_ARG(change->files[i].path),
                   change->files[i].added, change->files[i].removed);
    for (uint32_t i = 0; i < change->words_count; i++)
        buf_printf(&told->text, " %.*s:%u", STR_ARG(change->words[i].word), change->words[i].count);
    for (uint32_t i = 0; i < change->scopes_count; i++)
        buf_printf(&told->text, " in %.*s", STR_ARG(change->scopes[i].word));
    buf_add_char(&told->text, ';');
    return true;
}

static struct str with_nul(struct arena *arena, const char *text)
{
    char *copy = (char *)(uintptr_t)str_copy(arena, str_of(text)).ptr;
    const size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        if (copy[i] == '~')
            copy[i] = '\0';
    return (struct str){copy, len};
}

/* In pieces of `piece` bytes; whether all of it was read. */
static bool read(struct told *told, const char *text, size_t piece, bool has_patch, struct err *err)
{
    struct arena *arena = arena_new("test");
    struct git_log *log = git_log_new(arena, has_patch, on_landed, told);
    struct str rest = with_nul(arena, text);
    bool ok = true;
    while (ok && rest.len > 0) {
        ok = git_log_push(log, str_slice(rest, 0, piece), err);
        rest = str_slice(rest, piece, rest.len);
    }
    ok = ok && git_log_end(log, err);
    git_log_free(log);
    arena_free(arena);
    return ok;
}

static void expect(const char *text, bool has_patch, const char *wanted)
{
    for (size_t piece = 1; piece < 200; piece += 66) {
        struct arena *arena = arena_new("told");
        struct told told = {.text = buf_new(arena), .arena = arena};
        struct err err = {0};
        const bool ok = read(&told, text, piece, has_patch, &err);
        assert_string_equal(err.text, "");
        assert_true(ok);
        assert_string_equal(buf_str(&told.text).ptr, wanted);
        arena_free(arena);
    }
}

static void expect_fault(const char *text, const char *wanted)
{
    struct arena *arena = arena_new("told");
    struct told told = {.text = buf_new(arena), .arena = arena};
    struct err err = {0};
    assert_false(read(&told, text, SIZE_MAX, true, &err));
    assert_non_null(strstr(err.text, wanted));
    arena_free(arena);
}

static void a_commit_has_files_lines_words_and_scopes(void **state)
{
    (void)state;
    expect("", true, "");
    expect(HEAD(ID_1, "", "one"), true, "8055be7;");
    expect(HEAD(ID_1, "", "one\n") "\n:100644 100644 4be1 5cf2 M~lb/up.conf~~"
                                   "diff --git a/lb/up.conf b/lb/up.conf\n"
                                   "index 4be1..5cf2 100644\n--- a/lb/up.conf\n+++ b/lb/up.conf\n"
                                   "@@ -1,2 +1 @@ server main {\n-timeout 5;\n-retries 3;\n"
                                   "+timeout 2;\n\\ No newline at end of file\n"
                                   "@@ -9,0 +9 @@\n+more;\n" HEAD(ID_2, ID_1, "two"),
           true, "8055be7 lb/up.conf+2-2 timeout:2 retries:1 more:1 in server in main;fe869e0;");
}

static void a_rename_has_its_new_name_and_a_type_two_sections(void **state)
{
    (void)state;
    expect(HEAD(ID_1, "", "one") "\n:1 1 a a R100~old.c~new.c~:1 1 a b T~link~:1 1 a b M~z.c~~"
                                 "diff --git a/old.c b/new.c\nsimilarity index 100%\n"
                                 "diff --git a/link b/link\n@@ -1 +0,0 @@\n-x\n"
                                 "diff --git a/link b/link\n@@ -0,0 +1,2 @@\n+y\n+y\n"
                                 "diff --git a/z.c b/z.c\n@@ -0,0 +1 @@\n+zzz\n",
           true, "8055be7 new.c+0-0 link+2-1 z.c+1-0 zzz:1;");
}

static void nothing_can_pass_for_something_else(void **state)
{
    (void)state;
    expect(HEAD(ID_1, "", "diff --git a/x b/x\n@@ -1 +1 @@\n+forged\n:1 1 a b M\n"), true,
           "8055be7;");
    expect(HEAD(ID_1, "", "") "\n:1 1 a b A~a\nb~~diff --git \"a/a\\nb\" \"b/a\\nb\"\n"
                              "@@ -0,0 +1,3 @@\n+@@ -1 +1 @@ forged\n+++ b/x\n"
                              "+diff --git a/x b/x\n",
           true, "8055be7 a\nb+3-0 forged:1 diff:1 git:1;");
}

static void without_diffs_files_are_known(void **state)
{
    (void)state;
    expect(HEAD(ID_1, "", "one") "\n:1 1 a b M~a.c~:1 1 a b M~b.c~" HEAD(ID_2, ID_1, "two"), false,
           "8055be7 a.c+0-0 b.c+0-0;fe869e0;");
}

static void what_git_does_not_print_is_refused(void **state)
{
    (void)state;
    expect_fault("x", "should begin");
    expect_fault("~not an id~", "no id");
    expect_fault("~" ID_1 "~~1~kim~hello", "middle");
    expect_fault(HEAD(ID_1, "", "") "\n:1 1 a b ~a~", "no status");
    expect_fault(HEAD(ID_1, "", "") "\n:1 1 a b M~a~~@@ -1 +1,99999999999 @@\n", "hunk header");
    expect_fault(HEAD(ID_1, "", "") "\n:1 1 a b M~a~~@@ -1 +1 @@\n+x\n@@ -1 +1 @@\n", "fewer");
    expect_fault(HEAD(ID_1, "", "") "\n:1 1 a b M~a~~@@ -1 +1 @@\n+x\n", "middle");
}

static void what_is_too_large_is_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    buf_printf(&text, HEAD(ID_1, ID_2, "%0*d") "\n", 5000, 7);
    for (int i = 0; i < 100; i++)
        buf_printf(&text, ":1 1 a b M~f%d~", i);
    buf_add_char(&text, '~');
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "diff --git a/f b/f\n@@ -0,0 +1 @@ w%dx\n+%0*d word%dx\n", i, 20000, 0,
                   i);
    struct told told = {.text = buf_new(arena), .arena = arena};
    struct err err = {0};
    assert_true(read(&told, buf_str(&text).ptr, 1000, true, &err));
    assert_int_equal(told.count, 1);
    assert_int_equal(told.last.change.message.len, GIT_MESSAGE_BYTES_MAX);
    assert_int_equal(told.last.change.files_count, GIT_FILES_MAX);
    assert_int_equal(told.last.change.scopes_count, GIT_SCOPES_KEPT_MAX);
    arena_free(arena);
}

static void times_that_do_not_fit_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } table[] = {{"1764032400", 1764032400},
                 {"-5", 0},
                 {"99999999999", GIT_TIME_S_MAX},
                 {"999999999999999999999999", GIT_TIME_S_MAX},
                 {"", GIT_TIME_S_MAX}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct arena *arena = arena_new("test");
        struct told told = {.text = buf_new(arena), .arena = arena};
        struct err err = {0};
        const struct str text = str_printf(arena, "~%s~~%s~kim~hello~~", ID_1, table[i].text);
        assert_true(read(&told, text.ptr, 7, true, &err));
        assert_int_equal(told.last.change.time_ns / NS_PER_S, table[i].seconds);
        arena_free(arena);
    }
}

static void the_caller_may_have_enough(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct told told = {.text = buf_new(arena), .arena = arena, .refuses = true};
    struct err err = {0};
    assert_false(read(&told, HEAD(ID_1, "", "one"), 7, true, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_has_files_lines_words_and_scopes),
        cmocka_unit_test(a_rename_has_its_new_name_and_a_type_two_sections),
        cmocka_unit_test(nothing_can_pass_for_something_else),
        cmocka_unit_test(without_diffs_files_are_known),
        cmocka_unit_test(what_git_does_not_print_is_refused),
        cmocka_unit_test(what_is_too_large_is_cut),
        cmocka_unit_test(times_that_do_not_fit_are_bounded),
        cmocka_unit_test(the_caller_may_have_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
