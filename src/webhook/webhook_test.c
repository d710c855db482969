/* SPDX-License-Identifier: Apache-2.0 */
#include "webhook/webhook.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NOW_S INT64_C(1795312800) /* 2026-11-22 02:00:00 */
#define NOW (NOW_S * NS_PER_S)

static bool read_as(struct arena *arena, const char *kind, const char *body, struct notices *out,
                    struct err *err)
{
    const struct webhook_post post = {.body = str_of(body), .now_ns = NOW};
    const struct webhook_keys keys = {0};
    *err = (struct err){0};
    return webhook_read(webhook_find(str_of(kind)), &post, &keys, arena, out, err);
}

#define ALERTMANAGER                                                                               \
    "{\"version\":\"4\",\"groupKey\":\"{}:{alertname=\\\"Slow\\\"}\",\"truncatedAlerts\":3,"       \
    "\"status\":\"firing\",\"receiver\":\"r\",\"groupLabels\":{\"alertname\":\"Slow\"},"           \
    "\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"Slow\",\"severity\":"          \
    "\"critical\",\"service\":\"cart\"},\"annotations\":{\"summary\":\"p99 is 2 s\"},"             \
    "\"startsAt\":\"2026-11-22T01:58:00.5Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","                 \
    "\"generatorURL\":\"http://prom/graph\",\"fingerprint\":\"8f2c\"},"                            \
    "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"Slow\",\"app\":\"pay\"},"                \
    "\"startsAt\":\"2026-11-22T01:50:00Z\"}]}"
#define PAGERDUTY_OF(type)                                                                         \
    "{\"event\":{\"id\":\"01ABC\",\"event_type\":\"" type "\",\"resource_type\":\"incident\","     \
    "\"occurred_at\":\"2026-11-22T01:59:30Z\",\"agent\":null,\"data\":{\"id\":\"PGR0VU2\","        \
    "\"type\":\"incident\",\"html_url\":\"https://x.pagerduty.com/incidents/PGR0VU2\","            \
    "\"number\":2,\"status\":\"triggered\",\"incident_key\":\"k\",\"created_at\":"                 \
    "\"2026-11-22T01:59:00Z\",\"title\":\"A little bump\",\"service\":{\"id\":\"P1\","             \
    "\"summary\":\"API\"},\"priority\":{\"summary\":\"P1\"},\"urgency\":\"high\",\"teams\":"       \
    "[{\"summary\":\"Core\"}],\"resolve_reason\":null}}}"
#define DATADOG_OF(transition)                                                                     \
    "{\"id\":\"77\",\"title\":\"[Triggered on {host:a}] High load\",\"body\":\"load is 9\","       \
    "\"alert_id\":\"55\",\"alert_transition\":\"" transition "\",\"alert_type\":\"error\","        \
    "\"alert_priority\":\"P2\",\"alert_query\":\"$ALERT_QUERY\",\"scopes\":\"host:a\","            \
    "\"tags\":\"service:cart,env:prod,plain\",\"date\":\"1795312700000\",\"last_updated\":"        \
    "\"1795312790000\",\"url\":\"https://app.datadoghq.com/monitors/55\",\"aggreg_key\":"          \
    "\"\",\"cycle_key\":\"c1\",\"org\":{\"id\":\"1\",\"name\":\"o\"}}"
#define OPSGENIE_OF(action)                                                                        \
    "{\"source\":{\"name\":\"\",\"type\":\"api\"},\"alert\":{\"updatedAt\":1795312790000000000,"   \
    "\"tags\":[\"service:cart\",\"night\"],\"message\":\"Disk is full\",\"alertId\":\"a-1\","      \
    "\"alias\":\"disk-a\",\"tinyId\":\"23\",\"createdAt\":1795312700000,\"entity\":\"a\","         \
    "\"priority\":\"P3\",\"details\":{\"region\":\"eu\"}},\"action\":\"" action "\"}"
#define SENTRY_HOOK                                                                                \
    "{\"id\":\"42\",\"project\":\"shop\",\"level\":\"error\",\"culprit\":\"pay.charge\","          \
    "\"message\":\"boom\",\"url\":\"https://sentry.io/42\",\"event\":{\"event_id\":\"e1\","        \
    "\"title\":\"TypeError: boom\",\"timestamp\":1795312700.5,\"environment\":\"prod\","           \
    "\"tags\":[[\"release\",\"1.2\"],[\"service\",\"pay\"]]}}"
