/* SPDX-License-Identifier: Apache-2.0 */
#include "tool/script.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* "rows": two rows of each type, the second unknown; anything else is no SQL. */
static bool query(void *state, struct arena *arena, struct str sql, struct batch **rows,
                  struct err *err)
{
    static const struct field fields[] = {{"name", TYPE_TEXT, 0, "", NULL},
                                          {"count", TYPE_INT, 0, "", NULL},
                                          {"share", TYPE_REAL, 0, "", NULL},
                                          {"bad", TYPE_BOOL, 0, "", NULL},
                                          {0}};
    ++*(uint32_t *)state;
    if (!str_eq(sql, STR("rows")))
        return err_set(err, ERR_USAGE, "no table `%.*s`", STR_ARG(sql));
    *rows = batch_new(arena, fields);
    for (int i = 0; i < 2; i++)
        batch_add_row(*rows);
    batch_set(*rows, 0, "name", value_text(STR("a\"b")));
    batch_set(*rows, 0, "count", value_int(INT64_C(9007199254740993)));
    batch_set(*rows, 0, "share", value_real(0.25));
    batch_set(*rows, 0, "bad", value_bool(true));
    return true;
}

static const struct script_limits tight = {.steps_max = 1000000,
                                           .memory_bytes_max = (size_t)4 << 20,
                                           .output_bytes_max = 200,
                                           .queries_max = 3,
                                           .time_max_ns = 20 * NS_PER_S};

static bool run(struct arena *arena, const struct script_limits *limits, const char *text,
                struct script_result *out, struct err *err)
{
    uint32_t asked = 0;
    const struct script_host host = {.query = query, .state = &asked};
    *err = (struct err){0};
    return script_run(arena, str_of(text), limits, &host, out, err);
}

static void what_it_returns_is_json(void **state)
{
    (void)state;
    static const struct {
        const char *script, *json;
    } cases[] = {
        {"", "null"},
        {"return", "null"},
        {"return 7", "7"},
        {"return 7/2", "3.5"},
        {"return 1/0", "null"},
        {"return 'x\\n'", "\"x\\n\""},
        {"return '\\xff'", "\"\xef\xbf\xbd\""},
        {"return {}", "{}"},
        {"return {1, {b = 2, a = {true, false}}}", "[1,{\"a\":[true,false],\"b\":2}]"},
        {"return {[2] = 'two', z = 1}", "{\"2\":\"two\",\"z\":1}"},
        {"local r = query('rows') return {#r, r[1], r[2]}",
         "[2,{\"bad\":true,\"count\":9007199254740993,\"name\":\"a\\\"b\",\"share\":0.25},{}]"},
        {"local ok, why = pcall(query, 'nothing') return {ok, why}",
         "[false,\"no table `nothing`\"]"},
        /* in the order of the keys, every time */
        {"local t, o = {}, {} for i = 1, 40 do t['k' .. i] = i end "
         "for k in pairs(t) do o[#o + 1] = k end return table.concat(o, ' ', 1, 4)",
         "\"k1 k10 k11 k12\""},
        {"return {type(os), type(io), type(load), type(require), type(next), type(debug), "
         "type(math.random), type(string.dump), type(package), type(dofile)}",
         "[\"nil\",\"nil\",\"nil\",\"nil\",\"nil\",\"nil\",\"nil\",\"nil\",\"nil\",\"nil\"]"},
        {"return {tostring(print), tostring({}), string.format('%d %s', 3, 'x')}",
         "[\"function\",\"table\",\"3 x\"]"},
        {"local c = coroutine return type(c)", "\"nil\""},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct script_result result;
        struct err err;
        if (!run(arena, &tight, cases[i].script, &result, &err))
            fail_msg("%s: %s", cases[i].script, err.text);
        assert_string_equal(result.json.ptr, cases[i].json);
    }
    arena_free(arena);
}

