/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ending.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], said[512];

static int make_folder(void **state)
{
    (void)state;
    char path[96];
    strcpy(folder, "/tmp/warroom-ending-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/logs.csv", folder);
    return close(open(path, O_CREAT | O_WRONLY, 0600));
}

static int remove_folder(void **state)
{
    (void)state;
    char path[96];
    snprintf(path, sizeof path, "%s/logs.csv", folder);
    unlink(path);
    rmdir(folder);
    return 0;
}

/* How a process ends that does `what`; its words in `said`. */
static int status_of(void (*what)(void))
{
    int words[2], status = 0;
    assert_int_equal(pipe(words), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(words[1], STDERR_FILENO);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        what();
        _exit(0);
    }
    close(words[1]);
    const ssize_t len = read(words[0], said, sizeof said - 1);
    said[len > 0 ? len : 0] = '\0';
    close(words[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static bool is_there(void)
{
    return access(folder, F_OK) == 0;
}

static void run_out(void)
{
    ending_note(folder);
    setrlimit(RLIMIT_AS, &(struct rlimit){.rlim_cur = 64 << 20, .rlim_max = 64 << 20});
    struct arena *arena = arena_new("a test");
    for (;;)
        arena_alloc(arena, 1 << 20);
}

static void no_memory_is_a_sentence_and_leaves_nothing(void **state)
{
    (void)state;
    const int status = status_of(run_out);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_non_null(strstr(said, "warroom: out of memory: a test wanted "));
    assert_false(is_there());
}

static void be_told_to_end(void)
{
    ending_heed_signals();
    ending_note(folder);
    raise(SIGTERM);
}

static void a_signal_ends_it_as_ever_and_leaves_nothing(void **state)
{
    (void)state;
    const int status = status_of(be_told_to_end);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_false(is_there());
}

static void end_beside(void)
{
    ending_heed_signals();
    ending_note(folder);
    const pid_t pid = fork();
    if (pid == 0)
        raise(SIGTERM);
    waitpid(pid, NULL, 0);
}

static void forget(void)
{
    ending_heed_signals();
    ending_note(folder);
    ending_forget(folder);
    raise(SIGTERM);
}

static void ignore(void)
{
    signal(SIGHUP, SIG_IGN);
    ending_heed_signals();
    raise(SIGHUP);
}

static void what_is_others_or_forgotten_stays(void **state)
{
    (void)state;
    assert_int_equal(status_of(end_beside), 0);
    assert_true(is_there());
    assert_true(WIFSIGNALED(status_of(forget)));
    assert_true(is_there());
    assert_int_equal(status_of(ignore), 0);
}

static void note_many(void)
{
    char path[2000];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    ending_note(path);
    for (int i = 0; i < 2 * ENDING_FOLDERS_MAX; i++) {
        snprintf(path, sizeof path, "/none/%d", i);
        ending_note(path);
    }
    ending_because("enough");
}

static void more_than_there_is_room_for_are_not_noted(void **state)
{
    (void)state;
    assert_int_equal(WEXITSTATUS(status_of(note_many)), 2);
    assert_string_equal(said, "warroom: enough\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_memory_is_a_sentence_and_leaves_nothing, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_signal_ends_it_as_ever_and_leaves_nothing, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_is_others_or_forgotten_stays, make_folder,
                                        remove_folder),
        cmocka_unit_test(more_than_there_is_room_for_are_not_noted),
    };
    return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
