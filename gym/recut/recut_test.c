/* SPDX-License-Identifier: Apache-2.0 */
/* Each transformation on a tiny bundle: what it changes, and that it leaves all else alone. */
#include "gym/recut/recut.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define T "17953237" /* and two digits: seconds */

static const struct {
    const char *name, *text;
} files[] = {
    {"alert.json", "{\"name\":\"Slow\",\"service\":\"cart\",\"startsAt\":" T "60.5}"},
    {"metrics.csv", "timestamp,service,metric,value,instance\n" T "01,cart,up,1,cart-1\n" T
                    "60,cart,\"say \"\"up\"\", or not\",0.25,cart-1\n" T "80,shop,up,1,shop-1\n"},
    {"logs.jsonl",
     "{\"timestamp\":" T "02.25,\"service\":\"cart\",\"instance\":\"cart-1\",\"message\":\"" T
     "02.250 cart is up\"}\n{\"timestamp\":" T
     "61,\"service\":\"shop\",\"instance\":\"shop-1\",\"message\":\"cart is slow\"}\nno json\n"},
    {"changes.jsonl",
     "{\"id\":\"c1\",\"timestamp\":" T "50,\"service\":\"cart\",\"files\":[\"cart/cart.conf\"]}\n"},
    {"otlp-all.jsonl",
     "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{"
     "\"stringValue\":\"cart\"}},{\"key\":\"service.instance.id\",\"value\":{\"stringValue\":"
     "\"cart-1\"}}]},\"scopeSpans\":[{\"spans\":[{\"traceId\":\"a1\",\"startTimeUnixNano\":\"" T
     "03000000007\"},{\"traceId\":\"b2\",\"startTimeUnixNano\":\"" T "62000000009\"}]}]}]}\n"},
    {"truth.json", "{\"id\":\"tiny\",\"service\":\"cart\",\"instance\":\"cart-1\",\"cause\":\"cart "
                   "leaks\",\"change\":\"c1\",\"t_inject\":" T "50.125,\"fault\":\"cart\"}"},
    {"notes.txt", "not of a bundle"},
};

static struct arena *arena;
static struct survey survey;
static char work[] = "/tmp/warroom-recut-test-XXXXXX";
static const char *bundle;

static int make_bundle(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new("test");
    if (!mkdtemp(work))
        return -1;
    bundle = str_printf(arena, "%s/in", work).ptr;
    const char *command = str_printf(arena, "mkdir %s", bundle).ptr;
    if (system(command) != 0)
        return -1;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *file = fopen(str_printf(arena, "%s/%s", bundle, files[i].name).ptr, "w");
        fputs(files[i].text, file);
        fclose(file);
    }
    return recut_survey(arena, STR("tiny"), bundle, &survey, &err) ? 0 : -1;
}

static int remove_bundle(void **state)
{
    (void)state;
    const int status = system(str_printf(arena, "rm -rf %s", work).ptr);
    arena_free(arena);
    return status;
}

static const char *cut(const struct plan *plan)
{
    static unsigned number;
    const char *out = str_printf(arena, "%s/out-%u", work, number++).ptr;
    struct rows_count count = {0};
    struct err err = {0};
    if (!recut_write(arena, &survey, plan, bundle, out, &count, &err))
        fail_msg("%s", err.text);
    assert_int_equal(count.unreadable, 1); /* "no json" */
    return out;
}

/* The file's text, "" where it is not there. */
static const char *read_out(const char *out, const char *name)
{
    char *text = arena_alloc(arena, 4096);
    FILE *file = fopen(str_printf(arena, "%s/%s", out, name).ptr, "r");
    if (!file)
        return "";
    text[fread(text, 1, 4095, file)] = '\0';
    fclose(file);
    return text;
}

static bool has(const char *out, const char *name, const char *text)
{
    return strstr(read_out(out, name), text) != NULL;
}

