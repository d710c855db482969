/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/changes/diff.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define CONF                                                                                       \
    "diff --git a/orders/orders.conf b/orders/orders.conf\n--- a/orders/orders.conf\n+++ "         \
    "b/orders/orders.conf\n@@ -7 +7 @@ x = 1\n"

static const struct {
    const char *why, *diff;
    const char *want; /* "file option old new\n" of each */
} diffs[] = {
    {"an option", CONF "-pool_size = 4\n+pool_size = 40", "orders/orders.conf pool_size 4 40\n"},
    {"options cross by name", CONF "-a = 1\n-b = 2\n+b = 3\n+a = 4\n",
     "orders/orders.conf a 1 4\norders/orders.conf b 2 3\n"},
    {"two of one name do not",
     CONF "-  server 127.0.0.1:1;\n-  server 127.0.0.1:2;\n"
          "+  server 127.0.0.1:3;\n+  server 127.0.0.1:4;\n",
     "orders/orders.conf server 127.0.0.1:1 127.0.0.1:3\n"
     "orders/orders.conf server 127.0.0.1:2 127.0.0.1:4\n"},
    {"one comes, one goes", CONF "-a = 1\n+b = 2\n",
     "orders/orders.conf a 1 -\norders/orders.conf b - 2\n"},
    {"hunks do not mix", CONF "-a = 1\n@@ -9 +9 @@\n+a = 2\n",
     "orders/orders.conf a 1 -\norders/orders.conf a - 2\n"},
    {"the same value is no change", CONF "-a = 1\n+a=1 # spaced\n", ""},
    {"other forms",
     "-key: 'x'\n+key: y\n-export HOST=\"a b\"\n+export HOST=c\n-\"port\": 80,\n"
     "+\"port\": 8080,\n",
     "- key x y\n- HOST a b c\n- port 80 8080\n"},
    {"a key and a value, and no sign",
     "+++ b/redis/redis.conf\n@@ @@\n-maxmemory 64mb\n+maxmemory 1mb\n",
     "redis/redis.conf maxmemory 64mb 1mb\n"},
    {"a block that opens is no value", CONF "-upstream a {\n+upstream b {\n", ""},
    {"nor are words of another file", "+++ b/a.yaml\n@@ @@\n-max memory\n+max room\n", ""},
    {"comments are none", CONF "-# a = 1\n+# a = 2\n+// b = 2\n+-- c = 1\n", ""},
    {"code is none", "+++ b/src/main.c\n@@ @@\n-int a = 1;\n+int a = 2;\n", ""},
    {"a new file is no change of a setting", "--- /dev/null\n+++ b/a.conf\n@@ -0,0 +1 @@\n+a = 1\n",
     ""},
    {"no diff at all", "nothing = to see\nhere: 1", ""},
    {"a lone sign", "-\n+\n-=\n+:\n- \n+ \n", ""},
    {"empty", "", ""},
};

static struct str words_of(struct arena *arena, const struct setting *settings, uint32_t count)
{
    struct buf text = buf_new(arena);
    for (uint32_t i = 0; i < count; i++) {
        const struct str parts[] = {settings[i].file, settings[i].option, settings[i].old,
                                    settings[i].new};
        for (size_t part = 0; part < 4; part++) {
            buf_add(&text, parts[part].len > 0 ? parts[part] : STR("-"));
            buf_add_char(&text, part < 3 ? ' ' : '\n');
        }
    }
    return buf_str(&text);
}

static void settings_are_read_from_a_diff(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct setting settings[DIFF_SETTINGS_MAX];
    for (size_t i = 0; i < COUNT_OF(diffs); i++) {
        const uint32_t count = diff_settings(str_of(diffs[i].diff), settings);
        const struct str got = words_of(arena, settings, count);
        if (!str_eq(got, str_of(diffs[i].want)))
            fail_msg("%s: %.*s", diffs[i].why, STR_ARG(got));
    }
    arena_free(arena);
}

static void words_tell_settings_too(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"max_connections: 100 -> 20", "- max_connections 100 20\n"},
        {"raised `pool_size` from 4 to 40, for the sale", "- pool_size 4 40\n"},
        {"cache.ttl=5s -> 5ms.", "- cache.ttl 5s 5ms\n"},
        {"went from bad to worse", "- went bad worse\n"},
        {"-> 20", ""},
        {"from a to b", ""},
        {" from  to ", ""},
        {"everything as it was", ""},
    };
    struct arena *arena = arena_new("test");
    struct setting settings[DIFF_SETTINGS_MAX];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct str got =
            words_of(arena, settings, diff_settings_in_words(str_of(cases[i].text), settings));
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("%s: %.*s", cases[i].text, STR_ARG(got));
    }
    arena_free(arena);
}

static void a_huge_diff_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf diff = buf_new(arena);
    for (int i = 0; i < 5000; i++)
        buf_printf(&diff, "-option_%d = 1\n+option_%d = 2\n%s", i, i, i % 150 == 0 ? "@@\n" : "");
    struct setting settings[DIFF_SETTINGS_MAX];
    assert_int_equal(diff_settings(buf_str(&diff), settings), DIFF_SETTINGS_MAX);
    assert_true(diff_settings_in_words(buf_str(&diff), settings) <= DIFF_SETTINGS_MAX);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_from_a_diff),
        cmocka_unit_test(words_tell_settings_too),
        cmocka_unit_test(a_huge_diff_is_bounded),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
