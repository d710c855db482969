/* SPDX-License-Identifier: Apache-2.0 */
/* Panels whose models answer, refuse, lie, sleep and break off. */
#include "expert/panel.h"

#include "expert/expert_for_tests.h"
#include "expert/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define TWO                                                                                        \
    "experts:\n"                                                                                   \
    "  cloud: {kind: openai, url: \"https://cloud.example\", model: big}\n"                        \
    "  local: {kind: openai, url: \"https://local.example\", model: small}\n"

/* ---- models that reply as they are told ---- */

struct model {
    const char *host;
    const char *reply; /* in the form of net/tape.h; "slow": it uses up its time */
    uint32_t asked;
};

struct wire {
    struct model models[3];
    struct desk *desk;
    uint32_t exchanges;
    uint32_t fails_at; /* from 1; 0: never */
    const char *failure;
};

static bool exchange(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err)
{
    struct wire *wire = state;
    struct model *model = wire->models;
    while (model->host && !str_contains(request->url, str_of(model->host)))
        model++;
    assert_non_null(model->host);
    model->asked++;
    wire->desk->now_ns += NS_PER_MS;
    const char *reply = ++wire->exchanges == wire->fails_at ? wire->failure : model->reply;
    if (strcmp(reply, "slow") == 0) {
        wire->desk->now_ns += timeout_ns;
        return err_set(err, ERR_TIMEOUT, "no answer in time; allow more seconds, or is it down?");
    }
    const struct transport tape = tape_of(arena, &reply, 1);
    return tape.exchange(tape.state, arena, request, timeout_ns, out, err);
}

#define GOOD OPENAI_REPLY("\"{\\\"pick\\\":\\\"A\\\"}\"")

static struct wire *wire_of(const char *yaml, const char *cloud, const char *local)
{
    struct arena *arena = arena_new("test");
    struct wire *wire = arena_push(arena, struct wire);
    *wire = (struct wire){.models = {{"cloud.example", cloud, 0}, {"local.example", local, 0}}};
    wire->desk = desk_of(arena, yaml, (struct transport){exchange, wire});
    return wire;
}

static void wire_end(struct wire *wire)
{
    arena_free(wire->desk->arena);
}

/* ---- who asks ---- */

static const struct brief brief = {.ability = ABILITY_LABEL,
                                   .task = "pick",
                                   .instructions = STR("Pick one."),
                                   .material = STR("{\"of\":[\"A\",\"B\"]}"),
                                   .schema = STR("{\"type\":\"object\"}"),
                                   .signals = MADE_OF(SIGNAL_LOGS)};

/* {"pick": "A"}, in one of its letters; it asked in English. */
static bool accept_pick(void *state, const json_t *answer, struct err *mistake)
{
    const char *pick = json_string_value(json_object_get(answer, "pick"));
    if (!pick || (strcmp(pick, "A") != 0 && strcmp(pick, "B") != 0))
        return err_set(mistake, ERR_PROTOCOL, "`pick` is neither A nor B");
    *(char *)state = *pick;
    return true;
}

static bool ask_with(struct wire *wire, const struct brief *asked, char *picked, struct err *err)
{
    *err = (struct err){0};
    *picked = 0;
    return panel_ask(wire->desk->panel, wire->desk->arena, asked, accept_pick, picked, err);
}

static bool ask(struct wire *wire, const char *material, struct err *err)
{
    char picked;
    struct brief asked = brief;
    asked.material = str_of(material);
    return ask_with(wire, &asked, &picked, err);
}

/* "cloud: HTTP 401 ...; local (`cloud` has failed): used" */
static const char *told(struct wire *wire)
{
    struct buf out = buf_new(wire->desk->arena);
    const struct consultation *it = panel_consultations(wire->desk->panel);
    for (; it; it = it->next) {
        buf_printf(&out, "%s%.*s", out.len > 0 ? "; " : "", STR_ARG(it->expert));
        if (it->because.len > 0)
            buf_printf(&out, " (%.*s)", STR_ARG(it->because));
        buf_printf(&out, ": %.*s", STR_ARG(it->failure.len > 0 ? it->failure : STR("used")));
    }
    return buf_str(&out).ptr;
}

static void assert_told(struct wire *wire, const char *want)
{
    if (!strstr(told(wire), want))
        assert_string_equal(told(wire), want);
}

/* ---- choosing ---- */

