/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The test vectors of RFC 4648, 10, and what has its highest bits set. */
static void it_is_as_the_standard_has_it(void **state)
{
    static const struct {
        struct str bytes;
        const char *text;
    } cases[] = {
        {STR(""), ""},        {STR("f"), "Zg=="},          {STR("fo"), "Zm8="},
        {STR("foo"), "Zm9v"}, {STR("foobar"), "Zm9vYmFy"}, {STR("\xff\xfe\x00"), "//4A"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct buf out = buf_new(arena);
        base64_put(&out, cases[i].bytes);
        assert_string_equal(buf_str(&out).ptr, cases[i].text);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_as_the_standard_has_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
