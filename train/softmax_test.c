/* SPDX-License-Identifier: Apache-2.0 */
#include "train/softmax.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUCKETS 1024

static const struct text_row rows[] = {
    {0, 0, "Thing{n}|Notice", "see the page of {svc}|look at {svc}"},
    {0, 1, "HighLatency|SlowAnswers", "{svc} takes {s} seconds|late answers of {svc}"},
    {0, 2, "DiskFull|NoSpaceLeft", "{path} is full|no space on {path}"},
    {1, 0, "Message", "about {svc}"},
    {1, 1, "LatencyAlert", "answers of {svc} are slow"},
    {1, 2, "Disk", "the disk of {host} has no space"},
    {0},
};

static struct str join(struct arena *arena, struct str name, struct str sentence, uint64_t *seed)
{
    (void)seed;
    return str_printf(arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(sentence));
}

static struct softmax_rows rows_of(struct arena *arena, uint64_t seed)
{
    const struct labelled_texts texts = texts_make(arena, rows, 8, join, seed);
    struct softmax_rows made = {.rows = texts.items,
                                .features = arena_push_many(arena, struct hashed, texts.count),
                                .count = texts.count,
                                .classes = 3,
                                .buckets = BUCKETS};
    for (uint32_t i = 0; i < texts.count; i++) {
        hashed_begin(&made.features[i], BUCKETS);
        hashed_add_words(&made.features[i], texts.items[i].text);
    }
    return made;
}

static void slots_are_filled_by_the_seed(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct labelled_texts first = texts_make(arena, rows, 2, join, 1);
    const struct labelled_texts again = texts_make(arena, rows, 2, join, 1);
    const struct labelled_texts other = texts_make(arena, rows, 2, join, 2);
    uint32_t differ = 0;
    assert_int_equal(first.rows, 6);
    assert_int_equal(first.templates, 18);
    assert_int_equal(first.count, again.count);
    for (uint32_t i = 0; i < first.count; i++) {
        assert_true(str_eq(first.items[i].text, again.items[i].text));
        assert_int_equal(str_find(first.items[i].text, STR("{")), STR_NPOS);
        differ += !str_eq(first.items[i].text, other.items[i].text);
    }
    assert_true(differ > 0);
    arena_free(arena);
}

static void what_it_learned_holds_for_a_group_that_was_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct softmax_rows made = rows_of(arena, 1);
    const struct hashed_head head = softmax_fit(arena, &made, 1, 1);
    double odds[HASHED_CLASSES_MAX];
    uint32_t right = 0, count = 0;
    for (uint32_t i = 0; i < made.count; i++)
        if (made.rows[i].group == 1 && made.rows[i].label != TEXT_PLAIN) {
            right += hashed_judge(&head, &made.features[i], odds) == made.rows[i].label;
            count++;
        }
    assert_true(right * 10 >= count * 9);
    arena_free(arena);
}

static void a_head_comes_back_out_of_its_file(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct softmax_rows made = rows_of(arena, 1);
    const struct hashed_head head = softmax_fit(arena, &made, SOFTMAX_NO_GROUP, 1);
    struct hashed_head read;
    struct err err = {0};
    struct buf out = buf_new(arena);
    buf_printf(&out, "{");
    softmax_put(&out, &head);
    buf_printf(&out, "}");
    json_t *json = json_loadb(out.ptr, out.len, 0, NULL);
    assert_true(hashed_head_read(arena, json, 3, &read, &err));
    assert_memory_equal(read.weights, head.weights, 3 * BUCKETS);
    assert_memory_equal(read.bias, head.bias, sizeof head.bias);
    json_decref(json);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_filled_by_the_seed),
        cmocka_unit_test(what_it_learned_holds_for_a_group_that_was_left_out),
        cmocka_unit_test(a_head_comes_back_out_of_its_file),
    };
    return cmocka_run_group_tests_name("softmax", tests, NULL, NULL);
}
