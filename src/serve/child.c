/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child has a process group of its own, so that what it starts ends with it. Its end is seen by a
 * pidfd (Linux 5.3), beside its pipes and the order to stop, in one poll(). What is still in the
 * pipes then is read, and no more is waited for: a grandchild may hold them.
 *
 * posix_spawn() has no place for prctl(), so the child is told who its parent is, and asks the
 * kernel itself (prctl(2), PR_SET_PDEATHSIG). The parent's death counts as that of the thread that
 * has started it, which is right here: it waits for the child's end.
 */
#include "serve/child.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE_BYTES 16384
#define TAIL_BYTES 1024

struct child {
    const struct child_order *order;
    pid_t pid;
    int pid_fd, notes, complaints; /* our ends; -1: closed, or there is none */
    char tail[TAIL_BYTES];         /* of what it complains */
    size_t tail_len;
    enum child_end end;
    int64_t kill_ns; /* when SIGKILL follows; 0: nobody has asked it to end */
};

/* ---- start ---- */

static void close_if_open(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

#define PARENT_VARIABLE "WARROOM_PARENT"

/* That of the order, and who we are; `text` holds the latter. NULL: out of memory. */
static const char **environment_of(const struct child_order *order, char *text, size_t size)
{
    size_t count = 0, put = 0;
    while (order->environment[count])
        count++;
    const char **out = calloc(count + 2, sizeof *out);
    snprintf(text, size, PARENT_VARIABLE "=%ld", (long)getpid());
    for (size_t i = 0; out && i < count; i++)
        if (strncmp(order->environment[i], text, sizeof PARENT_VARIABLE) != 0)
            out[put++] = order->environment[i];
    if (out)
        out[put] = text;
    return out;
}

void child_end_with_parent(void)
{
    const char *parent = getenv(PARENT_VARIABLE);
    if (!parent)
        return;
    const long pid = strtol(parent, NULL, 10);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && (long)getppid() != pid)
        _exit(EXIT_FAILURE);   /* it has ended already */
    unsetenv(PARENT_VARIABLE); /* it is nobody else's parent */
}

