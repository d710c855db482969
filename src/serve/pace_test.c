/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/pace.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/clients.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW (INT64_C(5) * NS_PER_S)

static uint32_t taken(struct pace *pace, uint64_t address, int64_t now_ns, uint32_t asked)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < asked; i++)
        count += pace_take(pace, address, now_ns);
    return count;
}

static void a_burst_then_so_many_a_second(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct pace *pace = pace_new(arena, 2);
    assert_int_equal(taken(pace, 1, NOW, 100), 2 * PACE_BURST_S);
    assert_int_equal(taken(pace, 1, NOW, 100), 0);
    assert_int_equal(taken(pace, 2, NOW, 1), 1); /* another's bucket is another */
    assert_int_equal(taken(pace, 1, NOW + NS_PER_S, 100), 2);
    assert_int_equal(taken(pace, 1, NOW + NS_PER_S + NS_PER_S / 2, 100), 1);
    assert_int_equal(taken(pace, 1, NOW + 1000 * NS_PER_S, 100), 2 * PACE_BURST_S);
    arena_free(arena);
}

static void without_a_limit_there_is_none(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    assert_int_equal(taken(pace_new(arena, 0), 1, NOW, 1000), 1000);
    arena_free(arena);
}

static void many_addresses_take_nobody_elses(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct pace *pace = pace_new(arena, 1);
    for (uint64_t address = 1; address <= 100000; address++)
        assert_true(pace_take(pace, address, NOW + (int64_t)address));
    arena_free(arena);
}

static uint64_t address_of(int family, const char *text)
{
    struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
    void *into = family == AF_INET ? (void *)&((struct sockaddr_in *)&address)->sin_addr
                                   : (void *)&((struct sockaddr_in6 *)&address)->sin6_addr;
    assert_int_equal(inet_pton(family, text, into), 1);
    return client_address((const struct sockaddr *)&address);
}

static void addresses_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(address_of(AF_INET, "127.0.0.1"), CLIENT_LOOPBACK);
    assert_int_equal(address_of(AF_INET, "127.9.9.9"), CLIENT_LOOPBACK);
    assert_int_equal(address_of(AF_INET6, "::1"), CLIENT_LOOPBACK);
    assert_int_equal(address_of(AF_INET6, "::ffff:127.0.0.1"), CLIENT_LOOPBACK);
    assert_true(address_of(AF_INET, "10.0.0.1") != address_of(AF_INET, "10.0.0.2"));
    assert_true(address_of(AF_INET, "10.0.0.1") == address_of(AF_INET6, "::ffff:10.0.0.1"));
    assert_true(address_of(AF_INET6, "2001:db8::1") == address_of(AF_INET6, "2001:db8::ffff:2"));
    assert_true(address_of(AF_INET6, "2001:db8::1") != address_of(AF_INET6, "2001:db8:0:1::1"));
    assert_int_equal(client_address(NULL), CLIENT_LOOPBACK);
}

static void connections_are_counted_by_address(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct clients *clients;
    struct err err = {0};
    assert_true(clients_start(arena, &clients, &err));
    struct client *one = client_add(clients, -1, 7);
    struct client *two = client_add(clients, -1, 7), *three = client_add(clients, -1, 8);
    assert_int_equal(clients_of(clients, 7), 2);
    assert_int_equal(clients_of(clients, 8), 1);
    client_remove(two);
    assert_int_equal(clients_of(clients, 7), 1);
    client_remove(one);
    client_remove(three);
    assert_int_equal(clients_of(clients, 7), 0);
    clients_stop(clients);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_then_so_many_a_second),
        cmocka_unit_test(without_a_limit_there_is_none),
        cmocka_unit_test(many_addresses_take_nobody_elses),
        cmocka_unit_test(addresses_are_told_apart),
        cmocka_unit_test(connections_are_counted_by_address),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
