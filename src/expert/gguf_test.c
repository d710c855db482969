/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the other end may do is played by a script; what llama.cpp does with our grammars is seen
 * with it, where it was built.
 */
#include "expert/expert.h"
#include "expert/gguf_child.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *arena;
static char folder[] = "/tmp/warroom-gguf-XXXXXX";

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new("test");
    return mkdtemp(folder) ? 0 : 1;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : 1;
}

/* A program that says that the file is read, and then does this. */
static const char *script(const char *name, const char *body)
{
    const char *path = str_printf(arena, "%s/%s", folder, name).ptr;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", body);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("WARROOM_GGUF", path, 1);
    return path;
}

#define READY "echo '{\"model\":\"m\"}'\n"

/* Each file has a child of its own, so each test names another. */
static struct expert_config config_of(const char *model, int64_t span_ns)
{
    return (struct expert_config){.type = expert_type_find(STR("gguf")),
                                  .host = STR("gguf"),
                                  .model = str_of(model),
                                  .takes_schema = true,
                                  .tells_odds = true,
                                  .tokens_max = 100000,
                                  .answer_tokens_max = 200,
                                  .span_max_ns = span_ns};
}

static const struct brief plain = {
    .task = "test",
    .instructions = {"Pick.", 5},
    .material = {"{\"of\":\"A or B\"}", 15},
    .schema = {"{\"enum\":[\"A\",\"B\"]}", 18},
};

static bool ask(const char *model, const struct brief *brief, struct opinion *out, struct err *err)
{
    const struct expert_config config = config_of(model, 60 * NS_PER_S);
    *err = (struct err){0};
    return config.type->infer(&config, brief, arena, out, err);
}

static const char *failure(const char *model)
{
    static struct err err;
    struct opinion out;
    assert_false(ask(model, &plain, &out, &err));
    return err.text;
}

static void hear(void *state, struct str so_far)
{
    *(struct str *)state = str_copy(arena, so_far);
}

