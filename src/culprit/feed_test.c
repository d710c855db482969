/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/feed.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static struct history *read(struct arena *arena, const char *text, struct feed *feed)
{
    struct history *history = history_new(arena);
    feed_read(arena, str_of(text), history, feed);
    return history;
}

static void all_forms_of_a_change_are_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct feed feed;
    const struct history *history =
        read(arena,
             "{\"id\": \"a1\", \"position\": 7, \"time\": 1764032400, \"author\": \"kim\", "
             "\"message\": \"Shorter\", \"files\": [[\"lb/up.conf\", 2, 1], {\"path\": \"a.c\", "
             "\"added\": 3}, \"b.c\", 5, [\"\"]], \"words\": {\"timeout\": 2}, \"scopes\": "
             "{\"main\": 1}}\n"
             "\n"
             "{\"change_id\": \"a2\", \"position\": 8, \"timestamp\": \"2025-11-25T01:00:00Z\", "
             "\"service\": \"cart\", \"detail\": \"image v2\"}\n",
             &feed);
    assert_int_equal(feed.lines, 2);
    assert_int_equal(feed.changes, 2);
    assert_int_equal(feed.faults_count, 0);
    const struct landed *first = &history->items[0];
    assert_int_equal(first->change.files_count, 3);
    assert_int_equal(first->lines, 6);
    assert_int_equal(first->change.time_ns, 1764032400 * NS_PER_S);
    assert_int_equal(history_postings(history, STR("timeout"), 0, 2).count, 1);
    assert_int_equal(history_postings(history, STR("cart"), 1, 2).count, 1);
    assert_int_equal(history_postings(history, STR("cart"), 0, 1).count, 0);
    arena_free(arena);
}

static void a_bad_line_costs_that_line_and_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct feed feed;
    const struct history *history = read(arena,
                                         "{\"id\": \"a\", \"time\": 1764032400}\n"
                                         "{broken\n"
                                         "[]\n"
                                         "{\"time\": 1764032400}\n"
                                         "{\"id\": \"b\"}\n"
                                         "{\"id\": \"c\", \"time\": \"soon\"}\n"
                                         "{\"id\": \"a\", \"time\": 1764032401}\n"
                                         "{\"id\": \"\xff\", \"time\": 1764032402}\n"
                                         "{\"id\": \"d\", \"time\": 1764032403, \"files\": 5, "
                                         "\"words\": [], \"message\": null}",
                                         &feed);
    assert_int_equal(history->count, 2);
    assert_int_equal(feed.faults_count, 7);
    static const uint32_t lines[] = {2, 3, 4, 5, 6, 8, 7}; /* 7: found when all are added */
    for (int i = 0; i < 7; i++)
        assert_int_equal(feed.faults[i].line, lines[i]);
    assert_non_null(strstr(feed.faults[2].why.ptr, "no `id`"));
    assert_non_null(strstr(feed.faults[6].why.ptr, "there twice"));
    arena_free(arena);
}

static void the_order_is_that_of_landing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct feed feed;
    const struct history *by_time =
        read(arena,
             "{\"id\": \"new\", \"time\": 1764032500}\n"
             "{\"id\": \"old\", \"time\": 1764032400, \"position\": 9}\n",
             &feed);
    assert_string_equal(by_time->items[0].change.id.ptr, "old");
    const struct history *by_position =
        read(arena,
             "{\"id\": \"new\", \"time\": 1764032400, \"position\": 2}\n"
             "{\"id\": \"old\", \"time\": 1764032500, \"position\": 1}\n",
             &feed);
    assert_string_equal(by_position->items[0].change.id.ptr, "old");
    arena_free(arena);
}

static void nothing_is_a_feed_too(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct feed feed;
    assert_int_equal(read(arena, "", &feed)->count, 0);
    assert_int_equal(read(arena, "\n \n\n", &feed)->count, 0);
    assert_int_equal(feed.lines, 0);
    struct err err;
    assert_false(feed_read_file(arena, "/nowhere", history_new(arena), &feed, &err));
    assert_false(feed_read_file(arena, "/tmp", history_new(arena), &feed, &err));
    assert_non_null(strstr(err.text, "no plain file"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_forms_of_a_change_are_read),
        cmocka_unit_test(a_bad_line_costs_that_line_and_is_named),
        cmocka_unit_test(the_order_is_that_of_landing),
        cmocka_unit_test(nothing_is_a_feed_too),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
