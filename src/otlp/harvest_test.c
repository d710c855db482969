/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/decode.h"

#include "base/arena.h"
#include "otlp/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define TIME_MAX_NS INT64_C(9200000000000000000)
#define T UINT64_C(1795312800000000000)

/* ---- one request in both encodings ---- */

static struct arena *arena;

static struct buf message(void)
{
    return buf_new(arena);
}

static struct str any_string(const char *text)
{
    struct buf any = message();
    wire_put_bytes(&any, 1, str_of(text));
    return buf_str(&any);
}

static struct str any_whole(int64_t number)
{
    struct buf any = message();
    wire_put_varint(&any, 3, (uint64_t)number);
    return buf_str(&any);
}

static struct str any_real(double real)
{
    struct buf any = message();
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    wire_put_fixed64(&any, 4, bits);
    return buf_str(&any);
}

static struct str pair(const char *key, struct str any)
{
    struct buf pair = message();
    wire_put_bytes(&pair, 1, str_of(key));
    wire_put_bytes(&pair, 2, any);
    return buf_str(&pair);
}

/* items of a list or, of pairs, of a map */
static struct str any_items(uint32_t number, const struct str *items, size_t count)
{
    struct buf list = message(), any = message();
    for (size_t i = 0; i < count; i++)
        wire_put_bytes(&list, 1, items[i]);
    wire_put_bytes(&any, number, buf_str(&list));
    return buf_str(&any);
}

/* {resource, {scope, {items}}}, the resource last: the order of fields is free. */
static struct str request(const struct str *items, size_t count)
{
    struct buf scope = message(), resource = message(), all = message(), out = message();
    for (size_t i = 0; i < count; i++)
        wire_put_bytes(&scope, 2, items[i]);
    wire_put_bytes(&resource, 1, pair("service.name", any_string("cart")));
    wire_put_bytes(&resource, 1, pair("k8s.pod.name", any_string("cart-1")));
    wire_put_bytes(&resource, 1, pair("cloud.zone", any_string("b")));
    wire_put_bytes(&all, 2, buf_str(&scope));
    wire_put_bytes(&all, 1, buf_str(&resource));
    wire_put_bytes(&out, 1, buf_str(&all));
    return buf_str(&out);
}

#define RESOURCE                                                                                   \
    "\"resource\":{\"attributes\":["                                                               \
    "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"cart\"}},"                             \
    "{\"key\":\"k8s.pod.name\",\"value\":{\"stringValue\":\"cart-1\"}},"                           \
    "{\"key\":\"cloud.zone\",\"value\":{\"stringValue\":\"b\"}}]}"

static const char logs_json[] =
    "{\"resourceLogs\":[{" RESOURCE ",\"scopeLogs\":[{\"logRecords\":["
    "{\"timeUnixNano\":\"1795312800000000001\",\"severityNumber\":17,\"severityText\":\"Error\","
    "\"body\":{\"stringValue\":\"pool "
    "\\\"full\\\"\"},\"traceId\":\"5B8E00000000000000000000000000AA\","
    "\"spanId\":\"EEE1000000000001\",\"attributes\":["
    "{\"key\":\"http.route\",\"value\":{\"stringValue\":\"/cart\"}},"
    "{\"key\":\"code\",\"value\":{\"intValue\":\"-500\"}},"
    "{\"key\":\"took\",\"value\":{\"doubleValue\":0.25}},"
    "{\"key\":\"deep\",\"value\":{\"arrayValue\":{\"values\":[{\"boolValue\":true},"
    "{\"kvlistValue\":{\"values\":[{\"key\":\"a\",\"value\":{\"bytesValue\":\"AQI=\"}}]}}]}}}]},"
    "{\"observedTimeUnixNano\":1795312801000000000,\"severityNumber\":9,"
    "\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"msg\",\"value\":{\"stringValue\":\"hi\"}}]}}"
    "},"
    "{\"timeUnixNano\":\"1795312802000000000\",\"body\":{\"intValue\":5},\"traceId\":"
    "\"00000000000000000000000000000000\"},"
    "{\"timeUnixNano\":\"1795312803000000000\",\"eventName\":\"device.crash\"},"
    "{\"timeUnixNano\":\"0\",\"body\":{\"stringValue\":\"timeless\"}}]}]}]}";

