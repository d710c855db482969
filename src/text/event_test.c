/* SPDX-License-Identifier: Apache-2.0 */
#include "text/event.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NEWEST_NS (INT64_C(1795314900) * NS_PER_S)
#define EVENTS_MAX 6

#define T "2026-11-22 01:02:03,456 "
#define CRI "2026-11-22T01:02:03.4Z stderr F "

static const struct {
    const char *why, *text;
    const char *events[EVENTS_MAX]; /* ends with NULL */
} logs[] = {
    {"nothing", "", {NULL}},
    {"blank lines alone", "\n \n\r\n\n", {NULL}},
    {"no end of line at the end", "a\nb", {"a", "b", NULL}},
    {"CR LF", "a\r\nb\r\n", {"a", "b", NULL}},
    {"a Java trace and its causes",
     T
     "ERROR c.s.Web - failed\njava.lang.RuntimeException: no order\n\tat c.s.Web.get(Web.java:1)\n"
     "Caused by: c.s.OrderException: gone\n\t... 12 more\n" T "INFO c.s.Web - next\n",
     {"failed\njava.lang.RuntimeException: no order\n\tat c.s.Web.get(Web.java:1)\n"
      "Caused by: c.s.OrderException: gone\n\t... 12 more",
      "next", NULL}},
    {"a Python trace to its last line",
     T "ERROR failed\nTraceback (most recent call last):\n  File \"/app/a.py\", line 1, in a\n"
       "    x()\nKeyError: 'x'\n\nDuring handling of the above exception, another exception "
       "occurred:\n\nTraceback (most recent call last):\nOrderError: no\n" T "INFO next\n",
     {"failed\nTraceback (most recent call last):\n  File \"/app/a.py\", line 1, in a\n    x()\n"
      "KeyError: 'x'\nDuring handling of the above exception, another exception occurred:\n"
      "Traceback (most recent call last):\nOrderError: no",
      "next", NULL}},
    {"a panic of Go",
     "up\npanic: no order\n\ngoroutine 1 [running]:\nmain.place(0x1)\n\t/app/a.go:7 +0x1d\n"
     "created by main.main\n\t/app/b.go:8\nexit status 2\nnext\n",
     {"up",
      "panic: no order\ngoroutine 1 [running]:\nmain.place(0x1)\n\t/app/a.go:7 +0x1d\n"
      "created by main.main\n\t/app/b.go:8\nexit status 2",
      "next", NULL}},
    {"a panic of Rust",
     "thread 'main' panicked at src/a.rs:7:5:\nno order\nstack backtrace:\n   0: std::panicking\n"
     "             at /rustc/a.rs:1:1\nnext",
     {"thread 'main' panicked at src/a.rs:7:5:\nno order\nstack backtrace:\n"
      "   0: std::panicking\n             at /rustc/a.rs:1:1",
      "next", NULL}},
    {"a trace behind the names that Docker Compose puts before lines",
     "web-1  | java.io.IOException: x\nweb-1  | \tat a.B.c(B.java:1)\ndb     | up\n",
     {"java.io.IOException: x\n\tat a.B.c(B.java:1)", "up", NULL}},
    {"Node and .NET",
     "TypeError: no order\n    at place (/app/a.js:1:2)\nSystem.Exception: x\n"
     " ---> Shop.Exception: y\n   at Shop.A() in /a.cs:line 3\n   --- End of inner ---\n",
     {"TypeError: no order\n    at place (/app/a.js:1:2)",
      "System.Exception: x\n ---> Shop.Exception: y\n   at Shop.A() in /a.cs:line 3\n"
      "   --- End of inner ---",
      NULL}},
    {"PostgreSQL's details",
     "2026-11-22 01:02:03 UTC [7] ERROR:  deadlock\n2026-11-22 01:02:03 UTC [7] DETAIL:  who\n"
     "2026-11-22 01:02:03 UTC [7] STATEMENT:  SELECT\n\t1\n2026-11-22 01:02:04 UTC [7] LOG:  up\n",
     {"deadlock\nwho\nSELECT\n\t1", "up", NULL}},
    {"a header before each frame",
     CRI "java.io.IOException: x\n" CRI "\tat a.B.c(B.java:1)\n" CRI "next\n",
     {"java.io.IOException: x\n\tat a.B.c(B.java:1)", "next", NULL}},
    {"syslog indents as it likes, but for traces",
     "Nov 22 01:02:03 web-1 kernel: memory:\nNov 22 01:02:03 web-1 kernel:  e820: usable\n"
     "Nov 22 01:02:03 web-1 app[7]: a.WebException: x\n"
     "Nov 22 01:02:03 web-1 app[7]: \tat a.Web.get(Web.java:1)\n"
     "Nov 22 01:02:03 web-1 app[8]: \tat a.Web.get(Web.java:1)\n",
     {"memory:", " e820: usable", "a.WebException: x\n\tat a.Web.get(Web.java:1)",
      "\tat a.Web.get(Web.java:1)", NULL}},
    {"a line that the runtime has split",
     "2026-11-22T01:02:03.4Z stdout P one \n2026-11-22T01:02:03.4Z stdout F line\n" CRI "next\n",
     {"one line", "next", NULL}},
    {"a trace in a field",
     "{\"level\":\"error\",\"msg\":\"x\",\"stack_trace\":\"a.B: c\\n\\tat a.B.c(B.java:1)\"}\n"
     "{\"level\":\"info\",\"msg\":\"y\"}",
     {"x\na.B: c\n\tat a.B.c(B.java:1)", "y", NULL}},
    {"JSON over several lines",
     T "INFO got {\n  \"a\": 1\n}\n" T "INFO next\n",
     {"got {\n  \"a\": 1\n}", "next", NULL}},
    {"what was printed without a logger stands alone",
     T "INFO a\nprinted\n" T "INFO b\n",
     {"a", "printed", "b", NULL}},
    {"a file that is indented as a whole", "  a\n  b\n    c\n", {"  a", "  b\n    c", NULL}},
};

