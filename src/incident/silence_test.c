/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/silence.h"

#include "incident/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *first, *second; /* matchers; NULL: only one */
    bool holds;
} matches[] = {
    {"service=cart", NULL, true},
    {"service = cart", NULL, true},
    {"service=car", NULL, false},
    {"service=cart2", NULL, false},
    {"service=c*t", NULL, true},
    {"service=*", NULL, true},
    {"service=**a**r*", NULL, true},
    {"service=*ab*", NULL, false},
    {"service!=cart", NULL, false},
    {"service!=pay", NULL, true},
    {"alertname=Slow", "severity=critical", true},
    {"alertname=Slow", "severity=warning", false},
    {"region=eu", NULL, true},
    {"region=", NULL, false},
    {"nothing=", NULL, true}, /* a label that is not there is empty */
    {"nothing=x", NULL, false},
    {"nothing!=x", NULL, true},
    {"text=a=b", NULL, true},
};

static void a_silence_holds_where_all_matchers_do(void **state)
{
    (void)state;
    struct notice notice = notice_of("a", "cart");
    struct label labels[] = {{STR("region"), STR("eu")}, {STR("text"), STR("a=b")}};
    notice.alert.labels = labels;
    notice.alert.labels_count = 2;
    for (size_t i = 0; i < COUNT_OF(matches); i++) {
        struct str matchers[] = {str_of(matches[i].first), str_of(matches[i].second)};
        const struct silence silence = {.matchers = matchers,
                                        .matchers_count = matches[i].second ? 2 : 1,
                                        .since_ns = NOW,
                                        .until_ns = NOW + MINUTE};
        if (silence_matches(&silence, &notice.alert, NOW) != matches[i].holds)
            fail_msg("%s", matches[i].first);
        assert_false(silence_matches(&silence, &notice.alert, NOW - 1));
        assert_false(silence_matches(&silence, &notice.alert, NOW + MINUTE));
    }
}

static void a_pattern_of_stars_ends_soon(void **state)
{
    (void)state;
    char stars[SILENCE_MATCHER_LEN_MAX], text[4096];
    memcpy(stars, "service=", 8);
    for (size_t i = 8; i < sizeof stars; i++)
        stars[i] = i % 2 ? 'a' : '*';
    memset(text, 'a', sizeof text);
    struct str matchers[] = {{stars, sizeof stars - 2}}; /* it ends in `*` and what is not there */
    stars[sizeof stars - 3] = 'b';
    struct notice notice = notice_of("a", "x");
    notice.alert.service = (struct str){text, sizeof text};
    const struct silence silence = {
        .matchers = matchers, .matchers_count = 1, .since_ns = 0, .until_ns = NOW};
    assert_false(silence_matches(&silence, &notice.alert, 1));
}

static void what_is_no_silence_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *matcher;
        int64_t until_ns;
        const char *error;
    } bad[] = {
        {"cart", NOW + 1, "is no matcher"},      {"=cart", NOW + 1, "is no matcher"},
        {"!=cart", NOW + 1, "is no matcher"},    {"a=\nb", NOW + 1, "one line"},
        {"a=\xff", NOW + 1, "one line"},         {"service=*", NOW + 1, "every alert"},
        {"service=", NOW + 1, "every alert"},    {"service=cart", NOW, "has passed"},
        {"service=cart", NOW - 1, "has passed"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct str matchers[] = {str_of(bad[i].matcher)};
        struct silence silence = {.matchers = matchers,
                                  .matchers_count = 1,
                                  .since_ns = NOW,
                                  .until_ns = bad[i].until_ns};
        struct err err = {0};
        if (silence_add(fixture->ledger, &silence, NOW, &err))
            fail_msg("%s was taken", bad[i].matcher);
        if (err.kind != ERR_USAGE || !strstr(err.text, bad[i].error))
            fail_msg("%s: %s", bad[i].matcher, err.text);
    }
}

static void silences_are_kept_listed_and_ended(void **state)
{
    struct fixture *fixture = *state;
    struct str matchers[] = {STR("service=cart"), STR("alertname!=Odd")};
    struct silence silence = {.matchers = matchers,
                              .matchers_count = 2,
                              .since_ns = NOW,
                              .until_ns = NOW + MINUTE,
                              .who = STR("ann"),
                              .why = STR("we move it")};
    struct silence *all;
    uint32_t count;
    struct err err = {0};
    assert_true(silence_add(fixture->ledger, &silence, NOW, &err));
    const int64_t first = silence.number;
    assert_true(silence_add(fixture->ledger, &silence, NOW, &err));
    assert_true(silence_list(fixture->ledger, fixture->arena, NOW, &all, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(all[1].number, first);
    assert_int_equal(all[1].matchers_count, 2);
    assert_string_equal(str_copy(fixture->arena, all[1].matchers[1]).ptr, "alertname!=Odd");
    assert_string_equal(all[1].why.ptr, "we move it");
    assert_true(silence_end(fixture->ledger, first, NOW + 1, &err));
    assert_true(silence_list(fixture->ledger, fixture->arena, NOW + 1, &all, &count, &err));
    assert_int_equal(count, 1);
    assert_false(silence_end(fixture->ledger, first, NOW + 2, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(silence_list(fixture->ledger, fixture->arena, NOW + MINUTE, &all, &count, &err));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_silence_holds_where_all_matchers_do),
        TEST(a_pattern_of_stars_ends_soon),
        TEST(what_is_no_silence_is_refused),
        TEST(silences_are_kept_listed_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