static void the_first_of_the_file_is_asked(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO, GOOD, GOOD);
    struct err err;
    assert_true(ask(wire, "{\"n\":1}", &err));
    assert_true(ask(wire, "{\"n\":2}", &err));
    assert_string_equal(told(wire), "cloud: used; cloud: used");
    const struct consultation *first = panel_consultations(wire->desk->panel);
    assert_true(str_eq(first->task, STR("pick")) && str_eq(first->ability, STR("label")));
    assert_true(first->questions == 1 && first->tokens_in == 100 && first->tokens_out == 10);
    assert_int_equal(first->took_ns, NS_PER_MS);
    assert_int_equal(panel_bill(wire->desk->panel).questions, 2);
    wire_end(wire);
}

static void the_next_is_asked_where_one_fails(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO, "HTTP 401\n\n", GOOD);
    struct err err;
    assert_true(ask(wire, "{\"n\":1}", &err));
    assert_string_equal(told(wire),
                        "cloud: cloud.example:443: HTTP 401, refused; is the key the right one?; "
                        "local (`cloud` has failed): used");
    /* and the one that has failed comes last from then on */
    assert_true(ask(wire, "{\"n\":2}", &err));
    assert_told(wire, "; local (`cloud` has failed before): used");
    assert_int_equal(wire->models[0].asked, 1);
    wire_end(wire);
}

static void one_that_always_fails_is_asked_no_more(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO, "HTTP 401\n\n", "HTTP 401\n\n");
    struct err err;
    for (int i = 0; i < 5; i++)
        assert_false(ask(wire, (const char *[]){"1", "2", "3", "4", "5"}[i], &err));
    assert_int_equal(wire->models[0].asked, 3);
    assert_int_equal(wire->models[1].asked, 3);
    assert_string_equal(err.text, "no model can be asked: `cloud` has failed three times in a row, "
                                  "`local` has failed three times in a row");
    wire_end(wire);
}

static void abilities_are_looked_at(void **state)
{
    (void)state;
    struct wire *wire = wire_of(
        "experts:\n"
        "  cloud: {kind: openai, url: \"https://cloud.example\", model: b, abilities: explain}\n"
        "  local: {kind: openai, url: \"https://local.example\", model: s, abilities: [label, "
        "rank]}\n",
        GOOD, GOOD);
    struct err err;
    assert_true(ask(wire, "{}", &err));
    assert_string_equal(told(wire), "local (`cloud` is not for that): used");
    assert_true(panel_can(wire->desk->panel, ABILITY_EXPLAIN));
    assert_false(panel_can(wire->desk->panel, ABILITY_PLAN));
    assert_false(panel_can(wire->desk->panel, ABILITY_EMBED));
    assert_false(panel_can(NULL, ABILITY_EXPLAIN));
    wire_end(wire);
}

static void policy_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        unsigned signals;
        const char *want;
        bool ok;
    } cases[] = {
        {"logs: [local]", MADE_OF(SIGNAL_LOGS), "local (`cloud` may not see logs): used", true},
        {"logs: [local]", MADE_OF(SIGNAL_METRICS), "cloud: used", true},
        {"logs: [local]", MADE_OF(SIGNAL_METRICS) | MADE_OF(SIGNAL_LOGS),
         "local (`cloud` may not see logs): used", true},
        {"logs: [local]", 0, "local (`cloud` may not see logs): used", true}, /* who knows? */
        {"logs: none", MADE_OF(SIGNAL_LOGS),
         ": no model can be asked: `cloud` may not see logs, `local` may not see logs", false},
        {"default: none", MADE_OF(SIGNAL_TRACES), ": no model can be asked", false},
        {"default: none, traces: cloud", MADE_OF(SIGNAL_TRACES), "cloud: used", true},
        {"default: local, traces: all", MADE_OF(SIGNAL_TRACES), "cloud: used", true},
        {"documents: local", MADE_OF_DOCUMENTS, "local (`cloud` may not see documents): used",
         true},
        {"alert: none", MADE_OF_ALERT, "may not see the alert", false},
        {"default: none", MADE_OF_OUR_WORDS, "cloud: used", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char yaml[512], picked;
        snprintf(yaml, sizeof yaml, TWO "policy: {%s}\n", cases[i].policy);
        struct wire *wire = wire_of(yaml, GOOD, GOOD);
        struct brief asked = brief;
        struct err err;
        asked.signals = cases[i].signals;
        assert_int_equal(ask_with(wire, &asked, &picked, &err), cases[i].ok);
        assert_told(wire, cases[i].want);
        assert_int_equal(wire->exchanges, cases[i].ok);
        assert_int_equal(err.kind, cases[i].ok ? ERR_NONE : ERR_DENIED);
        wire_end(wire);
    }
}