#define SENTRY_RULE                                                                                \
    "{\"action\":\"triggered\",\"data\":{\"triggered_rule\":\"many\",\"event\":{\"issue_id\":"     \
    "\"9\",\"event_id\":\"e2\",\"title\":\"Boom\",\"web_url\":\"https://sentry.io/"                \
    "9\",\"project\":"                                                                             \
    "\"shop\",\"datetime\":\"2026-11-22T01:58:00Z\"}}}"
#define SENTRY_METRIC                                                                              \
    "{\"action\":\"resolved\",\"data\":{\"description_title\":\"Resolved\",\"metric_alert\":"      \
    "{\"id\":7,\"title\":\"Too many\",\"date_started\":\"2026-11-22T01:58:00Z\",\"alert_rule\":"   \
    "{\"name\":\"Too many errors\",\"aggregate\":\"count()\"}}}}"

/* What one post becomes; "" and 0 where there is none. */
static const struct {
    const char *why, *kind, *body;
    uint32_t at; /* which notice */
    const char *name, *service, *severity, *fingerprint, *group_key, *episode, *url;
    enum notice_status status;
    int64_t starts_s;
    const char *label, *value; /* one of its labels */
} good[] = {
    {"Alertmanager", "alertmanager", ALERTMANAGER, 0, "Slow", "cart", "critical", "8f2c",
     "{}:{alertname=\"Slow\"}", "1795312680500000000", "http://prom/graph", NOTICE_FIRING,
     NOW_S - 120, "summary", "p99 is 2 s"},
    {"the second, with little", "alertmanager", ALERTMANAGER, 1, "Slow", "pay", "", NULL,
     "{}:{alertname=\"Slow\"}", "1795312200000000000", "", NOTICE_RESOLVED, NOW_S - 600, "app",
     "pay"},
    {"Grafana has pictures", "grafana",
     "{\"status\":\"firing\",\"version\":\"1\",\"orgId\":1,\"alerts\":[{\"labels\":{\"alertname\":"
     "\"High\"},\"panelURL\":\"https://g/p\",\"dashboardURL\":\"https://g/d\",\"valueString\":"
     "\"[ var='B' value=22 ]\",\"values\":{\"B\":22},\"startsAt\":\"2026-11-22T01:58:00Z\","
     "\"fingerprint\":\"f\"}]}",
     0, "High", "", "", "f", "", "1795312680000000000", "https://g/p", NOTICE_FIRING, NOW_S - 120,
     "values", "[ var='B' value=22 ]"},
    {"PagerDuty", "pagerduty", PAGERDUTY_OF("incident.triggered"), 0, "A little bump", "API",
     "critical", "PGR0VU2", "", "PGR0VU2/1795312740000000000",
     "https://x.pagerduty.com/incidents/PGR0VU2", NOTICE_FIRING, NOW_S - 60, "team", "Core"},
    {"opened again: from now on", "pagerduty", PAGERDUTY_OF("incident.reopened"), 0,
     "A little bump", "API", "critical", "PGR0VU2", "", "PGR0VU2/1795312770000000000",
     "https://x.pagerduty.com/incidents/PGR0VU2", NOTICE_FIRING, NOW_S - 30, "urgency", "high"},
    {"somebody has it", "pagerduty", PAGERDUTY_OF("incident.acknowledged"), 0, "A little bump",
     "API", "critical", "PGR0VU2", "", NULL, "https://x.pagerduty.com/incidents/PGR0VU2",
     NOTICE_ACKNOWLEDGED, NOW_S - 60, "priority", "P1"},
    {"Datadog", "datadog", DATADOG_OF("Triggered"), 0, "High load", "cart", "high", NULL, "", "c1",
     "https://app.datadoghq.com/monitors/55", NOTICE_FIRING, NOW_S - 100, "env", "prod"},
    {"and its end", "datadog", DATADOG_OF("Recovered"), 0, "High load", "cart", "high", NULL, "",
     "c1", "https://app.datadoghq.com/monitors/55", NOTICE_RESOLVED, NOW_S - 100, "alert_query",
     ""},
    {"muted", "datadog", DATADOG_OF("Muted"), 0, "High load", "cart", "high", NULL, "", "c1",
     "https://app.datadoghq.com/monitors/55", NOTICE_ACKNOWLEDGED, NOW_S - 100, "host", "a"},
    {"a word that is new fires", "datadog", DATADOG_OF("Re-No Data"), 0, "High load", "cart",
     "high", NULL, "", "c1", "https://app.datadoghq.com/monitors/55", NOTICE_FIRING, NOW_S - 100,
     "plain", ""},
    {"Opsgenie", "opsgenie", OPSGENIE_OF("Create"), 0, "Disk is full", "cart", "warning", "disk-a",
     "", "a-1", "", NOTICE_FIRING, NOW_S - 100, "region", "eu"},
    {"and its end", "opsgenie", OPSGENIE_OF("Close"), 0, "Disk is full", "cart", "warning",
     "disk-a", "", "a-1", "", NOTICE_RESOLVED, NOW_S - 100, "entity", "a"},
    {"Sentry's hook", "sentry", SENTRY_HOOK, 0, "TypeError: boom", "pay", "error", "42", "", NULL,
     "https://sentry.io/42", NOTICE_FIRING, NOW_S - 100, "release", "1.2"},
    {"Sentry's rule", "sentry", SENTRY_RULE, 0, "Boom", "shop", "", "9", "", NULL,
     "https://sentry.io/9", NOTICE_FIRING, NOW_S - 120, "rule", "many"},
    {"Sentry's metric", "sentry", SENTRY_METRIC, 0, "Too many errors", "", "", "7", "", NULL, "",
     NOTICE_RESOLVED, NOW_S - 120, "aggregate", "count()"},
    {"the least there is", "generic", "{\"name\":\"X\"}", 0, "X", "", "", NULL, "", "", "",
     NOTICE_FIRING, NOW_S, "x", ""},
    {"alert.json is one, too", "generic",
     "{\"id\":\"i\",\"name\":\"X\",\"service\":\"s\",\"severity\":\"high\",\"startsAt\":1795312700,"
     "\"labels\":{\"n\":3,\"t\":true,\"o\":{\"a\":[1]},\"z\":null},\"url\":\"javascript:x\"}",
     0, "X", "s", "high", NULL, "", "1795312700000000000", "", NOTICE_FIRING, NOW_S - 100, "o",
     "{\"a\":[1]}"},
    {"an array", "generic", "[{\"name\":\"X\"},{\"name\":\"Y\",\"status\":\"suppressed\"}]", 1, "Y",
     "", "", NULL, "", "", "", NOTICE_ACKNOWLEDGED, NOW_S, "x", ""},
    {"a start in the future is none", "generic",
     "{\"name\":\"X\",\"startsAt\":\"2026-11-23T00:00:00Z\"}", 0, "X", "", "", NULL, "", "", "",
     NOTICE_FIRING, NOW_S, "x", ""},
};

