/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/gather.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "train/corpus/folder_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

struct heard {
    struct arena *arena;
    struct buf sources, texts;
    uint32_t count, kinds[DOCUMENT_KINDS], passed[PASSED_COUNT];
};

static bool take(void *state, const struct document *document, struct err *err)
{
    (void)err;
    struct heard *heard = state;
    heard->count++;
    heard->kinds[document->kind]++;
    assert_true(utf8_is_valid(document->text));
    assert_true(document->text.len <= 3 * DOCUMENT_BYTES_MAX); /* U+FFFD takes three bytes */
    buf_printf(&heard->sources, "%.*s\n", STR_ARG(document->source));
    buf_printf(&heard->texts, "%.*s\n", STR_ARG(document->text));
    return true;
}

static void pass_over(void *state, enum passed_over why, struct str source, const char *what)
{
    (void)source, (void)what;
    ((struct heard *)state)->passed[why]++;
}

static struct heard gather_all(struct arena *arena, struct str folder)
{
    struct heard heard = {.arena = arena, .sources = buf_new(arena), .texts = buf_new(arena)};
    struct gather gather = {.take = take, .pass = pass_over, .state = &heard};
    struct err err = {0};
    if (!gather_source(&gather, folder.ptr, &err))
        fail_msg("%s", err.text);
    return heard;
}

static void files_become_documents_of_their_kind(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    folder_put(arena, folder, "a/page.html", STR("<h1>Disk</h1><p>It is <b>full</b>.</p>"));
    folder_put(arena, folder, "b.c", STR("int main(void)\n{\n    return 0;\n}\n"));
    folder_put(arena, folder, "c.log", STR("one line\nand another\n"));
    folder_put(arena, folder, "d.md", STR("# Title\n\ntext\n"));
    folder_put(arena, folder, "e.csv", STR("1,2\n"));
    struct heard heard = gather_all(arena, folder);
    assert_int_equal(heard.count, 4);
    assert_int_equal(heard.kinds[DOCUMENT_PROSE], 2);
    assert_int_equal(heard.kinds[DOCUMENT_CODE], 1);
    assert_int_equal(heard.kinds[DOCUMENT_LOG], 1);
    assert_int_equal(heard.passed[PASSED_DATA], 1);
    assert_true(str_contains(buf_str(&heard.texts), STR("# Disk\n\nIt is full.")));
    assert_true(str_contains(buf_str(&heard.sources), STR("/a/page.html#1\n")));
    arena_free(arena);
}

static void odd_files_are_told_and_the_rest_goes_on(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    struct buf line = buf_new(arena);
    while (line.len < 3u << 20)
        buf_add(&line, STR("never ending "));
    folder_put(arena, folder, "a.md",
               STR("the menu of the caf\xe9 says what there is to eat and to drink today \xff\n"));
    folder_put(arena, folder, "b.bin",
               (struct str){"\x7f"
                            "ELF\0\0\0\1",
                            8});
    folder_put(arena, folder, "c.log", buf_str(&line));
    folder_put(arena, folder, "d/loop.md", STR("fine\n"));
    folder_put(arena, folder, "empty.md", STR(""));
    assert_int_equal(symlink("..", str_printf(arena, "%s/d/up", folder.ptr).ptr), 0);
    assert_int_equal(symlink("nowhere", str_printf(arena, "%s/gone.md", folder.ptr).ptr), 0);
    assert_int_equal(mkfifo(str_printf(arena, "%s/pipe.log", folder.ptr).ptr, 0600), 0);
    folder_put(arena, folder, "case/alert.json", STR("no json"));
    struct heard heard = gather_all(arena, folder);
    assert_int_equal(heard.kinds[DOCUMENT_PROSE], 2);
    assert_int_equal(heard.kinds[DOCUMENT_LOG], 5); /* of 16 kB */
    assert_int_equal(heard.passed[PASSED_BINARY], 1);
    assert_int_equal(heard.passed[PASSED_CUT_LINES], 1);
    assert_int_equal(heard.passed[PASSED_LINK], 3);
    assert_int_equal(heard.passed[PASSED_UNREADABLE], 1);
    arena_free(arena);
}

static void no_word_of_a_long_paragraph_is_lost(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    struct buf line = buf_new(arena), odd = buf_new(arena);
    for (int i = 0; i < 4000; i++)
        buf_printf(&line, "word%d ", i);
    for (int i = 0; i < 4000; i++)
        buf_add(&odd, STR("the \xc3\xa4"));
    folder_put(arena, folder, "a.md", buf_str(&line));
    folder_put(arena, folder, "b.txt", buf_str(&odd));
    struct heard heard = gather_all(arena, folder);
    for (int i = 0; i < 4000; i++)
        assert_true(str_contains(buf_str(&heard.texts), str_printf(arena, "word%d", i)));
    assert_false(str_contains(buf_str(&heard.texts), STR("\xef\xbf\xbd")));
    arena_free(arena);
}

static void a_long_page_is_cut_by_its_headings(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    struct buf page = buf_new(arena);
    for (int i = 0; i < 40; i++)
        buf_printf(&page, "## Part %d\n\n%0500d\n\n", i, i);
    folder_put(arena, folder, "a.md", buf_str(&page));
    struct heard heard = gather_all(arena, folder);
    assert_true(heard.count >= 5 && heard.count <= 40);
    for (int i = 0; i < 40; i++)
        assert_true(str_contains(buf_str(&heard.texts), str_printf(arena, "## Part %d\n", i)));
    arena_free(arena);
}

static void a_source_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct gather gather = {.take = take, .pass = pass_over};
    struct err err = {0};
    assert_false(gather_source(&gather, "/nowhere/at/all", &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
}

static void a_bundle_tells_its_logs_and_traces(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    folder_put(
        arena, folder, "alert.json",
        STR("{\"name\": \"CheckoutSlow\", \"service\": \"checkout\", \"startsAt\": 1700000000, "
            "\"annotations\": {\"summary\": \"checkout is slow\"}}"));
    folder_put(arena, folder, "truth.json", STR("{\"service\": \"orders\", \"fault\": \"locks\"}"));
    folder_put(arena, folder, "logs.csv",
               STR("timestamp,service,level,message\n1700000000,orders,ERROR,deadlock detected\n"));
    folder_put(arena, folder, "traces.csv",
               STR("trace_id,span_id,parent_id,service,operation,start_us,duration_us,status\n"
                   "t,a,,gateway,GET /,1700000000000000,5000,OK\n"
                   "t,b,a,orders,place,1700000000001000,40000,ERROR\n"));
    struct heard heard = gather_all(arena, folder);
    const struct str texts = buf_str(&heard.texts);
    assert_int_equal(heard.count, 3);
    assert_true(str_contains(texts, STR("# CheckoutSlow")));
    assert_true(str_contains(texts, STR("orders: locks")));
    assert_true(str_contains(texts, STR("orders ERROR deadlock detected")));
    assert_true(str_contains(texts, STR("gateway GET / 5000 us OK\n  orders place 40 ms ERROR\n")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_become_documents_of_their_kind),
        cmocka_unit_test(odd_files_are_told_and_the_rest_goes_on),
        cmocka_unit_test(no_word_of_a_long_paragraph_is_lost),
        cmocka_unit_test(a_long_page_is_cut_by_its_headings),
        cmocka_unit_test(a_source_that_is_not_there_is_an_error),
        cmocka_unit_test(a_bundle_tells_its_logs_and_traces),
    };
    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
