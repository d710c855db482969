/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restarting is what systemd and a kubelet do: at once is no good, so the delay doubles from 1 s to
 * 30 s, and begins anew for one that has lived a minute. Start reading at supervise().
 */
#include "gym/world/process.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/world/event.h"
#include "gym/world/journal.h"
#include "gym/world/spawn.h"
#include "gym/world/world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BACK_OFF_FIRST_S 1
#define BACK_OFF_MAX_S 30
#define LIVED_LONG_S 60
#define STOP_WAIT_S 15
#define LINE_BYTES 2048 /* a longer one is cut in two */

struct life {
    bool used;
    struct process_spec spec;
    struct process_state state;
    bool stopping;
    int64_t born_ns;
    int64_t again_ns; /* when it is started again; 0: it is not to be */
    int back_off_s;
    int said_fd; /* -1: none */
    int log_fd;
    char line[LINE_BYTES];
    size_t line_len;
};

struct processes {
    struct journal *journal;
    int events_fd;
    int signal_fd, wake_fd;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    uint32_t number_last;
    struct life lives[PROCESSES_MAX];
};

static int64_t now_ns(void)
{
    return clock_now_ns(clock_system());
}

/* ---- what is told ---- */

void event_tell(struct processes *processes, const char *type, const char *reason,
                const char *object, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    event_write(processes->events_fd, type, reason, object, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 5, 6))) static void life_tell(struct processes *processes,
                                                            const struct life *life,
                                                            const char *type, const char *reason,
                                                            const char *format, ...)
{
    char object[PROCESS_NAME_SIZE + 16];
    va_list arguments;
    if (!life->spec.kept || life->spec.foreign)
        return; /* a command of ours is no event of the shop's */
    snprintf(object, sizeof object, "process/%s", life->state.name);
    va_start(arguments, format);
    event_write(processes->events_fd, type, reason, object, format, arguments);
    va_end(arguments);
}

/* The number behind `key` in FOLDER/NAME of a cgroup; -1: there is none. */
static long long cgroup_number(const char *folder, const char *name, const char *key)
{
    char path[256], line[128];
    long long number = -1;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    while (file && number < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            number = strtoll(line + strlen(key), NULL, 10);
    if (file)
        fclose(file);
    return number;
}

static uint32_t oom_kills(const struct process_spec *spec)
{
    for (const char *const *folder = spec->cgroups; *folder; folder++) {
        const long long kills = cgroup_number(*folder, "memory.oom_control", "oom_kill ");
        if (kills >= 0)
            return (uint32_t)kills;
    }
    return 0;
}

static long long memory_max_mb(const struct process_spec *spec)
{
    for (const char *const *folder = spec->cgroups; *folder; folder++) {
        const long long bytes = cgroup_number(*folder, "memory.limit_in_bytes", "");
        if (bytes >= 0)
            return bytes >> 20;
    }
    return 0;
}

/* ---- a life begins ---- */

/* With the lock held, so that nobody reaps it before it is known. */
static bool life_begin(struct processes *processes, struct life *life, struct err *err)
{
    int said[2] = {-1, -1}, go[2] = {-1, -1};
    if (pipe2(go, O_CLOEXEC) != 0 || (life->spec.stamped && pipe2(said, O_CLOEXEC) != 0))
        return err_set(err, ERR_IO, "%s: pipe: %s", life->state.name, strerror(errno));
    const pid_t pid = fork();
    if (pid == 0) {
        close(go[1]);
        spawn_become(&life->spec, life->spec.stamped ? said[1] : life->log_fd, go[0]);
    }
    close(go[0]);
    if (life->spec.stamped) {
        close(said[1]);
        fcntl(said[0], F_SETFL, O_NONBLOCK);
        life->said_fd = said[0];
    }
    if (pid < 0) {
        close(go[1]);
        return err_set(err, ERR_IO, "%s: fork: %s", life->state.name, strerror(errno));
    }
    bool ok = true;
    if (processes->journal)
        ok = journal_note(processes->journal, err, "session %d %llu", (int)pid, process_began(pid));
    if (ok && write(go[1], "", 1) != 1)
        ok = err_set(err, ERR_IO, "%s ended before it began", life->state.name);
    close(go[1]);
    life->state.pid = pid;
    life->born_ns = now_ns();
    life->again_ns = 0;
    life->state.oom_kills = oom_kills(&life->spec);
    life_tell(processes, life, "Normal", "Started", "%s started, pid %d, restart %u",
              life->state.name, (int)pid, life->state.restarts);
    return ok;
}

/* ---- what it says ---- */

static void line_write(struct life *life)
{
    char stamped[LINE_BYTES + 32];
    const int64_t at_ms = wall_clock_ns() / NS_PER_MS;
    const int len =
        snprintf(stamped, sizeof stamped, "%lld.%03lld %.*s\n", (long long)(at_ms / 1000),
                 (long long)(at_ms % 1000), (int)life->line_len, life->line);
    if (len > 0 && write(life->log_fd, stamped, (size_t)len) < 0)
        perror(life->spec.log);
    life->line_len = 0;
}

static void said_read(struct life *life)
{
    char bytes[LINE_BYTES];
    const ssize_t len = read(life->said_fd, bytes, sizeof bytes);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < len; i++) {
        if (bytes[i] != '\n')
            life->line[life->line_len++] = bytes[i];
        if (bytes[i] == '\n' || life->line_len == sizeof life->line)
            line_write(life);
    }
    if (len > 0)
        return;
    if (life->line_len > 0)
        line_write(life);
    close(life->said_fd);
    life->said_fd = -1;
}