/* A file without a name: the child may read it, or not, and nobody waits for that. */
static int input_of(struct str input)
{
    if (input.len == 0)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd >= 0 &&
        (write(fd, input.ptr, input.len) != (ssize_t)input.len || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int spawn(struct child *child, int notes, int complaints)
{
    const struct child_order *order = child->order;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    char parent[40];
    const char **environment = environment_of(order, parent, sizeof parent);
    const int input = environment ? input_of(order->input) : -1;
    if (input < 0) {
        const int fault = errno;
        free(environment);
        return fault;
    }
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO,
                                     order->output ? order->output : "/dev/null",
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, complaints, STDERR_FILENO);
    if (notes >= 0)
        posix_spawn_file_actions_adddup2(&files, notes, order->heard_fd);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    const int fault =
        posix_spawn(&child->pid, order->argv[0], &files, &attributes,
                    (char *const *)(uintptr_t)order->argv, (char *const *)(uintptr_t)environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(input);
    free(environment);
    return fault;
}

static bool start(struct child *child, struct err *err)
{
    int notes[2] = {-1, -1}, complaints[2] = {-1, -1};
    int fault = 0;
    if (pipe2(complaints, O_CLOEXEC) != 0 || (child->order->heard && pipe2(notes, O_CLOEXEC) != 0))
        fault = errno;
    if (fault == 0)
        fault = spawn(child, notes[1], complaints[1]);
    close_if_open(&notes[1]);
    close_if_open(&complaints[1]);
    child->notes = notes[0];
    child->complaints = complaints[0];
    if (fault == 0)
        return true;
    close_if_open(&child->notes);
    close_if_open(&child->complaints);
    return err_set(err, ERR_IO, "%s could not be started: %s", child->order->argv[0],
                   strerror(fault));
}

/* ---- listen ---- */

static void keep_tail(struct child *child, const char *piece, size_t len)
{
    if (len >= TAIL_BYTES) {
        piece += len - TAIL_BYTES;
        len = TAIL_BYTES;
    }
    const size_t kept = child->tail_len + len > TAIL_BYTES ? TAIL_BYTES - len : child->tail_len;
    memmove(child->tail, child->tail + child->tail_len - kept, kept);
    memcpy(child->tail + kept, piece, len);
    child->tail_len = kept + len;
}

/* One piece of what is there; false: nothing is, or that was the end. */
static bool hear(struct child *child, int *fd)
{
    char piece[PIECE_BYTES];
    const ssize_t got = read(*fd, piece, sizeof piece);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    if (got <= 0)
        close_if_open(fd);
    else if (fd == &child->notes)
        child->order->heard(child->order->state, (struct str){piece, (size_t)got});
    else
        keep_tail(child, piece, (size_t)got);
    return got > 0;
}

static void hear_rest(struct child *child, int *fd)
{
    if (*fd < 0)
        return;
    fcntl(*fd, F_SETFL, O_NONBLOCK);
    while (hear(child, fd))
        ;
    close_if_open(fd);
}

/* ---- end ---- */

static void ask_to_end(struct child *child, enum child_end why, int64_t now_ns)
{
    child->end = why;
    child->kill_ns = now_ns + CHILD_GRACE_NS;
    kill(-child->pid, SIGTERM);
}

static int wait_ms(const struct child *child, int64_t now_ns)
{
    const int64_t until_ns = child->kill_ns > 0 ? child->kill_ns : child->order->deadline_ns;
    const int64_t left_ns = until_ns - now_ns;
    return left_ns <= 0                ? 0
           : left_ns > 3600 * NS_PER_S ? 3600 * 1000
                                       : (int)(left_ns / NS_PER_MS) + 1;
}

/* Until it has ended. */
static void follow(struct child *child)
{
    const struct clock clock = clock_system();
    for (;;) {
        struct pollfd polls[] = {
            {.fd = child->pid_fd, .events = POLLIN},
            {.fd = child->notes, .events = POLLIN},
            {.fd = child->complaints, .events = POLLIN},
            {.fd = child->kill_ns > 0 ? -1 : child->order->stop_fd, .events = POLLIN}};
        const int ready = poll(polls, 4, wait_ms(child, clock_now_ns(clock)));
        const int64_t now_ns = clock_now_ns(clock);
        if (ready > 0 && polls[1].revents)
            hear(child, &child->notes);
        if (ready > 0 && polls[2].revents)
            hear(child, &child->complaints);
        if (ready > 0 && polls[0].revents)
            return;
        if (child->kill_ns > 0 && now_ns >= child->kill_ns)
            kill(-child->pid, SIGKILL);
        else if (child->kill_ns == 0 && ready > 0 && polls[3].revents)
            ask_to_end(child, CHILD_STOPPED, now_ns);
        else if (child->kill_ns == 0 && now_ns >= child->order->deadline_ns)
            ask_to_end(child, CHILD_LATE, now_ns);
    }
}

static void read_tail(const struct child *child, struct child_result *out)
{
    struct str rest = {child->tail, child->tail_len}, line, last = STR("");
    while (str_split(&rest, '\n', &line))
        if (str_trim(line).len > 0)
            last = str_trim(line);
    if (str_starts(last, STR("warroom: ")))
        last = str_slice(last, STR("warroom: ").len, last.len);
    snprintf(out->said, sizeof out->said, "%.*s", STR_ARG(last));
}

void child_keep(void *state, struct str bytes)
{
    struct child_keeps *kept = state;
    if (kept->bytes.len + bytes.len <= kept->bytes_max)
        buf_add(&kept->bytes, bytes);
}

bool child_run(const struct child_order *order, struct child_result *out, struct err *err)
{
    struct child child = {.order = order};
    int status = 0;
    if (!start(&child, err))
        return false;
    child.pid_fd = (int)syscall(SYS_pidfd_open, child.pid, 0);
    if (child.pid_fd >= 0)
        follow(&child);
    else
        kill(-child.pid, SIGKILL); /* a kernel without them; readiness says so long before */
    hear_rest(&child, &child.notes);
    hear_rest(&child, &child.complaints);
    kill(-child.pid, SIGKILL); /* what it has started and left behind */
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    close_if_open(&child.pid_fd);
    *out = (struct child_result){
        .end = child.end, .code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status)};
    if (child.end == CHILD_ENDED && WIFSIGNALED(status))
        out->end = CHILD_KILLED;
    read_tail(&child, out);
    return true;
}
