/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loop waits for output, for ends and for deadlines at once. SIGCHLD is blocked except inside
 * ppoll(), so an end cannot slip by between looking and sleeping, and wall times are not rounded up
 * to some polling interval.
 */
#include "eval/child.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE_MAX 64

enum stream { STREAM_OUTPUT, STREAM_COMPLAINT, STREAMS };

/* Where one child runs, and after it the next. */
struct slot {
    struct arena *arena; /* reset when the child's result has been told */
    bool busy;
    uint32_t index;
    pid_t pid;
    int pipes[STREAMS]; /* our ends; -1: closed */
    struct buf texts[STREAMS];
    int64_t started_ns;
    bool timed_out;
    bool too_loud;
};

struct loop {
    const struct children *children;
    struct clock clock;
    sigset_t mask_before; /* with SIGCHLD let through */
    struct slot slots[AT_ONCE_MAX];
    uint32_t slots_count;
    uint32_t next; /* the first that has not been started */
    uint32_t running;
};

static void on_child_end(int number)
{
    (void)number; /* it is enough that ppoll() returns */
}

/* Runs between fork() and exec(): nothing here may allocate. */
static _Noreturn void become(const char *const *argv, const int *pipes, pid_t parent,
                             const sigset_t *mask)
{
    setpgid(0, 0); /* so that what it starts can be killed with it */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    sigprocmask(SIG_SETMASK, mask, NULL);

    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(pipes[0], STDOUT_FILENO) < 0 ||
        dup2(pipes[1], STDERR_FILENO) < 0)
        _exit(127);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    const char *why = strerror(errno);
    if (write(STDERR_FILENO, why, strlen(why)) < 0)
        _exit(126);
    _exit(127);
}

