/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One socket for both ways: to write to it when nobody is there any more is an error and no signal.
 */
#include "expert/gguf_child.h"

#include "base/arena.h"
#include "base/buf.h"
#include "expert/gguf_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MAX 4 /* files at a time; each takes the memory that its model does */
#define THREADS_MAX 8  /* more wait for the memory that they share */
#define PATH_BYTES_MAX 4096

/* A socket whose other end has died tells so; this is for one that lives and says nothing. */
#define GRACE_NS (2 * NS_PER_S)

struct child {
    char path[PATH_BYTES_MAX];
    pid_t pid; /* 0: none */
    int socket;
};

static struct child children[CHILDREN_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- beginning and end ---- */

/* Beside this program, unless somebody says where. */
static bool find_program(char *out, struct err *err)
{
    const char *named = getenv("WARROOM_GGUF");
    if (named && strlen(named) < PATH_BYTES_MAX) {
        strcpy(out, named);
    } else {
        const ssize_t len = readlink("/proc/self/exe", out, PATH_BYTES_MAX - 32);
        out[len > 0 ? len : 0] = '\0';
        char *slash = strrchr(out, '/');
        strcpy(slash ? slash + 1 : out, "warroom-gguf");
    }
    return access(out, X_OK) == 0 ||
           err_set(err, ERR_NOT_FOUND,
                   "there is no %s, which reads such files; run `sh scripts/llama_library.sh` and "
                   "build again, or ask a llama-server with `kind: openai`",
                   out);
}

/*
 * Half of the processors: two of them are often one core, and threads of llama.cpp wait for each
 * other spinning, so one that gets no processor holds up all.
 */
static int threads_of_machine(void)
{
    cpu_set_t set;
    const int half = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) / 2 : 1;
    return half < 1 ? 1 : half < THREADS_MAX ? half : THREADS_MAX;
}

static bool spawn(struct child *child, int theirs, struct err *err)
{
    char program[PATH_BYTES_MAX], threads[16];
    if (!find_program(program, err))
        return false;
    snprintf(threads, sizeof threads, "%d", threads_of_machine());
    char *const words[] = {program, child->path, threads, NULL};
    /* libraries may stand anywhere; nothing else of ours is its business */
    char library[PATH_BYTES_MAX] = "", *environment[] = {library, NULL};
    const char *named = getenv("WARROOM_LIBLLAMA");
    if (named)
        snprintf(library, sizeof library, "WARROOM_LIBLLAMA=%s", named);
    else
        environment[0] = NULL;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, theirs, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, theirs, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int fault = posix_spawn(&child->pid, program, &files, NULL, words, environment);
    posix_spawn_file_actions_destroy(&files);
    return fault == 0 ||
           err_set(err, ERR_IO, "%s could not be started: %s", program, strerror(fault));
}

static bool start(struct child *child, const char *path, struct err *err)
{
    int ends[2];
    *child = (struct child){.socket = -1};
    if (strlen(path) >= PATH_BYTES_MAX)
        return err_set(err, ERR_USAGE, "the name of the file is too long");
    strcpy(child->path, path);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_set(err, ERR_IO, "no socket: %s", strerror(errno));
    const bool ok = spawn(child, ends[1], err);
    close(ends[1]);
    if (ok) {
        child->socket = ends[0];
        return true;
    }
    close(ends[0]);
    *child = (struct child){0};
    return false;
}

