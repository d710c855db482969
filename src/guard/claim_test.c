/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/claim.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define T0 (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "a name", NULL}, {"note", TYPE_TEXT, 0, "a text", NULL},
    {"level", TYPE_REAL, 0, "a real", NULL},   {"count", TYPE_INT, 0, "an int", NULL},
    {"time", TYPE_TIME, 0, "a time", NULL},    {0},
};

/* Two rows; the second lacks all that is not a name. */
static struct batch *rows_of(struct arena *arena)
{
    struct batch *rows = batch_new(arena, columns);
    size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(STR("orders-db")));
    batch_set(rows, row, "note", value_text(STR("pool 17 of v2 full since 03:04:05")));
    batch_set(rows, row, "level", value_real(-0.0426));
    batch_set(rows, row, "count", value_int(1234));
    batch_set(rows, row, "time", value_time(T0 + 61 * NS_PER_S + 999 * NS_PER_MS));
    row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(STR("cart")));
    row = batch_add_row(rows);
    batch_set(rows, row, "level", value_real(-104));
    batch_set(rows, row, "count", value_int(87654321));
    return rows;
}

static const struct {
    const char *why;
    const char *claim;
    const char *planted; /* what the error names; NULL: it is all true */
} claims[] = {
    {"no claim at all", "it was slow.", NULL},
    {"a name", "`orders-db` was slow.", NULL},
    {"a name of another row", "`cart` was slow.", NULL},
    {"a part of a text", "`full since` it said.", NULL},
    {"a wrong name", "`payments` was slow.", "payments"},
    {"one wrong name of two", "`cart` and `payments` were slow.", "payments"},
    {"names are by case", "`Cart` was slow.", "Cart"},
    {"an empty name is none", "`` was slow.", "the name"},
    {"a name that does not close", "`payments was slow.", "payments"},
    {"a number", "1234 times.", NULL},
    {"to three digits", "1230 times.", NULL},
    {"rounded the other way", "1240 times.", "1240"},
    {"one off", "1235 times.", "1235"},
    {"ten times as much", "12340 times.", "12340"},
    {"a large one to three digits", "87700000 times.", NULL},
    {"and a wrong one", "87800000 times.", "87800000"},
    {"a negative number", "it fell to -0.0426.", NULL},
    {"to the printed precision", "it fell to -0.04.", NULL},
    {"not beyond it", "it fell to -0.05.", "-0.05"},
    {"the sign counts", "it rose to 0.0426.", "0.0426"},
    {"the sign is no digit", "it fell to -100.", "-100"},
    {"a negative integer", "it fell to -104.", NULL},
    {"per cent", "it fell by -104 %.", NULL},
    {"per cent without a blank", "it fell by -104%.", NULL},
    {"a number inside a text", "17 of them.", NULL},
    {"a number that is only a part of one", "7 of them.", "7"},
    {"a small number, too", "6 times.", "the number 6"},
    {"digits in a word are no number", "p99 of v2 and utf8.", NULL},
    {"a time of the day", "since 02:01:01.", NULL},
    {"with its date", "since 2026-11-22 02:01:01.", NULL},
    {"another day", "since 2026-11-21 02:01:01.", "2026-11-21 02:01:01"},
    {"a wrong time", "since 02:01:02.", "02:01:02"},
    {"a time in a text", "since 03:04:05.", NULL},
    {"the last item counts as the first", "`cart` 1234 times since 02:01:01, 6 before.", "6"},
    {"a citation is not checked here", "`cart` [E99].", NULL},
};

static void what_rows_do_not_bear_out_is_found(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct batch *rows = rows_of(arena);
    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        struct err err = {0};
        const bool ok = claim_check(str_of(claims[i].claim), rows, &err);
        if (ok != !claims[i].planted)
            fail_msg("%s: %s", claims[i].why, ok ? "was believed" : err.text);
        if (!ok && (err.kind != ERR_DENIED || !strstr(err.text, claims[i].planted)))
            fail_msg("%s: %s", claims[i].why, err.text);
    }
    arena_free(arena);
}

static void no_rows_bear_out_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct batch *rows = batch_new(arena, columns);
    struct err err = {0};
    assert_true(claim_check(STR("it was slow."), rows, &err));
    assert_false(claim_check(STR("`cart` was slow."), rows, &err));
    assert_false(claim_check(STR("0 times."), rows, &err));
    arena_free(arena);
}

static struct evidence second = {.id = 9,
                                 .subject = STR("cart"),
                                 .instance = STR("cart-1"),
                                 .onset_ns = T0 + 30 * NS_PER_S,
                                 .claim = STR("`p99` rose from 0.2 to 4.87.")};
static struct evidence first = {.id = 7,
                                .subject = STR("db"),
                                .claim = STR("`db` failed 412 times since 02:10:05."),
                                .next = &second};