static struct str logs_proto(void)
{
    struct str items[5];
    struct buf log = message(), boolean = message(), bytes = message();
    wire_put_varint(&boolean, 2, 1);
    wire_put_bytes(&bytes, 7, STR("\x01\x02"));
    const struct str in_map[] = {pair("a", buf_str(&bytes))};
    const struct str in_list[] = {buf_str(&boolean), any_items(6, in_map, 1)};
    wire_put_fixed64(&log, 1, T + 1);
    wire_put_varint(&log, 2, 17);
    wire_put_bytes(&log, 3, STR("Error"));
    wire_put_bytes(&log, 5, any_string("pool \"full\""));
    wire_put_bytes(&log, 6, pair("http.route", any_string("/cart")));
    wire_put_bytes(&log, 6, pair("code", any_whole(-500)));
    wire_put_bytes(&log, 6, pair("took", any_real(0.25)));
    wire_put_bytes(&log, 6, pair("deep", any_items(5, in_list, 2)));
    wire_put_varint(&log, 7, 3);                              /* dropped attributes: passed over */
    wire_put_varint(&log, 99, 3);                             /* not known */
    wire_put_bytes(&log, 2, STR("a text where a number is")); /* another field, then */
    wire_put_bytes(&log, 9, (struct str){"\x5b\x8e\0\0\0\0\0\0\0\0\0\0\0\0\0\xaa", 16});
    wire_put_bytes(&log, 10, (struct str){"\xee\xe1\0\0\0\0\0\x01", 8});
    items[0] = buf_str(&log);
    log = message();
    const struct str body[] = {pair("msg", any_string("hi"))};
    wire_put_fixed64(&log, 11, T + 1000000000);
    wire_put_varint(&log, 2, 9);
    wire_put_bytes(&log, 5, any_items(6, body, 1));
    items[1] = buf_str(&log);
    log = message();
    wire_put_fixed64(&log, 1, T + 2000000000);
    wire_put_bytes(&log, 5, any_whole(5));
    wire_put_bytes(&log, 9, (struct str){"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16});
    items[2] = buf_str(&log);
    log = message();
    wire_put_fixed64(&log, 1, T + 3000000000);
    wire_put_bytes(&log, 12, STR("device.crash"));
    items[3] = buf_str(&log);
    log = message();
    wire_put_bytes(&log, 5, any_string("timeless"));
    items[4] = buf_str(&log);
    return request(items, 5);
}

static const char traces_json[] =
    "{\"resourceSpans\":[{" RESOURCE ",\"scopeSpans\":[{\"spans\":["
    "{\"traceId\":\"5b8e00000000000000000000000000aa\",\"spanId\":\"eee1000000000001\","
    "\"parentSpanId\":\"eee1000000000002\",\"name\":\"GET /cart\",\"kind\":2,"
    "\"startTimeUnixNano\":\"1795312800000000000\",\"endTimeUnixNano\":\"1795312800001500000\","
    "\"status\":{\"code\":\"STATUS_CODE_ERROR\",\"message\":\"no\"},\"attributes\":["
    "{\"key\":\"tenant\",\"value\":{\"stringValue\":\"a\"}}]},"
    "{\"traceId\":\"5b8e00000000000000000000000000aa\",\"spanId\":\"eee1000000000003\",\"name\":"
    "\"q\","
    "\"startTimeUnixNano\":\"1795312800000000000\",\"endTimeUnixNano\":\"18446744073709551615\"}"
    "]}]}]}";

static struct str traces_proto(void)
{
    struct str items[2];
    struct buf span = message(), status = message();
    wire_put_bytes(&status, 2, STR("no"));
    wire_put_varint(&status, 3, 2);
    wire_put_bytes(&span, 1, (struct str){"\x5b\x8e\0\0\0\0\0\0\0\0\0\0\0\0\0\xaa", 16});
    wire_put_bytes(&span, 2, (struct str){"\xee\xe1\0\0\0\0\0\x01", 8});
    wire_put_bytes(&span, 4, (struct str){"\xee\xe1\0\0\0\0\0\x02", 8});
    wire_put_bytes(&span, 5, STR("GET /cart"));
    wire_put_varint(&span, 6, 2);
    wire_put_fixed64(&span, 7, T);
    wire_put_fixed64(&span, 8, T + 1500000);
    wire_put_bytes(&span, 9, pair("tenant", any_string("a")));
    wire_put_bytes(&span, 15, buf_str(&status));
    items[0] = buf_str(&span);
    span = message();
    wire_put_bytes(&span, 1, (struct str){"\x5b\x8e\0\0\0\0\0\0\0\0\0\0\0\0\0\xaa", 16});
    wire_put_bytes(&span, 2, (struct str){"\xee\xe1\0\0\0\0\0\x03", 8});
    wire_put_bytes(&span, 5, STR("q"));
    wire_put_fixed64(&span, 7, T);
    wire_put_fixed64(&span, 8, UINT64_MAX);
    items[1] = buf_str(&span);
    return request(items, 2);
}

static const char metrics_json[] =
    "{\"resourceMetrics\":[{" RESOURCE ",\"scopeMetrics\":[{\"metrics\":["
    "{\"name\":\"mem\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"1795312800000000000\","
    "\"asDouble\":0.5,\"attributes\":[{\"key\":\"pool\",\"value\":{\"stringValue\":\"old\"}}]},"
    "{\"timeUnixNano\":\"1795312800000000000\",\"flags\":1},"
    "{\"timeUnixNano\":\"1795312800000000000\",\"asDouble\":\"NaN\"},"
    "{\"timeUnixNano\":\"1795312800000000000\"}]}},"
    "{\"name\":\"req\",\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":"
    "[{\"timeUnixNano\":\"1795312800000000000\",\"asInt\":\"-9223372036854775808\"}]}},"
    "{\"name\":\"open\",\"sum\":{\"aggregationTemporality\":2,\"dataPoints\":"
    "[{\"timeUnixNano\":\"1795312800000000000\",\"asInt\":\"3\"}]}},"
    "{\"name\":\"lat\",\"histogram\":{\"aggregationTemporality\":2,\"dataPoints\":[{"
    "\"timeUnixNano\":"
    "\"1795312800000000000\",\"count\":\"4\",\"sum\":2.5,\"bucketCounts\":[\"1\",\"3\"],"
    "\"explicitBounds\":[1]}]}},"
    "{\"name\":\"exp\",\"exponentialHistogram\":{\"aggregationTemporality\":1,\"dataPoints\":"
    "[{\"timeUnixNano\":\"1795312800000000000\",\"count\":2,\"scale\":3}]}},"
    "{\"name\":\"gc\",\"summary\":{\"dataPoints\":[{\"timeUnixNano\":\"1795312800000000000\","
    "\"count\":\"7\",\"sum\":1}]}}]}]}]}";

static uint64_t bits_of(double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

static struct str metric(const char *name, uint32_t kind, uint64_t temporality, bool rises,
                         const struct buf *points, size_t count)
{
    struct buf data = message(), metric = message();
    for (size_t i = 0; i < count; i++)
        wire_put_bytes(&data, 1, (struct str){points[i].ptr, points[i].len});
    if (temporality > 0)
        wire_put_varint(&data, 2, temporality);
    if (rises)
        wire_put_varint(&data, 3, 1);
    wire_put_bytes(&metric, kind, buf_str(&data));
    wire_put_bytes(&metric, 1, str_of(name)); /* behind its data, which is allowed */
    return buf_str(&metric);
}

static struct buf point(uint32_t number, uint64_t value)
{
    struct buf point = message();
    wire_put_fixed64(&point, 3, T);
    if (number > 0)
        wire_put_fixed64(&point, number, value);
    return point;
}

static struct str metrics_proto(void)
{
    struct buf gauges[] = {point(4, bits_of(0.5)), point(0, 0),
                           point(4, bits_of(strtod("nan", NULL))), point(0, 0)};
    wire_put_bytes(&gauges[0], 7, pair("pool", any_string("old")));
    wire_put_varint(&gauges[1], 8, 1);
    struct buf sums[] = {point(6, (uint64_t)INT64_MIN), point(6, 3)};
    struct buf histogram = point(4, 4), exponential = point(4, 2), summary = point(4, 7);
    wire_put_fixed64(&histogram, 5, bits_of(2.5));
    wire_put_bytes(&histogram, 6, STR("\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0")); /* packed buckets */
    wire_put_varint(&exponential, 6, 6);
    wire_put_fixed64(&summary, 5, bits_of(1));
    const struct str items[] = {
        metric("mem", 5, 0, false, gauges, 4),        metric("req", 7, 2, true, sums, 1),
        metric("open", 7, 2, false, sums + 1, 1),     metric("lat", 9, 2, false, &histogram, 1),
        metric("exp", 10, 1, false, &exponential, 1), metric("gc", 11, 0, false, &summary, 1),
    };
    return request(items, COUNT_OF(items));
}

/* ---- what comes of it ---- */

/* All rows of a table: `|` between columns, `?` for what is not known, a line a row. */
static struct str told(const struct batch *rows)
{
    struct buf out = buf_new(arena);
    for (size_t row = 0; row < rows->rows; row++)
        for (uint32_t i = 0; i < rows->columns_count; i++) {
            const struct value value = batch_value(rows, row, i);
            if (i > 0)
                buf_add_char(&out, '|');
            if (!value.known)
                buf_add_char(&out, '?');
            else if (value.type == TYPE_TEXT)
                buf_add(&out, value.text);
            else if (value.type == TYPE_REAL)
                buf_printf(&out, "%g", value.real);
            else
                buf_printf(&out, "%lld", (long long)value.integer);
            if (i + 1 == rows->columns_count)
                buf_add_char(&out, '\n');
        }
    return buf_str(&out);
}

#define ZONE "{\"k8s.pod.name\":\"cart-1\",\"cloud.zone\":\"b\"}"

static const struct {
    enum decode_signal signal;
    struct str (*proto)(void);
    const char *json;
    const char *want;
    uint64_t rejected;
    const char *why;
} requests[] = {
    {DECODE_LOGS, logs_proto, logs_json,
     "1795312800000000001|cart|cart-1|Error|pool \"full\"|5b8e00000000000000000000000000aa|"
     "eee1000000000001|{\"http.route\":\"/cart\",\"code\":-500,\"took\":0.25,\"deep\":[true,{\"a\":"
     "\"AQI=\"}]}\n"
     "1795312801000000000|cart|cart-1|INFO|{\"msg\":\"hi\"}|?|?|?\n"
     "1795312802000000000|cart|cart-1|?|5|?|?|?\n"
     "1795312803000000000|cart|cart-1|?|device.crash|?|?|?\n",
     1, "a record has no time"},
    {DECODE_TRACES, traces_proto, traces_json,
     "1795312800000000000|1500|5b8e00000000000000000000000000aa|eee1000000000001|eee1000000000002|"
     "cart|cart-1|GET /cart|ERROR|server|{\"tenant\":\"a\",\"k8s.pod.name\":\"cart-1\","
     "\"cloud.zone\":\"b\"}\n"
     "1795312800000000000|?|5b8e00000000000000000000000000aa|eee1000000000003|?|cart|cart-1|q|?|"
     "internal|" ZONE "\n",
     0, ""},
    {DECODE_METRICS, metrics_proto, metrics_json,
     "1795312800000000000|cart|cart-1|mem|0.5|{\"pool\":\"old\"}|?\n"
     "1795312800000000000|cart|cart-1|req|-9.22337e+18|?|counter\n"
     "1795312800000000000|cart|cart-1|open|3|?|?\n"
     "1795312800000000000|cart|cart-1|lat.count|4|?|counter\n"
     "1795312800000000000|cart|cart-1|lat.sum|2.5|?|counter\n"
     "1795312800000000000|cart|cart-1|exp.count|2|?|?\n"
     "1795312800000000000|cart|cart-1|gc.count|7|?|counter\n"
     "1795312800000000000|cart|cart-1|gc.sum|1|?|counter\n",
     2, "a point's value is no finite number"},
};

static void both_encodings_give_the_same_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        for (int json = 0; json < 2; json++) {
            arena = arena_new("test");
            struct err err = {0};
            struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
            const bool ok =
                json
                    ? otlp_decode_json(requests[i].signal, str_of(requests[i].json), &harvest, &err)
                    : otlp_decode_proto(requests[i].signal, requests[i].proto(), &harvest, &err);
            if (!ok)
                fail_msg("%s: %s", json ? "json" : "protobuf", err.text);
            const enum harvest_table table = (enum harvest_table)requests[i].signal;
            const struct str got = told(harvest.rows[table]);
            if (!str_eq(got, str_of(requests[i].want)))
                fail_msg("%s:\n%.*s", json ? "json" : "protobuf", STR_ARG(got));
            assert_int_equal(harvest.rejected[table], requests[i].rejected);
            if (!str_eq(harvest.why, str_of(requests[i].why)))
                fail_msg("%.*s", STR_ARG(harvest.why));
            arena_free(arena);
        }
}

/* A prefix of a request is damaged, or by chance a whole one; it is never more than that. */
static void what_is_cut_short_is_refused_as_a_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        arena = arena_new("test");
        const struct str whole = requests[i].proto();
        for (size_t len = 1; len < whole.len; len++) {
            struct err err = {0};
            struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
            assert_false(
                otlp_decode_proto(requests[i].signal, str_slice(whole, 0, len), &harvest, &err));
            assert_int_equal(err.kind, ERR_PROTOCOL);
        }
        arena_free(arena);
    }
}

