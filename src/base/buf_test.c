/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void nothing_written_is_the_empty_text(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf buf = buf_new(arena);
    assert_string_equal(buf_str(&buf).ptr, "");
    buf_add(&buf, STR(""));
    buf_add(&buf, (struct str){0});
    buf_printf(&buf, "%s", "");
    assert_int_equal(buf_str(&buf).len, 0);
    arena_free(arena);
}

static void what_is_written_comes_out_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf buf = buf_new(arena);
    for (int i = 0; i < 20000; i++) {
        buf_add(&buf, STR("ab"));
        buf_add_char(&buf, 'c');
        buf_printf(&buf, "%05d", i);
    }
    const struct str text = buf_str(&buf);
    assert_int_equal(text.len, 20000 * 8);
    assert_int_equal(text.ptr[text.len], '\0');
    for (size_t i = 0; i < 20000; i++) {
        int64_t number;
        assert_memory_equal(text.ptr + i * 8, "abc", 3);
        assert_true(str_to_int(str_slice(text, i * 8 + 3, i * 8 + 8), &number));
        assert_int_equal(number, i);
    }
    arena_free(arena);
}

static void bytes_are_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf buf = buf_new(arena);
    buf_add(&buf, STR("a\0b"));
    buf_add_char(&buf, '\0');
    buf_add(&buf, STR("\xff"));
    assert_true(str_eq(buf_str(&buf), STR("a\0b\0\xff")));
    arena_free(arena);
}

static void a_buffer_may_be_added_to_itself(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf buf = buf_new(arena);
    buf_add(&buf, STR("x"));
    for (int i = 0; i < 12; i++)
        buf_add(&buf, buf_str(&buf));
    const struct str text = buf_str(&buf);
    assert_int_equal(text.len, 4096);
    assert_int_equal(strspn(text.ptr, "x"), 4096);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_written_is_the_empty_text),
        cmocka_unit_test(what_is_written_comes_out_in_order),
        cmocka_unit_test(bytes_are_bytes),
        cmocka_unit_test(a_buffer_may_be_added_to_itself),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