/* ---- a life ends ---- */

static void end_tell(struct processes *processes, struct life *life, pid_t pid, int status)
{
    const char *name = life->state.name;
    const uint32_t kills = oom_kills(&life->spec);
    if (life->stopping)
        life_tell(processes, life, "Normal", "Stopped", "%s stopped, pid %d, exit status %d", name,
                  (int)pid, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    else if (WIFSIGNALED(status) && kills > life->state.oom_kills)
        life_tell(processes, life, "Warning", "OOMKilled",
                  "%s was killed by the kernel, pid %d, exit code %d: it reached its memory limit "
                  "of %lld MiB",
                  name, (int)pid, 128 + WTERMSIG(status), memory_max_mb(&life->spec));
    else if (WIFSIGNALED(status))
        life_tell(processes, life, "Warning", "Died", "%s died of signal %d, pid %d, exit code %d",
                  name, WTERMSIG(status), (int)pid, 128 + WTERMSIG(status));
    else
        life_tell(processes, life, "Warning", "Exited", "%s ended by itself, pid %d, exit code %d",
                  name, (int)pid, WEXITSTATUS(status));
    life->state.oom_kills = kills;
}

static void life_end(struct processes *processes, struct life *life, int status)
{
    const pid_t pid = life->state.pid;
    life->state.pid = 0;
    life->state.status = status;
    end_tell(processes, life, pid, status);
    if (!life->spec.kept || life->stopping) {
        life->state.ended = true;
        return;
    }
    if (now_ns() - life->born_ns > LIVED_LONG_S * NS_PER_S)
        life->back_off_s = 0;
    life->back_off_s = life->back_off_s == 0 ? BACK_OFF_FIRST_S : 2 * life->back_off_s;
    if (life->back_off_s > BACK_OFF_MAX_S)
        life->back_off_s = BACK_OFF_MAX_S;
    life->again_ns = now_ns() + life->back_off_s * NS_PER_S;
    life->state.restarts++;
    life_tell(processes, life, "Warning", "BackOff", "%s is started again in %d s, restart %u",
              life->state.name, life->back_off_s, life->state.restarts);
}

/* Also children of children, where we are init: those are reaped and forgotten. */
static void reap(struct processes *processes)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (size_t i = 0; i < PROCESSES_MAX; i++)
            if (processes->lives[i].used && processes->lives[i].state.pid == pid)
                life_end(processes, &processes->lives[i], status);
}

static int64_t start_again(struct processes *processes)
{
    int64_t next_ns = INT64_MAX;
    struct err err;
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        struct life *life = &processes->lives[i];
        if (!life->used || life->again_ns == 0 || life->stopping)
            continue;
        if (life->again_ns <= now_ns() && life->said_fd < 0) {
            if (!life_begin(processes, life, &err))
                fprintf(stderr, "warroom gym: %s\n", err.text);
        } else if (life->again_ns < next_ns) {
            next_ns = life->again_ns;
        }
    }
    return next_ns;
}

/* ---- the thread ---- */

