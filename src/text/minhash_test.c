/* SPDX-License-Identifier: Apache-2.0 */
#include "text/minhash.h"

#include "base/arena.h"
#include "base/buf.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAIRS 2000
#define WORDS 3000
#define OTHER_WORDS 100000u

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct str words(struct arena *arena, uint64_t *state, uint32_t count)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&out, "w%llu%s", (unsigned long long)(draw(state) % OTHER_WORDS),
                   i % 12 == 11 ? ".\n" : " ");
    return buf_str(&out);
}

/*
 * Another text with `replaced` of its words replaced in one piece, which takes as many shingles out
 * of both: J = (n - r) / (n + r) but for the seams.
 */
static struct str edited(struct arena *arena, uint64_t *state, struct str text, uint32_t replaced)
{
    struct buf out = buf_new(arena);
    struct str rest = text, word;
    uint32_t number = 0;
    const uint32_t from = (uint32_t)(draw(state) % (WORDS - replaced + 1));
    for (; str_split(&rest, ' ', &word); number++)
        if (number >= from && number < from + replaced)
            buf_printf(&out, "x%llu ", (unsigned long long)draw(state));
        else
            buf_printf(&out, "%.*s ", STR_ARG(word));
    return buf_str(&out);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The distinct shingles, sorted. */
static size_t set_of(struct arena *arena, struct str text, uint64_t **out)
{
    uint64_t *all = arena_push_many(arena, uint64_t, text.len + 1), shingle;
    struct shingles shingles = shingles_of(text, SHINGLE_WORDS);
    size_t count = 0, kept = 0;
    while (shingles_next(&shingles, &shingle))
        all[count++] = shingle;
    qsort(all, count, sizeof *all, by_number);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || all[i] != all[kept - 1])
            all[kept++] = all[i];
    *out = all;
    return kept;
}

static double jaccard(struct arena *arena, struct str a, struct str b)
{
    uint64_t *x, *y;
    const size_t xs = set_of(arena, a, &x), ys = set_of(arena, b, &y);
    size_t i = 0, j = 0, both = 0;
    while (i < xs && j < ys) {
        both += x[i] == y[j];
        const bool first = x[i] <= y[j], second = y[j] <= x[i];
        i += first;
        j += second;
    }
    return (double)both / (double)(xs + ys - both);
}

/* The promise: of pairs at .8, .95 are found; of what is found, little is far below. */
static void pairs_at_eight_tenths_are_found(void **state)
{
    (void)state;
    uint32_t alike = 0, alike_found = 0, found = 0, found_near = 0;
    double worst = 0.0, squares = 0.0;
    uint64_t seed = 1;
    for (uint32_t pair = 0; pair < PAIRS; pair++) {
        struct arena *arena = arena_new("pair");
        struct minhash_index *index = minhash_index_new(arena);
        struct minhash first, second;
        const struct str a = words(arena, &seed, WORDS + 250);
        /* half of them at .8, the others anywhere between 1 and .2 */
        const uint32_t replaced =
            pair % 2 == 0 ? 345 : (uint32_t)((uint64_t)pair * 2000 / PAIRS) + 1;
        const struct str b = edited(arena, &seed, a, replaced);
        const double truth = jaccard(arena, a, b);
        minhash_of(a, &first);
        minhash_of(b, &second);
        const double error = minhash_alike(&first, &second) - truth;
        squares += error * error;
        worst = fmax(worst, fabs(error));
        minhash_index_add(index, &first);
        const bool is_found = minhash_index_find(index, &second) != MINHASH_NONE;
        alike += truth >= 0.795 && truth <= 0.805;
        alike_found += is_found && truth >= 0.795 && truth <= 0.805;
        found += is_found && pair % 2 == 1;
        found_near += is_found && pair % 2 == 1 && truth >= 0.7;
        arena_free(arena);
    }
    print_message("recall at .8: %u of %u; of %u found among even ones, %u have .7 or more; "
                  "error %.4f, at most %.3f\n",
                  alike_found, alike, found, found_near, sqrt(squares / PAIRS), worst);
    assert_true(alike >= PAIRS / 3);
    assert_true(alike_found >= 0.95 * alike);
    assert_true(found_near >= 0.95 * found);
    assert_true(sqrt(squares / PAIRS) < 0.03);
}

static void what_is_written_otherwise_is_the_same(void **state)
{
    (void)state;
    struct minhash a, b;
    minhash_of(STR("The disk of node-1 is FULL; pods are evicted."), &a);
    minhash_of(STR("  the disk, of node 1\n(is full)  pods ARE evicted"), &b);
    assert_true(minhash_alike(&a, &b) == 1.0);
    assert_int_equal(a.shingles, 6);
}

static void short_texts_are_one_shingle(void **state)
{
    (void)state;
    struct minhash a, b;
    minhash_of(STR("disk full"), &a);
    minhash_of(STR("Disk: full!"), &b);
    assert_int_equal(a.shingles, 1);
    assert_true(minhash_alike(&a, &b) == 1.0);
    minhash_of(STR("full disk"), &b);
    assert_true(minhash_alike(&a, &b) == 0.0);
}

static void no_words_resemble_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct minhash_index *index = minhash_index_new(arena);
    struct minhash none;
    minhash_of(STR(" -- ...\n"), &none);
    assert_true(minhash_alike(&none, &none) == 0.0);
    assert_int_equal(minhash_index_add(index, &none), MINHASH_NONE);
    assert_int_equal(minhash_index_find(index, &none), MINHASH_NONE);
    minhash_of((struct str){0}, &none);
    assert_int_equal(none.shingles, 0);
    arena_free(arena);
}

/* Enough of them that the table grows several times. */
static void many_texts_are_all_found_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test"), *scratch = arena_new("scratch");
    struct minhash_index *index = minhash_index_new(arena);
    struct minhash minhash;
    uint64_t seed = 7;
    for (uint32_t i = 0; i < 3000; i++, arena_reset(scratch)) {
        minhash_of(words(scratch, &seed, 40), &minhash);
        assert_int_equal(minhash_index_find(index, &minhash), MINHASH_NONE);
        assert_int_equal(minhash_index_add(index, &minhash), i);
    }
    seed = 7;
    for (uint32_t i = 0; i < 3000; i++, arena_reset(scratch)) {
        minhash_of(words(scratch, &seed, 40), &minhash);
        assert_int_equal(minhash_index_find(index, &minhash), i);
    }
    arena_free(scratch);
    arena_free(arena);
}

static void a_window_tells_where_it_stands(void **state)
{
    (void)state;
    struct shingles all = shingles_of(STR("a b c d e f"), 3), part = shingles_of(STR("c d e"), 3);
    uint64_t wanted, got = 0;
    assert_true(shingles_next(&part, &wanted));
    assert_false(shingles_next(&part, &got));
    int at = 0;
    while (shingles_next(&all, &got) && got != wanted)
        at++;
    assert_int_equal(at, 2);
    assert_int_equal(got, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_at_eight_tenths_are_found),
        cmocka_unit_test(what_is_written_otherwise_is_the_same),
        cmocka_unit_test(short_texts_are_one_shingle),
        cmocka_unit_test(no_words_resemble_nothing),
        cmocka_unit_test(many_texts_are_all_found_again),
        cmocka_unit_test(a_window_tells_where_it_stands),
    };
    return cmocka_run_group_tests_name("minhash", tests, NULL, NULL);
}
