/* SPDX-License-Identifier: Apache-2.0 */
#include "text/header.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NEWEST_NS (INT64_C(1795314900) * NS_PER_S) /* 2026-11-22 02:35:00 */

/* NULL: it must be empty. A time is as time_format_exact() has it. */
static const struct {
    const char *line;
    enum header_format format, inner;
    const char *time;
    enum level level;
    const char *host, *program, *pid, *thread, *component, *source, *trace_id;
    const char *message;
} lines[] = {
    {.line = "Nov 22 01:02:03 web-1 sshd[812]: Accepted publickey for ada",
     .format = HEADER_SYSLOG,
     .time = "2026-11-22T01:02:03Z",
     .host = "web-1",
     .program = "sshd",
     .pid = "812",
     .message = "Accepted publickey for ada"},
    {.line = "web-1  | 2026-11-22 01:02:03,456 WARN pool is full",
     .format = HEADER_COMPOSE,
     .inner = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_WARN,
     .program = "web-1",
     .message = "pool is full"},
    {.line = "shop_db.main | ready",
     .format = HEADER_COMPOSE,
     .program = "shop_db.main",
     .message = "ready"},
    {.line = "INFO | 12 | ready",
     .format = HEADER_LEVELLED,
     .level = LEVEL_INFO,
     .pid = "12",
     .message = "ready"},
    {.line = "<34>Dec  1 01:02:03 web-1 su(pam): session closed",
     .format = HEADER_SYSLOG,
     .time = "2025-12-01T01:02:03Z",
     .level = LEVEL_FATAL,
     .host = "web-1",
     .program = "su(pam)",
     .message = "session closed"},
    {.line = "Nov 22 01:02:03 web-1 kernel: [   12.345678] eth0: link up",
     .format = HEADER_SYSLOG,
     .time = "2026-11-22T01:02:03Z",
     .host = "web-1",
     .program = "kernel",
     .message = "eth0: link up"},
    {.line = "2026-11-22T01:02:03.5+01:00 web-1 cron[7]: (root) CMD (backup)",
     .format = HEADER_SYSLOG,
     .time = "2026-11-22T00:02:03.500Z",
     .host = "web-1",
     .program = "cron",
     .pid = "7",
     .message = "(root) CMD (backup)"},
    {.line = "Nov 22 01:02:03 web-1 last message repeated 3 times",
     .format = HEADER_SYSLOG,
     .time = "2026-11-22T01:02:03Z",
     .host = "web-1",
     .message = "last message repeated 3 times"},
    {.line = "<165>1 2026-11-22T01:02:03.003Z web-1 evntslog 12 ID47 [a@1 k=\"v ] x\"][b] An event",
     .format = HEADER_RFC5424,
     .time = "2026-11-22T01:02:03.003Z",
     .level = LEVEL_INFO,
     .host = "web-1",
     .program = "evntslog",
     .pid = "12",
     .component = "ID47",
     .message = "An event"},
    {.line = "<11>1 - - app - - - \xef\xbb\xbfno more room",
     .format = HEADER_RFC5424,
     .level = LEVEL_ERROR,
     .program = "app",
     .message = "no more room"},
    {.line = "2026-11-22T01:02:03.456789012Z stderr F plain words here",
     .format = HEADER_CRI,
     .time = "2026-11-22T01:02:03.456789012Z",
     .component = "stderr",
     .message = "plain words here"},
    {.line = "2026-11-22T01:02:03.4Z stdout F E1122 01:02:03.456789 1 sync.go:31] no lease",
     .format = HEADER_CRI,
     .inner = HEADER_KLOG,
     .time = "2026-11-22T01:02:03.400Z",
     .level = LEVEL_ERROR,
     .pid = "1",
     .component = "stdout",
     .source = "sync.go:31",
     .message = "no lease"},
    {.line = "I0512 12:00:00.123456       1 file.go:31] Starting workers",
     .format = HEADER_KLOG,
     .time = "2026-05-12T12:00:00.123456Z",
     .level = LEVEL_INFO,
     .pid = "1",
     .source = "file.go:31",
     .message = "Starting workers"},
    {.line = "W20261122 01:02:03.4 77 a/b.cc:9] slow",
     .format = HEADER_KLOG,
     .time = "2026-11-22T01:02:03.400Z",
     .level = LEVEL_WARN,
     .pid = "77",
     .source = "a/b.cc:9",
     .message = "slow"},
    {.line =
         "10.0.0.7 - ada [22/Nov/2026:01:02:03 +0100] \"GET /cart?id=7 HTTP/1.1\" 502 157 \"-\" "
         "\"curl/8\"",
     .format = HEADER_ACCESS,
     .time = "2026-11-22T00:02:03Z",
     .level = LEVEL_ERROR,
     .host = "10.0.0.7",
     .message = "\"GET /cart?id=7 HTTP/1.1\" 502 157 \"-\" \"curl/8\""},
    {.line = "1795314503.939 127.0.0.1 \"POST /pay HTTP/2.0\" 404 12",
     .format = HEADER_ACCESS,
     .time = "2026-11-22T02:28:23.939Z",
     .level = LEVEL_WARN,
     .host = "127.0.0.1",
     .message = "\"POST /pay HTTP/2.0\" 404 12"},
    {.line = "2026/11/22 01:02:03 [error] 12#34: *56 connect() failed, client: 10.0.0.7",
     .format = HEADER_NGINX_ERROR,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_ERROR,
     .pid = "12",
     .thread = "34",
     .message = "connect() failed, client: 10.0.0.7"},
    {.line = "[Sun Nov 22 01:02:03.456789 2026] [core:error] [pid 12:tid 34] [client 10.0.0.7:5] "
             "AH00126: bad URI",
     .format = HEADER_APACHE_ERROR,
     .time = "2026-11-22T01:02:03.456789Z",
     .level = LEVEL_ERROR,
     .host = "10.0.0.7:5",
     .pid = "12",
     .thread = "34",
     .component = "core",
     .message = "AH00126: bad URI"},
    {.line = "[Sun Nov 22 01:02:03 2026] [notice] caught SIGTERM",
     .format = HEADER_APACHE_ERROR,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_INFO,
     .message = "caught SIGTERM"},
    {.line = "1:M 22 Nov 2026 01:02:03.456 # Can't save in background: fork",
     .format = HEADER_REDIS,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_WARN,
     .pid = "1",
     .message = "Can't save in background: fork"},
    {.line = "[12] 22 Nov 01:02:03.456 * Background saving started by pid 13",
     .format = HEADER_REDIS,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_INFO,
     .pid = "12",
     .message = "Background saving started by pid 13"},
    {.line = "2026-11-22 01:02:03.456 CET [4711] shop@shop ERROR:  canceling statement",
     .format = HEADER_POSTGRES,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_ERROR,
     .pid = "4711",
     .message = "canceling statement"},
    {.line = "1795314503.939 [29283] LOG:  listening on IPv4 address \"127.0.0.1\", port 5432",
     .format = HEADER_POSTGRES,
     .time = "2026-11-22T02:28:23.939Z",
     .level = LEVEL_INFO,
     .pid = "29283",
     .message = "listening on IPv4 address \"127.0.0.1\", port 5432"},
    {.line = "2026-11-22 01:02:03,456 INFO  [main] com.shop.Orders: order placed",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_INFO,
     .thread = "main",
     .component = "com.shop.Orders",
     .message = "order placed"},
    {.line = "01:02:03.456 [http-8] ERROR c.s.Orders - order lost",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_ERROR,
     .thread = "http-8",
     .component = "c.s.Orders",
     .message = "order lost"},
    {.line = "2026-11-22 01:02:03.456  WARN [shop,4bf92f3577b34da6,00f067aa0ba902b7] 12 --- "
             "[nio-1] c.s.Orders    : slow: 7 s",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_WARN,
     .pid = "12",
     .thread = "nio-1",
     .component = "c.s.Orders",
     .trace_id = "4bf92f3577b34da6",
     .message = "slow: 7 s"},
    {.line = "2026-11-22 01:02:03,456 - INFO  [Peer[id=1]/0:0:2181:Election@774] - Notified: 7",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_INFO,
     .thread = "Peer[id=1]/0:0:2181",
     .component = "Election",
     .source = "Election@774",
     .message = "Notified: 7"},
    {.line = "11-22 01:02:03.456  1702  2395 D PowerManager: acquire lock",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_DEBUG,
     .pid = "1702",
     .thread = "2395",
     .component = "PowerManager",
     .message = "acquire lock"},
    {.line = "2026-11-22 01:02:03.456 | INFO     | shop.orders:place:31 - placed",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_INFO,
     .source = "shop.orders:place:31",
     .message = "placed"},
    {.line = "20261122-01:02:03:456|Steps|30002|counted 7",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03.456Z",
     .pid = "30002",
     .component = "Steps",
     .message = "counted 7"},
    {.line = "rotate-keys 2026-11-22 01:02:03: key 7 is new",
     .format = HEADER_LOG4J,
     .time = "2026-11-22T01:02:03Z",
     .program = "rotate-keys",
     .message = "key 7 is new"},
    {.line = "2026-11-22 01:02:03,456 - shop.orders - WARNING - no stock",
     .format = HEADER_PYTHON,
     .time = "2026-11-22T01:02:03.456Z",
     .level = LEVEL_WARN,
     .component = "shop.orders",
     .message = "no stock"},
    {.line = "WARNING:root:no stock",
     .format = HEADER_PYTHON,
     .level = LEVEL_WARN,
     .component = "root",
     .message = "no stock"},
    {.line = "time=2026-11-22T01:02:03Z level=error msg=\"no \\\"stock\\\"\"",
     .format = HEADER_LOGFMT,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_ERROR,
     .message = "no \"stock\""},
    {.line = "ts=2026-11-22T01:02:03Z caller=a.go:7 level=warn msg=\"slow\" table=orders",
     .format = HEADER_LOGFMT,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_WARN,
     .source = "a.go:7",
     .message = "\"slow\" table=orders"},
    {.line = "{\"ts\": 1795314503.939, \"level\":\"warn\", \"n\":{\"a\":[1,{\"b\":\"}\"}]}, "
             "\"msg\":\"tab\\tand \\u00e4 \\ud83d\\ude00\"}",
     .format = HEADER_JSON,
     .time = "2026-11-22T02:28:23.939Z",
     .level = LEVEL_WARN,
     .message = "tab\tand \xc3\xa4 \xf0\x9f\x98\x80"},
    {.line = "{\"log\":\"ERROR: gone\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-22T01:02:03Z\"}",
     .format = HEADER_JSON,
     .inner = HEADER_LEVELLED,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_ERROR,
     .message = "gone"},
    {.line = "{\"@timestamp\":\"2026-11-22T01:02:03Z\",\"log\":{\"level\":\"ERROR\",\"logger\":"
             "\"c.s.Orders\"},\"message\":\"lost\",\"trace\":{\"id\":\"abc\"}}",
     .format = HEADER_JSON,
     .time = "2026-11-22T01:02:03Z",
     .level = LEVEL_ERROR,
     .component = "c.s.Orders",
     .trace_id = "abc",
     .message = "lost"},
    {.line =
         "{\"level\":30,\"time\":1795314503939,\"pid\":9,\"hostname\":\"web-1\",\"msg\":\"up\"}",
     .format = HEADER_JSON,
     .time = "2026-11-22T02:28:23.939Z",
     .level = LEVEL_INFO,
     .host = "web-1",
     .pid = "9",
     .message = "up"},
    {.line = "ERROR: out of room",
     .format = HEADER_LEVELLED,
     .level = LEVEL_ERROR,
     .message = "out of room"},
    {.line = "[warn] out of room soon",
     .format = HEADER_LEVELLED,
     .level = LEVEL_WARN,
     .message = "out of room soon"},
    {.line = "2026-11-22 01:02:03 status installed shop:amd64 1.2",
     .format = HEADER_STAMPED,
     .time = "2026-11-22T01:02:03Z",
     .message = "status installed shop:amd64 1.2"},
    {.line = "order 7 placed", .format = HEADER_NONE, .message = "order 7 placed"},
    {.line = "Error while placing an order", .message = "Error while placing an order"},
    {.line = "total=7 and more", .message = "total=7 and more"},
    {.line = "{\"level\":\"warn\"", .message = "{\"level\":\"warn\""},
    {.line = "{}", .message = "{}"},
    {.line = "12:00 is noon", .message = "12:00 is noon"},
};

