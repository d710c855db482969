// SPDX-License-Identifier: Apache-2.0
#include "zone.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static struct zone zone;

static int set_up(void **state)
{
    (void)state;
    char text[] = "# of the outside\nbank.example 127.0.0.9\n\npost.example 127.0.0.10\n";
    assert_null(zone_parse(&zone, text));
    zone.ttl_s = 5;
    return 0;
}

/* A question as a resolver writes it; returns its length. */
static size_t question(unsigned char message[DNS_MESSAGE_MAX], const char *name, int type)
{
    static const unsigned char header[] = {0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    memcpy(message, header, sizeof header);
    size_t at = sizeof header;
    while (*name) {
        const size_t label = strcspn(name, ".");
        message[at++] = (unsigned char)label;
        memcpy(message + at, name, label);
        at += label;
        name += label + (name[label] == '.');
    }
    const unsigned char end[] = {0, 0, (unsigned char)type, 0, 1};
    memcpy(message + at, end, sizeof end);
    return at + sizeof end;
}

static void a_name_has_its_address(void **state)
{
    (void)state;
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone_answer answer;
    const size_t length = question(message, "Bank.example", 1); /* names have no case */
    zone_answer(&zone, message, length, &answer);
    assert_string_equal(answer.rcode, "NOERROR");
    assert_string_equal(answer.name, "Bank.example");
    assert_int_equal(answer.length, length + 16);
    assert_int_equal(message[0], 0xab); /* the same id */
    assert_int_equal(message[7], 1);
    const unsigned char address[] = {127, 0, 0, 9};
    assert_memory_equal(message + answer.length - 4, address, 4);
}

static void a_name_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone_answer answer;
    zone_answer(&zone, message, question(message, "nobody.example", 1), &answer);
    assert_string_equal(answer.rcode, "NXDOMAIN");
    assert_int_equal(message[7], 0);
}

static void of_another_type_there_is_nothing(void **state)
{
    (void)state;
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone_answer answer;
    zone_answer(&zone, message, question(message, "bank.example", 28), &answer); /* AAAA */
    assert_string_equal(answer.rcode, "NOERROR");
    assert_int_equal(message[7], 0);
}

static void what_is_no_question_is_refused_or_left(void **state)
{
    (void)state;
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone_answer answer;
    const size_t length = question(message, "bank.example", 1);
    for (size_t cut = 12; cut < length; cut++) {
        question(message, "bank.example", 1);
        zone_answer(&zone, message, cut, &answer);
        assert_string_equal(answer.rcode, "FORMERR");
        assert_int_equal(answer.length, 12);
    }
    question(message, "bank.example", 1);
    zone_answer(&zone, message, 11, &answer);
    assert_int_equal(answer.length, 0);
    question(message, "bank.example", 1);
    message[2] |= 0x80; /* an answer: two servers must not talk to each other for ever */
    zone_answer(&zone, message, length, &answer);
    assert_int_equal(answer.length, 0);
}

static void a_question_that_leaves_no_room_is_refused(void **state)
{
    (void)state;
    unsigned char message[DNS_MESSAGE_MAX];
    struct zone_answer answer;
    memset(message, 63, sizeof message);
    message[2] = 1;
    zone_answer(&zone, message, sizeof message, &answer);
    assert_string_equal(answer.rcode, "FORMERR");
}

static void a_line_that_is_none_is_named(void **state)
{
    (void)state;
    char no_address[] = "bank.example\n";
    char wrong_address[] = "a.example 127.0.0.1\nbank.example 127.0.0.300\n";
    char too_many[18 * (ZONE_RECORDS_MAX + 1) + 1] = "";
    for (int i = 0; i <= ZONE_RECORDS_MAX; i++)
        strcat(too_many, "a.example 1.2.3.4\n");
    struct zone other;
    assert_string_equal(zone_parse(&other, no_address), "bank.example");
    assert_string_equal(zone_parse(&other, wrong_address), "bank.example 127.0.0.300");
    assert_non_null(zone_parse(&other, too_many));
    char empty[] = "";
    assert_null(zone_parse(&other, empty));
    assert_int_equal(other.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_its_address),
        cmocka_unit_test(a_name_that_is_not_there_is_said_so),
        cmocka_unit_test(of_another_type_there_is_nothing),
        cmocka_unit_test(what_is_no_question_is_refused_or_left),
        cmocka_unit_test(a_question_that_leaves_no_room_is_refused),
        cmocka_unit_test(a_line_that_is_none_is_named),
    };
    return cmocka_run_group_tests_name("zone", tests, set_up, NULL);
}