/* How it ended, 0 where it did so by itself. */
static int end(struct child *child)
{
    int status = 0;
    close(child->socket);
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    *child = (struct child){0};
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static bool tell_death(struct child *child, struct err *err)
{
    siginfo_t info = {0}; /* it is about to end, and is given a second, or our own signal is told */
    for (int tries = 0; tries < 100 && info.si_pid == 0; tries++) {
        waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
        if (info.si_pid == 0)
            usleep(10000);
    }
    const int signal = end(child);
    if (signal != 0)
        return err_set(err, ERR_IO,
                       "the process that reads the file has died of signal %d (%s); is the file "
                       "whole, and is there memory for it?",
                       signal, strsignal(signal));
    return err_set(err, ERR_IO, "the process that reads the file has ended without an answer");
}

/* ---- lines ---- */

/* Until the socket can be read or written; false: too late. */
static bool wait_for(const struct child *child, short events, struct deadline deadline,
                     struct err *err)
{
    struct pollfd at = {.fd = child->socket, .events = events};
    const int64_t left_ns = deadline.at_ns + GRACE_NS - clock_now_ns(clock_system());
    const int64_t left_ms = left_ns / NS_PER_MS < INT32_MAX ? left_ns / NS_PER_MS : INT32_MAX;
    int ready;
    do
        ready = poll(&at, 1, left_ms > 0 ? (int)left_ms : 0);
    while (ready < 0 && errno == EINTR);
    return ready > 0 || err_set(err, ERR_TIMEOUT, "no answer in the time that it has");
}

static bool send_line(struct child *child, struct str line, struct deadline deadline,
                      struct err *err)
{
    for (size_t sent = 0; sent < line.len;) {
        if (!wait_for(child, POLLOUT, deadline, err))
            return false;
        const ssize_t len =
            send(child->socket, line.ptr + sent, line.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (len < 0 && errno != EAGAIN && errno != EINTR)
            return tell_death(child, err);
        sent += len > 0 ? (size_t)len : 0;
    }
    return true;
}

/* What of `text` has no line end yet stays in it. */
static bool receive(struct child *child, struct buf *text, struct deadline deadline,
                    struct err *err)
{
    char piece[1 << 16];
    if (!wait_for(child, POLLIN, deadline, err))
        return false;
    const ssize_t len = recv(child->socket, piece, sizeof piece, MSG_DONTWAIT);
    if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
        return tell_death(child, err);
    if (len > 0)
        buf_add(text, (struct str){.ptr = piece, .len = (size_t)len});
    return text->len <= GGUF_LINE_BYTES_MAX ||
           err_set(err, ERR_PROTOCOL, "its answer is longer than any can be");
}

/* The first line that is no piece of an answer. */
static bool read_answer(struct child *child, struct deadline deadline, gguf_piece_fn *piece,
                        void *state, struct arena *arena, struct str *out, struct err *err)
{
    struct buf text = buf_new(arena);
    struct gguf_lines at = {0};
    for (;;) {
        while (gguf_line_next(&at, buf_str(&text), out)) {
            if (!gguf_line_is_piece(*out))
                return true;
            if (piece)
                piece(state, *out);
        }
        if (!receive(child, &text, deadline, err))
            return false;
    }
}

/* ---- asking ---- */

static struct child *find_child(const char *path)
{
    struct child *free = &children[0]; /* where all are taken, the first has to go */
    for (int i = CHILDREN_MAX; i-- > 0;) {
        if (children[i].pid == 0)
            free = &children[i];
        else if (strcmp(children[i].path, path) == 0)
            return &children[i];
    }
    if (free->pid != 0)
        end(free);
    return free;
}

/* The first line of a new one says that the file is read, or why not. */
static bool start_child(struct child *child, const char *path, struct deadline deadline,
                        struct arena *arena, struct str *out, struct err *err)
{
    return start(child, path, err) && read_answer(child, deadline, NULL, NULL, arena, out, err);
}

bool gguf_child_ask(const char *path, struct str line, struct deadline deadline,
                    gguf_piece_fn *piece, void *state, struct arena *arena, struct str *out,
                    struct err *err)
{
    *out = STR("");
    pthread_mutex_lock(&lock);
    struct child *child = find_child(path);
    bool ok = child->pid != 0 || start_child(child, path, deadline, arena, out, err);
    const bool is_ready = ok && (out->len == 0 || str_starts(*out, STR("{\"model\":")));
    if (is_ready)
        ok = send_line(child, line, deadline, err) &&
             read_answer(child, deadline, piece, state, arena, out, err);
    if ((!ok || !is_ready) && child->pid != 0)
        end(child); /* what it still may say would be taken for the answer of the next */
    pthread_mutex_unlock(&lock);
    return ok;
}
