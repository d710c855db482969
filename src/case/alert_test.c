/* SPDX-License-Identifier: Apache-2.0 */
#include "case/alert.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define T0_S 1795312800 /* 2026-11-22 02:00:00 */
#define T0 (T0_S * NS_PER_S)
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

static const struct {
    const char *why;
    const char *body;
    const char *error; /* a part of it */
} bad[] = {
    {"nothing", "", "line 1, column 0"},
    {"no JSON", "{\"name\": ", "line 1"},
    {"the place is named", "{\n\"name\": x}", "line 2, column"},
    {"a name twice", "{\"name\": \"a\", \"name\": \"b\"}", "line 1"},
    {"a list", "[1]", "holds no alert"},
    {"a number", "7", "line 1"},
    {"an empty webhook", "{\"alerts\": []}", "holds no alert"},
    {"a webhook of numbers", "{\"alerts\": [1]}", "holds no alert"},
    {"no time", "{\"name\": \"a\"}", "no `startsAt`"},
    {"an empty time", "{\"startsAt\": \"\"}", "no `startsAt`"},
    {"a time that is none", "{\"startsAt\": \"yesterday\"}", "\"yesterday\""},
    {"a list for a time", "{\"startsAt\": [1]}", "no `startsAt`"},
    {"a bool for a time", "{\"startsAt\": true}", "no `startsAt`"},
    {"zero", "{\"startsAt\": 0}", "RFC 3339"},
    {"before 1970", "{\"startsAt\": -5}", "RFC 3339"},
    {"seconds after 2262", "{\"startsAt\": 99999999999}", "RFC 3339"},
    {"and with a fraction", "{\"startsAt\": 99999999998.5}", "RFC 3339"},
    {"milliseconds after 2262", "{\"startsAt\": 99999999999999}", "RFC 3339"},
    {"and with a fraction", "{\"startsAt\": 99999999999998.5}", "RFC 3339"},
    {"a number of any size", "{\"startsAt\": 1e300}", "RFC 3339"},
};

static void an_error_says_what_to_write(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct alert alert;
        struct err err = {0};
        if (alert_parse(arena, str_of(bad[i].body), &alert, &err))
            fail_msg("%s: was taken", bad[i].why);
        if (err.kind != ERR_USAGE || !strstr(err.text, bad[i].error))
            fail_msg("%s: %s", bad[i].why, err.text);
    }
    arena_free(arena);
}

static const struct {
    const char *why;
    const char *starts;
    int64_t want_ns;
} starts[] = {
    {"seconds", TEXT(T0_S), T0},
    {"milliseconds", TEXT(T0_S) "500", T0 + 500 * NS_PER_MS},
    {"microseconds", TEXT(T0_S) "000007", T0 + 7 * NS_PER_US},
    {"nanoseconds", TEXT(T0_S) "000000007", T0 + 7},
    {"seconds with a fraction", TEXT(T0_S) ".25", T0 + 250 * NS_PER_MS},
    {"a number in a text", "\"" TEXT(T0_S) "\"", T0},
    {"RFC 3339", "\"2026-11-22T02:00:00Z\"", T0},
    {"of another place", "\"2026-11-22T04:00:00+02:00\"", T0},
};

static void times_may_be_numbers_or_texts(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        struct alert alert;
        struct err err = {0};
        const struct str body = str_printf(arena, "{\"startsAt\": %s}", starts[i].starts);
        if (!alert_parse(arena, body, &alert, &err) || alert.starts_ns != starts[i].want_ns)
            fail_msg("%s: %lld %s", starts[i].why, (long long)alert.starts_ns, err.text);
    }
    arena_free(arena);
}

#define OURS                                                                                       \
    "{\"id\": \"a-1\", \"name\": \"HighLatency\", \"severity\": \"page\", \"service\": \"cart\","  \
    "\"startsAt\": " TEXT(T0_S) ", \"labels\": {\"metric\": \"p99\", \"n\": 5},"                   \
                                "\"annotations\": {\"summary\": \"cart is slow\"}}"

#define WEBHOOK                                                                                    \
    "{\"version\": \"4\", \"status\": \"firing\", \"alerts\": ["                                   \
    "{\"status\": \"resolved\", \"labels\": {\"alertname\": \"Old\"}, \"startsAt\": \"x\"},"       \
    "{\"status\": \"firing\", \"labels\": {\"alertname\": \"New\", \"service\": \"pay\","          \
    "\"severity\": \"warning\"}, \"annotations\": {\"description\": \"pay fails\"},"               \
    "\"startsAt\": \"2026-11-22T02:00:00Z\", \"endsAt\": \"0001-01-01T00:00:00Z\","                \
    "\"fingerprint\": \"f00\"}]}"

static const struct {
    const char *why;
    const char *body;
    const char *id, *name, *status, *severity, *service, *summary;
    const char *label, *value;
} good[] = {
    {"our own form", OURS, "a-1", "HighLatency", "firing", "page", "cart", "cart is slow", "metric",
     "p99"},
    {"labels may be numbers", OURS, "a-1", "HighLatency", "firing", "page", "cart", "cart is slow",
     "n", "5"},
    {"the first that fires of a webhook", WEBHOOK, "f00", "New", "firing", "warning", "pay",
     "pay fails", "alertname", "New"},
    {"what is missing is empty", "{\"startsAt\": " TEXT(T0_S) "}", "", "", "firing", "", "", "",
     "metric", ""},
    {"what is of another kind, too",
     "{\"startsAt\": " TEXT(T0_S) ", \"service\": null, \"labels\": [1], \"annotations\": 7}", "",
     "", "firing", "", "", "", "x", ""},
    {"none fires: the first",
     "{\"alerts\": [{\"status\": \"resolved\", \"labels\": {\"alertname\": \"Old\"}, "
     "\"startsAt\": " TEXT(T0_S) "}]}",
     "", "Old", "resolved", "", "", "", "alertname", "Old"},
};

static void both_forms_are_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct alert alert;
        struct err err = {0};
        if (!alert_parse(arena, str_of(good[i].body), &alert, &err))
            fail_msg("%s: %s", good[i].why, err.text);
        if (!str_eq(alert.id, str_of(good[i].id)) || !str_eq(alert.name, str_of(good[i].name)) ||
            !str_eq(alert.status, str_of(good[i].status)) ||
            !str_eq(alert.severity, str_of(good[i].severity)) ||
            !str_eq(alert.service, str_of(good[i].service)) ||
            !str_eq(alert.summary, str_of(good[i].summary)) ||
            !str_eq(alert_label(&alert, good[i].label), str_of(good[i].value)))
            fail_msg("%s", good[i].why);
        assert_int_equal(alert.starts_ns, T0);
    }
    arena_free(arena);
}

static void a_body_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct alert alert;
    struct err err = {0};
    const size_t size = ALERT_BYTES_MAX + 1;
    char *body = arena_alloc(arena, size);
    memset(body, ' ', size);
    assert_false(alert_parse(arena, (struct str){.ptr = body, .len = size}, &alert, &err));
    assert_non_null(strstr(err.text, "larger than"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_says_what_to_write),
        cmocka_unit_test(times_may_be_numbers_or_texts),
        cmocka_unit_test(both_forms_are_read),
        cmocka_unit_test(a_body_is_bounded),
    };
    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}