static const struct {
    const char *why;
    const char *sentence;
    const char *planted; /* NULL: it is all true */
} sentences[] = {
    {"what the claim says", "`db` failed 412 times since 02:10:05 [E7].", NULL},
    {"subject, instance and onset are said by the evidence", "`cart-1` of `cart` at 02:00:30 [E9].",
     NULL},
    {"two citations", "`db` failed 412 times, `p99` rose to 4.87 [E7] [E9].", NULL},
    {"a number less exactly", "`p99` rose to 4.9 [E9].", NULL},
    {"a wrong number", "`db` failed 413 times [E7].", "413"},
    {"a wrong name", "`pay` failed [E7].", "pay"},
    {"a part of a name is not the name", "`p9` rose [E9].", "p9"},
    {"a wrong time", "`db` failed at 02:10:06 [E7].", "02:10:06"},
    {"the right number of another claim", "412 times [E9].", "412"},
    {"evidence that is none", "`db` failed [E7] [E8].", "no evidence E8"},
    {"a number no evidence has", "`db` failed [E7] [E4294967303].", "no evidence"},
    {"no citation", "it was slow.", "cites no evidence"},
    {"a citation that is none", "it was slow [E].", "cites no evidence"},
    {"words alone, cited", "it was slow [E7].", NULL},
};

static void a_sentence_says_no_more_than_what_it_cites(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sentences); i++) {
        struct err err = {0};
        const bool ok = sentence_check(str_of(sentences[i].sentence), &first, &err);
        if (ok != !sentences[i].planted)
            fail_msg("%s: %s", sentences[i].why, ok ? "was believed" : err.text);
        if (!ok && !strstr(err.text, sentences[i].planted))
            fail_msg("%s: %s", sentences[i].why, err.text);
    }
    struct err err = {0};
    assert_false(sentence_check(STR("it was slow [E7]."), NULL, &err));
}

#define BESIDE "shop\nkubectl rollout undo deploy/cart --to-revision=3\n2026-11-22 02:34:01\n"

static const struct {
    const char *why;
    const char *sentence;
    const char *planted; /* NULL: it passes */
} beside[] = {
    {"words alone need no citation", "It is slower than before.", NULL},
    {"a name that stands beside", "`shop` is slow.", NULL},
    {"a part of a command", "Take `cart` back.", NULL},
    {"a whole command", "`kubectl rollout undo deploy/cart --to-revision=3`", NULL},
    {"a number of the command", "It goes back to revision 3.", NULL},
    {"a time, with its date or without", "at 02:34:01", NULL},
    {"what is cited as well", "`cart` failed 412 times [E7].", NULL},
    {"a part of a name is not the name", "Take `car` back.", "car"},
    {"nor is a part between dashes", "Take `revision` back.", "revision"},
    {"another number", "It goes back to revision 4.", "4"},
    {"a digit within a number", "at 34", "34"},
    {"another time", "at 02:34:02", "02:34:02"},
    {"what no one cites", "`shop` failed 412 times.", "412"},
    {"evidence that is none", "`shop` failed [E8].", "no evidence E8"},
    {"a name that is empty", "`` failed.", "none of the claims"},
};

static void what_stands_beside_needs_no_citation(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(beside); i++) {
        struct err err = {0};
        const bool ok =
            sentence_check_beside(str_of(beside[i].sentence), STR(BESIDE), &first, &err);
        if (ok != !beside[i].planted)
            fail_msg("%s: %s", beside[i].why, ok ? "was believed" : err.text);
        if (!ok && !strstr(err.text, beside[i].planted))
            fail_msg("%s: %s", beside[i].why, err.text);
    }
    struct err err = {0};
    assert_false(sentence_check_beside(STR("`shop` is slow."), STR(""), &first, &err));
    assert_true(sentence_check_beside(STR("it is slow."), STR(""), NULL, &err));
}

static const struct {
    double number;
    const char *want;
} numbers[] = {
    {0, "0"},
    {5, "5"},
    {-5, "-5"},
    {0.5, "0.5"},
    {3.14159, "3.14"},
    {-0.0426, "-0.0426"},
    {99.96, "100"},
    {999.6, "1000"},
    {1234, "1230"},
    {87654321, "87700000"},
    {0.00123456, "0.00123"},
    {-1239, "-1240"},
};

static void numbers_have_three_digits(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        assert_string_equal(claim_number(arena, numbers[i].number).ptr, numbers[i].want);
    arena_free(arena);
}

/* What an actor prints of a number must be borne out by that number. */
static void a_printed_number_is_borne_out_by_itself(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    uint32_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1664525u + 1013904223u;
        const double size = pow(10, (double)(seed >> 28) - 4);
        const double number = size * ((double)(seed & 0xfffff) / 65536.0 - 8);
        struct batch *rows = batch_new(arena, columns);
        batch_set(rows, batch_add_row(rows), "level", value_real(number));
        const struct str claim = str_printf(arena, "it was %s.", claim_number(arena, number).ptr);
        struct err err = {0};
        if (!claim_check(claim, rows, &err))
            fail_msg("%.17g: %s", number, err.text);
        arena_reset(arena);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rows_do_not_bear_out_is_found),
        cmocka_unit_test(no_rows_bear_out_nothing),
        cmocka_unit_test(a_sentence_says_no_more_than_what_it_cites),
        cmocka_unit_test(what_stands_beside_needs_no_citation),
        cmocka_unit_test(numbers_have_three_digits),
        cmocka_unit_test(a_printed_number_is_borne_out_by_itself),
    };
    return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
