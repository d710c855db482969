/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/journal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char base[] = "/tmp/gym-journal-XXXXXX";

static int make_base(void **state)
{
    (void)state;
    return mkdtemp(base) && chmod(base, 0711) == 0 ? setenv("WARROOM_GYM_WORLDS", base, 1) : -1;
}

static int remove_base(void **state)
{
    char path[128];
    (void)state;
    snprintf(path, sizeof path, "%s/lock", base);
    unlink(path);
    return rmdir(base);
}

static void a_world_is_alive_while_its_lock_is_held(void **state)
{
    (void)state;
    struct journal journal;
    struct world_found worlds[WORLDS_MAX];
    unsigned count;
    struct err err = {0};
    assert_true(journal_open(&journal, &err));
    assert_true(
        journal_note(&journal, &err, "keeper %d %llu", (int)getpid(), process_began(getpid())));
    assert_true(journal_find(worlds, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(worlds[0].id, journal.id);
    assert_true(worlds[0].alive);
    assert_int_equal(worlds[0].keeper, getpid());
    assert_true(journal_sweep(stderr, &err)); /* and leaves it alone */
    assert_int_equal(access(journal.folder, F_OK), 0);

    close(journal.lock_fd);
    close(journal.fd);
    assert_true(journal_sweep(stderr, &err));
    assert_int_equal(access(journal.folder, F_OK), -1);
}

static void a_number_that_another_process_has_now_is_not_ours(void **state)
{
    (void)state;
    struct journal journal;
    struct world_found worlds[WORLDS_MAX];
    unsigned count;
    struct err err = {0};
    assert_true(journal_open(&journal, &err));
    assert_true(
        journal_note(&journal, &err, "keeper %d %llu", (int)getpid(), process_began(getpid()) - 1));
    assert_true(journal_find(worlds, &count, &err));
    assert_int_equal(worlds[0].keeper, 0);
    close(journal.lock_fd);
    close(journal.fd);
    assert_true(journal_sweep(stderr, &err));
}

static void a_damaged_journal_removes_nothing_of_others(void **state)
{
    (void)state;
    struct journal journal;
    struct err err = {0};
    char other[] = "/tmp/gym-other-XXXXXX";
    assert_non_null(mkdtemp(other));
    assert_true(journal_open(&journal, &err));
    assert_true(journal_note(&journal, &err, "cgroup %s", other));
    assert_true(journal_note(&journal, &err, "cgroup /sys/fs/cgroup/cpu/../cpu/warroom-gym-%s",
                             journal.id));
    assert_true(journal_note(&journal, &err, "session %d %llu", (int)getpid(), 7ull));
    assert_true(journal_note(&journal, &err, "session"));
    assert_true(journal_note(&journal, &err, "%s", ""));
    close(journal.lock_fd);
    close(journal.fd);
    assert_true(journal_sweep(stderr, &err));
    assert_int_equal(rmdir(other), 0);
}

/* A session's processes end with the sweep, whoever has started them. */
static void what_a_session_has_left_is_ended(void **state)
{
    (void)state;
    struct journal journal;
    struct err err = {0};
    int ready[2], status;
    char byte;
    assert_true(journal_open(&journal, &err));
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(journal.lock_fd); /* as exec() would: the world is dead */
        alarm(30);
        setsid();
        if (write(ready[1], "", 1) == 1)
            pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_true(journal_note(&journal, &err, "session %d %llu", (int)child, process_began(child)));
    close(journal.lock_fd);
    close(journal.fd);
    signal(SIGCHLD, SIG_IGN); /* nobody waits for it, and it is gone all the same */
    assert_true(journal_sweep(stderr, &err));
    assert_int_equal(waitpid(child, &status, 0), -1);
    signal(SIGCHLD, SIG_DFL);
}

static void a_folder_of_another_is_refused(void **state)
{
    (void)state;
    struct journal journal;
    struct err err = {0};
    chmod(base, 0777);
    assert_false(journal_open(&journal, &err));
    assert_non_null(strstr(err.text, "not a folder of ours alone"));
    chmod(base, 0711);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_world_is_alive_while_its_lock_is_held),
        cmocka_unit_test(a_number_that_another_process_has_now_is_not_ours),
        cmocka_unit_test(a_damaged_journal_removes_nothing_of_others),
        cmocka_unit_test(what_a_session_has_left_is_ended),
        cmocka_unit_test(a_folder_of_another_is_refused),
    };
    return cmocka_run_group_tests_name("journal", tests, make_base, remove_base);
}