static void a_survey_tells_what_is_there(void **state)
{
    (void)state;
    assert_int_equal(survey.alert_ns, INT64_C(1795323760500000000));
    assert_int_equal(survey.onset_ns, INT64_C(1795323750125000000));
    assert_int_equal(survey.first_ns, INT64_C(1795323701000000000));
    assert_int_equal(survey.last_ns, INT64_C(1795323780000000000));
    assert_int_equal(survey.services.count, 2);
    assert_int_equal(survey.instances.count, 2);
    assert_true(survey.has_metrics && survey.has_traces && survey.has_changes);
}

static void nothing_done_is_the_same_bundle(void **state)
{
    (void)state;
    const char *out = cut(&(struct plan){0});
    assert_string_equal(read_out(out, "metrics.csv"), files[1].text);
    assert_string_equal(read_out(out, "changes.jsonl"), files[3].text);
    assert_string_equal(read_out(out, "otlp-all.jsonl"), files[4].text);
    assert_string_equal(read_out(out, "notes.txt"), "");
    assert_false(has(out, "logs.jsonl", "no json"));
}

static void windows_cut_rows_and_not_the_history_of_changes(void **state)
{
    (void)state;
    const char *late =
        cut(&(struct plan){.does = 1u << RECUT_LATE, .from_ns = INT64_C(1795323755000000000)});
    assert_false(has(late, "metrics.csv", T "01,"));
    assert_true(has(late, "metrics.csv", T "60,"));
    assert_false(has(late, "otlp-all.jsonl", "\"a1\""));
    assert_true(has(late, "otlp-all.jsonl", "\"b2\""));
    assert_true(has(late, "changes.jsonl", "c1"));
    const char *early =
        cut(&(struct plan){.does = 1u << RECUT_EARLY, .to_ns = INT64_C(1795323760500000000)});
    assert_true(has(early, "metrics.csv", T "60,"));
    assert_false(has(early, "metrics.csv", T "80,"));
    assert_true(has(early, "truth.json", "\"transformation\": \"early\""));
}

static void a_dropped_signal_is_not_there(void **state)
{
    (void)state;
    const char *out = cut(
        &(struct plan){.does = 1u << RECUT_NO_METRICS | 1u << RECUT_NO_TRACES | 1u << RECUT_NO_LOGS,
                       .silent = STR("cart")});
    assert_string_equal(read_out(out, "metrics.csv"), "");
    assert_string_equal(read_out(out, "otlp-all.jsonl"), "");
    assert_false(has(out, "logs.jsonl", "cart-1"));
    assert_true(has(out, "logs.jsonl", "shop-1"));
    assert_false(has(out, "truth.json", "unknowable"));
}

static void what_cannot_be_known_any_more_is_said(void **state)
{
    (void)state;
    const char *out = cut(&(struct plan){.does = 1u << RECUT_NO_CHANGES});
    assert_string_equal(read_out(out, "changes.jsonl"), "");
    json_t *truth = json_loads(read_out(out, "truth.json"), 0, NULL);
    assert_null(json_object_get(truth, "change"));
    assert_string_equal(json_string_value(json_array_get(json_object_get(truth, "unknowable"), 0)),
                        "change");
    json_decref(truth);
}

static void traces_are_sampled_whole(void **state)
{
    (void)state;
    const char *all = cut(&(struct plan){.does = 1u << RECUT_THIN, .share = 1.0});
    const char *none = cut(&(struct plan){.does = 1u << RECUT_THIN, .share = 0.0});
    assert_string_equal(read_out(all, "otlp-all.jsonl"), files[4].text);
    assert_string_equal(read_out(none, "otlp-all.jsonl"), "");
}