static void close_both(int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static bool open_pipes(int output[2], int complaint[2])
{
    if (pipe2(output, O_CLOEXEC) < 0)
        return false;
    if (pipe2(complaint, O_CLOEXEC) < 0) {
        close_both(output);
        return false;
    }
    /* Only our ends: the child expects to be able to wait. */
    return fcntl(output[0], F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(complaint[0], F_SETFL, O_NONBLOCK) == 0;
}

static bool slot_start(struct loop *loop, struct slot *slot, uint32_t index)
{
    const char *const *argv = loop->children->argv(loop->children->state, index);
    int output[2], complaint[2];
    *slot = (struct slot){.arena = slot->arena, .index = index};
    slot->started_ns = clock_now_ns(loop->clock);
    if (!open_pipes(output, complaint))
        return false;

    const pid_t self = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        become(argv, (int[]){output[1], complaint[1]}, self, &loop->mask_before);
    const int why = errno;
    close(output[1]);
    close(complaint[1]);
    if (pid < 0) {
        close(output[0]);
        close(complaint[0]);
        errno = why;
        return false;
    }
    setpgid(pid, pid); /* in the child too: whoever comes first */
    slot->pid = pid;
    slot->busy = true;
    slot->pipes[STREAM_OUTPUT] = output[0];
    slot->pipes[STREAM_COMPLAINT] = complaint[0];
    for (int stream = 0; stream < STREAMS; stream++)
        slot->texts[stream] = buf_new(slot->arena);
    return true;
}

static void slot_kill(struct slot *slot)
{
    if (slot->pid == 0)
        return; /* it has ended; the number may be another's by now */
    if (kill(-slot->pid, SIGKILL) < 0)
        kill(slot->pid, SIGKILL); /* it has no group of its own yet */
}

/* Keeps what fits. Of a complaint the start is enough; of output all is needed or it is of no use.
 */
static void slot_keep(struct slot *slot, enum stream stream, struct str bytes, size_t output_max)
{
    struct buf *text = &slot->texts[stream];
    const size_t bytes_max = stream == STREAM_OUTPUT ? output_max : CHILD_COMPLAINT_BYTES_MAX;
    const size_t room = bytes_max - text->len;
    buf_add(text, str_slice(bytes, 0, room));
    if (bytes.len > room && stream == STREAM_OUTPUT && !slot->too_loud) {
        slot->too_loud = true;
        slot_kill(slot);
    }
}

/* Reads what is there now. Bounded by what a pipe holds: a writer in haste must not keep us here.
 */
static void slot_read(struct slot *slot, enum stream stream, size_t output_max)
{
    char bytes[1 << 16];
    for (int turn = 0; turn < 16 && slot->pipes[stream] >= 0; turn++) {
        const ssize_t got = read(slot->pipes[stream], bytes, sizeof bytes);
        if (got > 0) {
            slot_keep(slot, stream, (struct str){bytes, (size_t)got}, output_max);
        } else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else {
            close(slot->pipes[stream]);
            slot->pipes[stream] = -1;
        }
    }
}

static enum child_end end_of(const struct slot *slot, int status)
{
    if (slot->timed_out)
        return CHILD_TIMED_OUT;
    if (slot->too_loud)
        return CHILD_TOO_LOUD;
    return WIFEXITED(status) ? CHILD_EXITED : CHILD_KILLED;
}

/* If the child has ended: reads the rest, tells the result, frees the slot. */
static void slot_reap(struct loop *loop, struct slot *slot)
{
    int status;
    struct rusage usage;
    if (wait4(slot->pid, &status, WNOHANG, &usage) != slot->pid)
        return;
    const int64_t ended_ns = clock_now_ns(loop->clock);
    const struct children *children = loop->children;
    slot->pid = 0;
    for (enum stream stream = 0; stream < STREAMS; stream++) {
        slot_read(slot, stream, children->output_bytes_max);
        if (slot->pipes[stream] >= 0)
            close(slot->pipes[stream]); /* held open by something that it left behind */
    }
    const struct child_result result = {
        .end = end_of(slot, status),
        .code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
        .output = buf_str(&slot->texts[STREAM_OUTPUT]),
        .complaint = buf_str(&slot->texts[STREAM_COMPLAINT]),
        .wall_ns = ended_ns - slot->started_ns,
        .rss_bytes = (int64_t)usage.ru_maxrss * 1024,
    };
    children->done(children->state, slot->index, &result);
    slot->busy = false;
    loop->running--;
    arena_reset(slot->arena);
}

static void start_more(struct loop *loop)
{
    const struct children *children = loop->children;
    for (uint32_t i = 0; i < loop->slots_count && loop->next < children->count; i++) {
        struct slot *slot = &loop->slots[i];
        if (slot->busy)
            continue;
        const uint32_t index = loop->next++;
        if (slot_start(loop, slot, index)) {
            loop->running++;
        } else {
            const struct child_result result = {.end = CHILD_NOT_STARTED, .code = errno};
            children->done(children->state, index, &result);
        }
    }
}

/* Until something is to be read, a child ends, or the next deadline is there. */
static void loop_wait(struct loop *loop, struct pollfd *polls)
{
    int64_t wait_ns = loop->children->timeout_ns;
    const int64_t now_ns = clock_now_ns(loop->clock);
    for (uint32_t i = 0; i < loop->slots_count; i++) {
        const struct slot *slot = &loop->slots[i];
        for (int stream = 0; stream < STREAMS; stream++)
            polls[i * STREAMS + (uint32_t)stream] =
                (struct pollfd){.fd = slot->busy ? slot->pipes[stream] : -1, .events = POLLIN};
        const int64_t left_ns = slot->started_ns + loop->children->timeout_ns - now_ns;
        if (slot->busy && !slot->timed_out && left_ns < wait_ns)
            wait_ns = left_ns > 0 ? left_ns : 0;
    }
    const struct timespec wait = {.tv_sec = wait_ns / NS_PER_S, .tv_nsec = wait_ns % NS_PER_S};
    if (ppoll(polls, (nfds_t)loop->slots_count * STREAMS, &wait, &loop->mask_before) <= 0)
        for (uint32_t i = 0; i < loop->slots_count * STREAMS; i++)
            polls[i].revents = 0; /* interrupted: what stands there is not from this call */
}

static void loop_turn(struct loop *loop)
{
    struct pollfd polls[AT_ONCE_MAX * STREAMS];
    loop_wait(loop, polls);
    const int64_t now_ns = clock_now_ns(loop->clock);
    for (uint32_t i = 0; i < loop->slots_count; i++) {
        struct slot *slot = &loop->slots[i];
        if (!slot->busy)
            continue;
        for (enum stream stream = 0; stream < STREAMS; stream++)
            if (polls[i * STREAMS + stream].revents)
                slot_read(slot, stream, loop->children->output_bytes_max);
        if (!slot->timed_out && now_ns - slot->started_ns >= loop->children->timeout_ns) {
            slot->timed_out = true;
            slot_kill(slot);
        }
        slot_reap(loop, slot);
    }
}

static void loop_run(struct loop *loop)
{
    do {
        start_more(loop);
        if (loop->running > 0)
            loop_turn(loop);
    } while (loop->running > 0 || loop->next < loop->children->count);
}

bool children_run(const struct children *children, struct err *err)
{
    struct loop loop = {.children = children, .clock = clock_system()};
    loop.slots_count = children->at_once < AT_ONCE_MAX ? children->at_once : AT_ONCE_MAX;
    if (loop.slots_count == 0)
        return err_set(err, ERR_USAGE, "at least one child must be allowed to run");

    sigset_t ours, before;
    struct sigaction action = {.sa_handler = on_child_end}, action_before;
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &ours, &before) < 0 ||
        sigaction(SIGCHLD, &action, &action_before) < 0)
        return err_set(err, ERR_IO, "the ends of children cannot be watched: %s", strerror(errno));
    loop.mask_before = before;
    sigdelset(&loop.mask_before, SIGCHLD);

    for (uint32_t i = 0; i < loop.slots_count; i++)
        loop.slots[i].arena = arena_new("child");
    loop_run(&loop);
    for (uint32_t i = 0; i < loop.slots_count; i++)
        arena_free(loop.slots[i].arena);
    sigaction(SIGCHLD, &action_before, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return true;
}

struct single {
    struct arena *arena;
    const char *const *argv;
    struct child_result *out;
};

static const char *const *single_argv(void *state, uint32_t index)
{
    (void)index;
    return ((const struct single *)state)->argv;
}

static void single_done(void *state, uint32_t index, const struct child_result *result)
{
    (void)index;
    const struct single *single = state;
    *single->out = *result;
    single->out->output = str_copy(single->arena, result->output);
    single->out->complaint = str_copy(single->arena, result->complaint);
}

bool child_run(struct arena *arena, const char *const *argv, int64_t timeout_ns,
               size_t output_bytes_max, struct child_result *out, struct err *err)
{
    struct single single = {.arena = arena, .argv = argv, .out = out};
    const struct children children = {
        .count = 1,
        .at_once = 1,
        .timeout_ns = timeout_ns,
        .output_bytes_max = output_bytes_max,
        .argv = single_argv,
        .done = single_done,
        .state = &single,
    };
    return children_run(&children, err);
}

/* The first line of a complaint: the rest is for whoever runs the case by hand. */
static struct str first_line(struct str text)
{
    struct str rest = str_trim(text), line = {0};
    str_split(&rest, '\n', &line);
    return str_trim(line);
}

struct str child_fault(struct arena *arena, const struct child_result *result)
{
    const struct str said = first_line(result->complaint);
    const char *between = said.len > 0 ? ": " : "";
    switch (result->end) {
    case CHILD_EXITED:
        if (result->code == 0)
            return (struct str){0};
        return str_printf(arena, "exit status %d%s%.*s", result->code, between, STR_ARG(said));
    case CHILD_KILLED:
        return str_printf(arena, "killed by signal %d (%s)%s%.*s", result->code,
                          strsignal(result->code), between, STR_ARG(said));
    case CHILD_TIMED_OUT:
        return str_printf(arena, "no answer in %.*s", STR_ARG(span_format(arena, result->wall_ns)));
    case CHILD_TOO_LOUD:
        return str_printf(arena, "it wrote more than %zu MB", result->output.len >> 20);
    case CHILD_NOT_STARTED:
        break;
    }
    return str_printf(arena, "it could not be started: %s", strerror(result->code));
}