static void assert_text(const char *line, const char *what, struct str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("%s: %s is \"%.*s\", not \"%s\"", line, what, STR_ARG(got), want ? want : "");
}

static void each_format_is_told_by_one_line(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const char *line = lines[i].line;
        const struct header_reader reader = header_detect(str_of(line), NEWEST_NS);
        struct header header;
        const bool has_header = header_read(&reader, str_of(line), arena, &header);
        assert_text(line, "the format", str_of(header_format_name(header.format)),
                    header_format_name(lines[i].format));
        assert_int_equal(has_header, lines[i].format != HEADER_NONE);
        assert_text(line, "the inner format", str_of(header_format_name(header.inner)),
                    header_format_name(lines[i].inner));
        assert_text(line, "the time",
                    header.has_time ? time_format_exact(arena, header.time_ns) : STR(""),
                    lines[i].time);
        assert_text(line, "the level", str_of(level_name(header.level)),
                    level_name(lines[i].level));
        assert_text(line, "the host", header.host, lines[i].host);
        assert_text(line, "the program", header.program, lines[i].program);
        assert_text(line, "the pid", header.pid, lines[i].pid);
        assert_text(line, "the thread", header.thread, lines[i].thread);
        assert_text(line, "the component", header.component, lines[i].component);
        assert_text(line, "the source", header.source, lines[i].source);
        assert_text(line, "the trace", header.trace_id, lines[i].trace_id);
        assert_text(line, "the message", header.message, lines[i].message);
    }
    arena_free(arena);
}

