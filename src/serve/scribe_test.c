/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/scribe.h"

#include "base/arena.h"
#include "data/file.h"
#include "serve/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void prose_is_for_the_last_investigation_alone(void **state)
{
    (void)state;
    struct incident incident = {.state = INCIDENT_DONE, .investigation = 7};
    assert_null(scribe_objection(&incident, 7));
    assert_string_equal(scribe_objection(&incident, 6), "it was looked into again");
    incident.state = INCIDENT_QUEUED;
    incident.investigation = 8;
    assert_string_equal(scribe_objection(&incident, 7), "it was looked into again");
    incident.state = INCIDENT_FAILED;
    assert_string_equal(scribe_objection(&incident, 8), "there is no report");
}

static struct str kept(struct arena *arena, const char *folder, const char *name)
{
    struct str text;
    struct err err;
    return file_read(arena, str_printf(arena, "%s/%s", folder, name).ptr, 100, &text, &err)
               ? text
               : STR("nothing");
}

static void what_was_written_beside_takes_the_place(void **state)
{
    (void)state;
    char folder[] = "/tmp/warroom-scribe-XXXXXX";
    struct err err;
    struct arena *arena = arena_new("test");
    assert_non_null(mkdtemp(folder));
    const char *beside = str_printf(arena, "%s/retold", folder).ptr;
    assert_false(scribe_replace(arena, beside, folder, &err));
    assert_true(files_make_folder(beside, &err));
    assert_true(
        file_replace(str_printf(arena, "%s/report.md", folder).ptr, STR("old"), 0600, &err));
    assert_true(
        file_replace(str_printf(arena, "%s/alert.json", folder).ptr, STR("{}"), 0600, &err));
    assert_true(
        file_replace(str_printf(arena, "%s/report.md", beside).ptr, STR("new"), 0600, &err));
    assert_true(scribe_replace(arena, beside, folder, &err));
    assert_true(str_eq(kept(arena, folder, "report.md"), STR("new")));
    assert_true(str_eq(kept(arena, folder, "alert.json"), STR("{}")));
    assert_int_equal(access(beside, F_OK), -1);
    assert_true(files_remove_tree(folder, &err));
    arena_free(arena);
}

/* Without models there is none, and nobody needs to know. */
static void no_scribe_writes_nothing(void **state)
{
    (void)state;
    scribe_add(NULL, STR("20261122-0203-7f3a"), 1);
    scribe_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(prose_is_for_the_last_investigation_alone),
                                       cmocka_unit_test(what_was_written_beside_takes_the_place),
                                       cmocka_unit_test(no_scribe_writes_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