static void what_belongs_together_is_one_event(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(logs); i++) {
        struct arena *arena = arena_new("test");
        const struct str text = str_of(logs[i].text);
        const struct header_reader header = header_detect(text, NEWEST_NS);
        struct event_reader *reader = event_reader_new(arena, &header, text, 1);
        struct event event;
        size_t count = 0;
        while (event_next(reader, &event)) {
            if (!logs[i].events[count] || !str_eq(event.text, str_of(logs[i].events[count])))
                fail_msg("%s: event %zu is \"%.*s\"", logs[i].why, count, STR_ARG(event.text));
            count++;
        }
        if (logs[i].events[count])
            fail_msg("%s: there are only %zu events", logs[i].why, count);
        event_reader_free(reader);
        arena_free(arena);
    }
}

static void events_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const size_t len = 1 << 20;
    char *bytes = arena_alloc(arena, len);
    memset(bytes, ' ', len);
    bytes[0] = 'x';
    for (size_t i = 1; i < len; i += 2)
        bytes[i] = '\n';
    for (size_t i = 2; i + 1 < len; i += 2)
        bytes[i] = '}';
    struct str text = {.ptr = bytes, .len = len};
    struct header_reader header = header_detect(text, NEWEST_NS);
    struct event_reader *reader = event_reader_new(arena, &header, text, 1);
    struct event event;
    uint32_t lines = 0;
    while (event_next(reader, &event)) {
        assert_true(event.lines <= EVENT_LINES_MAX && event.text.len <= EVENT_BYTES_MAX);
        lines += event.lines;
    }
    assert_int_equal(lines, len / 2);
    event_reader_free(reader);

    memset(bytes, 'a', len); /* one line of a megabyte, and one that goes on with it */
    memcpy(bytes + len - 4, "\n b", 3);
    text.len = len - 1;
    header = header_detect(text, NEWEST_NS);
    reader = event_reader_new(arena, &header, text, 1);
    assert_true(event_next(reader, &event));
    assert_true(event.is_cut && event.lines == 2 && event.text.len == EVENT_BYTES_MAX);
    assert_false(event_next(reader, &event));
    event_reader_free(reader);
    arena_free(arena);
}

static void a_text_is_cut_where_an_event_begins(void **state)
{
    (void)state;
    const struct str text = STR(T "INFO a\n" T "ERROR b\n\tat c.D.e(D.java:1)\n\tat f\n" T "IN");
    const struct header_reader header = header_detect(text, NEWEST_NS);
    assert_int_equal(event_cut(&header, text), strlen(T "INFO a\n"));
    assert_int_equal(event_cut(&header, STR(T "INFO a\n")), strlen(T "INFO a\n"));
    assert_int_equal(event_cut(&header, STR("no end")), 0);
    assert_int_equal(event_cut(&header, STR("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_belongs_together_is_one_event),
        cmocka_unit_test(events_are_bounded),
        cmocka_unit_test(a_text_is_cut_where_an_event_begins),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
