/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies in the shape of each server that is spoken to: tests/expert/replies, whole and streamed.
 * They all say the same, and each is cut at every byte.
 */
#include "expert/expert_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define FOLDER "tests/expert/replies/"
#define ANSWER "{\"pick\":\"B\"}"

static const struct {
    const char *name, *kind;
    bool is_streamed;
} servers[] = {
    {"openai", "openai", false},       {"openai-stream", "openai", true},
    {"vllm", "openai", false},         {"vllm-stream", "openai", true},
    {"llama-server", "openai", false}, {"llama-server-stream", "openai", true},
    {"ollama", "openai", false},       {"ollama-stream", "openai", true},
    {"litellm", "openai", false},      {"litellm-stream", "openai", true},
    {"anthropic", "anthropic", false}, {"anthropic-stream", "anthropic", true},
};

static const struct brief brief = {.task = "pick",
                                   .instructions = STR("Pick one."),
                                   .material = STR("{}"),
                                   .schema = STR("{\"type\":\"object\"}")};

static bool accept_b(void *state, const json_t *answer, struct err *mistake)
{
    const char *pick = json_string_value(json_object_get(answer, "pick"));
    *(bool *)state = pick && !strcmp(pick, "B");
    return *(bool *)state || err_set(mistake, ERR_PROTOCOL, "`pick` is not B");
}

/* With the line `HTTP 200` before it. */
static struct str reply_of(struct arena *arena, const char *name)
{
    const struct str path = str_printf(arena, FOLDER "%s.reply", name);
    FILE *file = fopen(path.ptr, "rb");
    if (!file)
        fail_msg("%s", path.ptr);
    char *text = arena_alloc(arena, 65536);
    const size_t len = fread(text, 1, 65535, file);
    fclose(file);
    text[len] = 0;
    return (struct str){text, len};
}

static struct str body_of(struct arena *arena, const char *name)
{
    const struct str reply = reply_of(arena, name);
    return str_slice(reply, strlen("HTTP 200\n\n"), reply.len);
}

/* ---- whole ---- */

struct heard {
    uint32_t times;
    char last[256];
};

static void hear(void *state, struct str so_far)
{
    struct heard *heard = state;
    heard->times++;
    assert_true(so_far.len < sizeof heard->last);
    /* it grows, and never takes back what it has said */
    assert_memory_equal(heard->last, so_far.ptr, strlen(heard->last));
    memcpy(heard->last, so_far.ptr, so_far.len);
    heard->last[so_far.len] = 0;
}

static void every_server_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct arena *arena = arena_new("test");
        const char *const reply = reply_of(arena, servers[i].name).ptr;
        struct desk *desk = desk_with(servers[i].kind, "", tape_of(arena, &reply, 1), arena);
        struct heard heard = {0};
        struct brief asked = brief;
        bool ok = false;
        struct err err = {0};
        asked.hear = hear;
        asked.hear_state = &heard;
        if (!expert_ask(&desk->expert, arena, &asked, accept_b, &ok, &err))
            fail_msg("%s: %s", servers[i].name, err.text);
        assert_true(ok);
        assert_int_equal(desk->expert.bill.tokens_in, 82);
        assert_int_equal(desk->expert.bill.tokens_out, 17);
        assert_int_equal(desk->expert.bill.repairs, 0);
        assert_true(servers[i].is_streamed == (heard.times > 1));
        if (servers[i].is_streamed)
            assert_string_equal(heard.last, ANSWER);
        arena_free(arena);
    }
}

static void a_stream_is_asked_for_where_one_listens(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *more, *want; /* "": not streamed */
    } cases[] = {
        {"openai", "", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}\n"},
        {"anthropic", "", ",\"stream\":true}\n"},
        {"openai", "stream: false\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk *desk = desk_new(cases[i].kind, cases[i].more, NULL, 0);
        struct brief asked = brief;
        struct str shown;
        struct err err;
        assert_true(expert_show(&desk->expert, desk->arena, &asked, &shown, &err));
        assert_false(str_contains(shown, STR("stream")));
        asked.hear = hear;
        assert_true(expert_show(&desk->expert, desk->arena, &asked, &shown, &err));
        assert_true(str_ends(shown, str_of(cases[i].want)));
        assert_int_equal(str_contains(shown, STR("stream")), cases[i].want[0] != 0);
        arena_free(desk->arena);
    }
}

/* ---- cut ---- */

/* A reply that is cut is an answer as it was meant, or none; and never a part of one. */
static void a_cut_gives_all_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        struct arena *arena = arena_new("test");
        const struct expert_type *type = expert_type_find(str_of(servers[i].kind));
        const struct str body = body_of(arena, servers[i].name);
        uint32_t whole = 0;
        for (size_t cut = 0; cut <= body.len; cut++) {
            struct arena *scratch = arena_new("cut");
            struct opinion opinion;
            struct err err = {0};
            if (type->decode(&brief, str_slice(body, 0, cut), scratch, &opinion, &err)) {
                assert_true(str_contains(opinion.text, STR(ANSWER)));
                whole++;
            } else {
                assert_true(err.kind == ERR_PROTOCOL && strlen(err.text) > 0);
            }
            arena_free(scratch);
        }
        assert_true(whole > 0 && whole < body.len);
        arena_free(arena);
    }
}

