/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/condition.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* "a= b<": what is asked of one value, and of a range. */
static struct str words_of(struct arena *arena, const struct condition_columns *columns)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < columns->count; i++)
        buf_printf(&out, "%s%.*s%s", i > 0 ? " " : "", STR_ARG(columns->items[i].text),
                   columns->items[i].is_equal ? "=" : "<");
    return buf_str(&out);
}

static void columns_are_read_as_plans_print_them(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *alias, *want;
    } cases[] = {
        {"(o.customer_id = 7)", "o", "customer_id="},
        {"(o.customer_id = $1)", "o", "customer_id="},
        {"($1 = o.customer_id)", "o", "customer_id="},
        {"((o.a = 1) AND ((o.b)::text = 'x'::text) AND (o.c >= '5'::numeric))", "o", "a= b= c<"},
        {"(((o.b)::text = 'x'::text) AND ((o.c)::timestamp with time zone > now()))", "o", "b= c<"},
        {"(((o.b)::text || 'x'::text) = 'yx'::text)", "o", ""},
        {"(o.a = ANY ('{1,2}'::integer[]))", "o", "a="},
        {"(lower((p.email)::text) = 'a AND b = (c'::text)", "p", "lower(email)="},
        {"(\"T\".\"aB\"\"c\" = 1)", "T", "\"aB\"\"c\"="},
        {"(l.document = d.id)", "l", "document="},
        {"(l.document = d.id)", "d", "id="},
        {"(l.document = d.id)", "x", ""},
        /* what an index of the column does not help with */
        {"((o.a = 1) OR (o.b = 2))", "o", ""},
        {"(o.a <> 1)", "o", ""},
        {"(o.name ~~ '%x%'::text)", "o", ""},
        {"((o.a + 1) = 2)", "o", ""},
        {"(o.a = o.b)", "o", ""},
        {"(o.a IS NULL)", "o", ""},
        {"(NOT o.a)", "o", ""},
        {"(md5(o.a) = 'x'::text)", "o", ""},
        /* what is cut short, or is none */
        {"", "o", ""},
        {"(", "o", ""},
        {"((((", "o", ""},
        {"(o.a = 'x", "o", ""},
        {"(o.", "o", ""},
        {"(\"o", "o", ""},
        {" AND  AND ", "o", ""},
        {")(", "o", ""},
        {"(o.a = 1", "o", ""},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct condition_columns columns =
            condition_columns(arena, str_of(cases[i].condition), str_of(cases[i].alias));
        assert_string_equal(words_of(arena, &columns).ptr, cases[i].want);
    }
    arena_free(arena);
}

static void more_columns_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    for (int i = 0; i < 100; i++)
        buf_printf(&text, "%s(o.c%d = %d)", i > 0 ? " AND " : "", i, i);
    const struct condition_columns columns = condition_columns(arena, buf_str(&text), STR("o"));
    assert_int_equal(columns.count, CONDITION_COLUMNS_MAX);
    arena_free(arena);
}

static void an_order_is_of_one_table_or_of_none(void **state)
{
    (void)state;
    static const struct {
        const char *list, *want;
    } cases[] = {
        {"e.at DESC", "at DESC<"},
        {"e.at DESC, e.id", "at DESC< id<"},
        {"e.at, x.id", ""},
        {"(count(*)) DESC", ""},
        {"", ""},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct condition_columns columns =
            condition_sorted(arena, str_of(cases[i].list), STR("e"));
        assert_string_equal(words_of(arena, &columns).ptr, cases[i].want);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_read_as_plans_print_them),
        cmocka_unit_test(more_columns_than_there_is_room_for_are_left_out),
        cmocka_unit_test(an_order_is_of_one_table_or_of_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