static void check_text(const char *why, const char *what, struct str is, const char *wanted)
{
    if (wanted && !str_eq(is, str_of(wanted)))
        fail_msg("%s: %s is `%.*s`, not `%s`", why, what, STR_ARG(is), wanted);
}

static void each_sender_is_understood(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct notices notices;
        struct err err;
        const char *why = good[i].why;
        if (!read_as(arena, good[i].kind, good[i].body, &notices, &err))
            fail_msg("%s: %s", why, err.text);
        if (notices.count <= good[i].at)
            fail_msg("%s: %u notices", why, notices.count);
        const struct notice *notice = &notices.items[good[i].at];
        check_text(why, "name", notice->alert.name, good[i].name);
        check_text(why, "service", notice->alert.service, good[i].service);
        check_text(why, "severity", notice->alert.severity, good[i].severity);
        check_text(why, "fingerprint", notice->fingerprint, good[i].fingerprint);
        check_text(why, "group key", notice->group_key, good[i].group_key);
        check_text(why, "episode", notice->episode, good[i].episode);
        check_text(why, "url", notice->url, good[i].url);
        check_text(why, good[i].label, alert_label(&notice->alert, good[i].label), good[i].value);
        check_text(why, "status", notice->alert.status, notice_status_name(good[i].status));
        if (notice->status != good[i].status)
            fail_msg("%s: status", why);
        if (notice->alert.starts_ns / NS_PER_S != good[i].starts_s)
            fail_msg("%s: starts %lld", why, (long long)(notice->alert.starts_ns / NS_PER_S));
        assert_true(notice->fingerprint.len > 0 && notice->alert.id.len > 0);
    }
    arena_free(arena);
}

