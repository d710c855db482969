/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/files.h"

#include "base/arena.h"
#include "data/file.h"
#include "source/pack.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FILES 40    /* so that it takes a while to pack them, and to remove them */
#define REPLACED 60 /* times, while another packs */

struct fixture {
    struct arena *arena;
    char folder[40];
    const char *bundle, *next;
};

static const char *path_in(struct fixture *fix, const char *name)
{
    return str_printf(fix->arena, "%s/%s", fix->folder, name).ptr;
}

static struct fixture opened(void)
{
    struct fixture fix = {.arena = arena_new("test"), .folder = "/tmp/warroom-files-XXXXXX"};
    assert_non_null(mkdtemp(fix.folder));
    fix.bundle = path_in(&fix, "bundle");
    fix.next = path_in(&fix, "next");
    return fix;
}

static void closed(struct fixture *fix)
{
    struct err err = {0};
    assert_true(files_remove_tree(fix->folder, &err));
    arena_free(fix->arena);
}

/* Not with file_replace(), which waits for the disk. */
static void fill(struct fixture *fix, const char *folder, const char *text)
{
    struct err err = {0};
    assert_true(files_make_folder(folder, &err));
    for (int i = 0; i < FILES; i++) {
        FILE *file = fopen(str_printf(fix->arena, "%s/%d.csv", folder, i).ptr, "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
    }
}

static bool is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static void a_folder_takes_the_place_of_another_or_of_none(void **state)
{
    (void)state;
    struct fixture fix = opened();
    struct err err = {0};
    struct str read;
    for (int round = 0; round < 2; round++) {
        const char *text = round == 0 ? "first" : "second";
        fill(&fix, fix.next, text);
        assert_true(files_replace_tree(fix.arena, fix.bundle, fix.next, &err));
        assert_true(file_read(fix.arena, path_in(&fix, "bundle/7.csv"), 100, &read, &err));
        assert_string_equal(read.ptr, text);
        assert_false(is_there(fix.next));
        assert_false(is_there(path_in(&fix, "bundle.former")));
    }
    closed(&fix);
}

static void without_another_it_stays(void **state)
{
    (void)state;
    struct fixture fix = opened();
    struct err err = {0};
    fill(&fix, fix.bundle, "first");
    assert_false(files_replace_tree(fix.arena, fix.bundle, fix.next, &err));
    assert_non_null(strstr(err.text, "next: No such file"));
    assert_true(is_there(path_in(&fix, "bundle/0.csv")));
    closed(&fix);
}

struct packing {
    struct fixture *fix;
    off_t size; /* of a whole one */
    atomic_bool is_over;
    uint32_t whole, refused, wrong; /* `wrong`: lacks files, or failed in another way */
};

static off_t packed_size(struct fixture *fix, struct err *err)
{
    struct stat info;
    const int fd = open(fix->folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    const bool ok = pack_folder(fix->bundle, fd, err) && fstat(fd, &info) == 0;
    close(fd);
    return ok ? info.st_size : -1;
}

static void *pack_all_the_time(void *state)
{
    struct packing *packing = state;
    while (!packing->is_over) {
        struct err err = {0};
        const off_t size = packed_size(packing->fix, &err);
        if (size >= 0)
            *(size == packing->size ? &packing->whole : &packing->wrong) += 1;
        else
            *(err.kind == ERR_NOT_FOUND || err.kind == ERR_CANCELLED ? &packing->refused
                                                                     : &packing->wrong) += 1;
    }
    return NULL;
}

static void what_is_packed_meanwhile_is_whole_or_refused(void **state)
{
    (void)state;
    struct fixture fix = opened();
    struct err err = {0};
    fill(&fix, fix.bundle, "the same each time");
    struct packing packing = {.fix = &fix, .size = packed_size(&fix, &err)};
    assert_true(packing.size > 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, pack_all_the_time, &packing), 0);
    for (int i = 0; i < REPLACED; i++) {
        fill(&fix, fix.next, "the same each time");
        assert_true(files_replace_tree(fix.arena, fix.bundle, fix.next, &err));
    }
    packing.is_over = true;
    pthread_join(thread, NULL);
    assert_true(packing.whole + packing.refused > 0);
    assert_int_equal(packing.wrong, 0);
    closed(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_takes_the_place_of_another_or_of_none),
        cmocka_unit_test(without_another_it_stays),
        cmocka_unit_test(what_is_packed_meanwhile_is_whole_or_refused),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