/* ---- limits ---- */

static void nothing_is_asked_in_a_circle(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO, GOOD, GOOD);
    struct err err;
    assert_true(ask(wire, "{}", &err));
    assert_false(ask(wire, "{}", &err));
    assert_string_equal(told(wire), "cloud: used; : the same question was asked before; it is not "
                                    "asked in a circle");
    assert_int_equal(wire->exchanges, 1);
    wire_end(wire);
}

static void one_purse_for_all(void **state)
{
    (void)state;
    static const struct {
        const char *limits, *want;
        uint32_t exchanges;
    } cases[] = {
        {"tokens: 1200", "all models together have used 110 tokens, and one more question", 1},
        {"tokens: 20", "all models together have used 0 tokens", 0},
        {"money: 0.0012", "all models together have cost 0.0001, and one more", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "experts:\n"
                 "  cloud: {kind: openai, url: \"https://cloud.example\", model: b, prices: "
                 "{input: 1, output: 1}}\n"
                 "  local: {kind: openai, url: \"https://local.example\", model: s, prices: "
                 "{input: 1, output: 1}}\n"
                 "limits: {%s}\n",
                 cases[i].limits);
        struct wire *wire = wire_of(yaml, GOOD, GOOD);
        struct err err;
        while (ask(wire, str_printf(wire->desk->arena, "{\"n\":%u}", wire->exchanges).ptr, &err))
            assert_true(wire->exchanges < 10);
        assert_int_equal(err.kind, ERR_OVER_BUDGET);
        assert_told(wire, cases[i].want);
        assert_int_equal(wire->exchanges, cases[i].exchanges);
        wire_end(wire);
    }
}

static void time_is_shared_and_each_has_its_own(void **state)
{
    (void)state;
    /* the slow one uses up its own five seconds, and the next has time all the same */
    struct wire *wire = wire_of(
        "experts:\n"
        "  cloud: {kind: openai, url: \"https://cloud.example\", model: b, limits: {seconds: 5}}\n"
        "  local: {kind: openai, url: \"https://local.example\", model: s}\n",
        "slow", GOOD);
    struct err err;
    assert_true(ask(wire, "{}", &err));
    assert_told(wire, "cloud: cloud.example:443: no answer in time; ");
    assert_told(wire, "; local (`cloud` has failed): used");
    assert_true(wire->desk->now_ns < 6 * NS_PER_S);
    wire_end(wire);

    /* but not beyond the time of all */
    wire = wire_of(TWO "limits: {seconds: 3}\n", "slow", GOOD);
    assert_false(ask(wire, "{}", &err));
    assert_told(wire, "local (`cloud` has failed): local.example:443: no time is left to ask");
    assert_int_equal(wire->models[1].asked, 0);
    assert_true(wire->desk->now_ns < 4 * NS_PER_S);
    wire_end(wire);
}

/* ---- what replies may be ---- */

#define SORRY OPENAI_REPLY("\"I'm sorry, but I can't help with that.\"")
#define FOREIGN OPENAI_REPLY("\"{\\\"pick\\\":\\\"el primero\\\"}\"")

