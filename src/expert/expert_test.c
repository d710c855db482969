/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/expert_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const char *const labels[] = {"A", "B", "C"};
static const struct brief brief = {.task = "pick",
                                   .instructions = STR("Pick one."),
                                   .material = STR("{\"of\":[\"A\",\"B\"]}"),
                                   .schema = STR("{\"type\":\"object\"}")};
static const struct brief brief_of_labels = {.task = "pick",
                                             .instructions = STR("Pick one."),
                                             .material = STR("{}"),
                                             .labels = labels,
                                             .labels_count = COUNT_OF(labels)};

/* {"pick": "A"} or "B". */
static bool accept_pick(void *state, const json_t *answer, struct err *mistake)
{
    const char *pick = json_string_value(json_object_get(answer, "pick"));
    if (!pick || (strcmp(pick, "A") != 0 && strcmp(pick, "B") != 0))
        return err_set(mistake, ERR_PROTOCOL, "`pick` is neither A nor B");
    *(char *)state = *pick;
    return true;
}

static bool ask(struct desk *desk, char *picked, struct err *err)
{
    *err = (struct err){0};
    *picked = 0;
    return expert_ask(&desk->expert, desk->arena, &brief, accept_pick, picked, err);
}

static void a_question_in_the_words_of_each_vendor(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *more, *want;
    } cases[] = {
        {"openai", "",
         "POST https://model.example/v1/chat/completions\nContent-Type: application/json\n\n"
         "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Pick one.\"},"
         "{\"role\":\"user\",\"content\":\"{\\\"of\\\":[\\\"A\\\",\\\"B\\\"]}\"}],"
         "\"max_tokens\":1000,\"temperature\":0.0,\"response_format\":{\"type\":\"json_schema\","
         "\"json_schema\":{\"name\":\"pick\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}}"
         "\n"},
        {"openai",
         "schema: false\ntemperature: none\nlimits:\n  answer: 7\nkey: env:WARROOM_TEST_KEY",
         "POST https://model.example/v1/chat/completions\nContent-Type: application/json\n"
         "Authorization: (a key)\n\n"
         "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Pick one.\\nAnswer "
         "with "
         "a JSON object of this schema, and nothing else: {\\\"type\\\":\\\"object\\\"}\"},"
         "{\"role\":\"user\",\"content\":\"{\\\"of\\\":[\\\"A\\\",\\\"B\\\"]}\"}],"
         "\"max_tokens\":7}\n"},
        {"anthropic", "key: env:WARROOM_TEST_KEY",
         "POST https://model.example/v1/messages\nContent-Type: application/json\n"
         "anthropic-version: 2023-06-01\nx-api-key: (a key)\n\n"
         "{\"model\":\"m\",\"max_tokens\":1000,\"system\":\"Pick one.\",\"messages\":[{\"role\":"
         "\"user\",\"content\":\"{\\\"of\\\":[\\\"A\\\",\\\"B\\\"]}\"}],\"temperature\":0.0,"
         "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":"
         "\"object\"}}}}\n"},
    };
    setenv("WARROOM_TEST_KEY", "hush", 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk *desk = desk_new(cases[i].kind, cases[i].more, NULL, 0);
        struct str text;
        struct err err;
        assert_true(expert_show(&desk->expert, desk->arena, &brief, &text, &err));
        assert_string_equal(text.ptr, cases[i].want);
        arena_free(desk->arena);
    }
}

static void an_answer_is_taken_and_charged(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *reply;
    } cases[] = {
        {"openai", OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\"")},
        {"openai", OPENAI_REPLY("\"Well: ```json\\n{\\\"pick\\\": \\\"B\\\"}\\n``` it is.\"")},
        {"openai", OPENAI_REPLY("\"<think>hm</think>{\\\"pick\\\":\\\"B\\\",\\\"why\\\":{}}\"")},
        {"anthropic", ANTHROPIC_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\"")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk *desk = desk_new(cases[i].kind, "prices:\n  input: 1000\n  output: 20000\n",
                                     &cases[i].reply, 1);
        char picked;
        struct err err;
        assert_true(ask(desk, &picked, &err));
        assert_int_equal(picked, 'B');
        assert_int_equal(desk->expert.bill.questions, 1);
        assert_int_equal(desk->expert.bill.repairs, 0);
        assert_int_equal(desk->expert.bill.tokens_in, 100);
        assert_int_equal(desk->expert.bill.tokens_out, 10);
        assert_true(desk->expert.bill.money > 0.2999 && desk->expert.bill.money < 0.3001);
        arena_free(desk->arena);
    }
}