static nfds_t watch_list(struct processes *processes, struct pollfd *fds, struct life **who)
{
    nfds_t count = 2;
    fds[0] = (struct pollfd){.fd = processes->signal_fd, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = processes->wake_fd, .events = POLLIN};
    for (size_t i = 0; i < PROCESSES_MAX; i++)
        if (processes->lives[i].used && processes->lives[i].said_fd >= 0) {
            who[count] = &processes->lives[i];
            fds[count++] = (struct pollfd){.fd = processes->lives[i].said_fd, .events = POLLIN};
        }
    return count;
}

static void drain(int fd)
{
    struct signalfd_siginfo bytes; /* larger than what an eventfd gives */
    while (read(fd, &bytes, sizeof bytes) > 0)
        ;
}

static void *supervise(void *state)
{
    struct processes *processes = state;
    struct pollfd fds[PROCESSES_MAX + 2];
    struct life *who[PROCESSES_MAX + 2];
    pthread_mutex_lock(&processes->lock);
    for (;;) { /* as long as the world */
        const int64_t next_ns = start_again(processes);
        const nfds_t count = watch_list(processes, fds, who);
        pthread_cond_broadcast(&processes->changed);
        pthread_mutex_unlock(&processes->lock);
        int wait_ms = -1;
        if (next_ns != INT64_MAX)
            wait_ms = next_ns > now_ns() ? (int)((next_ns - now_ns()) / NS_PER_MS) + 1 : 10;
        poll(fds, count, wait_ms);
        pthread_mutex_lock(&processes->lock);
        for (nfds_t i = 2; i < count; i++)
            if (fds[i].revents && who[i]->used && who[i]->said_fd == fds[i].fd)
                said_read(who[i]);
        drain(processes->signal_fd);
        drain(processes->wake_fd);
        reap(processes);
    }
    return NULL;
}

static void wake(struct processes *processes)
{
    const uint64_t one = 1;
    if (write(processes->wake_fd, &one, sizeof one) < 0)
        perror("warroom gym: eventfd");
}

bool processes_open(struct arena *arena, struct journal *journal, const char *events,
                    struct processes **out, struct err *err)
{
    struct processes *processes = arena_push(arena, struct processes);
    pthread_condattr_t monotonic;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);

    processes->journal = journal;
    pthread_mutex_init(&processes->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&processes->changed, &monotonic);
    processes->events_fd = open(events, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    processes->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    processes->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (processes->events_fd < 0 || processes->signal_fd < 0 || processes->wake_fd < 0)
        return err_set(err, ERR_IO, "%s: %s", events, strerror(errno));
    *out = processes;
    if (pthread_create(&processes->thread, NULL, supervise, processes) != 0)
        return err_set(err, ERR_IO, "no thread can be made");
    return true;
}

/* ---- what others ask ---- */

static struct life *life_of(struct processes *processes, uint32_t number)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++)
        if (processes->lives[i].used && processes->lives[i].state.number == number)
            return &processes->lives[i];
    return NULL;
}

/* One that has ended and was a mere command, or that was stopped: nobody will ask for it again. */
static struct life *room_find(struct processes *processes)
{
    struct life *oldest = NULL;
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        struct life *life = &processes->lives[i];
        if (!life->used)
            return life;
        if (life->state.ended && life->said_fd < 0 &&
            (!oldest || life->state.number < oldest->state.number))
            oldest = life;
    }
    if (oldest)
        close(oldest->log_fd);
    return oldest;
}

bool process_start(struct processes *processes, const struct process_spec *spec, uint32_t *number,
                   struct err *err)
{
    const int log_fd = open(spec->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log_fd < 0)
        return err_set(err, ERR_IO, "%s: %s", spec->log, strerror(errno));
    pthread_mutex_lock(&processes->lock);
    struct life *life = room_find(processes);
    bool ok = life || err_set(err, ERR_OVER_BUDGET, "more than %d processes", PROCESSES_MAX);
    if (ok) {
        *life = (struct life){.used = true, .spec = *spec, .said_fd = -1, .log_fd = log_fd};
        snprintf(life->state.name, sizeof life->state.name, "%s", spec->name);
        life->state.foreign = spec->foreign;
        *number = life->state.number = ++processes->number_last;
        ok = life_begin(processes, life, err);
        life->state.ended = !ok && life->state.pid == 0;
    } else {
        close(log_fd);
    }
    pthread_mutex_unlock(&processes->lock);
    wake(processes);
    return ok;
}