static void an_empty_request_is_one_without_rows(void **state)
{
    (void)state;
    arena = arena_new("test");
    struct err err = {0};
    struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
    assert_true(otlp_decode_proto(DECODE_LOGS, STR(""), &harvest, &err));
    assert_true(otlp_decode_json(DECODE_LOGS, STR("{}"), &harvest, &err));
    assert_true(otlp_decode_json(DECODE_LOGS, STR("{\"resourceLogs\":[{\"scopeLogs\":3}]}"),
                                 &harvest, &err));
    assert_int_equal(harvest.rows[HARVEST_LOGS]->rows, 0);
    assert_false(otlp_decode_json(DECODE_LOGS, STR(""), &harvest, &err));
    assert_false(otlp_decode_json(DECODE_LOGS, STR("[]"), &harvest, &err));
    assert_string_equal(err.text, "line 1, column 1: it is no JSON object");
    arena_free(arena);
}

static struct str one_log(struct str any, struct str attribute)
{
    struct buf log = message();
    wire_put_fixed64(&log, 1, T);
    wire_put_bytes(&log, 5, any);
    if (attribute.len > 0)
        wire_put_bytes(&log, 6, attribute);
    const struct str item = buf_str(&log);
    return request(&item, 1);
}

static void bounds_hold(void **state)
{
    (void)state;
    arena = arena_new("test");
    struct err err = {0};

    /* a list in a list, 500 times */
    struct str deep = any_string("bottom");
    for (int i = 0; i < 500; i++)
        deep = any_items(5, &deep, 1);
    struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
    assert_true(otlp_decode_proto(DECODE_LOGS, one_log(deep, pair("deep", deep)), &harvest, &err));
    assert_string_equal(batch_column(harvest.rows[HARVEST_LOGS], "attributes")->texts[0].ptr,
                        "{\"deep\":[[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]]]}");

    /* more attributes than a record may have, and more bytes */
    struct buf log = message();
    wire_put_fixed64(&log, 1, T);
    for (int i = 0; i < 1000; i++)
        wire_put_bytes(&log, 6, pair("k", any_whole(i)));
    const struct str item = buf_str(&log);
    harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
    assert_true(otlp_decode_proto(DECODE_LOGS, request(&item, 1), &harvest, &err));
    const struct str many = batch_column(harvest.rows[HARVEST_LOGS], "attributes")->texts[0];
    assert_true(str_ends(many, STR("\"k\":127}")));

    /* a message of a megabyte of two-byte characters is cut between two of them */
    char *wide = arena_alloc(arena, (1 << 20) + 1);
    for (int i = 0; i < 1 << 19; i++)
        memcpy(wide + 2 * i, "\xc3\xa4", 2);
    harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
    assert_true(otlp_decode_proto(DECODE_LOGS, one_log(any_string(wide), STR("")), &harvest, &err));
    assert_int_equal(batch_column(harvest.rows[HARVEST_LOGS], "message")->texts[0].len,
                     HARVEST_TEXT_BYTES_MAX);

    /* bytes that are no UTF-8 */
    harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
    assert_true(otlp_decode_proto(
        DECODE_LOGS, one_log(any_string("gr\xfc\xdf"), pair("a\xff", any_string("\x80"))), &harvest,
        &err));
    assert_true(str_eq(batch_column(harvest.rows[HARVEST_LOGS], "message")->texts[0],
                       STR("gr\xef\xbf\xbd\xef\xbf\xbd")));
    assert_true(str_eq(batch_column(harvest.rows[HARVEST_LOGS], "attributes")->texts[0],
                       STR("{\"a\xef\xbf\xbd\":\"\xef\xbf\xbd\"}")));
    arena_free(arena);
}