static void a_mistake_is_shown_once(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        OPENAI_REPLY("\"{\\\"pick\\\":\\\"Z\\\"}\""),
        OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"\""),
        OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\",\\\"pick\\\":\\\"A\\\"}\""),
        OPENAI_REPLY("\"[\\\"B\\\"]\""),
        OPENAI_REPLY("\"\\u304a\\u7b54\\u3048\\u306f B \\u3067\\u3059\""),
        OPENAI_REPLY("\"I would say B.\""),
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *replies[] = {wrong[i], OPENAI_REPLY("\"{\\\"pick\\\":\\\"A\\\"}\""), wrong[i]};
        struct desk *desk = desk_new("openai", "", replies, 2);
        char picked;
        struct err err;
        assert_true(ask(desk, &picked, &err));
        assert_int_equal(picked, 'A');
        assert_int_equal(desk->expert.bill.repairs, 1);
        assert_int_equal(desk->expert.bill.questions, 2);
        arena_free(desk->arena);

        replies[1] = wrong[i];
        desk = desk_new("openai", "", replies, 3);
        assert_false(ask(desk, &picked, &err));
        assert_non_null(strstr(err.text, "model.example:443: answered wrongly twice: "));
        assert_int_equal(desk->expert.bill.questions, 2);
        arena_free(desk->arena);
    }
}

/* Keeps what was asked last. */
struct listener {
    struct arena *arena;
    struct transport inner;
    struct str heard;
};

static bool listen(void *state, struct arena *arena, const struct request *request,
                   int64_t timeout_ns, struct reply *out, struct err *err)
{
    struct listener *listener = state;
    listener->heard = str_copy(listener->arena, request->body);
    return listener->inner.exchange(listener->inner.state, arena, request, timeout_ns, out, err);
}

static void the_repair_says_what_is_wrong(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const char *const replies[] = {OPENAI_REPLY("\"{\\\"pick\\\":\\\"Z\\\"}\""),
                                   OPENAI_REPLY("\"{\\\"pick\\\":\\\"A\\\"}\"")};
    struct listener listener = {.arena = arena, .inner = tape_of(arena, replies, 2)};
    struct desk *desk = desk_with("openai", "", (struct transport){listen, &listener}, arena);
    char picked;
    struct err err;
    assert_true(ask(desk, &picked, &err));
    assert_true(str_contains(
        listener.heard, STR("{\"role\":\"assistant\",\"content\":\"{\\\"pick\\\":\\\"Z\\\"}\"},"
                            "{\"role\":\"user\",\"content\":\"That is wrong: `pick` is neither A "
                            "nor B. Answer again")));
    arena_free(arena);
}