/* With the lock held: until it has ended, or false at the deadline. */
static bool ended_wait(struct processes *processes, const struct life *life, uint32_t number,
                       unsigned timeout_s)
{
    const int64_t at_ns = now_ns() + timeout_s * NS_PER_S;
    const struct timespec until = {at_ns / NS_PER_S, (long)(at_ns % NS_PER_S)};
    while (life->state.number == number && !life->state.ended)
        if (pthread_cond_timedwait(&processes->changed, &processes->lock, &until) == ETIMEDOUT)
            return false;
    return true;
}

void process_stop(struct processes *processes, uint32_t number)
{
    pthread_mutex_lock(&processes->lock);
    struct life *life = life_of(processes, number);
    if (life && !life->state.ended) {
        life->stopping = true;
        if (life->state.pid > 0) {
            kill(life->state.pid, life->spec.stop_signal ? life->spec.stop_signal : SIGTERM);
            kill(life->state.pid, SIGCONT); /* one that was stopped could not stop */
        } else {
            life->state.ended = true;
        }
        if (!ended_wait(processes, life, number, STOP_WAIT_S) && life->state.pid > 0) {
            kill(life->state.pid, SIGKILL);
            ended_wait(processes, life, number, STOP_WAIT_S);
        }
    }
    pthread_mutex_unlock(&processes->lock);
}

bool process_signal(struct processes *processes, uint32_t number, int signal_number)
{
    pthread_mutex_lock(&processes->lock);
    const struct life *life = life_of(processes, number);
    const bool sent = life && life->state.pid > 0 && kill(life->state.pid, signal_number) == 0;
    pthread_mutex_unlock(&processes->lock);
    return sent;
}

bool process_wait(struct processes *processes, uint32_t number, unsigned timeout_s, int *status,
                  struct err *err)
{
    bool ok = true;
    pthread_mutex_lock(&processes->lock);
    struct life *life = life_of(processes, number);
    if (!life) {
        ok = err_set(err, ERR_NOT_FOUND, "there is no process %u", number);
    } else if (!ended_wait(processes, life, number, timeout_s)) {
        ok = err_set(err, ERR_TIMEOUT, "%s has not ended within %u s", life->state.name, timeout_s);
        life->stopping = true;
        if (life->state.pid > 0)
            kill(-life->state.pid, SIGKILL); /* with what it has started */
        ended_wait(processes, life, number, STOP_WAIT_S);
    } else {
        *status = life->state.status;
    }
    pthread_mutex_unlock(&processes->lock);
    return ok;
}

bool process_look(struct processes *processes, uint32_t number, struct process_state *out)
{
    pthread_mutex_lock(&processes->lock);
    const struct life *life = life_of(processes, number);
    if (life)
        *out = life->state;
    pthread_mutex_unlock(&processes->lock);
    return life != NULL;
}

/* Who lives is rather meant than who has ended, and the newer one than the older. */
static bool is_rather(const struct process_state *a, const struct process_state *b)
{
    return a->ended != b->ended ? b->ended : a->number > b->number;
}

bool process_find(struct processes *processes, const char *name, struct process_state *out)
{
    bool found = false;
    pthread_mutex_lock(&processes->lock);
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        const struct life *life = &processes->lives[i];
        if (life->used && strcmp(life->state.name, name) == 0 &&
            (!found || is_rather(&life->state, out))) {
            *out = life->state;
            found = true;
        }
    }
    pthread_mutex_unlock(&processes->lock);
    return found;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t left = ((const struct process_state *)a)->number;
    const uint32_t right = ((const struct process_state *)b)->number;
    return (left > right) - (left < right);
}

uint32_t processes_list(struct processes *processes, struct process_state *out, uint32_t room)
{
    uint32_t count = 0;
    pthread_mutex_lock(&processes->lock);
    for (size_t i = 0; i < PROCESSES_MAX && count < room; i++)
        if (processes->lives[i].used && processes->lives[i].spec.kept &&
            !processes->lives[i].state.ended)
            out[count++] = processes->lives[i].state;
    pthread_mutex_unlock(&processes->lock);
    qsort(out, count, sizeof *out, by_number);
    return count;
}

struct str log_tail(struct arena *arena, const char *path, size_t bytes)
{
    char *text = arena_alloc(arena, bytes + 1);
    FILE *file = fopen(path, "re");
    if (!file)
        return STR("");
    if (fseek(file, -(long)bytes, SEEK_END) != 0)
        rewind(file);
    const size_t len = fread(text, 1, bytes, file);
    fclose(file);
    return str_trim((struct str){text, len});
}
