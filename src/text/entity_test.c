/* SPDX-License-Identifier: Apache-2.0 */
#include "text/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    struct str token;
    enum entity entity;
    size_t head;
} tokens[] = {
    {STR("17"), ENTITY_NUMBER, 0},
    {STR("-1"), ENTITY_NUMBER, 0},
    {STR("3.25"), ENTITY_NUMBER, 0},
    {STR("10-20"), ENTITY_NUMBER, 0},
    {STR("0x1f"), ENTITY_HEX, 0},
    {STR("003a90fc"), ENTITY_HEX, 0},
    {STR("deadbeef"), ENTITY_HEX, 0},
    {STR("b9000564-fe1a-409b-b8cc-1e88b294cd1d"), ENTITY_UUID, 0},
    {STR("10.0.0.1"), ENTITY_IP, 0},
    {STR("fe80::1ff:fe23:4567:890a"), ENTITY_IP, 0},
    {STR("00:11:43:e3:ba:c3"), ENTITY_MAC, 0},
    {STR("2026-11-22"), ENTITY_TIME, 0},
    {STR("2026-11-22T02:00:00.123Z"), ENTITY_TIME, 0},
    {STR("02:00:59"), ENTITY_TIME, 0},
    {STR("12:30"), ENTITY_TIME, 0},
    {STR("35ms"), ENTITY_DURATION, 0},
    {STR("1.5s"), ENTITY_DURATION, 0},
    {STR("2h30m"), ENTITY_DURATION, 0},
    {STR("512MB"), ENTITY_SIZE, 0},
    {STR("1.5GiB"), ENTITY_SIZE, 0},
    {STR("1.2.3"), ENTITY_VERSION, 0},
    {STR("v1.2.3"), ENTITY_VERSION, 1},
    {STR("/var/log/app.log"), ENTITY_PATH, 0},
    {STR("./run.sh"), ENTITY_PATH, 0},
    {STR("conf/app.yaml"), ENTITY_PATH, 0},
    {STR("C:\\Windows\\a.dll"), ENTITY_PATH, 0},
    {STR("https://a.b/c?d=e"), ENTITY_URL, 8},
    {STR("/shop/items?user=12"), ENTITY_URL, 0},
    {STR("ip-10-0-3-7.ec2.internal"), ENTITY_HOST, 0},
    {STR("24-54-76-216.dsl.example.net"), ENTITY_HOST, 0},
    {STR("db.shop.internal:5432"), ENTITY_HOST, 0},
    {STR("jane@example.org"), ENTITY_EMAIL, 0},
    {STR("org.x.Task@1f2e3d"), ENTITY_ID, 0},
    {STR("blk_-1608999687919862906"), ENTITY_ID, 4},
    {STR("node-129"), ENTITY_ID, 5},
    {STR("web-7f9c4d5b6-x2x9z"), ENTITY_ID, 4},
    {STR("cn304"), ENTITY_ID, 2},
    {STR("R10-M1-N2"), ENTITY_ID, 0},
    {STR("jA9J1UvC004306"), ENTITY_ID, 0},
    /* what may be the text's own */
    {STR("started"), ENTITY_WORD, 0},
    {STR("eth0"), ENTITY_WORD, 0},
    {STR("L3"), ENTITY_WORD, 0},
    {STR("log4j"), ENTITY_WORD, 0},
    {STR("decade"), ENTITY_WORD, 0},
    {STR("read/write"), ENTITY_WORD, 0},
    {STR("java.io.IOException"), ENTITY_WORD, 0},
    {STR("root@localhost"), ENTITY_WORD, 0},
    {STR("-"), ENTITY_WORD, 0},
    {STR("/"), ENTITY_WORD, 0},
};

static void a_token_is_known_by_its_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        const struct entity_match got = entity_of(tokens[i].token);
        if (got.entity != tokens[i].entity || got.head != tokens[i].head)
            fail_msg("`%.*s` is <%s> after %zu bytes, not <%s> after %zu", STR_ARG(tokens[i].token),
                     entity_name(got.entity), got.head, entity_name(tokens[i].entity),
                     tokens[i].head);
    }
}

static void the_word_before_says_what_the_form_leaves_open(void **state)
{
    (void)state;
    assert_int_equal(entity_after(STR("user"), ENTITY_WORD), ENTITY_USER);
    assert_int_equal(entity_after(STR("Port"), ENTITY_NUMBER), ENTITY_PORT);
    assert_int_equal(entity_after(STR("status"), ENTITY_NUMBER), ENTITY_STATUS);
    assert_int_equal(entity_after(STR("host"), ENTITY_IP), ENTITY_IP);
    assert_int_equal(entity_after(STR("of"), ENTITY_NUMBER), ENTITY_NUMBER);
    assert_int_equal(entity_after(STR(""), ENTITY_WORD), ENTITY_WORD);
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    for (enum entity entity = 0; entity < ENTITIES; entity++)
        assert_non_null(entity_name(entity));
    assert_string_equal(entity_name(ENTITY_ANY), "any");
    assert_string_equal(entity_name(ENTITY_CLASS), "class");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_known_by_its_form),
        cmocka_unit_test(the_word_before_says_what_the_form_leaves_open),
        cmocka_unit_test(every_kind_has_a_name),
    };
    return cmocka_run_group_tests_name("entity", tests, NULL, NULL);
}