static void whatever_a_model_does_is_one_line(void **state)
{
    (void)state;
    static char huge[(10 << 20) + 64] = "HTTP 200\n\n";
    memset(huge + strlen(huge), 'x', (size_t)10 << 20);
    static const struct {
        const char *why, *reply, *want;
    } cases[] = {
        {"down", "nobody takes the connection", "cloud: cloud.example:443, asked 4 times: nobody"},
        {"in trouble", "HTTP 503\n\n", "asked 4 times: HTTP 503, the server is in trouble"},
        {"slow", "slow", "no answer in time"},
        {"rude", SORRY, "answered wrongly twice: the answer is no JSON object"},
        {"another language", FOREIGN, "answered wrongly twice: `pick` is neither A nor B"},
        {"a wrong form", OPENAI_REPLY("\"{\\\"choice\\\":1}\""), "answered wrongly twice: `pick`"},
        {"invented", OPENAI_REPLY("\"{\\\"pick\\\":\\\"E4711\\\"}\""), "`pick` is neither A nor B"},
        {"twice the same key", OPENAI_REPLY("\"{\\\"pick\\\":\\\"A\\\",\\\"pick\\\":\\\"A\\\"}\""),
         "the answer is no JSON object"},
        {"no JSON", "HTTP 200\n\n{\"choices\":[", "the reply is no JSON object"},
        {"a page", "HTTP 200\n\n<html>Sign in</html>", "the reply is no JSON object"},
        {"nothing", "HTTP 200\n\n", "the reply is empty"},
        {"says nothing", OPENAI_REPLY("\"\""), "the model wrote nothing"},
        {"10 MB", huge, "has more than 4194304 bytes and was not read"},
        {"a redirect", "HTTP 302\n\n", "a redirect, which is not followed"},
        {"no such model", "HTTP 404\n\n{\"error\":\"model 'big' not found\"}",
         "it says \"model 'big' not found\""},
        {"an error with 200", "HTTP 200\n\n{\"error\":{\"message\":\"out of memory\"}}",
         "instead of an answer it says \"out of memory\""},
        {"never ends",
         "HTTP 200\n\n{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":"
         "\"and and and and and\"}}]}",
         "longer than limits.answer, 1000 tokens"},
        {"breaks off", "HTTP 200\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\n",
         "the answer broke off before it was whole"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wire *wire = wire_of(TWO, cases[i].reply, GOOD);
        struct err err;
        assert_true(ask(wire, "{}", &err)); /* the next one answers */
        const struct consultation *first = panel_consultations(wire->desk->panel);
        if (!str_contains(first->failure, str_of(cases[i].want)) &&
            !strstr(told(wire), cases[i].want))
            fail_msg("%s: %s", cases[i].why, told(wire));
        assert_false(str_contains(first->failure, STR("\n")));
        assert_told(wire, "; local (`cloud` has failed): used");
        assert_null(first->next->next);
        wire_end(wire);

        wire = wire_of(TWO, cases[i].reply, cases[i].reply); /* nobody does */
        assert_false(ask(wire, "{}", &err));
        assert_true(err.kind != ERR_NONE && strlen(err.text) > 0);
        wire_end(wire);
    }
}

/* Whatever fails at whichever exchange of several questions: each has its answer or its line. */
static void any_exchange_may_fail(void **state)
{
    (void)state;
    static const char *const failures[] = {
        "nobody there",
        "slow",
        "HTTP 500\n\n",
        "HTTP 429\nRetry-After: 2\n\n",
        "HTTP 401\n\n",
        "HTTP 200\n\n<html>",
        "HTTP 200\n\n{\"choices\":[{\"mess",
        "HTTP 200\n\ndata: {\"cho",
        "HTTP nonsense",
        SORRY,
        FOREIGN,
    };
    for (size_t i = 0; i < COUNT_OF(failures); i++)
        for (uint32_t n = 1; n <= 6; n++) {
            const char *first = NULL;
            struct arena *kept = arena_new("kept");
            for (int run = 0; run < 2; run++) {
                struct wire *wire = wire_of(TWO, GOOD, GOOD);
                struct err err;
                uint32_t used = 0, answered = 0;
                wire->fails_at = n;
                wire->failure = failures[i];
                for (uint32_t q = 0; q < 5; q++)
                    answered += ask(wire, str_printf(kept, "{\"n\":%u}", q).ptr, &err) ? 1 : 0;
                assert_int_equal(answered, 5); /* the other one, or a second try */
                const struct consultation *it = panel_consultations(wire->desk->panel);
                for (; it; it = it->next)
                    used += it->failure.len == 0;
                assert_int_equal(used, 5);
                assert_true(wire->exchanges <= 7);
                if (first)
                    assert_string_equal(first, told(wire));
                first = str_copy(kept, str_of(told(wire))).ptr;
                wire_end(wire);
            }
            arena_free(kept);
        }
}

/* ---- the rest ---- */

static void what_would_be_sent_is_kept_and_not_sent(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO "policy: {logs: local}\n", GOOD, GOOD);
    struct err err;
    panel_hold_back(wire->desk->panel);
    assert_false(ask(wire, "{\"n\":1}", &err));
    assert_false(ask(wire, "{\"n\":2}", &err));
    assert_string_equal(err.text, "local: nothing is sent, it is only shown");
    assert_int_equal(wire->exchanges, 0);
    const struct str held = panel_held_back(wire->desk->panel);
    assert_true(str_starts(held, STR("POST https://local.example/v1/chat/completions\n")));
    assert_true(str_contains(held, STR("{\\\"n\\\":2}")));
    assert_false(str_contains(held, STR("cloud.example")));
    wire_end(wire);
}