static void what_it_prints_is_kept_and_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct script_result result;
    struct err err;
    assert_true(run(arena, &tight, "print('a', 1, {}) print()", &result, &err));
    assert_string_equal(str_copy(arena, result.printed).ptr, "a\t1\ttable\n");
    assert_false(result.printed_is_cut);
    assert_true(
        run(arena, &tight, "for i = 1, 100 do print('0123456789') end return 5", &result, &err));
    assert_true(result.printed_is_cut);
    assert_int_equal(result.printed.len, 200);
    assert_true(result.is_number);
    assert_true(result.number == 5.0);
    arena_free(arena);
}

static void what_is_wrong_and_what_is_too_much_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        enum err_kind kind;
        const char *text;
    } cases[] = {
        {"return +", ERR_USAGE, "the script is wrong: line:1: unexpected symbol near '+'"},
        {"\n\nerror('no')", ERR_USAGE, "the script is wrong: line:3: no"},
        {"error({})", ERR_USAGE, "the script is wrong: it ended with an error that is no text"},
        {"\x1bLua", ERR_USAGE, "attempt to load a binary chunk"},
        {"query('nothing')", ERR_USAGE, "line:1: no table `nothing`"},
        {"return print", ERR_USAGE, "a function cannot be returned"},
        {"local t = {} t[1] = t return t", ERR_USAGE, "nested more than 16 deep"},
        {"return string.format('%p', {})", ERR_USAGE, "%p is not to be had"},
        {"return string.format('%-5p', {})", ERR_USAGE, "%p is not to be had"},
        {"return string.format('%s', {})", ERR_USAGE, "argument 2 of format is a table"},
        {"setmetatable({}, {__gc = print})", ERR_USAGE, "__gc is not to be had"},
        {"setmetatable({})", ERR_USAGE, "nil or table expected"},
        {"for k in pairs({[{}] = 1}) do end", ERR_USAGE, "a table for a key has no order"},
        {"return string.rep('x', 300)", ERR_USAGE, "longer than 200 bytes"},
        {"while true do end", ERR_OVER_BUDGET, "the script took more steps than it may"},
        {"while true do pcall(function() while true do end end) end", ERR_OVER_BUDGET, "steps"},
        {"return string.rep('x', 1e9)", ERR_OVER_BUDGET, "more memory than it may"},
        {"local t = {} for i = 1, 1e9 do t[i] = {} end", ERR_OVER_BUDGET, "than it may"},
        {"local function f() return f() + 1 end f()", ERR_OVER_BUDGET, "more memory than it may"},
        {"for i = 1, 4 do query('rows') end", ERR_OVER_BUDGET, "more queries than it may"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct script_result result;
        struct err err;
        assert_false(run(arena, &tight, cases[i].script, &result, &err));
        if (err.kind != cases[i].kind || !strstr(err.text, cases[i].text))
            fail_msg("%s: %d %s", cases[i].script, (int)err.kind, err.text);
    }
    arena_free(arena);
}

/* A pattern that is matched for years takes no steps of Lua's machine: its process is killed. */
static void what_is_slow_in_one_step_is_killed(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct script_limits hasty = tight;
    hasty.time_max_ns = 50 * NS_PER_MS;
    struct script_result result;
    struct err err;
    assert_false(run(arena, &hasty,
                     "return string.find(string.rep('a', 60), string.rep('a*', 30) .. 'b')",
                     &result, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    arena_free(arena);
}

static void the_same_bytes_every_time(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct str first = {0};
    for (int i = 0; i < 5; i++) {
        struct script_result result;
        struct err err;
        assert_true(run(arena, &script_limits_usual,
                        "local t = {} for i = 1, 500 do t['key' .. i * 7919 % 1000] = i end "
                        "local n = 0 for k, v in pairs(t) do n = (n * 31 + v) % 65521 end "
                        "return {n, t}",
                        &result, &err));
        if (i > 0)
            assert_true(str_eq(result.json, first));
        first = result.json;
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_returns_is_json),
        cmocka_unit_test(what_it_prints_is_kept_and_cut),
        cmocka_unit_test(what_is_wrong_and_what_is_too_much_is_told),
        cmocka_unit_test(what_is_slow_in_one_step_is_killed),
        cmocka_unit_test(the_same_bytes_every_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