static void a_line_may_be_cut_anywhere(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        for (size_t len = 0; len <= strlen(lines[i].line); len++) {
            struct header header;
            char *copy = arena_alloc(arena, len + 1); /* so that a sanitizer sees its end */
            memcpy(copy, lines[i].line, len);
            const struct str line = {.ptr = copy, .len = len};
            for (int format = 0; format < HEADER_FORMATS_COUNT; format++) {
                const struct header_reader reader =
                    header_reader_of((enum header_format)format, line, NEWEST_NS);
                header_read(&reader, line, arena, &header);
            }
            arena_reset(arena);
        }
    arena_free(arena);
}

static struct header read_with(struct arena *arena, const char *file, const char *line)
{
    const struct header_reader reader = header_detect(str_of(file), NEWEST_NS);
    struct header header;
    header_read(&reader, str_of(line), arena, &header);
    return header;
}

static void a_name_before_a_colon_is_one_where_most_lines_have_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct header header = read_with(arena,
                                     "2026-11-22 01:02:03 INFO pool: up\n"
                                     "2026-11-22 01:02:03 INFO queue: up\n"
                                     "2026-11-22 01:02:03 INFO pool: down\n",
                                     "2026-11-22 01:02:03 INFO cache: up");
    assert_text("named", "the component", header.component, "cache");
    header = read_with(arena,
                       "2026-11-22 01:02:03 INFO Starting up\n"
                       "2026-11-22 01:02:03 INFO Received: 7\n"
                       "2026-11-22 01:02:03 INFO Going down\n",
                       "2026-11-22 01:02:03 INFO Received: 8");
    assert_text("not named", "the component", header.component, "");
    assert_text("not named", "the message", header.message, "Received: 8");
    arena_free(arena);
}

