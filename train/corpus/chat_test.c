/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/chat.h"

#include "base/buf.h"
#include "engine/services.h"
#include "train/corpus/folder_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct heard {
    struct buf users, assistants;
    uint32_t count;
};

static bool take(void *state, const struct chat *chat, struct err *err)
{
    (void)err;
    struct heard *heard = state;
    heard->count++;
    buf_printf(&heard->users, "%.*s\n%.*s\n", STR_ARG(chat->system), STR_ARG(chat->user));
    buf_printf(&heard->assistants, "%.*s\n", STR_ARG(chat->assistant));
    return true;
}

/* An incident in which everything that comes to pass after its alert says so. */
static struct str bundle_of(struct arena *arena)
{
    const struct str folder = folder_new(arena);
    folder_put(
        arena, folder, "alert.json",
        STR("{\"name\": \"CheckoutSlow\", \"service\": \"checkout\", \"startsAt\": 1700000000, "
            "\"endsAt\": 1700009999, \"annotations\": {\"summary\": \"checkout is slow\", "
            "\"resolution\": \"LATER it was rolled back\"}}"));
    folder_put(arena, folder, "truth.json",
               STR("{\"service\": \"orders\", \"fault\": \"LATER locks\", \"change\": \"c2\"}"));
    folder_put(arena, folder, "logs.csv",
               STR("timestamp,service,level,message\n1700000060,orders,ERROR,LATER deadlock\n"
                   "1699999990,orders,ERROR,a line of a log\n"));
    folder_put(
        arena, folder, "changes.jsonl",
        STR("{\"id\":\"c1\",\"timestamp\":1699999000,\"service\":\"cart\",\"kind\":\"commit\","
            "\"author\":\"Ann\",\"message\":\"cart: round prices\\nLATER in the "
            "body\",\"files\":[\"cart.c\"]}\n"
            "{\"id\":\"c2\",\"timestamp\":1699999900,\"service\":\"orders\",\"kind\":\"deploy\","
            "\"author\":\"Bea\",\"message\":\"orders: lock "
            "rows\",\"files\":[\"orders.c\",\"lock.c\"]}\n"
            "{\"id\":\"c3\",\"timestamp\":1699999950,\"service\":\"mail\",\"kind\":\"commit\","
            "\"message\":\"mail: shorter\",\"files\":[]}\n"
            "{\"id\":\"c4\",\"timestamp\":1700000000,\"service\":\"orders\",\"kind\":\"deploy\","
            "\"message\":\"orders: LATER revert\",\"files\":[]}\n"
            "{\"id\":\"c5\",\"timestamp\":1700000300,\"service\":\"orders\",\"kind\":\"deploy\","
            "\"message\":\"orders: LATER fix\",\"files\":[]}\n"));
    return folder;
}

struct fixture {
    struct arena *arena;
    struct alert alert;
    struct casefile *casefile;
    struct candidates own;
    struct heard heard;
    uint64_t drawn;
    struct chats chats;
};

static void fixture_open(struct fixture *fix)
{
    struct bundle bundle;
    struct services services;
    struct err err = {0};
    *fix = (struct fixture){.arena = arena_new("test"), .drawn = 1};
    fix->heard = (struct heard){buf_new(fix->arena), buf_new(fix->arena), 0};
    fix->chats = (struct chats){.take = take, .state = &fix->heard, .drawn = &fix->drawn};
    assert_true(bundle_open(fix->arena, bundle_of(fix->arena), &bundle, &err));
    assert_true(bundle_read_alert(&bundle, fix->arena, &fix->alert, &err));
    fix->casefile = casefile_open(&fix->alert, clock_system(), NS_PER_S);
    assert_true(services_open(fix->arena, &bundle, NULL, NULL, fix->casefile, &services, &err));
    assert_true(candidates_read(fix->arena, services.telemetry, &fix->alert, &fix->own, &err));
}

static void fixture_close(struct fixture *fix)
{
    casefile_close(fix->casefile);
    arena_free(fix->arena);
}

static void nothing_later_than_the_alert_is_told(void **state)
{
    (void)state;
    struct fixture fix;
    struct err err = {0};
    fixture_open(&fix);
    assert_int_equal(fix.own.count, 3);
    const struct candidates none = {0};
    for (int round = 0; round < 20; round++)
        assert_true(chat_rank(&fix.chats, &fix.alert, &fix.own, &none, STR("c2"), &err));
    assert_int_equal(fix.heard.count, 60);
    assert_false(str_contains(buf_str(&fix.heard.users), STR("LATER")));
    assert_false(str_contains(buf_str(&fix.heard.assistants), STR("LATER")));
    assert_false(str_contains(buf_str(&fix.heard.users), STR("a line of a log")));
    assert_true(
        str_contains(buf_str(&fix.heard.users), STR("100 s before the alert, deploy, `orders`")) ||
        str_contains(buf_str(&fix.heard.users),
                     STR("1 min 40 s before the alert, deploy, `orders`")));
    assert_true(str_contains(buf_str(&fix.heard.users), STR("(orders.c, lock.c)")));
    fixture_close(&fix);
}

/* A culprit that landed after the alert, or is not among the changes, is no example. */
static void a_culprit_that_is_not_told_of_cannot_be_asked_for(void **state)
{
    (void)state;
    struct fixture fix;
    struct err err = {0};
    fixture_open(&fix);
    const struct candidates none = {0};
    assert_true(chat_rank(&fix.chats, &fix.alert, &fix.own, &none, STR("c5"), &err));
    assert_int_equal(fix.heard.count, 0);
    assert_true(chat_rank(&fix.chats, &fix.alert, &fix.own, &none, STR(""), &err));
    assert_true(str_starts(buf_str(&fix.heard.assistants), STR("None of them")));
    const struct candidates one = {.items = fix.own.items, .count = 1};
    fix.heard.count = 0;
    assert_true(chat_rank(&fix.chats, &fix.alert, &one, &none, STR("c3"), &err));
    assert_int_equal(fix.heard.count, 0);
    fixture_close(&fix);
}

static void strangers_fill_up_to_twenty(void **state)
{
    (void)state;
    struct fixture fix;
    struct err err = {0};
    fixture_open(&fix);
    struct candidate others[60] = {0};
    for (uint32_t i = 0; i < 60; i++)
        others[i] = (struct candidate){.id = str_printf(fix.arena, "x%u", i),
                                       .service = STR("elsewhere"),
                                       .message = str_printf(fix.arena, "change %u of others", i),
                                       .before_ns = (int64_t)(i + 1) * NS_PER_S};
    const struct candidates strangers = {.items = others, .count = 60};
    assert_true(chat_rank(&fix.chats, &fix.alert, &fix.own, &strangers, STR("c2"), &err));
    assert_int_equal(fix.heard.count, 3);
    assert_true(str_contains(buf_str(&fix.heard.users), STR("\nT. ")));
    assert_false(str_contains(buf_str(&fix.heard.users), STR("\nU. ")));
    assert_false(str_contains(buf_str(&fix.heard.users), STR("elsewhere")));
    assert_true(str_contains(buf_str(&fix.heard.assistants), STR("\n20. ")));
    fixture_close(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_later_than_the_alert_is_told),
        cmocka_unit_test(a_culprit_that_is_not_told_of_cannot_be_asked_for),
        cmocka_unit_test(strangers_fill_up_to_twenty),
    };
    return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