static void replies_that_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *reply, *want;
    } cases[] = {
        {"openai", "HTTP 200\n\n", "model.example:443: the reply is empty"},
        {"openai", "HTTP 200\n\n<html><body>Sign in</body></html>",
         "model.example:443: the reply is no JSON object but \"\\u003chtml>"},
        {"openai", "HTTP 200\n\n{\"choices\":", "the reply is no JSON object"},
        {"openai", "HTTP 200\n\n[1,2]", "the reply is no JSON object"},
        {"openai", "HTTP 200\n\n{\"choices\":[]}", "no `choices[0].message`"},
        {"openai", "HTTP 200\n\n{\"choices\":{\"0\":1}}", "no `choices[0].message`"},
        {"openai", "HTTP 200\n\n{\"choices\":[{\"message\":{\"content\":null}}]}", "wrote nothing"},
        {"openai", "HTTP 200\n\n{\"choices\":[{\"message\":{\"content\":7}}]}", "wrote nothing"},
        {"openai",
         "HTTP "
         "200\n\n{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"{\\\"pi\"}}"
         "]}",
         "longer than limits.answer, 1000 tokens"},
        {"openai",
         "HTTP "
         "200\n\n{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No\\u001b[2J!\"}}]}",
         "the model refuses: \"No [2J!\""},
        {"openai",
         "HTTP 400\n\n{\"error\":{\"message\":\"bad key sk-abcdefghijklmnopqrstuvwx, "
         "kim@a.example\"}}",
         "does not take what we ask; it says \"bad key [secret], [email]\""},
        {"openai", "HTTP 401\n\nno", "is the key the right one?"},
        {"anthropic", "HTTP 200\n\n{}", "no `content`"},
        {"anthropic", "HTTP 200\n\n{\"content\":[]}", "wrote nothing"},
        {"anthropic", "HTTP 200\n\n{\"content\":[],\"stop_reason\":\"refusal\"}", "refuses"},
        {"anthropic", "HTTP 200\n\n{\"content\":[],\"stop_reason\":\"max_tokens\"}", "longer than"},
        {"anthropic",
         "HTTP "
         "404\n\n{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: "
         "m\"}}",
         "it says \"model: m\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk *desk = desk_new(cases[i].kind, "", &cases[i].reply, 1);
        char picked;
        struct err err;
        assert_false(ask(desk, &picked, &err));
        if (!strstr(err.text, cases[i].want))
            assert_string_equal(err.text, cases[i].want);
        assert_true(str_starts(str_of(err.text), STR("model.example:443: ")));
        assert_int_equal(desk->expert.bill.questions, 1);
        arena_free(desk->arena);
    }
}

static void ten_megabytes_are_not_read(void **state)
{
    (void)state;
    const size_t size = (size_t)10 << 20;
    char *reply = malloc(size + 32);
    assert_non_null(reply);
    strcpy(reply, "HTTP 200\n\n");
    memset(reply + 10, 'x', size);
    reply[10 + size] = 0;
    struct desk *desk = desk_new("openai", "", (const char *const *)&reply, 1);
    char picked;
    struct err err;
    assert_false(ask(desk, &picked, &err));
    assert_non_null(strstr(err.text, "was not read"));
    arena_free(desk->arena);
    free(reply);
}

static void odds_are_read(void **state)
{
    (void)state;
    static const char *const reply =
        "HTTP 200\n\n{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"B\"},"
        "\"logprobs\":{\"content\":[{\"token\":\"B\",\"logprob\":-0.5,\"top_logprobs\":["
        "{\"token\":\"B\",\"logprob\":-0.5},{\"token\":\" A\",\"logprob\":-2},"
        "{\"token\":\"\xe2\x96\x81"
        "A\",\"logprob\":-2},{\"token\":\"C\",\"logprob\":-9999.0},"
        "{\"token\":\"X\",\"logprob\":-3},{\"token\":\"C\",\"logprob\":\"-1\"},7]}]}}]}";
    struct desk *desk = desk_new("openai", "odds: true", &reply, 1);
    double odds[LABELS_MAX];
    struct err err;
    assert_true(expert_odds(&desk->expert, desk->arena, &brief_of_labels, odds, &err));
    assert_true(odds[1] == -0.5);
    assert_true(odds[0] > -1.307 && odds[0] < -1.306); /* log(2 exp(-2)) */
    assert_true(odds[2] < -1e300);                     /* not told, and no number is not 0 */
    arena_free(desk->arena);

    static const char *const none = OPENAI_REPLY("\"B\"");
    desk = desk_new("openai", "odds: true", &none, 1);
    assert_false(expert_odds(&desk->expert, desk->arena, &brief_of_labels, odds, &err));
    assert_non_null(strstr(err.text, "write `odds: false`"));
    arena_free(desk->arena);
}

static void limits_hold_before_they_are_reached(void **state)
{
    (void)state;
    static const struct {
        const char *more, *want;
    } cases[] = {
        {"limits:\n  tokens: 1000\n", "limits.tokens, 1000"}, /* the answer alone may take them */
        {"limits:\n  money: 0.01\nprices:\n  output: 20\n", "limits.money, 0.0100"},
    };
    static const char *const reply = OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\"");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk *desk = desk_new("openai", cases[i].more, &reply, 1);
        char picked;
        struct err err;
        assert_false(ask(desk, &picked, &err));
        assert_int_equal(err.kind, ERR_OVER_BUDGET);
        assert_non_null(strstr(err.text, cases[i].want));
        assert_int_equal(desk->expert.courier.exchanges, 0);
        arena_free(desk->arena);
    }
}