static const struct {
    const char *why, *kind, *body;
} nothing[] = {
    {"a test of PagerDuty's", "pagerduty",
     "{\"event\":{\"id\":\"1\",\"event_type\":\"pagey.ping\",\"occurred_at\":"
     "\"2026-11-22T01:59:30Z\",\"data\":{\"message\":\"Hello\",\"type\":\"ping\"}}}"},
    {"a note", "pagerduty", PAGERDUTY_OF("incident.annotated")},
    {"a note in Opsgenie", "opsgenie", OPSGENIE_OF("AddNote")},
    {"an issue is assigned", "sentry", "{\"action\":\"assigned\",\"data\":{\"issue\":{}}}"},
    {"no alerts", "alertmanager", "{\"alerts\":[]}"},
    {"no alerts", "generic", "[]"},
};

static void what_is_no_alert_says_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(nothing); i++) {
        struct notices notices;
        struct err err;
        if (!read_as(arena, nothing[i].kind, nothing[i].body, &notices, &err))
            fail_msg("%s: %s", nothing[i].why, err.text);
        if (notices.count != 0 || notices.key.len == 0)
            fail_msg("%s: %u notices", nothing[i].why, notices.count);
    }
    arena_free(arena);
}

static const struct {
    const char *why, *kind, *body, *error;
} bad[] = {
    {"nothing", "generic", "", "line 1"},
    {"half", "generic", "{\"name\":", "line 1"},
    {"a NUL in a text", "generic", "{\"name\":\"a\\u0000b\"}", "line 1"},
    {"no UTF-8", "generic", "{\"name\":\"\xff\"}", "line 1"},
    {"twice the same", "generic", "{\"name\":\"a\",\"name\":\"b\"}", "duplicate"},
    {"a text", "generic", "\"x\"", "line 1"},
    {"a list of numbers", "generic", "[1]", "`[0].`: an object"},
    {"no name", "generic", "{}", "`name`: it is missing"},
    {"no name in the third", "generic", "[{\"name\":\"a\"},{\"name\":\"b\"},{}]",
     "`[2].name`: it is missing"},
    {"a name that is a list", "generic", "{\"name\":[]}", "`name`: a text"},
    {"a status of its own", "generic", "{\"name\":\"a\",\"status\":\"odd\"}", "`status`: firing"},
    {"a time that is none", "generic", "{\"name\":\"a\",\"startsAt\":\"yesterday\"}",
     "`startsAt`: a time"},
    {"a time that is an object", "generic", "{\"name\":\"a\",\"startsAt\":{}}",
     "`startsAt`: a text"},
    {"labels in a list", "generic", "{\"name\":\"a\",\"labels\":[]}", "`labels`: an object"},
    {"not Alertmanager", "alertmanager", "{\"name\":\"a\"}", "`alerts`: an array"},
    {"an array for it", "alertmanager", "[]", "`alerts`: an array"},
    {"an alert that is a number", "alertmanager", "{\"alerts\":[1]}", "`alerts[0].`: an object"},
    {"a status that is none", "alertmanager",
     "{\"alerts\":[{\"status\":\"x\",\"labels\":{\"alertname\":\"a\"}}]}",
     "`alerts[0].status`: firing"},
    {"left out: what?", "alertmanager", "{\"truncatedAlerts\":\"x\",\"alerts\":[]}",
     "`truncatedAlerts`"},
    {"not PagerDuty", "pagerduty", "{\"alerts\":[]}", "`event`: an object"},
    {"no type", "pagerduty", "{\"event\":{}}", "`event.event_type`"},
    {"no data", "pagerduty", "{\"event\":{\"event_type\":\"incident.triggered\"}}",
     "`event.data.id`"},
    {"another template", "datadog", "{\"title\":\"x\"}", "docs/webhooks.md"},
    {"not Opsgenie", "opsgenie", "{\"action\":\"Create\"}", "`alert`: an object"},
    {"not Sentry", "sentry", "{}", "`event`: an object"},
};

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct notices notices;
        struct err err;
        if (read_as(arena, bad[i].kind, bad[i].body, &notices, &err))
            fail_msg("%s: was taken", bad[i].why);
        if (err.kind != ERR_PROTOCOL || !strstr(err.text, bad[i].error))
            fail_msg("%s: %s", bad[i].why, err.text);
    }
    arena_free(arena);
}

