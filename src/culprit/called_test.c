/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/called.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct map services_of(struct arena *arena)
{
    static const char *const names[] = {"mailservice", "mail", "printing-service", "web", "api"};
    struct map services = map_new(arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        map_add(&services, str_of(names[i]));
    return services;
}

static void a_path_is_about_who_is_called_like_a_part_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *path, *service; /* NULL: nobody */
    } paths[] = {
        {"src/printing/db.c", "printing-service"},
        {"services/web/mail.conf", "web"}, /* what is above owns what is below */
        {"mail/mail.conf", "mail"},        /* spelled like it, before what is only like it */
        {"Mail-Service/main.go", "mailservice"},
        {"web.conf", "web"},
        {"webserver/x", "web"},
        {"website/x", NULL},
        {"", NULL},
        {"///", NULL},
    };
    struct arena *arena = arena_new("test");
    const struct map services = services_of(arena);
    const struct called called = called_new(arena, &services);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const uint32_t at = called_like(&called, str_of(paths[i].path));
        const char *found = at == MAP_NONE ? NULL : services.keys[at].ptr;
        if (!found != !paths[i].service ||
            (found && !str_eq(str_of(found), str_of(paths[i].service))))
            fail_msg("%s: %s", paths[i].path, found ? found : "nobody");
    }
    arena_free(arena);
}

static void a_change_of_much_is_about_nobody(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct map services = map_new(arena);
    struct str paths = STR("");
    uint32_t about[CALLED_MAX];
    for (int i = 0; i <= CALLED_MAX; i++) {
        map_add(&services, str_printf(arena, "service-no%d", i));
        paths = str_printf(arena, "%s\"service-no%d/a.conf\",", paths.ptr, i);
    }
    const struct called called = called_new(arena, &services);
    assert_int_equal(called_in_list(&called, paths, about), 0);
    assert_int_equal(called_in_list(&called,
                                    STR("[\"service-no4/a\", \"service-no2/b\", "
                                        "\"service-no4/c\", \"readme\"]"),
                                    about),
                     2);
    assert_int_equal(about[0], 4); /* in the order of the list */
    assert_int_equal(about[1], 2);
    assert_int_equal(called_in_list(&called, STR(""), about), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_about_who_is_called_like_a_part_of_it),
        cmocka_unit_test(a_change_of_much_is_about_nobody),
    };
    return cmocka_run_group_tests_name("called", tests, NULL, NULL);
}
