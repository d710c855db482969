/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/times.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define AROUND_NS (INT64_C(1795323739) * NS_PER_S) /* 2026-11-22T05:02:19Z */

static void times_in_texts_move(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want; /* a day and a second later */
    } cases[] = {
        {"", ""},
        {"1795323739", "1795410140"},
        {"1795323739.803 [9186] LOG:", "1795410140.803 [9186] LOG:"},
        {"at 1795323739803 and 1795323739188737120", "at 1795410140803 and 1795410140188737120"},
        {"2026-11-22T05:02:19.5Z", "2026-11-23T05:02:20.5Z"},
        {"2026-11-22 05:02:59 UTC", "2026-11-23 05:03:00 UTC"},
        {"2026/11/22 23:59:59 [error]", "2026/11/24 00:00:00 [error]"},
        {"[22/Nov/2026:05:02:19 +0000]", "[23/Nov/2026:05:02:20 +0000]"},
        {"123:M 22 Nov 2026 05:02:19.001 * Ready", "123:M 23 Nov 2026 05:02:20.001 * Ready"},
        {"Alert-cart-1-1795323739", "Alert-cart-1-1795410140"},
        /* not of this incident, or no times at all */
        {"1695323739", "1695323739"},
        {"2019-11-22T05:02:19Z", "2019-11-22T05:02:19Z"},
        {"a1795323739", "a1795323739"},
        {"0.1795323739", "0.1795323739"},
        {"01795323739", "01795323739"},
        {"17953237391795323739179", "17953237391795323739179"},
        {"2026-11-22T05:02", "2026-11-22T05:02"},
        {"99/Xyz/2026:05:02:19", "99/Xyz/2026:05:02:19"},
        {"pid 9186, port 18032", "pid 9186, port 18032"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = buf_new(arena);
        times_move(str_of(cases[i].text), 86401, AROUND_NS, &out);
        assert_string_equal(buf_str(&out).ptr, cases[i].want);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(times_in_texts_move)};
    return cmocka_run_group_tests_name("times", tests, NULL, NULL);
}
