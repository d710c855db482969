/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/network.h"

#include "gym/world/inventory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void only_this_machines_loopback_is_ours(void **state)
{
    (void)state;
    static const char *const foreign[] = {
        "10.0.0.1",  "192.0.2.7",  "128.0.0.1",   "0.0.0.0",         "",
        "::1",       "localhost",  "127.0.0.1.2", "shop.example",    "127.10.0.10:8080",
        "126.1.1.1", "1270.0.0.1", "127.0.0.1\n", "0127.999.99.999",
    };
    struct err err;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_false(network_is_ours(str_of(foreign[i]), &err));
        assert_int_equal(err.kind, ERR_DENIED);
        assert_non_null(strstr(err.text, "127.x.x.x"));
    }
    assert_true(network_is_ours(STR("127.0.0.1"), &err));
    assert_true(network_is_ours(STR("127.255.3.4"), &err));
    for (const struct instance *it = inventory; it->name; it++)
        assert_true(network_is_ours(str_of(it->address), &err));
}

static void each_instance_has_an_address_of_its_own(void **state)
{
    (void)state;
    for (const struct instance *it = inventory; it->name; it++) {
        assert_ptr_equal(instance_find(it->name), it);
        assert_string_not_equal(it->address, KEEPER_ADDRESS);
        for (const struct instance *other = inventory; other != it; other++)
            assert_string_not_equal(it->address, other->address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_this_machines_loopback_is_ours),
        cmocka_unit_test(each_instance_has_an_address_of_its_own),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
