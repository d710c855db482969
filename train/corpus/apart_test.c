/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/apart.h"

#include "base/buf.h"
#include "case/alert.h"
#include "train/corpus/folder_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char item[] = "Checkout timed out for a third of all customers between nine and ten "
                           "because the pool of the orders "
                           "service was full. A batch job that somebody started by hand held every "
                           "connection for minutes, and "
                           "the queue of those who waited grew until the gateway gave up and "
                           "answered with errors of its own. "
                           "We stopped the job, and the pool drained within a minute; customers "
                           "who tried again had no trouble.";

struct fixture {
    struct arena *arena;
    struct apart *apart;
};

static struct fixture fixture_new(void)
{
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    struct err err = {0};
    folder_put(arena, folder, "set/item.md", str_of(item));
    folder_put(arena, folder, "set/short.txt", STR("The gateway is on fire\n"));
    struct apart *apart = apart_new(arena);
    assert_true(apart_add(apart, folder.ptr, &err));
    return (struct fixture){arena, apart};
}

/* Every `every`-th word becomes another. */
static struct str edited(struct arena *arena, const char *text, uint32_t every)
{
    struct buf out = buf_new(arena);
    struct str rest = str_of(text), word;
    for (uint32_t i = 1; str_split(&rest, ' ', &word); i++)
        buf_printf(&out, "%.*s ", STR_ARG(i % every == 0 ? STR("something") : word));
    return buf_str(&out);
}

static void a_planted_item_does_not_get_through(void **state)
{
    (void)state;
    const struct fixture fix = fixture_new();
    assert_int_equal(apart_judge(fix.apart, str_of(item)), APART_OVERLAPS);
    const struct str within = str_printf(fix.arena, "Read this.\n\n> %s\n\nMore follows.", item);
    assert_int_equal(apart_judge(fix.apart, within), APART_OVERLAPS);
    arena_free(fix.arena);
}

static void nor_does_one_that_was_lightly_edited(void **state)
{
    (void)state;
    const struct fixture fix = fixture_new();
    for (uint32_t every = 14; every < 40; every++)
        assert_int_not_equal(apart_judge(fix.apart, edited(fix.arena, item, every)), APART_CLEAN);
    struct buf shouted = buf_new(fix.arena);
    for (const char *c = item; *c; c++)
        if (*c == ' ')
            buf_add(&shouted, STR(" \n* "));
        else
            buf_add_char(&shouted, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
    assert_int_equal(apart_judge(fix.apart, buf_str(&shouted)), APART_OVERLAPS);
    arena_free(fix.arena);
}

/* The same lines at another time: with another number in every few words they share no run. */
static void what_differs_in_numbers_is_told_by_resemblance(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    struct buf once = buf_new(arena), again = buf_new(arena);
    struct err err = {0};
    for (int i = 0; i < 60; i++) {
        const char *const verb = i % 3 == 0 ? "refused" : i % 5 == 0 ? "dropped" : "took";
        buf_printf(&once, "worker %d %s job %d of tenant%c\n", i, verb, 100 + i, 'a' + i % 23);
        buf_printf(&again, "worker %d %s job %d of tenant%c\n", 900 + i, verb, 7 * i, 'a' + i % 23);
    }
    folder_put(arena, folder, "item.log", buf_str(&once));
    struct apart *apart = apart_new(arena);
    assert_true(apart_add(apart, folder.ptr, &err));
    assert_int_equal(apart_judge(apart, buf_str(&once)), APART_OVERLAPS);
    assert_int_equal(apart_judge(apart, buf_str(&again)), APART_RESEMBLES);
    arena_free(arena);
}

static void short_items_count_as_a_whole(void **state)
{
    (void)state;
    const struct fixture fix = fixture_new();
    assert_int_equal(apart_judge(fix.apart, STR("the GATEWAY is on fire!")), APART_OVERLAPS);
    assert_int_equal(apart_judge(fix.apart, STR("The gateway is on holiday")), APART_CLEAN);
    arena_free(fix.arena);
}

static void what_is_about_the_same_thing_stays(void **state)
{
    (void)state;
    const struct fixture fix = fixture_new();
    assert_int_equal(
        apart_judge(fix.apart,
                    STR("A pool that is full shows as timeouts of whoever waits. Look at who "
                        "holds connections for minutes, and stop that job; the pool drains "
                        "by itself once nobody holds on to what it gave out.")),
        APART_CLEAN);
    assert_int_equal(apart_judge(fix.apart, STR("")), APART_CLEAN);
    arena_free(fix.arena);
}

static void an_incident_is_known_by_its_alert(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str folder = folder_new(arena);
    const struct str alert = STR("{\"name\": \"CheckoutSlow\", \"service\": \"checkout\", "
                                 "\"startsAt\": \"2026-11-22T02:03:04Z\"}");
    struct alert parsed;
    struct err err = {0};
    folder_put(arena, folder, "case/alert.json", alert);
    struct apart *apart = apart_new(arena);
    assert_true(apart_add(apart, folder.ptr, &err));
    assert_true(alert_parse(arena, alert, &parsed, &err));
    assert_true(apart_has_case(apart, alert_key(arena, &parsed)));
    parsed.starts_ns++;
    assert_false(apart_has_case(apart, alert_key(arena, &parsed)));
    assert_int_equal(apart_counts(apart).cases, 1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_item_does_not_get_through),
        cmocka_unit_test(nor_does_one_that_was_lightly_edited),
        cmocka_unit_test(what_differs_in_numbers_is_told_by_resemblance),
        cmocka_unit_test(short_items_count_as_a_whole),
        cmocka_unit_test(what_is_about_the_same_thing_stays),
        cmocka_unit_test(an_incident_is_known_by_its_alert),
    };
    return cmocka_run_group_tests_name("apart", tests, NULL, NULL);
}