static void a_file_may_mix_formats(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const char *file = "I1122 01:02:03.456789 1 a.go:1] up\n"
                       "{\"level\":\"info\",\"msg\":\"up\"}\n"
                       "words\n";
    assert_int_equal(read_with(arena, file, "I1122 01:02:03.4 1 a.go:1] x").format, HEADER_KLOG);
    assert_int_equal(read_with(arena, file, "{\"msg\":\"x\"}").format, HEADER_JSON);
    assert_int_equal(read_with(arena, file, "words").format, HEADER_NONE);
    assert_int_equal(read_with(arena, file, "ERROR: x").format, HEADER_NONE);
    assert_int_equal(read_with(arena, file, "2026/11/22 01:02:03 [error] 1#2: *3 x").format,
                     HEADER_NGINX_ERROR); /* the strict are known wherever they are */
    arena_free(arena);
}

/* What is left out of a time is said, and taken from the newest time that there can be. */
static void what_a_time_leaves_out_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t missing;
        const char *time;
    } stamps[] = {
        {"2026-11-22T01:02:03Z", 0, "2026-11-22T01:02:03Z"},
        {"2026-11-22 01:02:03", STAMP_NO_ZONE, "2026-11-22T01:02:03Z"},
        {"2026-11-22 01:02:03 -0800", 0, "2026-11-22T09:02:03Z"},
        {"2026-02-30 01:02:03 -12 x", STAMP_NO_ZONE, "2026-03-02T01:02:03Z"},
        {"Nov 22 01:02:03", STAMP_NO_YEAR | STAMP_NO_ZONE, "2026-11-22T01:02:03Z"},
        {"Nov 23 01:02:03", STAMP_NO_YEAR | STAMP_NO_ZONE, "2026-11-23T01:02:03Z"},
        {"Nov 24 01:02:03", STAMP_NO_YEAR | STAMP_NO_ZONE, "2025-11-24T01:02:03Z"},
        {"Feb 29 01:02:03", STAMP_NO_YEAR | STAMP_NO_ZONE, "2026-03-01T01:02:03Z"},
        {"Sun Nov 22 01:02:03 2026", STAMP_NO_ZONE, "2026-11-22T01:02:03Z"},
        {"02:34:59", STAMP_NO_DATE | STAMP_NO_ZONE, "2026-11-22T02:34:59Z"},
        {"02:35:01", STAMP_NO_DATE | STAMP_NO_ZONE, "2026-11-21T02:35:01Z"},
        {"22/Nov/2026:01:02:03 +0000", 0, "2026-11-22T01:02:03Z"},
        {"26/11/22 01:02:03", STAMP_NO_ZONE, "2026-11-22T01:02:03Z"},
        {"2026-11-22-01.02.03.456789", STAMP_NO_ZONE, "2026-11-22T01:02:03.456789Z"},
        {"1795314503", 0, "2026-11-22T02:28:23Z"},
        {"1795314503939", 0, "2026-11-22T02:28:23.939Z"},
    };
    static const char *const none[] = {"",
                                       "2026",
                                       "2026-13-22 01:02:03",
                                       "2026-11-22 25:02:03",
                                       "Nov 22",
                                       "2026-11-22",
                                       "01:02",
                                       "0000000000 x",
                                       "1969-01-01 01:02:03",
                                       "17953145031",
                                       "Foo 22 01:02:03",
                                       "2026-11-22 1:02:03"};
    struct arena *arena = arena_new("test");
    struct stamp stamp;
    for (size_t i = 0; i < COUNT_OF(stamps); i++) {
        if (stamp_read(str_of(stamps[i].text), NEWEST_NS, &stamp) == 0)
            fail_msg("%s is no time", stamps[i].text);
        assert_text(stamps[i].text, "the time", time_format_exact(arena, stamp.time_ns),
                    stamps[i].time);
        if (stamp.missing != stamps[i].missing)
            fail_msg("%s: %u is missing", stamps[i].text, stamp.missing);
    }
    for (size_t i = 0; i < COUNT_OF(none); i++)
        if (stamp_read(str_of(none[i]), NEWEST_NS, &stamp) != 0)
            fail_msg("%s is a time", none[i]);
    arena_free(arena);
}

