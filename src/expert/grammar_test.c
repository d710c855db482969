/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/grammar.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new("test");
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *grammar_of(const char *schema)
{
    struct str out;
    struct err err = {0};
    if (!grammar_of_schema(arena, str_of(schema), &out, &err))
        fail_msg("%s", err.text);
    return out.ptr;
}

static void has_rule(const char *grammar, const char *rule)
{
    if (!strstr(grammar, rule))
        fail_msg("there is no\n%s\nin\n%s", rule, grammar);
}

static const char *refusal(const char *schema)
{
    static struct err err;
    struct str out;
    assert_false(grammar_of_schema(arena, str_of(schema), &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    return err.text;
}

static void members_stand_in_their_order_and_may_be_missing(void **state)
{
    (void)state;
    const char *all = grammar_of("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},"
                                 "\"b\":{\"type\":\"null\"}},\"required\":[\"a\",\"b\"]}");
    has_rule(all, "root ::= object-4\n");
    has_rule(all, "\nm-0 ::= \"\\\"b\\\"\" \":\" blank \"null\" \"\"\n");
    has_rule(all, "\nn-1 ::= comma \"\\\"b\\\"\" \":\" blank \"null\" \"\"\n");
    has_rule(all, "\nm-2 ::= \"\\\"a\\\"\" \":\" blank \"null\" n-1\n");
    has_rule(all, "\nobject-4 ::= \"{\" m-2 \"}\"\n");
    const char *some = grammar_of("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},"
                                  "\"b\":{\"type\":\"null\"}},\"required\":[\"b\"]}");
    has_rule(some, "\nm-2 ::= \"\\\"a\\\"\" \":\" blank \"null\" n-1 | m-0\n");
    const char *none =
        grammar_of("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}}}");
    has_rule(none, "\nm-0 ::= \"\\\"a\\\"\" \":\" blank \"null\" \"\" | \"\"\n");
}

static void values_that_are_given_stand_as_they_are(void **state)
{
    (void)state;
    has_rule(grammar_of("{\"enum\":[\"A\",\"say \\\"no\\\"\",7,null,true]}"),
             "choice-0 ::= \"\\\"A\\\"\" | \"\\\"say \\\\\\\"no\\\\\\\"\\\"\" | \"7\" | \"null\" | "
             "\"true\"\n");
    has_rule(grammar_of("{\"const\":\"x\"}"), "root ::= \"\\\"x\\\"\"\n");
}

static void counts_are_kept_where_they_are_short(void **state)
{
    (void)state;
    has_rule(grammar_of("{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":2,"
                        "\"maxItems\":5}"),
             "array-0 ::= \"[\" (\"null\" (comma \"null\"){1,4}) \"]\"\n");
    has_rule(grammar_of("{\"type\":\"array\",\"items\":{\"type\":\"null\"}}"),
             "array-0 ::= \"[\" (\"null\" (comma \"null\"){0,})? \"]\"\n");
    has_rule(grammar_of("{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"maxItems\":0}"),
             "root ::= \"[]\"\n");
    has_rule(grammar_of("{\"type\":\"string\",\"maxLength\":10}"),
             "text-0 ::= \"\\\"\" char{0,10} \"\\\"\"\n");
    has_rule(grammar_of("{\"type\":\"string\",\"maxLength\":5000}"),
             "text-0 ::= \"\\\"\" char* \"\\\"\"\n");
}

static void numbers_and_several_types(void **state)
{
    (void)state;
    has_rule(grammar_of("{\"type\":\"integer\"}"), "root ::= integer\n");
    has_rule(grammar_of("{\"type\":\"integer\",\"minimum\":1}"), "root ::= natural\n");
    has_rule(grammar_of("{\"type\":\"number\",\"minimum\":0}"), "root ::= positive\n");
    has_rule(grammar_of("{\"type\":[\"string\",\"null\"]}"), "any-1 ::= text-0 | \"null\"\n");
    has_rule(grammar_of("{\"anyOf\":[{\"type\":\"boolean\"},{\"const\":1}]}"),
             "any-0 ::= (\"true\" | \"false\") | \"1\"\n");
}

static void what_no_grammar_can_say_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_string_equal(refusal("{"), "schema: 1:1: string or '}' expected near end of file");
    assert_string_equal(refusal("[]"), "schema: $: an object is wanted that says which `type`");
    assert_string_equal(refusal("{}"),
                        "schema: $: it says no `type`, `enum`, `const`, `anyOf` or `oneOf`");
    assert_string_equal(refusal("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\","
                                "\"items\":{\"$ref\":\"#\"}}}}"),
                        "schema: $.a[]: it says no `type`, `enum`, `const`, `anyOf` or `oneOf`");
    assert_string_equal(refusal("{\"type\":\"date\"}"), "schema: $: this `type` is not known");
    assert_string_equal(refusal("{\"type\":\"object\"}"),
                        "schema: $: 1 to 100 `properties` are wanted");
    assert_string_equal(refusal("{\"enum\":[]}"),
                        "schema: $: `enum` has to be a list of 1 to 1000 values");
    assert_string_equal(
        refusal("{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":3,\"maxItems\":2}"),
        "schema: $: `maxItems` is less than `minItems`");
    assert_string_equal(refusal("{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}"),
                        "schema: $: `maxLength` is less than `minLength`");
}

static void depth_and_size_have_an_end(void **state)
{
    (void)state;
    struct buf deep = buf_new(arena);
    for (int i = 0; i < 20; i++)
        buf_add(&deep, STR("{\"type\":\"array\",\"items\":"));
    buf_add(&deep, STR("{\"type\":\"null\"}"));
    for (int i = 0; i < 20; i++)
        buf_add(&deep, STR("}"));
    assert_non_null(strstr(refusal(buf_str(&deep).ptr), "it is too deep or too large"));

    /* three lists of 1000 words of 200 bytes */
    struct buf wide = buf_new(arena);
    buf_add(&wide, STR("{\"anyOf\":["));
    for (int list = 0; list < 3; list++) {
        buf_add(&wide, list > 0 ? STR(",{\"enum\":[") : STR("{\"enum\":["));
        for (int i = 0; i < 1000; i++)
            buf_printf(&wide, "%s\"%0200d\"", i > 0 ? "," : "", i);
        buf_add(&wide, STR("]}"));
    }
    buf_add(&wide, STR("]}"));
    assert_non_null(strstr(refusal(buf_str(&wide).ptr), "it is too deep or too large"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_their_order_and_may_be_missing),
        cmocka_unit_test(values_that_are_given_stand_as_they_are),
        cmocka_unit_test(counts_are_kept_where_they_are_short),
        cmocka_unit_test(numbers_and_several_types),
        cmocka_unit_test(what_no_grammar_can_say_is_refused_with_its_place),
        cmocka_unit_test(depth_and_size_have_an_end),
    };
    return cmocka_run_group_tests_name("grammar", tests, open_arena, close_arena);
}