static void nothing_is_asked_in_a_circle(void **state)
{
    (void)state;
    static const char *const replies[] = {OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\""),
                                          OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\"")};
    struct desk *desk = desk_new("openai", "", replies, 2);
    char picked;
    struct err err;
    assert_true(ask(desk, &picked, &err));
    assert_false(ask(desk, &picked, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(desk->expert.courier.exchanges, 1);
    arena_free(desk->arena);
}

static void time_is_a_limit(void **state)
{
    (void)state;
    static const char *const replies[] = {"HTTP 503\n\n", "HTTP 503\n\n", "HTTP 503\n\n",
                                          OPENAI_REPLY("\"{\\\"pick\\\":\\\"B\\\"}\"")};
    struct desk *desk = desk_new("openai", "limits:\n  seconds: 1\n", replies, 4);
    char picked;
    struct err err;
    assert_false(ask(desk, &picked, &err));
    assert_int_equal(desk->expert.courier.exchanges, 2); /* 0.5 s, and 1 s more would be too much */
    assert_true(desk->now_ns < NS_PER_S);
    arena_free(desk->arena);
}

/* Wrong at first, and right when it is shown its mistake. */
static bool infer_pick(const struct expert_config *config, const struct brief *asked,
                       struct arena *arena, struct opinion *out, struct err *err)
{
    (void)config, (void)arena;
    if (str_eq(asked->material, STR("{}")))
        return err_set(err, ERR_IO, "the file is broken");
    *out = (struct opinion){.text = asked->wrong.len > 0 ? STR("{\"pick\":\"B\"}") : STR("B"),
                            .tokens_in = 7,
                            .tokens_out = 3};
    return true;
}

static void one_in_the_process_is_asked_by_the_same_door(void **state)
{
    (void)state;
    static const struct expert_type type = {
        .name = "inner", .summary = "For a test", .infer = infer_pick};
    struct desk *desk = desk_new("openai", "", NULL, 0);
    desk->expert.config.type = &type;
    desk->expert.config.host = STR("inner");
    char picked;
    struct err err;
    struct str shown;
    assert_true(ask(desk, &picked, &err));
    assert_int_equal(picked, 'B');
    assert_int_equal(desk->expert.bill.questions, 2);
    assert_int_equal(desk->expert.bill.repairs, 1);
    assert_int_equal(desk->expert.bill.tokens_in, 14);
    assert_int_equal(desk->expert.courier.exchanges, 0);
    assert_false(ask(desk, &picked, &err));
    assert_string_equal(err.text,
                        "inner: the same question was asked before; it is not asked in a circle");
    assert_true(expert_show(&desk->expert, desk->arena, &brief, &shown, &err));
    assert_non_null(strstr(shown.ptr, "nothing leaves"));

    struct brief other = brief;
    other.material = STR("{}");
    assert_false(expert_ask(&desk->expert, desk->arena, &other, accept_pick, &picked, &err));
    assert_string_equal(err.text, "inner: the file is broken");
    desk->expert.bill.waited_ns = 121 * NS_PER_S;
    other.material = STR("{\"late\":1}");
    assert_false(expert_ask(&desk->expert, desk->arena, &other, accept_pick, &picked, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    arena_free(desk->arena);
}

static void every_backend_keeps_the_contract(void **state)
{
    (void)state;
    for (const struct expert_type *const *at = expert_types; *at; at++) {
        assert_true(strlen((*at)->name) > 0 && strlen((*at)->summary) > 0);
        if ((*at)->infer)
            assert_true(!(*at)->path && !(*at)->encode && !(*at)->decode);
        else
            assert_true((*at)->path[0] == '/' && (*at)->encode && (*at)->decode);
        assert_ptr_equal(expert_type_find(str_of((*at)->name)), *at);
    }
    assert_null(expert_type_find(STR("oracle")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_in_the_words_of_each_vendor),
        cmocka_unit_test(an_answer_is_taken_and_charged),
        cmocka_unit_test(a_mistake_is_shown_once),
        cmocka_unit_test(the_repair_says_what_is_wrong),
        cmocka_unit_test(replies_that_cannot_be_used),
        cmocka_unit_test(ten_megabytes_are_not_read),
        cmocka_unit_test(odds_are_read),
        cmocka_unit_test(limits_hold_before_they_are_reached),
        cmocka_unit_test(nothing_is_asked_in_a_circle),
        cmocka_unit_test(time_is_a_limit),
        cmocka_unit_test(one_in_the_process_is_asked_by_the_same_door),
        cmocka_unit_test(every_backend_keeps_the_contract),
    };
    return cmocka_run_group_tests_name("expert", tests, NULL, NULL);
}
