/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/describe.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define POD                                                                                        \
    "Name:    web-1\n"                                                                             \
    "Labels:  app=web\n"                                                                           \
    "         tier=front\n"                                                                        \
    "Containers:\n"                                                                                \
    "  main:\n"                                                                                    \
    "    Port:        80/TCP\n"                                                                    \
    "    Command:\n"                                                                               \
    "      serve\n"                                                                                \
    "    Environment:\n"                                                                           \
    "      DB:  db:5432\n"                                                                         \
    "Conditions:\n"                                                                                \
    "  Ready   False\n"                                                                            \
    "Events:\n"                                                                                    \
    "  Type     Reason   Age                From     Message\n"                                    \
    "  ----     ------   ----               ----     -------\n"                                    \
    "  Warning  BackOff  3s (x7 over 9s)    kubelet  Back-off:  restarting\n"                      \
    "  Normal   Cut      3s\n"                                                                     \
    "QoS:     Burstable\n"

static const struct {
    const char *why;
    const char *text;
    const char *path;
    const char *want;
} values[] = {
    {"a key of the first level", POD, "Name", "web-1"},
    {"lines below a value continue it", POD, "Labels", "app=web\n         tier=front"},
    {"deeper keys have a path", POD, "Containers/main/Port", "80/TCP"},
    {"a colon inside a value divides nothing", POD, "Containers/main/Environment/DB", "db:5432"},
    {"a line without a key is its parent's", POD, "Containers/main/Command/#", "serve"},
    {"the table of events is no part of it", POD, "Conditions/#", "Ready   False"},
    {"but what follows is", POD, "QoS", "Burstable"},
    {"a key without a value is there and empty", "Parameters:\nName: x\n", "Parameters", ""},
    {"the indentation may be odd", "A:\n     B:\n   C:  x\n", "A/C", "x"},
    {"a text may start deep inside", "      A:  x\n", "A", "x"},
    {"a colon alone is no key", ": x\n", "#", ": x"},
    {"no text, no values", "", "A", ""},
};

static void values_have_paths(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const struct description got = describe_parse(arena, str_of(values[i].text));
        const struct str value = entries_value(&got.entries, values[i].path);
        if (!str_eq(value, str_of(values[i].want)))
            fail_msg("%s: `%.*s`, not `%s`", values[i].why, STR_ARG(value), values[i].want);
    }
    arena_free(arena);
}

static void events_are_rows_with_counts(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct description got = describe_parse(arena, str_of(POD));
    assert_int_equal(got.events_count, 1); /* the one that is cut short says nothing */
    assert_true(str_eq(got.events[0].reason, STR("BackOff")));
    assert_true(str_eq(got.events[0].source, STR("kubelet")));
    assert_true(str_eq(got.events[0].message, STR("Back-off:  restarting")));
    assert_int_equal(got.events[0].count, 7);
    arena_free(arena);
}

static void depth_and_bytes_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char text[8192];
    size_t len = 0;
    for (int depth = 0; depth < 80; depth++) {
        memset(text + len, ' ', (size_t)depth);
        len += (size_t)depth;
        memcpy(text + len, "a\0:\n", 4);
        len += 4;
    }
    const struct description got = describe_parse(arena, (struct str){.ptr = text, .len = len});
    assert_int_equal(got.entries.count, 80);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_paths),
        cmocka_unit_test(events_are_rows_with_counts),
        cmocka_unit_test(depth_and_bytes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
