/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/story.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static void lines_become_events(void **state)
{
    (void)state;
    static const struct {
        const char *line, *names, *data; /* of the first event; NULL: any */
    } cases[] = {
        {"{\"type\":\"plan\",\"why\":\"w\",\"text\":\"t\\n\"}", "plan ",
         "{\"why\":\"w\",\"text\":\"t\\n\"}"},
        {"{\"type\":\"lead\",\"id\":1,\"subject\":\"a\",\"because\":\"b\",\"state\":\"held\","
         "\"first_step\":3}",
         "lead ",
         "{\"id\":1,\"subject\":\"a\",\"because\":\"b\",\"state\":\"held\",\"reason\":null,"
         "\"first_step\":3,\"last_step\":null}"},
        {"{\"type\":\"step\",\"id\":2,\"name\":\"n\",\"state\":\"done\",\"took_ns\":1500000,"
         "\"effects\":{\"evidence\":[{\"id\":7,\"claim\":\"c\"},{\"id\":8}]}}",
         "step evidence evidence ", NULL},
        {"{\"type\":\"loaded\",\"effects\":{\"sources\":[{\"name\":\"x\",\"rows\":2}]}}",
         "sources ", "{\"sources\":[{\"name\":\"x\",\"state\":\"\",\"rows\":2,\"note\":\"\"}]}"},
        {"{\"type\":\"reread\",\"effects\":{\"withdrawn\":[{\"id\":4,\"why\":\"gone\"}]}}",
         "withdrawn ", "{\"id\":\"E4\",\"why\":\"gone\"}"},
        {"{\"type\":\"verdict\",\"hypotheses\":[]}", "verdict ", "{\"hypotheses\":[]}"},
        {"{\"type\":\"close\",\"known\":true,\"took_ns\":2500000}", "close ",
         "{\"stopped_because\":\"\",\"known\":true,\"took_ms\":2.5}"},
        {"{\"type\":\"walk\",\"effects\":{}}", "", NULL},
        {"{\"type\":\"exhibits\",\"effects\":{\"exhibits\":[]}}", "", NULL},
        /* what is none of ours */
        {"", "", NULL},
        {"{", "", NULL},
        {"[]", "", NULL},
        {"5", "", NULL},
        {"{\"type\":5}", "", NULL},
        {"{\"type\":\"step\"}", "step ", NULL},
        {"{\"type\":\"step\",\"effects\":[1,2]}", "step ", NULL},
        {"{\"type\":\"step\",\"effects\":{\"evidence\":5}}", "step ", NULL},
        {"{\"type\":\"verdict\",\"hypotheses\":[1,null]}", "verdict ", NULL},
        {"{\"type\":\"lead\",\"subject\":{\"hex\":\"ff00\"}}", "lead ", NULL},
        {"\xff\xfe", "", NULL},
    };
    struct arena *arena = arena_new("test");
    struct story *story = arena_push(arena, struct story);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char names[200] = "";
        story_of_line(arena, str_of(cases[i].line), story);
        for (uint32_t j = 0; j < story->count; j++) {
            strcat(strcat(names, story->items[j].name), " ");
            json_t *json = json_loadb(story->items[j].data.ptr, story->items[j].data.len, JSON_ALLOW_NUL, NULL);
            if (!json)
                fail_msg("%s", story->items[j].data.ptr);
            assert_null(memchr(story->items[j].data.ptr, '\n', story->items[j].data.len));
            json_decref(json);
        }
        assert_string_equal(names, cases[i].names);
        if (cases[i].data)
            assert_string_equal(story->items[0].data.ptr, cases[i].data);
    }
    arena_free(arena);
}

static void more_evidence_than_is_told_is_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct story *story = arena_push(arena, struct story);
    struct buf line = buf_new(arena);
    buf_add(&line, STR("{\"type\":\"step\",\"effects\":{\"evidence\":["));
    for (int i = 0; i < 1000; i++)
        buf_printf(&line, "%s{\"id\":%d}", i > 0 ? "," : "", i + 1);
    buf_add(&line, STR("]}}"));
    story_of_line(arena, buf_str(&line), story);
    assert_int_equal(story->count, STORY_EVENTS_MAX);
    arena_free(arena);
}

static void exhibits_are_gathered(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str journal = STR(
        "{\"type\":\"loaded\",\"effects\":{\"nodes\":[\"a\",\"b\"],\"edges\":[[\"a\",\"b\"]]}}\n"
        "nonsense \"exhibits\":\n"
        "{\"type\":\"exhibits\",\"effects\":{\"exhibits\":[{\"evidence\":2,\"series\":{\"service\":"
        "\"a\",\"metric\":\"m\",\"points\":[[1795313040000000000,0.5],[1795313041500000000,{"
        "\"real\":\"nan\"}]]}},{\"evidence\":3,\"change\":{\"id\":\"abc\"}}]}}\n");
    assert_string_equal(
        story_exhibits(arena, journal).ptr,
        "{\"series\":[{\"id\":\"E2\",\"service\":\"a\",\"instance\":null,\"metric\":\"m\","
        "\"onset\":null,\"points\":[[1795313040.000,0.5],[1795313041.500,null]]}],\"logs\":[],"
        "\"traces\":[],\"changes\":[{\"id\":\"E3\",\"service\":null,\"change\":\"abc\",\"author\":"
        "null,\"message\":null,\"diff\":null,\"owners\":null,\"revert\":null,\"landed\":null,"
        "\"deployed\":null}],\"topology\":{\"nodes\":[\"a\",\"b\"],\"edges\":[[\"a\",\"b\"]]}}");
    assert_string_equal(story_exhibits(arena, STR("")).ptr,
                        "{\"series\":[],\"logs\":[],\"traces\":[],\"changes\":[],\"topology\":{"
                        "\"nodes\":[],\"edges\":[]}}");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_events),
        cmocka_unit_test(more_evidence_than_is_told_is_left_out),
        cmocka_unit_test(exhibits_are_gathered),
    };
    return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