/* Few bytes that become many: a resource of 60 KB with each of 100,000 spans. */
static void what_swells_is_refused(void **state)
{
    (void)state;
    arena = arena_new("test");
    char *zone = arena_alloc(arena, 16001);
    memset(zone, 'x', 16000);
    struct buf scope = message(), resource = message(), all = message(), out = message();
    struct buf span = message();
    wire_put_fixed64(&span, 7, T);
    for (int i = 0; i < 100000; i++)
        wire_put_bytes(&scope, 2, buf_str(&span));
    for (int i = 0; i < 4; i++)
        wire_put_bytes(&resource, 1, pair("zone", any_string(zone)));
    wire_put_bytes(&all, 1, buf_str(&resource));
    wire_put_bytes(&all, 2, buf_str(&scope));
    wire_put_bytes(&out, 1, buf_str(&all));
    const struct str body = buf_str(&out);

    struct err err = {0};
    struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, body.len);
    assert_false(otlp_decode_proto(DECODE_TRACES, body, &harvest, &err));
    assert_int_equal(err.kind, ERR_OVER_BUDGET);
    arena_free(arena);
}

static void times_that_cannot_be_are_rejected(void **state)
{
    (void)state;
    static const struct {
        const char *time;
        const char *why; /* "": it is taken */
    } times[] = {
        {"1795312800000000000", ""},
        {"0", "a record has no time"},
        {"x", "a record has no time"},
        {"-5", "a record has no time"},
        {"1795312900000000001", "a record's time lies in the future"},
        {"9223372036854775807", "a record's time lies in the future"},
        {"1795312699999999999", "a record is of 2026-11-22T01:58:19.999Z, older than what is kept"},
    };
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        arena = arena_new("test");
        struct err err = {0};
        struct harvest harvest = harvest_new(arena, (int64_t)T - 100 * INT64_C(1000000000),
                                             (int64_t)T + 100 * INT64_C(1000000000), 0);
        assert_true(otlp_decode_json(
            DECODE_LOGS,
            str_printf(arena,
                       "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":"
                       "\"%s\"}]}]}]}",
                       times[i].time),
            &harvest, &err));
        if (!str_eq(harvest.why, str_of(times[i].why)))
            fail_msg("%s: %.*s", times[i].time, STR_ARG(harvest.why));
        assert_int_equal(harvest.rejected[HARVEST_LOGS], *times[i].why != 0);
        arena_free(arena);
    }
}