static void size_and_depth_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct notices notices;
    struct err err;
    struct buf text = buf_new(arena);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    assert_false(read_as(arena, "generic", buf_str(&text).ptr, &notices, &err));
    assert_int_equal(webhook_status(err.kind), 400);

    text = buf_new(arena);
    buf_add_char(&text, '[');
    for (int i = 0; i < NOTICES_MAX + 1; i++)
        buf_printf(&text, "%s{\"name\":\"a\"}", i ? "," : "");
    buf_add_char(&text, ']');
    assert_false(read_as(arena, "generic", buf_str(&text).ptr, &notices, &err));
    assert_non_null(strstr(err.text, "more than 5000"));

    char *huge = arena_alloc(arena, WEBHOOK_BYTES_MAX + 2);
    memset(huge, ' ', WEBHOOK_BYTES_MAX + 1);
    assert_false(read_as(arena, "generic", huge, &notices, &err));
    assert_int_equal(webhook_status(err.kind), 413);

    text = buf_new(arena); /* labels and texts without end: cut, and taken */
    buf_printf(&text, "{\"name\":\"");
    for (int i = 0; i < 3000; i++)
        buf_add(&text, STR("\xc3\xa9"));
    buf_printf(&text, "\",\"labels\":{");
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "%s\"l%d\":\"v\"", i ? "," : "", i);
    buf_printf(&text, "}}");
    assert_true(read_as(arena, "generic", buf_str(&text).ptr, &notices, &err));
    assert_int_equal(notices.items[0].alert.name.len, 256);
    assert_int_equal(notices.items[0].alert.labels_count, 128);
    arena_free(arena);
}

/* ---- who sends ---- */

static int status_of(struct arena *arena, const char *kind, const char *header, const char *value,
                     const struct webhook_keys *keys, const char *body)
{
    const struct webhook_header headers[] = {{str_of("Host"), str_of("x")},
                                             {str_of(header), str_of(value)}};
    const struct webhook_post post = {
        .headers = headers, .headers_count = header ? 2 : 1, .body = str_of(body), .now_ns = NOW};
    struct notices notices;
    struct err err = {0};
    return webhook_read(webhook_find(str_of(kind)), &post, keys, arena, &notices, &err)
               ? 202
               : webhook_status(err.kind);
}

static void a_token_is_wanted_where_one_is_configured(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct webhook_keys keys = {.token = STR("s3cret")}, none = {0};
    const char *body = "{\"name\":\"a\"}";
    const struct {
        const char *header, *value;
        int status;
    } sent[] = {
        {NULL, NULL, 401},
        {"x-warroom-token", "s3cret", 202},
        {"X-Warroom-Token", " s3cret ", 202},
        {"X-Warroom-Token", "s3cre", 403},
        {"X-Warroom-Token", "", 403},
        {"X-Warroom-Tokens", "s3cret", 401},
        {"Authorization", "Bearer s3cret", 202},
        {"authorization", "bearer  s3cret", 202},
        {"Authorization", "Bearer s3cret2", 403},
        {"Authorization", "Basic s3cret", 401},
        {"Authorization", "Bearer", 401},
    };
    for (size_t i = 0; i < COUNT_OF(sent); i++)
        if (status_of(arena, "generic", sent[i].header, sent[i].value, &keys, body) !=
            sent[i].status)
            fail_msg("%s: %s", sent[i].header, sent[i].value);
    assert_int_equal(status_of(arena, "generic", NULL, NULL, &none, body), 202);
    arena_free(arena);
}

