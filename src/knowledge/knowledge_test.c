/* SPDX-License-Identifier: Apache-2.0 */
#include "knowledge/knowledge.h"

#include "base/arena.h"
#include "data/record.h"
#include "knowledge/cut.h"
#include "knowledge/meaning.h"
#include "knowledge/shelf.h"
#include "knowledge/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct ledger *ledger;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new("test");
    strcpy(folder, "/tmp/warroom-kb-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_true(ledger_open(arena, str_printf(arena, "%s/ledger.db", folder).ptr, &ledger, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    const char *command = str_printf(arena, "rm -r %s", folder).ptr;
    assert_int_equal(system(command), 0);
    arena_free(arena);
    return 0;
}

static enum kb_outcome add(const char *path, enum kb_kind kind, const char *text)
{
    const struct kb_document document = {.path = str_of(path),
                                         .kind = kind,
                                         .bytes = str_of(text),
                                         .markup = markup_of_name(str_of(path))};
    struct kb_result result;
    struct err err = {0};
    const bool ok = kb_add(ledger, &document, NULL, 1, &result, &err);
    assert_string_equal(err.text, "");
    assert_true(ok);
    return result.outcome;
}

static struct kb_hit *search(const char *text, uint32_t *count)
{
    const struct kb_question question = {.text = str_of(text), .hits_max = 10};
    struct kb_hit *hits;
    struct err err = {0};
    const bool ok = kb_search(ledger, arena, &question, &hits, count, &err);
    assert_string_equal(err.text, "");
    assert_true(ok);
    return hits;
}

static void what_answers_is_found_with_its_place(void **state)
{
    (void)state;
    uint32_t count;
    assert_int_equal(add("/kb/orders.md", KB_RUNBOOK,
                         "# Orders\n\nTakes orders.\n\n## Pool exhausted\n\nRaise `db_pool_size`, "
                         "then restart.\n\n## Disk full\n\nRotate the journal.\n"),
                     KB_ADDED);
    const struct kb_hit *hits = search("how do I restart when the pool is exhausted?", &count);
    assert_true(count >= 1);
    assert_string_equal(hits[0].section.ptr, "Pool exhausted");
    assert_string_equal(hits[0].title.ptr, "Orders");
    assert_int_equal(hits[0].first_line, 5);
    assert_int_equal(hits[0].last_line, 8);
    assert_int_equal(hits[0].kind, KB_RUNBOOK);
    assert_string_equal(kb_place(arena, &hits[0]).ptr, "/kb/orders.md, lines 5-8");
    search("quixotic", &count);
    assert_int_equal(count, 0);
    search("", &count);
    assert_int_equal(count, 0);
}

static void again_is_an_update_and_old_words_are_gone(void **state)
{
    (void)state;
    uint32_t count;
    add("/kb/a.md", KB_DOC, "# A\n\nabout walruses\n");
    assert_int_equal(add("/kb/a.md", KB_DOC, "# A\n\nabout walruses\n"), KB_UNCHANGED);
    assert_int_equal(add("/kb/a.md", KB_RUNBOOK, "# A\n\nabout walruses\n"), KB_UPDATED);
    assert_int_equal(add("/kb/a.md", KB_RUNBOOK, "# A\n\nabout penguins\n"), KB_UPDATED);
    search("walruses", &count);
    assert_int_equal(count, 0);
    search("penguin", &count);
    assert_int_equal(count, 1);
}

static void what_is_removed_is_not_found(void **state)
{
    (void)state;
    uint32_t count;
    struct err err = {0};
    struct kb_entry *entries;
    add("/kb/x/a.md", KB_DOC, "# A\n\nzebra\n");
    add("/kb/x/y/b.md", KB_DOC, "# B\n\nzebra\n");
    add("/kb/xy.md", KB_DOC, "# C\n\nzebra\n");
    search("zebra", &count);
    assert_int_equal(count, 3);
    assert_true(kb_remove(ledger, STR("/kb/x"), &count, &err));
    assert_int_equal(count, 2);
    search("zebra", &count);
    assert_int_equal(count, 1);
    assert_true(kb_list(ledger, arena, STR(""), &entries, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].path.ptr, "/kb/xy.md");
    assert_int_equal(entries[0].sha.len, 64);
}

