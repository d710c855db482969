/* SPDX-License-Identifier: Apache-2.0 */
#include "data/file.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/warroom-file-XXXXXX");
    umask(022);
    return mkdtemp(folder) ? 0 : 1;
}

static const char *in(const char *name)
{
    static char path[2][128];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "a.part", "link"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in(names[i]));
    return rmdir(folder); /* nothing else was left */
}

static void assert_holds(const char *name, const char *text)
{
    char bytes[64] = {0};
    FILE *file = fopen(in(name), "r");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(bytes, text);
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(stat(in(name), &info), 0);
    return info.st_mode & 07777;
}

static void a_new_one_and_then_another(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(file_replace(in("a"), STR("one"), 0600, &err));
    assert_holds("a", "one");
    assert_int_equal(mode_of("a"), 0600);
    chmod(in("a"), 0640);
    assert_true(file_replace(in("a"), STR(""), 0600, &err));
    assert_holds("a", "");
    assert_int_equal(mode_of("a"), 0640);
    assert_int_equal(access(in("a.part"), F_OK), -1);
}

static void what_a_killed_one_left_is_overwritten(void **state)
{
    (void)state;
    struct err err = {0};
    FILE *half = fopen(in("a.part"), "w");
    fputs("half of something that was longer", half);
    fclose(half);
    assert_true(file_replace(in("a"), STR("whole"), 0666, &err));
    assert_holds("a", "whole");
}

static void what_cannot_be_written_leaves_the_old_one(void **state)
{
    (void)state;
    struct err err = {0};
    const struct rlimit small = {4, RLIM_INFINITY}, any = {RLIM_INFINITY, RLIM_INFINITY};
    assert_true(file_replace(in("a"), STR("old"), 0600, &err));
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    assert_false(file_replace(in("a"), STR("longer than four"), 0600, &err));
    setrlimit(RLIMIT_FSIZE, &any);
    assert_int_equal(err.kind, ERR_IO);
    assert_holds("a", "old");
    assert_false(file_replace(in("nowhere/a"), STR("x"), 0600, &err));
    assert_non_null(strstr(err.text, "nowhere/a"));
}

static void a_link_or_device_is_written_through(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat info;
    assert_true(file_replace(in("a"), STR("old"), 0600, &err));
    assert_int_equal(symlink("a", in("link")), 0);
    assert_true(file_replace(in("link"), STR("new"), 0600, &err));
    assert_int_equal(lstat(in("link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_holds("a", "new");
    assert_true(file_replace("/dev/null", STR("gone"), 0600, &err));
}

static void what_is_read_is_whole_and_ends_in_zero(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct err err = {0};
    struct str text;
    assert_true(file_replace(in("a"), (struct str){"a\0b", 3}, 0600, &err));
    assert_true(file_read(arena, in("a"), 3, &text, &err));
    assert_int_equal(text.len, 3);
    assert_memory_equal(text.ptr, "a\0b", 4);
    assert_true(file_replace(in("a"), STR(""), 0600, &err));
    assert_true(file_read(arena, in("a"), 0, &text, &err));
    assert_int_equal(text.len, 0);
    arena_free(arena);
}

static void what_is_not_read_says_why(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct err err = {0};
    struct str text;
    assert_true(file_replace(in("a"), STR("four"), 0600, &err));
    assert_int_equal(mkfifo(in("a.part"), 0600), 0); /* nobody writes to it: opening may not wait */
    const struct {
        const char *name;
        enum err_kind kind;
        const char *reason;
    } wrong[] = {
        {"a", ERR_OVER_BUDGET, "/a: it is larger than 3 bytes"},
        {"none", ERR_NOT_FOUND, "/none: No such file"},
        {".", ERR_IO, "/.: it is no plain file"},
        {"a.part", ERR_IO, "/a.part: it is no plain file"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(file_read(arena, in(wrong[i].name), 3, &text, &err));
        assert_int_equal(err.kind, wrong[i].kind);
        assert_non_null(strstr(err.text, wrong[i].reason));
    }
    arena_free(arena);
}

int main(void)
{
#define unit_test_in_folder(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        unit_test_in_folder(a_new_one_and_then_another),
        unit_test_in_folder(what_a_killed_one_left_is_overwritten),
        unit_test_in_folder(what_cannot_be_written_leaves_the_old_one),
        unit_test_in_folder(a_link_or_device_is_written_through),
        unit_test_in_folder(what_is_read_is_whole_and_ends_in_zero),
        unit_test_in_folder(what_is_not_read_says_why),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
