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

int main(void)
{
#define unit_test_in_folder(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        unit_test_in_folder(a_new_one_and_then_another),
        unit_test_in_folder(what_a_killed_one_left_is_overwritten),
        unit_test_in_folder(what_cannot_be_written_leaves_the_old_one),
        unit_test_in_folder(a_link_or_device_is_written_through),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
