/* SPDX-License-Identifier: Apache-2.0 */
#include "base/whole.h"

#include <setjmp.h>
#include <stdarg.h>
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

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/warroom-whole-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static const char *in_folder(const char *name)
{
    static char paths[4][400];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* Their names in no order; removes all with `remove`. */
static int files(bool remove)
{
    DIR *open = opendir(folder);
    int count = 0;
    for (struct dirent *it; (it = readdir(open));)
        if (it->d_name[0] != '.') {
            count++;
            if (remove)
                unlink(in_folder(it->d_name));
        }
    closedir(open);
    return count;
}

static int remove_folder(void **state)
{
    (void)state;
    files(true);
    return rmdir(folder);
}

static bool holds(const char *name, const char *text)
{
    char bytes[64] = {0};
    FILE *file = fopen(in_folder(name), "r");
    const bool ok = file && fread(bytes, 1, sizeof bytes - 1, file) == strlen(text);
    if (file)
        fclose(file);
    return ok && strcmp(bytes, text) == 0;
}

static void it_is_there_in_place_of_what_was(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat about;
    assert_true(whole_write(in_folder("a"), STR("first"), &err));
    assert_true(holds("a", "first"));
    assert_int_equal(chmod(in_folder("a"), 0640), 0);
    assert_int_equal(symlink("a", in_folder("link")), 0);
    assert_true(whole_write(in_folder("link"), STR("second"), &err));
    assert_true(holds("a", "second"));
    assert_int_equal(stat(in_folder("a"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0640);
    assert_int_equal(lstat(in_folder("link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_true(whole_write(in_folder("a"), STR(""), &err));
    assert_true(holds("a", ""));
    assert_int_equal(files(false), 2);
}

static void what_is_no_file_gets_the_bytes(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(whole_write("/dev/null", STR("x"), &err));
    assert_true(access("/dev/null", W_OK) == 0);
}

static void a_full_disk_leaves_what_was_there(void **state)
{
    (void)state;
    struct err err = {0};
    static char much[8192];
    const struct rlimit before = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    assert_true(whole_write(in_folder("a"), STR("first"), &err));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 4096, .rlim_max = RLIM_INFINITY}), 0);
    const bool ok = whole_write(in_folder("a"), (struct str){much, sizeof much}, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(ok);
    assert_non_null(strstr(err.text, "/a: File too large"));
    assert_true(holds("a", "first"));
    assert_int_equal(files(false), 1);
    assert_false(whole_write(in_folder("none/a"), STR("x"), &err));
    assert_non_null(strstr(err.text, "none/a: No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_there_in_place_of_what_was, make_folder,
                                        remove_folder),
        cmocka_unit_test(what_is_no_file_gets_the_bytes),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_what_was_there, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests_name("whole", tests, NULL, NULL);
}