static void names_of_formats_are_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < HEADER_FORMATS_COUNT; i++) {
        enum header_format format;
        assert_true(header_format_of(str_of(header_format_name((enum header_format)i)), &format));
        assert_int_equal(format, i);
    }
    enum header_format format;
    assert_false(header_format_of(STR("syslogs"), &format));
}

static void no_line_is_too_long_or_too_odd(void **state)
{
    (void)state;
    const size_t len = 1 << 20;
    struct arena *arena = arena_new("test");
    char *bytes = arena_alloc(arena, len);
    static const char fillers[] = "\"{[:=-| \0\\a1";
    for (size_t i = 0; i < sizeof fillers; i++) {
        memset(bytes, fillers[i], len);
        memcpy(bytes, "2026-11-22 01:02:03 ", 20);
        struct header header;
        for (size_t from = 0; from <= 20; from += 20) {
            const struct str line = {.ptr = bytes + from, .len = len - from};
            const struct header_reader reader = header_detect(line, NEWEST_NS);
            header_read(&reader, line, arena, &header);
            assert_true(header.message.len <= len);
        }
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_is_told_by_one_line),
        cmocka_unit_test(a_line_may_be_cut_anywhere),
        cmocka_unit_test(a_name_before_a_colon_is_one_where_most_lines_have_it),
        cmocka_unit_test(a_file_may_mix_formats),
        cmocka_unit_test(what_a_time_leaves_out_is_said),
        cmocka_unit_test(names_of_formats_are_read_back),
        cmocka_unit_test(no_line_is_too_long_or_too_odd),
    };
    return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
