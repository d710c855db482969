/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/assignment.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void who_reads_evidence_is_given_no_secret(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct site site = {.data = "/var/lib/warroom"};
    setenv("PROMETHEUS_TOKEN", "very-hush", 1);
    setenv("LD_PRELOAD", "", 1);
    setenv("PATH", "/usr/bin", 1);
    unsetenv("LANG");
    size_t count = 0;
    for (const char *const *it = assignment_environment(&site, arena); *it; it++, count++)
        assert_true(strncmp(*it, "PATH=", 5) == 0 || strncmp(*it, "HOME=", 5) == 0 ||
                    strcmp(*it, "TMPDIR=/var/lib/warroom/tmp") == 0);
    assert_true(count >= 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_reads_evidence_is_given_no_secret)};
    return cmocka_run_group_tests_name("assignment", tests, NULL, NULL);
}
