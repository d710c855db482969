/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/logs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *format, *line;
    double time_s;
    const char *level; /* NULL: none is stated */
} lines[] = {
    {"stamped", "1763775845.123 127.0.0.1 \"GET / HTTP/1.1\" 200", 1763775845.123, NULL},
    {"stamped", "what is this", 0, NULL},
    {"nginx", "2025/11/22 01:44:05 [error] 7#7: *1 connect() failed", 1763775845, "ERROR"},
    {"nginx", "[error] of no time", 0, NULL},
    {"postgres", "1763775845.5 [9] shop@shop x LOG:  duration: 1 ms", 1763775845.5, "INFO"},
    {"postgres", "1763775845.5 [9] shop@shop x ERROR:  deadlock detected", 1763775845.5, "ERROR"},
    {"postgres", "1763775845.5 [9] shop@shop x DETAIL:  Process 9 waits", 1763775845.5, "ERROR"},
    {"redis", "12:M 22 Nov 2025 01:44:05.250 # Out of memory", 1763775845.25, "WARN"},
    {"redis", "12:M 22 Nov 2025 01:44:05.250 * Ready", 1763775845.25, "INFO"},
    {"redis", "", 0, NULL},
};

static void time_and_level_are_read_out_of_a_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *level;
        const double time_s = log_line_read(lines[i].format, lines[i].line, &level);
        assert_true(time_s == lines[i].time_s);
        if (lines[i].level)
            assert_string_equal(level, lines[i].level);
        else
            assert_null(level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(time_and_level_are_read_out_of_a_line)};
    return cmocka_run_group_tests_name("logs", tests, NULL, NULL);
}