/* The same through the door, as it comes over a wire, in pieces. */
static void a_stream_that_breaks_off_is_a_failure(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(servers); i++) {
        if (!servers[i].is_streamed)
            continue;
        struct arena *arena = arena_new("test");
        const struct str reply = reply_of(arena, servers[i].name);
        for (size_t cut = 0; cut < reply.len; cut += 13) {
            struct arena *scratch = arena_new("cut");
            const char *const text = str_copy(scratch, str_slice(reply, 0, cut)).ptr;
            struct desk *desk = desk_with(servers[i].kind, "", tape_of(scratch, &text, 1), scratch);
            struct heard heard = {0};
            struct brief asked = brief;
            bool ok = false;
            struct err err = {0};
            asked.hear = hear;
            asked.hear_state = &heard;
            const bool answered = expert_ask(&desk->expert, scratch, &asked, accept_b, &ok, &err);
            assert_int_equal(answered, ok);
            assert_true(answered || strlen(err.text) > 0);
            assert_true(str_starts(STR(ANSWER), str_of(heard.last)));
            arena_free(scratch);
        }
        arena_free(arena);
    }
}

/* ---- streams that are no answer ---- */

static void streams_that_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *reply, *want;
    } cases[] = {
        {"openai", "data: {\"choices\":[{\"delta\":{\"content\":\"{}\"}}]}\n\n",
         "the answer broke off before it was whole"},
        {"openai", "data: [DONE]\n\n", "the model wrote nothing"},
        {"openai", ": ping\n\n", "broke off"},
        {"openai", "data: {\"error\":{\"message\":\"no memory\"}}\n\ndata: [DONE]\n\n",
         "instead of an answer it says \"no memory\""},
        {"openai", "data: {\"error\":\"the runner has stopped\"}\n\n",
         "it says \"the runner has stopped\""},
        {"openai", "data: {\"object\":\"error\",\"message\":\"too long\"}\n\n",
         "it says \"too long\""},
        {"openai", "data: {\"choices\n\n", "an event of the stream is no JSON object but"},
        {"openai", "data: 7\n\n", "an event of the stream is no JSON object but \"7\""},
        {"openai", "data: {\"choices\":[{\"delta\":{\"refusal\":\"No\"}}]}\n\n",
         "the model refuses: \"No\""},
        {"openai",
         "data: {\"choices\":[{\"delta\":{\"content\":\"{\"},\"finish_reason\":\"length\"}]}\n\n",
         "longer than limits.answer"},
        {"anthropic",
         "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
         "\"message\":\"Overloaded\"}}\n\n",
         "instead of an answer it says \"Overloaded\""},
        {"anthropic", "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", "broke off"},
        {"anthropic",
         "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n",
         "the model refuses"},
        {"anthropic",
         "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"}}\n\n",
         "longer than limits.answer"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        const char *const reply = str_printf(arena, "HTTP 200\n\n%s", cases[i].reply).ptr;
        struct desk *desk = desk_with(cases[i].kind, "", tape_of(arena, &reply, 1), arena);
        struct heard heard = {0};
        struct brief asked = brief;
        bool ok = false;
        struct err err = {0};
        asked.hear = hear;
        asked.hear_state = &heard;
        assert_false(expert_ask(&desk->expert, arena, &asked, accept_b, &ok, &err));
        if (!strstr(err.text, cases[i].want))
            assert_string_equal(err.text, cases[i].want);
        assert_true(desk->expert.bill.tokens_out > 0); /* it was written, and is charged */
        arena_free(arena);
    }
}

/* The first try breaks off in the middle; what is heard begins anew with the second. */
static void a_second_try_begins_anew(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const char *const replies[] = {"HTTP 503\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"x\"}}"
                                   "]}\n\n",
                                   reply_of(arena, "openai-stream").ptr};
    struct desk *desk = desk_with("openai", "", tape_of(arena, replies, 2), arena);
    struct heard heard = {0};
    struct brief asked = brief;
    bool ok = false;
    struct err err = {0};
    asked.hear = hear;
    asked.hear_state = &heard;
    assert_true(expert_ask(&desk->expert, arena, &asked, accept_b, &ok, &err));
    assert_string_equal(heard.last, ANSWER);
    /* the time until the first word has the pause in it: so long somebody waited */
    assert_true(desk->expert.bill.first_ns >= 500 * NS_PER_MS);
    assert_true(desk->expert.bill.waited_ns >= desk->expert.bill.first_ns);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_server_is_understood),
        cmocka_unit_test(a_stream_is_asked_for_where_one_listens),
        cmocka_unit_test(a_cut_gives_all_or_nothing),
        cmocka_unit_test(a_stream_that_breaks_off_is_a_failure),
        cmocka_unit_test(streams_that_cannot_be_used),
        cmocka_unit_test(a_second_try_begins_anew),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