static void the_language_of_queries_is_out_of_reach(void **state)
{
    (void)state;
    static const char *const questions[] = {"\"",
                                            "a\" OR \"b",
                                            "title:zebra",
                                            "NEAR(zebra zebra, 5)",
                                            "zebra*",
                                            "^zebra",
                                            "NOT zebra",
                                            "{title text}: zebra",
                                            "- + ( ) { } ' `",
                                            "AND OR NOT",
                                            "zebra AND",
                                            "\xff\xfe\x80",
                                            "'; DROP TABLE kb_passages; --",
                                            "\"\"\"\"",
                                            "?1"};
    uint32_t count;
    add("/kb/z.md", KB_DOC, "# Z\n\nzebra\n");
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        search(questions[i], &count);
    search("title:zebra", &count);
    assert_int_equal(count, 1); /* words, not a filter: it stands in the text */
    const struct str query = words_question(arena, STR("pods OR \"port 80\" the"));
    assert_string_equal(query.ptr, "\"pod\" OR \"port\" OR \"80\"");
}

static void any_bytes_are_a_document(void **state)
{
    (void)state;
    uint32_t count;
    char bytes[512];
    struct kb_result result;
    struct err err = {0};
    for (int i = 0; i < 512; i++)
        bytes[i] = (char)i;
    const struct kb_document odd = {.path = STR("/kb/odd.md"), .bytes = {bytes, sizeof bytes}};
    assert_true(kb_add(ledger, &odd, NULL, 1, &result, &err));
    add("/kb/empty.md", KB_DOC, "");
    search("empty", &count);
    const struct kb_document large = {.path = STR("/kb/l.md"),
                                      .bytes = {bytes, DOCUMENT_BYTES_MAX + 1}};
    assert_false(kb_add(ledger, &large, NULL, 1, &result, &err));
    assert_int_equal(err.kind, ERR_USAGE);
}