static void a_signature_is_of_one_of_the_secrets(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct webhook_keys keys = {
        .token = STR("t"), .secrets = {STR("old"), STR("new")}, .secrets_count = 2};
    const char *body = PAGERDUTY_OF("incident.triggered");
    struct digest digest;
    struct err err;
    assert_true(digest_hmac_sha256(STR("new"), str_of(body), &digest, &err));
    const char *hex = digest_hex(arena, &digest).ptr;
    char *wrong = (char *)(uintptr_t)str_copy(arena, str_of(hex)).ptr;
    wrong[63] = wrong[63] == '0' ? '1' : '0';
    const struct {
        const char *value;
        int status;
    } sent[] = {
        {str_printf(arena, "v1=%s", hex).ptr, 202},
        {str_printf(arena, "v1=%s,v1=%s", wrong, hex).ptr, 202},
        {str_printf(arena, "v2=%s, v1=%s", wrong, hex).ptr, 202},
        {str_printf(arena, "v1=%s", wrong).ptr, 403},
        {str_printf(arena, "v2=%s", hex).ptr, 400},
        {hex, 400},
        {"v1=", 400},
        {"v1=zz", 400},
        {"", 400},
        {",,,,", 400},
    };
    for (size_t i = 0; i < COUNT_OF(sent); i++)
        if (status_of(arena, "pagerduty", "X-PagerDuty-Signature", sent[i].value, &keys, body) !=
            sent[i].status)
            fail_msg("%s", sent[i].value);
    assert_int_equal(status_of(arena, "pagerduty", NULL, NULL, &keys, body), 400);
    assert_int_equal(status_of(arena, "pagerduty", "X-Warroom-Token", "t", &keys, body), 400);
    assert_int_equal(status_of(arena, "sentry", "Sentry-Hook-Signature", hex, &keys, SENTRY_HOOK),
                     403);
    arena_free(arena);
}

/* ---- the same again ---- */

static void a_post_has_a_key(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct notices a, b;
    struct err err;
    assert_true(read_as(arena, "pagerduty", PAGERDUTY_OF("incident.triggered"), &a, &err));
    assert_string_equal(a.key.ptr, "pagerduty:01ABC");
    assert_true(a.has_id && a.sent_ns == NOW - 30 * NS_PER_S);
    assert_true(read_as(arena, "datadog", DATADOG_OF("Triggered"), &a, &err));
    assert_string_equal(a.key.ptr, "datadog:77");
    assert_true(read_as(arena, "alertmanager", ALERTMANAGER, &a, &err));
    assert_true(read_as(arena, "alertmanager", ALERTMANAGER, &b, &err));
    assert_true(!a.has_id && str_eq(a.key, b.key) && a.left_out == 3);
    assert_true(read_as(arena, "grafana", ALERTMANAGER, &b, &err));
    assert_false(str_eq(a.key, b.key));
    assert_true(read_as(arena, "alertmanager", ALERTMANAGER " ", &b, &err));
    assert_false(str_eq(a.key, b.key));
    arena_free(arena);
}

static void a_fingerprint_does_not_change_with_what_was_measured(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct notices a, b;
    struct err err;
    assert_true(read_as(arena, "alertmanager",
                        "{\"alerts\":[{\"labels\":{\"alertname\":\"a\",\"x\":\"1\",\"y\":\"2\"},"
                        "\"annotations\":{\"summary\":\"9%\"}}]}",
                        &a, &err));
    assert_true(read_as(arena, "alertmanager",
                        "{\"alerts\":[{\"labels\":{\"y\":\"2\",\"alertname\":\"a\",\"x\":\"1\"},"
                        "\"annotations\":{\"summary\":\"11%\"}}]}",
                        &b, &err));
    assert_true(str_eq(a.items[0].fingerprint, b.items[0].fingerprint));
    assert_true(read_as(arena, "alertmanager",
                        "{\"alerts\":[{\"labels\":{\"y\":\"3\",\"alertname\":\"a\",\"x\":\"1\"}}]}",
                        &b, &err));
    assert_false(str_eq(a.items[0].fingerprint, b.items[0].fingerprint));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sender_is_understood),
        cmocka_unit_test(what_is_no_alert_says_nothing),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(size_and_depth_are_bounded),
        cmocka_unit_test(a_token_is_wanted_where_one_is_configured),
        cmocka_unit_test(a_signature_is_of_one_of_the_secrets),
        cmocka_unit_test(a_post_has_a_key),
        cmocka_unit_test(a_fingerprint_does_not_change_with_what_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