static void a_shift_moves_all_times_and_the_truth(void **state)
{
    (void)state;
    const char *out = cut(&(struct plan){.does = 1u << RECUT_SHIFT, .shift_s = 1000});
    assert_true(has(out, "alert.json", "1795324760.5"));
    assert_true(has(out, "metrics.csv", "1795324701,cart,up,1"));
    assert_true(has(out, "logs.jsonl", "\"timestamp\":1795324702.25"));
    assert_true(has(out, "logs.jsonl", "1795324702.250 cart is up"));
    assert_true(has(out, "otlp-all.jsonl", "\"1795324703000000007\""));
    assert_true(has(out, "truth.json", "\"t_inject\": 1795324750.125"));
}

static void a_skew_moves_what_one_instance_has_written(void **state)
{
    (void)state;
    const char *out =
        cut(&(struct plan){.does = 1u << RECUT_SKEW, .skewed = STR("cart-1"), .skew_s = -2});
    assert_true(has(out, "logs.jsonl", "\"timestamp\":1795323700.25"));
    assert_true(has(out, "logs.jsonl", "\"timestamp\":1795323761"));
    assert_true(has(out, "otlp-all.jsonl", "\"1795323701000000007\""));
    assert_string_equal(read_out(out, "metrics.csv"),
                        files[1].text); /* of the monitoring's clock */
    assert_true(has(out, "truth.json", "\"t_inject\": 1795323750.125"));
}

static void new_names_are_new_everywhere(void **state)
{
    (void)state;
    static const char *const names[] = {"alert.json", "metrics.csv", "logs.jsonl", "changes.jsonl",
                                        "otlp-all.jsonl"};
    struct plan plan = {.does = 1u << RECUT_RENAME,
                        .renames = {.from = {STR("cart")}, .to = {STR("dule")}, .count = 1}};
    const char *out = cut(&plan);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(has(out, names[i], "cart"));
        assert_true(has(out, names[i], "dule"));
    }
    assert_true(has(out, "metrics.csv", "\"say \"\"up\"\", or not\""));
    assert_true(has(out, "truth.json", "\"instance\": \"dule-1\""));
    assert_true(has(out, "truth.json", "\"cause\": \"dule leaks\""));
    assert_true(has(out, "truth.json", "\"fault\": \"cart\"")); /* our word, not the shop's */
    assert_true(has(out, "truth.json", "\"cart\": \"dule\""));
}

static void plans_follow_from_the_seed(void **state)
{
    (void)state;
    const uint32_t all = (1u << RECUTS_COUNT) - 1;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < 40; i++) {
        struct plan plan, again;
        assert_true(plan_make(&plan, arena, &survey, all, 7, i));
        assert_true(plan_make(&again, arena, &survey, all, 7, i));
        assert_int_equal(plan.does, again.does);
        assert_int_equal(plan.shift_s, again.shift_s);
        const int together = __builtin_popcount(plan.does);
        if (i < plan_possible(&survey, all)) {
            assert_int_equal(together, 1);
            assert_int_equal(seen & plan.does, 0);
            seen |= plan.does;
        } else {
            assert_in_range(together, 1, 4);
        }
        if (plan_does(&plan, RECUT_LATE))
            assert_true(plan.from_ns <= survey.onset_ns - 30 * NS_PER_S);
        if (plan_does(&plan, RECUT_EARLY))
            assert_true(plan.to_ns >= survey.alert_ns);
    }
    assert_int_equal(seen, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_survey_tells_what_is_there),
        cmocka_unit_test(nothing_done_is_the_same_bundle),
        cmocka_unit_test(windows_cut_rows_and_not_the_history_of_changes),
        cmocka_unit_test(a_dropped_signal_is_not_there),
        cmocka_unit_test(what_cannot_be_known_any_more_is_said),
        cmocka_unit_test(traces_are_sampled_whole),
        cmocka_unit_test(a_shift_moves_all_times_and_the_truth),
        cmocka_unit_test(a_skew_moves_what_one_instance_has_written),
        cmocka_unit_test(new_names_are_new_everywhere),
        cmocka_unit_test(plans_follow_from_the_seed),
    };
    return cmocka_run_group_tests_name("recut", tests, make_bundle, remove_bundle);
}
