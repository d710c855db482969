/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/change.h"

#include "actor/fixture_for_tests.h"

static const struct {
    const char *diff;
    enum option_class want;
} diffs[] = {
    {"-backend_timeout_ms = 3000\n+backend_timeout_ms = 1", OPTION_TIMEOUT},
    {"--- a/x.conf\n+++ b/timeout.conf\n@@ -1 +1 @@\n-pool_size = 4\n+pool_size = 2",
     OPTION_CAPACITY},
    {"-    proxy_connect_timeout 1s;\n+    proxy_connect_timeout 500ms;", OPTION_TIMEOUT},
    {"+reconcile_enabled = true\n+reconcile_every_s = 20", OPTION_SWITCH},
    {"+  replicas: 3", OPTION_CAPACITY},
    {"+maxConnections: 10", OPTION_CAPACITY},
    {"+title = a timeout is a timeout", OPTION_OTHER},
    {"+colour = red\n+size = 3", OPTION_CAPACITY},
    {" timeout = 3", OPTION_OTHER},
    {"-timeout = 3", OPTION_OTHER},
    {"+", OPTION_OTHER},
    {"", OPTION_OTHER},
};

static void a_line_of_a_diff_is_of_a_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof diffs / sizeof *diffs; i++)
        if (option_class_of(str_of(diffs[i].diff)) != diffs[i].want)
            fail_msg("%s: %d", diffs[i].diff, option_class_of(str_of(diffs[i].diff)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_of_a_diff_is_of_a_class)};
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
