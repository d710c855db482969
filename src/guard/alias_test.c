/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/alias.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

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

static struct aliases *some(void)
{
    struct aliases *aliases = aliases_new(arena);
    aliases_add(aliases, "service", STR("catalog"));
    aliases_add(aliases, "service", STR("db"));
    aliases_add(aliases, "host", STR("catalog-1"));
    aliases_add(aliases, "person", STR("Jonas Weber"));
    return aliases;
}

static void a_name_goes_as_an_alias_and_comes_back(void **state)
{
    (void)state;
    struct aliases *aliases = some();
    const struct str text = STR("Jonas Weber broke catalog-1 of catalog at 10.1.2.3:80, not dbx "
                                "but catalog_errors and \"db\".");
    const struct str sent = aliases_mask(aliases, arena, text);
    assert_string_equal(sent.ptr, "person-1 broke host-1 of service-1 at host-3:80, not dbx but "
                                  "service-1_errors and \"service-2\".");
    assert_string_equal(aliases_unmask(aliases, arena, sent).ptr, text.ptr);
}

static void what_was_never_given_stays(void **state)
{
    (void)state;
    struct aliases *aliases = some();
    assert_string_equal(
        aliases_unmask(aliases, arena, STR("service-9, service-11, xservice-1, service-1x")).ptr,
        "service-9, service-11, xservice-1, service-1x");
}

static void what_looks_like_an_alias_comes_back_as_itself(void **state)
{
    (void)state;
    struct aliases *aliases = some();
    const struct str text = STR("service-1 calls catalog, name-1 and person-1");
    const struct str sent = aliases_mask(aliases, arena, text);
    assert_string_equal(aliases_unmask(aliases, arena, sent).ptr, text.ptr);
}

/* Numerical Recipes' generator, its upper bits. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* Of pieces that are names, aliases, parts of both and what stands between. */
static void unmasking_undoes_masking(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "catalog", "catalog-1", "db",    "Jonas Weber", "service-", "1",
        "host-2",  "name-1",    ".",     "-",           " ",        "x",
        "_",       "10.0.0.1",  "a.b.c", "\"",          "person-1", "\xc3\xa9"};
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        struct buf text = buf_new(arena);
        const uint32_t count = next(&seed) % 12;
        for (uint32_t i = 0; i < count; i++)
            buf_printf(&text, "%s", pieces[next(&seed) % (sizeof pieces / sizeof *pieces)]);
        struct aliases *aliases = some();
        const struct str sent = aliases_mask(aliases, arena, buf_str(&text));
        assert_string_equal(aliases_unmask(aliases, arena, sent).ptr, buf_str(&text).ptr);
    }
}

/* Each is a name between letters and digits; what stands around it stays where it is. */
static void names_side_by_side_come_back(void **state)
{
    (void)state;
    struct aliases *aliases = aliases_new(arena);
    aliases_add(aliases, "service", STR("(db)"));
    aliases_add(aliases, "service", STR("--"));
    aliases_add(aliases, "service", STR("/etc/"));
    const struct str sent = aliases_mask(aliases, arena, STR("(db)(db)/etc//etc/-- x"));
    assert_string_equal(sent.ptr, "(service-1)(service-1)/service-2//service-2/-- x");
    assert_string_equal(aliases_unmask(aliases, arena, sent).ptr, "(db)(db)/etc//etc/-- x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_goes_as_an_alias_and_comes_back),
        cmocka_unit_test(what_was_never_given_stays),
        cmocka_unit_test(what_looks_like_an_alias_comes_back_as_itself),
        cmocka_unit_test(unmasking_undoes_masking),
        cmocka_unit_test(names_side_by_side_come_back),
    };
    return cmocka_run_group_tests_name("alias", tests, open_arena, close_arena);
}
