/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/list.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define PODS                                                                                       \
    "NAME      READY   STATUS    RESTARTS      NODE\n"                                             \
    "web-1     1/1     Running   3 (2m ago)    n1\n"                                               \
    "\n"                                                                                           \
    "db-1              Pending\n"

static const struct {
    const char *why;
    const char *text;
    uint32_t row;
    const char *column;
    const char *want; /* NULL: there is no such row */
} cells[] = {
    {"a cell", PODS, 0, "STATUS", "Running"},
    {"a cell with blanks", PODS, 0, "RESTARTS", "3 (2m ago)"},
    {"the last column", PODS, 0, "NODE", "n1"},
    {"an empty cell does not pull the next one over", PODS, 1, "STATUS", "Pending"},
    {"and is empty", PODS, 1, "READY", ""},
    {"a short line has no more cells", PODS, 1, "NODE", ""},
    {"an unknown column is empty", PODS, 0, "AGE", ""},
    {"a header with a blank is one", "NAME  ACCESS MODES  CLASS\nv     RWO,ROX       fast\n", 0,
     "ACCESS MODES", "RWO,ROX"},
    {"no header, no rows", "no resources found\n", 0, "NAME", NULL},
    {"a header alone", "NAME  AGE\n", 0, "NAME", NULL},
    {"nothing", "", 0, "NAME", NULL},
    {"lines of Windows", "NAME  AGE\r\nx     3d\r\n", 0, "AGE", "3d"},
    {"no line feed at the end", "NAME  AGE\nx     3d", 0, "AGE", "3d"},
};

static void a_cell_starts_at_its_header(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        const struct list list = list_parse(arena, str_of(cells[i].text));
        if (!cells[i].want) {
            if (list.rows > cells[i].row)
                fail_msg("%s", cells[i].why);
            continue;
        }
        if (list.rows <= cells[i].row)
            fail_msg("%s: no such row", cells[i].why);
        const struct str got = list_cell(&list, cells[i].row, cells[i].column);
        if (!str_eq(got, str_of(cells[i].want)))
            fail_msg("%s: `%.*s`, not `%s`", cells[i].why, STR_ARG(got), cells[i].want);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_cell_starts_at_its_header)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
