/* SPDX-License-Identifier: Apache-2.0 */
#include "feedback/lesson.h"

#include "base/arena.h"
#include "verdict/confidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};

static void add(struct casefile *casefile, const char *subject, enum finding finding,
                enum bearing bearing, double strength, const char *claim)
{
    casefile_add(casefile, &(struct evidence){.signal = SIGNAL_LOGS,
                                              .bearing = bearing,
                                              .finding = finding,
                                              .subject = str_of(subject),
                                              .cause = STR("a cause"),
                                              .claim = str_of(claim),
                                              .query = STR("SELECT secret"),
                                              .strength = strength});
}

static struct casefile *a_case(void)
{
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    casefile->subject = STR("web");
    topology_add(&casefile->topology, STR("web"), STR("cart"));
    topology_add(&casefile->topology, STR("cart"), STR("db"));
    add(casefile, "web", FINDING_LATENCY, BEARING_SUPPORTS, 0.9, "one");
    add(casefile, "cart", FINDING_LATENCY, BEARING_SUPPORTS, 0.8, "two");
    add(casefile, "cart", FINDING_LATENCY, BEARING_SUPPORTS, 0.7, "three");
    add(casefile, "db", FINDING_LOCKS, BEARING_SUPPORTS, 1.0 / 3, "four");
    add(casefile, "db", FINDING_LOCKS, BEARING_REFUTES, 0.25, "five");
    add(casefile, "db", FINDING_NONE, BEARING_GAP, 0, "no traces");
    casefile_add_source(casefile, STR("logs.jsonl"), SOURCE_BROKEN, 3, STR("line 7"));
    casefile_add_lead(casefile, STR("web"), STR("it is loud"))->refuted = true;
    casefile_add_lead(casefile, STR("cart"), STR("it is loud"))->refuted = true;
    casefile_add_lead(casefile, STR("cart"), STR("again"));
    return casefile;
}

static void assert_weighs_the_same(const struct casefile *a, const struct casefile *b)
{
    struct arena *arena = arena_new("test");
    struct weighing x = weigh(arena, a), y = weigh(arena, b);
    weigh_rank(&x);
    weigh_rank(&y);
    assert_int_equal(x.names.count, y.names.count);
    for (uint32_t i = 0; i < x.names.count; i++) {
        assert_true(str_eq(x.ranked[i]->name, y.ranked[i]->name));
        assert_true(x.ranked[i]->score == y.ranked[i]->score);
        assert_int_equal(x.ranked[i]->refuted, y.ranked[i]->refuted);
    }
    assert_true(confidence_of(&x) == confidence_of(&y));
    arena_free(arena);
}

static void a_lesson_weighs_as_its_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct casefile *casefile = a_case(), *again;
    struct err err = {0};
    const struct str text = lesson_of(arena, casefile);
    assert_true(lesson_read(text, &again, &err));
    assert_weighs_the_same(casefile, again);
    assert_true(str_eq(text, lesson_of(arena, again)));
    casefile_close(again);
    casefile_close(casefile);
    arena_free(arena);
}

static void no_words_and_no_queries_are_kept(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct casefile *casefile = a_case();
    const struct str text = lesson_of(arena, casefile);
    assert_false(str_contains(text, STR("SELECT")));
    assert_false(str_contains(text, STR("four")));
    assert_false(str_contains(text, STR("no traces")));
    assert_false(str_contains(text, STR("line 7")));
    casefile_close(casefile);
    arena_free(arena);
}

static void an_empty_case_and_odd_names_survive(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S), *again;
    struct err err = {0};
    assert_true(lesson_read(lesson_of(arena, casefile), &again, &err));
    assert_null(again->evidence);
    casefile_close(again);
    add(casefile, "a\xff\"\n", FINDING_CPU, BEARING_SUPPORTS, 0.5, "x");
    assert_true(lesson_read(lesson_of(arena, casefile), &again, &err));
    assert_weighs_the_same(casefile, again);
    casefile_close(again);
    casefile_close(casefile);
    arena_free(arena);
}

static void what_is_too_large_is_not_kept(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    for (int i = 0; i < 4000; i++)
        topology_add(&casefile->topology, STR("web"),
                     str_printf(arena,
                                "a service with a name of some length, number %d, as they "
                                "come from a cluster with long names",
                                i));
    assert_int_equal(lesson_of(arena, casefile).len, 0);
    casefile_close(casefile);
    arena_free(arena);
}

static void what_is_no_lesson_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{\"effects\":{}}",
        "{\"effects\":[],\"refuted\":[]}",
        "{\"effects\":{},\"refuted\":[7]}",
        "{\"effects\":{\"evidence\":[{\"id\":9}]},\"refuted\":[]}",
        "{\"effects\":{\"edges\":[[\"a\"]]},\"refuted\":[]}",
        ("{\"effects\":{\"evidence\":[{\"id\":1,\"signal\":\"logs\",\"bearing\":\"supports\","
         "\"finding\":\"cpu\",\"strength\":7}]},\"refuted\":[]}"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct casefile *casefile;
        struct err err = {0};
        assert_false(lesson_read(str_of(texts[i]), &casefile, &err));
        assert_true(strlen(err.text) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lesson_weighs_as_its_case),
        cmocka_unit_test(no_words_and_no_queries_are_kept),
        cmocka_unit_test(an_empty_case_and_odd_names_survive),
        cmocka_unit_test(what_is_too_large_is_not_kept),
        cmocka_unit_test(what_is_no_lesson_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
