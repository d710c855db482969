/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/hashed.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUCKETS 64

static struct arena *test_arena;

static int begin(void **state)
{
    (void)state;
    test_arena = arena_new("test");
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(test_arena);
    return 0;
}

/* A head of two classes whose second has `weight` in each bucket. */
static struct str head_text(const char *scale, char weight, uint32_t buckets)
{
    struct buf out = buf_new(test_arena);
    buf_printf(&out, "{\"buckets\": %d, \"scale\": %s, \"bias\": [1, 0], \"weights\": [\"", BUCKETS,
               scale);
    for (int i = 0; i < BUCKETS; i++)
        buf_add_char(&out, '?');
    buf_printf(&out, "\", \"");
    for (uint32_t i = 0; i < buckets; i++)
        buf_add_char(&out, weight);
    buf_printf(&out, "\"]}");
    return buf_str(&out);
}

static bool read_head(struct str text, struct hashed_head *out, struct err *err)
{
    json_t *json = json_loadb(text.ptr, text.len, 0, NULL);
    assert_non_null(json);
    const bool ok = hashed_head_read(test_arena, json, 2, out, err);
    json_decref(json);
    return ok;
}

static void a_feature_counts_once_and_by_its_kind(void **state)
{
    (void)state;
    struct hashed hashed;
    hashed_begin(&hashed, 4096);
    hashed_add(&hashed, 'w', STR("lock"));
    hashed_add(&hashed, 'w', STR("lock"));
    assert_int_equal(hashed.count, 1);
    hashed_add(&hashed, 'p', STR("lock"));
    assert_int_equal(hashed.count, 2);
}

static void names_and_words_meet_in_their_subwords(void **state)
{
    (void)state;
    struct hashed name, words;
    uint32_t shared = 0;
    hashed_begin(&name, 4096);
    hashed_begin(&words, 4096);
    hashed_add_words(&name, STR("HighRequestLatency"));
    hashed_add_words(&words, STR("latency of requests is high"));
    for (uint32_t i = 0; i < name.count; i++)
        shared += words.seen[name.items[i] / 64] >> name.items[i] % 64 & 1;
    assert_true(shared > name.count / 2);
}

static void any_bytes_are_a_text(void **state)
{
    (void)state;
    static char bytes[100000];
    struct hashed hashed;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 2654435761u >> 24);
    hashed_begin(&hashed, 4096);
    hashed_add_words(&hashed, (struct str){bytes, sizeof bytes});
    assert_true(hashed.count <= HASHED_ITEMS_MAX);
    hashed_begin(&hashed, 4096);
    hashed_add_words(&hashed, STR(""));
    assert_int_equal(hashed.count, 0);
}

static void the_greatest_sum_wins(void **state)
{
    (void)state;
    struct hashed_head head;
    struct hashed hashed;
    double odds[HASHED_CLASSES_MAX];
    struct err err = {0};
    assert_true(read_head(head_text("0.5", '?' + 9, BUCKETS), &head, &err));
    hashed_begin(&hashed, BUCKETS);
    assert_int_equal(hashed_judge(&head, &hashed, odds), 0); /* the bias alone */
    hashed_add(&hashed, 'w', STR("word"));
    assert_int_equal(hashed_judge(&head, &hashed, odds), 1);
    assert_true(odds[1] > 0.95 && odds[0] + odds[1] > 0.999 && odds[0] + odds[1] < 1.001);
}

static void a_head_that_is_wrong_is_refused(void **state)
{
    (void)state;
    struct hashed_head head;
    const struct str wrong[] = {head_text("0", '?', BUCKETS),
                                head_text("0.5", '?', BUCKETS - 1),
                                head_text("0.5", '~', BUCKETS),
                                head_text("0.5", '!', BUCKETS),
                                STR("{}"),
                                STR("[]")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(read_head(wrong[i], &head, &err));
        assert_int_equal(err.kind, ERR_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feature_counts_once_and_by_its_kind),
        cmocka_unit_test(names_and_words_meet_in_their_subwords),
        cmocka_unit_test(any_bytes_are_a_text),
        cmocka_unit_test(the_greatest_sum_wins),
        cmocka_unit_test(a_head_that_is_wrong_is_refused),
    };
    return cmocka_run_group_tests_name("hashed", tests, begin, end);
}