/* ---- Loki ---- */

static const char push_json[] =
    "{\"streams\":[{\"stream\":{\"app\":\"cart\",\"pod\":\"cart-1\",\"zone\":\"b\\\"\"},\"values\":"
    "["
    "[\"1795312800000000001\",\"level=error oh no\",{\"trace_id\":\"5B8E\",\"detected_level\":"
    "\"error\"}],[\"1795312800000000002\",\"two\"],[\"soon\",\"three\"]]}]}";

static struct str push_proto(void)
{
    static const char *const lines[] = {"level=error oh no", "two", "three"};
    struct buf stream = message(), out = message();
    wire_put_bytes(&stream, 1, STR("{app=\"cart\", pod=\"cart-1\", zone=\"b\\\"\"}"));
    for (uint64_t i = 0; i < 3; i++) {
        struct buf entry = message(), time = message(), one = message(), two = message();
        wire_put_varint(&time, 1, T / 1000000000);
        wire_put_varint(&time, 2, i + 1);
        if (i < 2)
            wire_put_bytes(&entry, 1, buf_str(&time));
        wire_put_bytes(&entry, 2, str_of(lines[i]));
        wire_put_bytes(&one, 1, STR("trace_id"));
        wire_put_bytes(&one, 2, STR("5B8E"));
        wire_put_bytes(&two, 1, STR("detected_level"));
        wire_put_bytes(&two, 2, STR("error"));
        if (i == 0) {
            wire_put_bytes(&entry, 3, buf_str(&one));
            wire_put_bytes(&entry, 3, buf_str(&two));
        }
        wire_put_bytes(&stream, 2, buf_str(&entry));
    }
    wire_put_bytes(&out, 1, buf_str(&stream));
    return buf_str(&out);
}

