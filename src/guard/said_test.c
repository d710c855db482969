/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/said: of the planted sentences at least 99 in 100 are caught, of the true ones at most 2 in
 * 100 are removed. SAID=dev prints each that is told wrongly.
 */
#include "guard/said_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct said_cases cases;

static int open_all(void **state)
{
    (void)state;
    return said_open_all(arena_new("test"), &cases) ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    said_close_all(&cases);
    arena_free(cases.arena);
    return 0;
}

struct counts {
    uint32_t pairs, removed, passed;
    struct said_score told_true, told_false;
};

static bool passes(struct said_pair pair, struct str sentence, struct str cited,
                   struct said_score *score, struct err *err)
{
    const struct casefile *casefile = said_case(&cases, pair.name);
    uint32_t cites[SAID_CITES_MAX];
    const uint32_t count = said_cites(cited, cites);
    assert_non_null(casefile);
    return said_check(casefile, sentence, cites, count, score, err);
}

/* How much of all that could be wrong is borne out. */
static double share(struct said_score score)
{
    return score.things > 0 ? (double)score.borne_out / score.things : 0.0;
}

static struct counts count_file(const char *name)
{
    char path[64], line[2048];
    const char *told = getenv("SAID");
    const bool tell = told && strcmp(told, name) == 0;
    struct counts counts = {0};
    snprintf(path, sizeof path, SAID_FOLDER "%s.tsv", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        const struct said_pair pair = said_pair(str_trim(str_of(line)));
        struct err err = {0};
        counts.pairs++;
        if (!passes(pair, pair.true_one, pair.cites, &counts.told_true, &err)) {
            counts.removed++;
            if (tell)
                print_message("removed: %.*s %.*s: %.*s\n         %s\n", STR_ARG(pair.name),
                              STR_ARG(pair.cites), STR_ARG(pair.true_one), err.text);
        }
        if (passes(pair, pair.false_one, pair.false_cites, &counts.told_false, &err)) {
            counts.passed++;
            if (tell)
                print_message("passed:  %.*s %.*s (%.*s): %.*s\n", STR_ARG(pair.name),
                              STR_ARG(pair.cites), STR_ARG(pair.edit), STR_ARG(pair.false_one));
        }
    }
    fclose(file);
    print_message("%s: %u pairs; of the true ones %u removed, of the false ones %u passed\n", name,
                  counts.pairs, counts.removed, counts.passed);
    print_message("%s: consistency with the evidence %.3f, of the false ones %.3f\n", name,
                  share(counts.told_true), share(counts.told_false));
    return counts;
}

static void planted_sentences_are_caught_and_true_ones_stay(void **state)
{
    (void)state;
    const struct counts dev = count_file("dev"), kept = count_file("kept"),
                        more = count_file("more");
    (void)more;
    assert_int_equal(dev.pairs + kept.pairs, 200);
    assert_true(dev.passed + kept.passed <= 2);
    assert_true(dev.removed + kept.removed <= 4);
    assert_int_equal(more.passed, 0);
    assert_true(share(kept.told_true) > 0.98);
    assert_true(share(kept.told_false) < share(kept.told_true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_sentences_are_caught_and_true_ones_stay)};
    return cmocka_run_group_tests_name("said", tests, open_all, close_all);
}