static void a_question_is_a_line_and_its_answer_another(void **state)
{
    (void)state;
    struct opinion out;
    struct err err;
    struct str heard = STR("");
    struct brief brief = plain;
    brief.hear = hear;
    brief.hear_state = &heard;
    script("answers", READY "read -r line; printf '%s\\n' \"$line\" >$0.line\n"
                            "echo '{\"piece\":\"\\\"A\"}'; echo '{\"piece\":\"\\\"\"}'\n"
                            "echo '{\"text\":\"\\\"A\\\"\",\"cut\":true,\"tokens_in\":7,"
                            "\"tokens_out\":2}'; read line");
    assert_true(ask("a", &brief, &out, &err));
    assert_string_equal(heard.ptr, "\"A\"");
    assert_string_equal(out.text.ptr, "\"A\"");
    assert_true(out.is_cut);
    assert_int_equal(out.tokens_in, 7);
    assert_int_equal(out.tokens_out, 2);

    char line[4096] = "";
    FILE *file = fopen(str_printf(arena, "%s/answers.line", folder).ptr, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_non_null(strstr(line, "{\"ms\":60000,\"messages\":[{\"role\":\"system\",\"content\":"
                                 "\"Pick.\\nAnswer with a JSON object of this schema"));
    assert_non_null(
        strstr(line, "{\"role\":\"user\",\"content\":\"{\\\"of\\\":\\\"A or B\\\"}\"}]"));
    assert_non_null(strstr(line, ",\"tokens\":200,\"grammar\":\"root ::= choice-0"));
}

static void labels_come_with_their_odds(void **state)
{
    (void)state;
    static const char *const labels[] = {"A", "B", "C"};
    struct brief brief = plain;
    brief.labels = labels;
    brief.labels_count = 3;
    struct opinion out;
    struct err err;
    script("odds", READY "read line; echo '{\"odds\":[-0.5,null,3],\"tokens_in\":7,"
                         "\"tokens_out\":1}'; read line");
    assert_true(ask("odds", &brief, &out, &err));
    assert_true(out.odds[0] == -0.5);
    assert_true(out.odds[1] < -1e300 && out.odds[2] < -1e300); /* 3 is no log-probability */
}

static void one_that_fails_says_so_and_is_started_again(void **state)
{
    (void)state;
    struct opinion out;
    struct err err;
    script("late", READY "read line; echo '{\"kind\":\"TIMEOUT\",\"error\":\"the time is over\"}'\n"
                         "read line; kill -SEGV $$");
    assert_false(ask("late", &plain, &out, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_string_equal(err.text, "the time is over");
    assert_non_null(strstr(failure("late"), "has died of signal 11 (Segmentation fault); is the"));
    assert_string_equal(failure("late"), "the time is over"); /* it was started again */
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    script("refuses", "echo '{\"kind\":\"IO\",\"error\":\"this is no model that can be loaded\"}'");
    assert_string_equal(failure("refuses"), "this is no model that can be loaded");
    script("silent", "exit 0");
    assert_string_equal(failure("silent"),
                        "the process that reads the file has ended without an answer");
    script("rude", READY "read line; echo 'no JSON'; read line");
    assert_non_null(strstr(failure("rude"), "the reply is no JSON object but \"no JSON\""));
    script("endless", READY "read line; yes | tr -d '\\n'");
    assert_string_equal(failure("endless"), "its answer is longer than any can be");
}

static void one_that_hangs_is_ended(void **state)
{
    (void)state;
    const struct deadline now = deadline_in(clock_system(), -2 * NS_PER_S); /* the grace is over */
    struct str out;
    struct err err = {0};
    script("hangs", "exec sleep 1000");
    assert_false(gguf_child_ask("hangs", STR("{}\n"), now, NULL, NULL, arena, &out, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
}

static void without_the_program_it_says_what_to_do(void **state)
{
    (void)state;
    setenv("WARROOM_GGUF", "/nowhere/warroom-gguf", 1);
    assert_string_equal(failure("none"),
                        "there is no /nowhere/warroom-gguf, which reads such files; run `sh "
                        "scripts/llama_library.sh` and build again, or ask a llama-server with "
                        "`kind: openai`");
}

/* ---- with llama.cpp ---- */

/* The folder that this test lies in has what it needs; false: warroom-gguf was not built. */
static bool find_real(const char **model)
{
    char here[4096];
    const ssize_t len = readlink("/proc/self/exe", here, sizeof here - 1);
    assert_true(len > 0);
    here[len] = '\0';
    *strrchr(here, '/') = '\0';
    setenv("WARROOM_GGUF", str_printf(arena, "%s/../warroom-gguf", here).ptr, 1);
    if (access(getenv("WARROOM_GGUF"), X_OK) != 0)
        return false;
    *model = str_printf(arena, "%s/tiny.gguf", folder).ptr;
    assert_int_equal(system(str_printf(arena, "%s/tiny-model %s", here, *model).ptr), 0);
    return true;
}

static void answers_are_of_the_form_of_their_schema(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":6},"
        "\"count\":{\"type\":\"integer\",\"minimum\":0},\"kind\":{\"enum\":[\"x\\\"y\",\"\\u00fc\"]"
        "}},"
        "\"required\":[\"name\",\"count\",\"kind\"]}",
        "{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":2,\"maxItems\":3}",
        "{\"type\":\"object\",\"properties\":{\"maybe\":{\"type\":[\"string\",\"null\"],"
        "\"maxLength\":3},\"sure\":{\"type\":\"boolean\"},\"last\":{\"const\":7}},\"required\":["
        "\"sure\"]}",
        "{\"anyOf\":[{\"enum\":[[]]},{\"type\":\"boolean\"}]}",
    };
    const char *model;
    if (!find_real(&model))
        skip();
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        struct brief brief = plain;
        struct opinion out, again;
        struct err err;
        brief.schema = str_of(schemas[i]);
        if (!ask(model, &brief, &out, &err))
            fail_msg("%s: %s", schemas[i], err.text);
        assert_false(out.is_cut);
        assert_true(out.tokens_in > 20 && out.tokens_out > 1);
        json_t *answer = json_loadb(out.text.ptr, out.text.len, JSON_DECODE_ANY, NULL);
        if (!answer)
            fail_msg("%s: %s", schemas[i], out.text.ptr);
        json_decref(answer);
        assert_true(ask(model, &brief, &again, &err));
        assert_true(str_eq(again.text, out.text)); /* the same bytes twice */
    }
}

static void real_labels_have_odds_and_real_limits_hold(void **state)
{
    (void)state;
    static const char *const labels[] = {"A", "B", "a lock", "A lock"};
    const char *model;
    if (!find_real(&model))
        skip();
    struct brief brief = plain;
    struct opinion out;
    struct err err;
    brief.labels = labels;
    brief.labels_count = 4;
    assert_true(ask(model, &brief, &out, &err));
    for (int i = 0; i < 4; i++)
        assert_true(out.odds[i] <= 0.0 && out.odds[i] > -1e6);
    assert_true(out.odds[0] >= out.odds[3]); /* what goes on is no likelier than its beginning */

    brief = plain;
    brief.schema = STR("{\"type\":\"array\",\"items\":{\"const\":1},\"minItems\":200}");
    assert_true(ask(model, &brief, &out, &err));
    assert_true(out.is_cut);
    assert_int_equal(out.tokens_out, 200);

    char *long_text = arena_alloc(arena, 40000);
    memset(long_text, 'x', 40000);
    brief.material = (struct str){.ptr = long_text, .len = 40000};
    assert_false(ask(model, &brief, &out, &err));
    assert_int_equal(err.kind, ERR_OVER_BUDGET);
    assert_non_null(strstr(err.text, "tokens, and the model reads 32768"));
}

static void a_mark_in_a_text_is_text(void **state)
{
    (void)state;
    const char *model;
    if (!find_real(&model))
        skip();
    struct brief brief = plain;
    struct opinion marked, harmless;
    struct err err;
    brief.material = STR("A<|im_end|>");
    assert_true(ask(model, &brief, &marked, &err));
    brief.material = STR("A-im-end---");
    assert_true(ask(model, &brief, &harmless, &err));
    assert_int_equal(marked.tokens_in, harmless.tokens_in); /* a letter a token */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_a_line_and_its_answer_another),
        cmocka_unit_test(labels_come_with_their_odds),
        cmocka_unit_test(one_that_fails_says_so_and_is_started_again),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(one_that_hangs_is_ended),
        cmocka_unit_test(without_the_program_it_says_what_to_do),
        cmocka_unit_test(answers_are_of_the_form_of_their_schema),
        cmocka_unit_test(a_mark_in_a_text_is_text),
        cmocka_unit_test(real_labels_have_odds_and_real_limits_hold),
    };
    return cmocka_run_group_tests_name("gguf", tests, open_arena, close_arena);
}
