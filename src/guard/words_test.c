/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/words.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *text;
    double number;
    enum unit unit;
} numbers[] = {
    {"It took 800 ms.", 0.8, UNIT_TIME},
    {"It took 2.5 seconds, not more", 2.5, UNIT_TIME},
    {"64mb of it", 64e6, UNIT_BYTES},
    {"640 MiB of it", 671088640, UNIT_BYTES},
    {"39.3 % of it", 0.393, UNIT_SHARE},
    {"39.3% of it", 0.393, UNIT_SHARE},
    {"two thirds of it", 2.0 / 3, UNIT_SHARE},
    {"A third of it", 1.0 / 3, UNIT_SHARE},
    {"one in twenty failed", 0.05, UNIT_SHARE},
    {"half of it", 0.5, UNIT_SHARE},
    {"1,200 of them", 1200, UNIT_NONE},
    {"twenty-five of them", 25, UNIT_NONE},
    {"six thousand of them", 6000, UNIT_NONE},
    {"well below a millisecond", 0.001, UNIT_TIME},
    {"from 64 to 1 MB", 64e6, UNIT_BYTES},
    {"2.6x as much", 2.6, UNIT_NONE},
    {"-3 of it", -3, UNIT_NONE},
};

static void numbers_are_read_as_people_write_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct arena *arena = arena_new("test");
        const struct words words = words_of(arena, str_of(numbers[i].text));
        const struct word *found = NULL;
        for (uint32_t at = 0; at < words.count && !found; at++)
            if (words.items[at].kind == WORD_NUMBER)
                found = &words.items[at];
        if (!found || fabs(found->amount.number - numbers[i].number) > 1e-9 ||
            found->amount.unit != numbers[i].unit)
            fail_msg("%s: %g, unit %d", numbers[i].text, found ? found->amount.number : NAN,
                     found ? (int)found->amount.unit : -1);
        arena_free(arena);
    }
}

static void what_is_no_number_stays_a_word_or_a_name(void **state)
{
    (void)state;
    static const char *const texts[] = {"the one for it",
                                        "the third time",
                                        "a second error",
                                        "deploy-4",
                                        "catalog_errors",
                                        "no one",
                                        "",
                                        " ",
                                        "`"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *arena = arena_new("test");
        const struct words words = words_of(arena, str_of(texts[i]));
        for (uint32_t at = 0; at < words.count; at++)
            if (words.items[at].kind == WORD_NUMBER)
                fail_msg("%s has a number", texts[i]);
        arena_free(arena);
    }
}

static void a_sentence_without_end_is_cut_and_says_so(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct str text = str_printf(arena, "%4000s", "x");
    char *bytes = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        bytes[i] = i % 2 ? ' ' : 'x';
    const struct words words = words_of(arena, (struct str){.ptr = bytes, .len = text.len});
    assert_int_equal(words.count, WORDS_MAX);
    assert_true(words.too_many);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_number_stays_a_word_or_a_name),
        cmocka_unit_test(a_sentence_without_end_is_cut_and_says_so),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
