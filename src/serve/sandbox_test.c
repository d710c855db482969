/* SPDX-License-Identifier: Apache-2.0 */
/* A child shuts itself in and tries what somebody would who runs code in it. */
#include "serve/sandbox.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[64];
    const char *evidence, *output, *elsewhere; /* below it */
    const char *line, *secret;                 /* files of evidence and of elsewhere */
};

static void put(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("text\n", file);
    fclose(file);
}

static int set_up(void **state)
{
    struct arena *arena = arena_new("test");
    struct fixture *fixture = arena_push(arena, struct fixture);
    fixture->arena = arena;
    strcpy(fixture->folder, "/tmp/warroom-sandbox-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->evidence = str_printf(arena, "%s/evidence", fixture->folder).ptr;
    fixture->output = str_printf(arena, "%s/output", fixture->folder).ptr;
    fixture->elsewhere = str_printf(arena, "%s/elsewhere", fixture->folder).ptr;
    fixture->line = str_printf(arena, "%s/line", fixture->evidence).ptr;
    fixture->secret = str_printf(arena, "%s/secret", fixture->elsewhere).ptr;
    assert_return_code(mkdir(fixture->evidence, 0700), errno);
    assert_return_code(mkdir(fixture->output, 0700), errno);
    assert_return_code(mkdir(fixture->elsewhere, 0700), errno);
    put(fixture->line);
    put(fixture->secret);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"evidence/line", "elsewhere/secret", "output/report",
                                        "evidence",      "elsewhere",        "output"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove(str_printf(fixture->arena, "%s/%s", fixture->folder, names[i]).ptr);
    assert_int_equal(rmdir(fixture->folder), 0);
    arena_free(fixture->arena);
    return 0;
}

/* ---- what is tried: 0 where it could be done, else errno ---- */

static int opened(const char *path, int flags)
{
    const int fd = open(path, flags | O_CLOEXEC, 0600);
    return fd >= 0 ? close(fd) : errno;
}

static int failed(long result)
{
    return result < 0 ? errno : 0;
}

struct attempt {
    const char *name;
    int (*make)(const struct fixture *fixture);
    int wanted;          /* 0: it may be done */
    const char *lacking; /* a word of what the sandbox says where this wall cannot be had */
};

static int read_evidence(const struct fixture *it)
{
    return opened(it->line, O_RDONLY);
}
static int write_evidence(const struct fixture *it)
{
    return opened(it->line, O_WRONLY);
}
static int cut_evidence(const struct fixture *it)
{
    return failed(unlink(it->line));
}
static int read_secret(const struct fixture *it)
{
    return opened(it->secret, O_RDONLY);
}
static int list_elsewhere(const struct fixture *it)
{
    return opened(it->elsewhere, O_RDONLY);
}

static int write_report(const struct fixture *it)
{
    return opened(str_printf(it->arena, "%s/report", it->output).ptr, O_WRONLY | O_CREAT);
}

/* A link that it may make leads nowhere that it may not go. */
static int follow_a_link(const struct fixture *it)
{
    const char *link = str_printf(it->arena, "%s/report", it->output).ptr;
    unlink(link);
    if (symlink(it->secret, link) != 0)
        return errno;
    return opened(link, O_RDONLY);
}

static int read_passwords(const struct fixture *it)
{
    (void)it;
    return opened("/etc/passwd", O_RDONLY);
}

static int read_its_parent(const struct fixture *it)
{
    return opened(str_printf(it->arena, "/proc/%d/environ", getppid()).ptr, O_RDONLY);
}

static int open_a_connection(const struct fixture *it)
{
    (void)it;
    return failed(socket(AF_INET, SOCK_STREAM, 0));
}

static int speak_on_this_machine(const struct fixture *it)
{
    (void)it;
    return failed(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int start_a_program(const struct fixture *it)
{
    static char *const argv[] = {(char *)"/nowhere/at/all", NULL}; /* it is not looked for */
    (void)it;
    return failed(execv(argv[0], argv));
}

static int kill_its_parent(const struct fixture *it)
{
    (void)it;
    return failed(kill(getppid(), 0));
}

static int look_into_its_parent(const struct fixture *it)
{
    (void)it;
    return failed(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
}

static const struct attempt attempts[] = {
    {"read the evidence", read_evidence, 0, ""},
    {"write a report", write_report, 0, ""},
    {"write the evidence", write_evidence, EACCES, "Landlock"},
    {"remove the evidence", cut_evidence, EACCES, "Landlock"},
    {"read what lies elsewhere", read_secret, EACCES, "Landlock"},
    {"list what lies elsewhere", list_elsewhere, EACCES, "Landlock"},
    {"follow a link that it made", follow_a_link, EACCES, "Landlock"},
    {"read /etc/passwd", read_passwords, EACCES, "Landlock"},
    {"read the environment of who started it", read_its_parent, EACCES, "Landlock"},
    {"open a connection", open_a_connection, EPERM, "libseccomp"},
    {"speak with what listens on this machine", speak_on_this_machine, EPERM, "libseccomp"},
    {"start a program", start_a_program, EPERM, "libseccomp"},
    {"kill who started it", kill_its_parent, EPERM, "libseccomp"},
    {"look into who started it", look_into_its_parent, EPERM, "libseccomp"},
};

#define ATTEMPTS_COUNT (sizeof attempts / sizeof *attempts)

struct outcome {
    int results[ATTEMPTS_COUNT];
    char lacks[512]; /* what the sandbox says that it could not have */
};
_Static_assert(sizeof(struct outcome) <= PIPE_BUF, "it is told in one piece");

static _Noreturn void try_all(const struct fixture *fixture, int told)
{
    const struct sandbox sandbox = {
        .evidence = &fixture->evidence, .evidence_count = 1, .output = fixture->output};
    struct outcome outcome = {0};
    snprintf(outcome.lacks, sizeof outcome.lacks, "%s",
             sandbox_enter(fixture->arena, &sandbox).ptr);
    for (size_t i = 0; i < ATTEMPTS_COUNT; i++)
        outcome.results[i] = attempts[i].make(fixture);
    const bool ok = write(told, &outcome, sizeof outcome) == (ssize_t)sizeof outcome;
    _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void who_is_shut_in_reads_the_evidence_and_writes_a_report(void **state)
{
    const struct fixture *fixture = *state;
    struct outcome outcome;
    int told[2], status;
    assert_return_code(pipe(told), errno);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        try_all(fixture, told[1]);
    close(told[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(told[0], &outcome, sizeof outcome), sizeof outcome);
    close(told[0]);
    for (size_t i = 0; i < ATTEMPTS_COUNT; i++) {
        const struct attempt *it = &attempts[i];
        if (it->wanted != 0 && strstr(outcome.lacks, it->lacking))
            print_message("not tried, for this kernel cannot: %s\n", it->name);
        else if (outcome.results[i] != it->wanted)
            fail_msg("%s: %s (%s)", it->name, strerror(outcome.results[i]), outcome.lacks);
    }
}

/* Its parent is killed; the pipe that it alone holds open then has an end. */
static void who_is_shut_in_ends_with_who_started_it(void **state)
{
    const struct fixture *fixture = *state;
    int held[2], ready[2];
    char one;
    assert_return_code(pipe(held), errno);
    assert_return_code(pipe(ready), errno);
    const pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        if (fork() == 0) {
            const struct sandbox sandbox = {.evidence = &fixture->evidence, .evidence_count = 1};
            (void)sandbox_enter(fixture->arena, &sandbox);
            if (write(ready[1], "r", 1) == 1)
                pause();
        }
        pause();
    }
    close(held[1]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &one, 1), 1);
    assert_int_equal(kill(parent, SIGKILL), 0);
    assert_int_equal(read(held[0], &one, 1), 0);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    close(held[0]);
    close(ready[0]);
}

int main(void)
{
    alarm(60); /* rather than to wait for a pipe that nobody closes */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_is_shut_in_reads_the_evidence_and_writes_a_report,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_shut_in_ends_with_who_started_it, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