static void both_encodings_of_loki_give_the_same_rows(void **state)
{
    (void)state;
    for (int json = 0; json < 2; json++) {
        arena = arena_new("test");
        struct err err = {0};
        struct harvest harvest = harvest_new(arena, 0, TIME_MAX_NS, 0);
        assert_true(json ? loki_decode_json(str_of(push_json), &harvest, &err)
                         : loki_decode_proto(push_proto(), &harvest, &err));
        const struct str got = told(harvest.rows[HARVEST_LOGS]);
        if (!str_eq(got, STR("1795312800000000001|cart|cart-1|error|level=error oh no|5b8e|?|"
                             "{\"zone\":\"b\\\"\"}\n"
                             "1795312800000000002|cart|cart-1|?|two|?|?|{\"zone\":\"b\\\"\"}\n")))
            fail_msg("%.*s", STR_ARG(got));
        assert_int_equal(harvest.rejected[HARVEST_LOGS], 1);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_encodings_give_the_same_rows),
        cmocka_unit_test(what_is_cut_short_is_refused_as_a_whole),
        cmocka_unit_test(an_empty_request_is_one_without_rows),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(what_swells_is_refused),
        cmocka_unit_test(times_that_cannot_be_are_rejected),
        cmocka_unit_test(both_encodings_of_loki_give_the_same_rows),
    };
    return cmocka_run_group_tests_name("harvest", tests, NULL, NULL);
}
