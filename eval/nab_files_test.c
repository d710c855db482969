/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled series are read as they are laid out, and what is wrong with them is said. */
#include "eval/nab_files.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static char folder[] = "/tmp/nab_files_test.XXXXXX";

static void path_in(char *out, size_t size, const char *name)
{
    assert_true((size_t)snprintf(out, size, "%s/%s", folder, name) < size);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    path_in(path, sizeof path, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    (void)state;
    char path[256];
    arena = arena_new("test");
    if (!mkdtemp(folder))
        return -1;
    path_in(path, sizeof path, "data");
    if (mkdir(path, 0700) != 0)
        return -1;
    path_in(path, sizeof path, "data/g");
    return mkdir(path, 0700);
}

static int teardown(void **state)
{
    (void)state;
    static const char *const names[] = {"combined_windows.json", "data/g/a.csv", "data/g", "data"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        path_in(path, sizeof path, names[i]);
        (void)remove(path);
    }
    arena_free(arena);
    return rmdir(folder);
}

#define ROWS                                                                                       \
    "timestamp,value\n2026-11-22 02:00:00,1.5\r\n2026-11-22 02:05:00,\n2026-11-22 02:10:00,3\n"

static void rows_and_windows_are_read(void **state)
{
    (void)state;
    struct nab_files files;
    struct err err = {0};
    write_file("data/g/a.csv", ROWS);
    write_file("combined_windows.json",
               "{\"g/a.csv\": [[\"2026-11-22 02:05:00.000000\", \"2026-11-22 02:10:00.000000\"]]}");
    if (!nab_files_read(arena, str_of(folder), &files, &err))
        fail_msg("%s", err.text);
    assert_int_equal(files.count, 1);
    const struct nab_file *file = &files.items[0];
    assert_true(str_eq(file->group, STR("g")));
    assert_int_equal(file->count, 3);
    assert_true(file->values[0] == 1.5 && isnan(file->values[1]) && file->values[2] == 3);
    assert_int_equal(file->times_ns[1] - file->times_ns[0], 300 * NS_PER_S);
    assert_int_equal(file->windows_count, 1);
    assert_int_equal(file->windows[0].first, 1);
    assert_int_equal(file->windows[0].last, 2);
}

static const struct {
    const char *why;
    const char *rows, *windows;
    const char *want; /* a part of the error */
} wrongs[] = {
    {"no JSON", ROWS, "{", "combined_windows.json: not an object"},
    {"no series", ROWS, "{}", "combined_windows.json: not an object"},
    {"a name that is no path", ROWS, "{\"a.csv\": []}", "is no GROUP/NAME.csv"},
    {"a path that leads out", ROWS, "{\"../g/a.csv\": []}", "is no GROUP/NAME.csv"},
    {"a series that is not there", ROWS, "{\"g/b.csv\": []}", "g/b.csv: No such file"},
    {"no row", "timestamp,value\n", "{\"g/a.csv\": []}", "g/a.csv: it has no row"},
    {"a row without a time", "timestamp,value\nnoon,1\n", "{\"g/a.csv\": []}",
     "g/a.csv: line 2: no `timestamp,value`"},
    {"windows that are no list", ROWS, "{\"g/a.csv\": 7}", "its windows are no list"},
    {"a window without an end", ROWS, "{\"g/a.csv\": [[\"2026-11-22 02:05:00\"]]}",
     "window 1 is no [start, end]"},
    {"a window beside the series", ROWS,
     "{\"g/a.csv\": [[\"2027-01-01 00:00:00\", \"2027-01-02 00:00:00\"]]}",
     "window 1 holds no row"},
    {"windows that overlap", ROWS,
     "{\"g/a.csv\": [[\"2026-11-22 02:00:00\", \"2026-11-22 02:05:00\"],"
     "[\"2026-11-22 02:05:00\", \"2026-11-22 02:10:00\"]]}",
     "window 2 begins before the one before ends"},
};

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct nab_files files;
        struct err err = {0};
        write_file("data/g/a.csv", wrongs[i].rows);
        write_file("combined_windows.json", wrongs[i].windows);
        if (nab_files_read(arena, str_of(folder), &files, &err) ||
            !strstr(err.text, wrongs[i].want))
            fail_msg("%s: `%s`", wrongs[i].why, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_windows_are_read),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests_name("nab_files", tests, setup, teardown);
}
