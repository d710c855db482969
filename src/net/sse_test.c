/* SPDX-License-Identifier: Apache-2.0 */
#include "net/sse.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* All events of a text, each with a bar behind it; then what is left. */
static struct str events_of(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    struct str data;
    while (sse_next(arena, &text, &data))
        buf_printf(&out, "%.*s|", STR_ARG(data));
    return buf_str(&out);
}

static void events_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"data: a\n\n", "a|"},
        {"data:a\r\n\r\ndata:  b\n\n", "a| b|"},
        {"\xef\xbb\xbf"
         "data: a\n\n",
         "a|"},
        {"event: x\ndata: a\nid: 7\ndata: b\n\n", "a\nb|"},
        {": ping\n\n: ping\n\ndata: a\n\n", "a|"},
        {"event: x\n\ndata: a\n\n", "a|"},
        {"data:\n\n", "|"},
        {"data: a\n\ndata: b\n", "a|"}, /* its end has not come */
        {"data: a", ""},
        {"\n\n\n", ""},
        {"dada: a\n\n", ""},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(events_of(arena, str_of(cases[i].text)).ptr, cases[i].want);
    arena_free(arena);
}

static void a_cut_leaves_what_is_whole(void **state)
{
    (void)state;
    static const char text[] = "data: one\n\n: ping\n\nevent: e\r\ndata: two\r\n\r\ndata: 3\n\n";
    struct arena *arena = arena_new("test");
    const struct str whole = str_of(text);
    for (size_t cut = 0; cut <= whole.len; cut++) {
        const struct str before = events_of(arena, str_slice(whole, 0, cut));
        assert_true(str_starts(STR("one|two|3|"), before));

        /* and who goes on later, where it stopped, gets the rest */
        struct buf out = buf_new(arena);
        struct str rest = str_slice(whole, 0, cut), data;
        while (sse_next(arena, &rest, &data))
            buf_printf(&out, "%.*s|", STR_ARG(data));
        rest.len += whole.len - cut;
        while (sse_next(arena, &rest, &data))
            buf_printf(&out, "%.*s|", STR_ARG(data));
        assert_string_equal(buf_str(&out).ptr, "one|two|3|");
    }
    arena_free(arena);
}

static void a_stream_is_told_from_json(void **state)
{
    (void)state;
    static const char *const streams[] = {"data: {}",
                                          "event: x",
                                          ": ping",
                                          "\n\ndata:",
                                          "\xef\xbb\xbf"
                                          "id: 1",
                                          "retry: 5"};
    static const char *const others[] = {"", "{\"data\":1}", "[1]", "<html>", "dat", "null"};
    for (size_t i = 0; i < COUNT_OF(streams); i++)
        assert_true(sse_begins(str_of(streams[i])));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(sse_begins(str_of(others[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_read),
        cmocka_unit_test(a_cut_leaves_what_is_whole),
        cmocka_unit_test(a_stream_is_told_from_json),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