static void a_case_is_given_each_once(void **state)
{
    (void)state;
    static const struct alert alert = {.name = {"a", 1}};
    struct wire *wire = wire_of(TWO, GOOD, GOOD);
    struct panel *panel = wire->desk->panel;
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&wire->desk->now_ns), 1);
    struct err err;
    panel_tell(NULL, casefile);
    panel_tell(panel, casefile);
    assert_null(casefile->consultations);
    assert_true(ask(wire, "1", &err));
    panel_refuse(panel, 2);
    panel_refuse(panel, 1);
    panel_tell(panel, casefile);
    panel_tell(panel, casefile);
    assert_true(ask(wire, "2", &err));
    panel_reject(panel, STR("it says nothing new"));
    panel_tell(panel, casefile);
    const struct consultation *it = casefile->consultations;
    assert_int_equal(it->refused, 3);
    assert_int_equal(it->failure.len, 0);
    assert_string_equal(it->next->failure.ptr, "it says nothing new");
    assert_null(it->next->next);
    casefile_close(casefile);
    wire_end(wire);
}

static void odds_are_asked_of_who_tells_them(void **state)
{
    (void)state;
    static const char *const labels[] = {"A", "B"};
    static const char yaml[] =
        "experts:\n"
        "  cloud: {kind: anthropic, url: \"https://cloud.example\", model: b}\n"
        "  local: {kind: openai, url: \"https://local.example\", model: s, odds: true}\n";
    struct wire *wire =
        wire_of(yaml, GOOD,
                "HTTP 200\n\n{\"choices\":[{\"message\":{\"content\":\"B\"},\"logprobs\":{"
                "\"content\":[{\"top_logprobs\":[{\"token\":\"B\",\"logprob\":-0.5}]}]}}]}");
    struct brief asked = brief;
    double odds[LABELS_MAX];
    struct err err;
    asked.labels = labels;
    asked.labels_count = 2;
    assert_false(panel_tells_odds(wire->desk->panel, &brief)); /* the first does not */
    assert_true(panel_odds(wire->desk->panel, wire->desk->arena, &asked, odds, &err));
    assert_true(odds[1] == -0.5);
    assert_string_equal(told(wire), "local (`cloud` tells no odds): used");
    wire_end(wire);
}

static bool keep_answer(void *state, const json_t *answer, struct err *mistake)
{
    (void)mistake;
    *(bool *)state = json_is_object(answer);
    return true;
}

/* Each small expert, where no large one may be asked. */
static void a_small_one_answers_where_no_large_one_can(void **state)
{
    (void)state;
    struct wire *wire = wire_of(TWO "policy: {default: none}\n", GOOD, GOOD);
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *task = (*at)->tasks; task->name; task++) {
            struct brief asked = {
                .ability = task->ability, .task = task->name, .material = str_of(task->material)};
            bool is_object = false;
            struct err err = {0};
            const bool ok = panel_ask(wire->desk->panel, wire->desk->arena, &asked, keep_answer,
                                      &is_object, &err);
            assert_told(wire, (*at)->name);
            if (!ok && err.kind == ERR_NOT_FOUND)
                continue; /* it wants weights that are no part of the program, and says so */
            if (!ok)
                fail_msg("%s: %s", task->name, err.text);
            assert_true(is_object);
        }
    assert_int_equal(wire->exchanges, 0);
    wire_end(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_the_file_is_asked),
        cmocka_unit_test(the_next_is_asked_where_one_fails),
        cmocka_unit_test(one_that_always_fails_is_asked_no_more),
        cmocka_unit_test(abilities_are_looked_at),
        cmocka_unit_test(policy_is_kept),
        cmocka_unit_test(nothing_is_asked_in_a_circle),
        cmocka_unit_test(one_purse_for_all),
        cmocka_unit_test(time_is_shared_and_each_has_its_own),
        cmocka_unit_test(whatever_a_model_does_is_one_line),
        cmocka_unit_test(any_exchange_may_fail),
        cmocka_unit_test(what_would_be_sent_is_kept_and_not_sent),
        cmocka_unit_test(a_case_is_given_each_once),
        cmocka_unit_test(odds_are_asked_of_who_tells_them),
        cmocka_unit_test(a_small_one_answers_where_no_large_one_can),
    };
    return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