static void what_is_taken_along_is_a_copy(void **state)
{
    (void)state;
    const struct kb_question question = {.text = STR("pool"), .hits_max = 10};
    const struct value feedback[] = {value_text(STR("secret"))};
    struct ledger *copy;
    struct kb_hit *hits;
    struct batch *rows;
    uint32_t count;
    struct err err = {0};
    static const struct field columns[] = {{"n", TYPE_INT, 0, "", NULL}, {0}};
    static const char counts[] = "SELECT count(*) FROM incident_gone";
    add("/kb/a.md", KB_DOC, "# Pool\n\nGive the pool more connections.\n");
    add("/kb/b.md", KB_DOC, "# Disk\n\nRemove what is old.\n");
    assert_true(ledger_run(ledger, "INSERT INTO incident_gone VALUES (?1)", feedback, 1, &err));
    assert_true(kb_take_along(arena, ledger_path(ledger).ptr, &copy, &err));
    add("/kb/c.md", KB_DOC, "# Pool\n\nThe pool once more.\n");
    assert_true(kb_search(copy, arena, &question, &hits, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(hits[0].path.ptr, "/kb/a.md");
    assert_true(ledger_rows(copy, arena, counts, NULL, 0, columns, &rows, &err));
    assert_int_equal(rows->columns[0].integers[0], 0); /* nothing else came along */
    assert_true(ledger_run(copy, "INSERT INTO incident_gone VALUES ('x')", NULL, 0, &err));
    assert_true(ledger_rows(ledger, arena, counts, NULL, 0, columns, &rows, &err));
    assert_int_equal(rows->columns[0].integers[0], 1); /* and nothing goes back */
    search("pool", &count);
    assert_int_equal(count, 2);
}

static void put_file(const char *name, const char *bytes, size_t len)
{
    FILE *file = fopen(str_printf(arena, "%s/%s", folder, name).ptr, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void a_folder_may_be_anything(void **state)
{
    (void)state;
    struct shelf shelf;
    struct str text;
    struct err err = {0};
    put_file("a.md", "# A\n", 4);
    put_file("b.bin", "\0\0", 2);
    put_file("c.txt", "a\0b", 3);
    put_file(".hidden.md", "# H\n", 4);
    assert_int_equal(symlink(".", str_printf(arena, "%s/loop", folder).ptr), 0);
    assert_int_equal(symlink("a.md", str_printf(arena, "%s/link.md", folder).ptr), 0);
    assert_int_equal(symlink("/dev/zero", str_printf(arena, "%s/zero.md", folder).ptr), 0);
    assert_true(shelf_look(arena, folder, &shelf, &err));
    assert_int_equal(shelf.count, 2);
    assert_false(shelf.is_cut);
    assert_true(str_ends(shelf.files[0], STR("/a.md")));
    assert_true(shelf_read(arena, shelf.files[0].ptr, 100, &text, &err));
    assert_false(shelf_read(arena, shelf.files[1].ptr, 100, &text, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(shelf_read(arena, shelf.files[0].ptr, 3, &text, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(shelf_read(arena, "/dev/zero", 100, &text, &err));
    assert_false(shelf_look(arena, "/no/such/thing", &shelf, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void a_file_that_has_changed_is_told(void **state)
{
    (void)state;
    uint32_t count;
    put_file("a.md", "# Giraffes\n", 11);
    const struct str path = str_printf(arena, "%s/a.md", folder);
    add(path.ptr, KB_DOC, "# Giraffes\n");
    const struct kb_hit *hits = search("giraffe", &count);
    assert_int_equal(kb_state_of(arena, path, hits[0].sha), KB_SAME);
    put_file("a.md", "# Giraffe!\n", 11);
    assert_int_equal(kb_state_of(arena, path, hits[0].sha), KB_CHANGED);
    unlink(path.ptr);
    assert_int_equal(kb_state_of(arena, path, hits[0].sha), KB_GONE);
    assert_int_equal(kb_state_of(arena, STR("incident:1"), hits[0].sha), KB_SAME);
}

static void a_direction_survives_being_kept(void **state)
{
    (void)state;
    const char *weights = getenv("WARROOM_ENCODER");
    const struct sentence_encoder *encoder;
    struct err err = {0};
    if (!sentence_open(arena, weights ? weights : ".deps/encoder", &encoder, &err)) {
        print_message("skipped: no encoder (`make encoder` fetches it)\n");
        skip();
    }
    const struct str texts[] = {STR("the disk is full"), STR("no space left on the device"),
                                STR("")};
    struct str kept[3];
    float direct[2][SENTENCE_NUMBERS], read[2][SENTENCE_NUMBERS];
    meaning_of(arena, encoder, texts, 3, kept);
    sentence_encode(encoder, texts, 2, direct);
    assert_int_equal(kept[2].len, 0);
    assert_true(meaning_read(kept[0], read[0]) && meaning_read(kept[1], read[1]));
    assert_true(
        fabs(sentence_likeness(read[0], read[1]) - sentence_likeness(direct[0], direct[1])) < 0.01);
    assert_false(meaning_read(STR("zz"), read[0]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_answers_is_found_with_its_place),
        TEST(again_is_an_update_and_old_words_are_gone),
        TEST(what_is_removed_is_not_found),
        TEST(the_language_of_queries_is_out_of_reach),
        TEST(any_bytes_are_a_document),
        TEST(what_is_taken_along_is_a_copy),
        TEST(a_folder_may_be_anything),
        TEST(a_file_that_has_changed_is_told),
        TEST(a_direction_survives_being_kept),
    };
    return cmocka_run_group_tests_name("knowledge", tests, NULL, NULL);
}
