// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps one process running, as a unit of systemd or a kubelet would: starts it, stamps what it
 * says on stderr, starts it again with a growing delay when it ends unasked, and reports each of
 * these as an event. Start reading at keep().
 *
 *   supervise INSTANCE UNIT EVENTS LOG [CGROUP...] -- COMMAND...    until SIGTERM
 *
 * UNIT always holds `pid restarts memory_max_bytes cpu_max_cores`; pid 0 while it is down, a limit
 * of 0 where there is none. CGROUPs are folders of cgroup v1, made by the caller; the process is
 * put into them, and their limits are the ones told.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BACK_OFF_FIRST_S 1.0
#define BACK_OFF_MAX_S 30.0
#define LIVED_LONG_S 60.0 /* after so long the back-off begins anew */
#define STOP_WAIT_S 15
#define RESTARTS_MAX 1000
#define NO_MEMORY_LIMIT 1e15 /* cgroup v1 says "none" with a number close to 2^63 */

static struct {
    const char *instance, *unit, *events, *log;
    char **cgroups;
    int cgroup_count;
    char **command;
    pid_t child;
    int restarts;
} unit;

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t child_pid;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
    if (child_pid > 0)
        kill((pid_t)child_pid, SIGTERM);
}

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- what it reports ---- */

__attribute__((format(printf, 3, 4))) static void event(const char *type, const char *reason,
                                                        const char *format, ...)
{
    char message[256], object[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(object, sizeof object, "process/%s", unit.instance);
    json_t *row = json_pack("{s:f, s:s, s:s, s:s, s:s, s:i, s:s}", "timestamp", wall_s(), "type",
                            type, "reason", reason, "object", object, "source", "supervisor",
                            "count", 1, "message", message);
    FILE *file = fopen(unit.events, "ae");
    if (file) {
        json_dumpf(row, file, JSON_COMPACT | JSON_REAL_PRECISION(13));
        fputc('\n', file);
        fclose(file);
    }
    json_decref(row);
}

/* The first number in FOLDER/NAME, or behind the word KEY in it; -1 where there is none. */
static double cgroup_number(const char *folder, const char *name, const char *key)
{
    char path[512], line[128];
    double number = -1;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    while (number < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            number = strtod(line + strlen(key), NULL);
    fclose(file);
    return number;
}

static double memory_max_bytes(void)
{
    for (int i = 0; i < unit.cgroup_count; i++) {
        const double bytes = cgroup_number(unit.cgroups[i], "memory.limit_in_bytes", "");
        if (bytes > 0 && bytes < NO_MEMORY_LIMIT)
            return bytes;
    }
    return 0;
}

static double cpu_max_cores(void)
{
    for (int i = 0; i < unit.cgroup_count; i++) {
        const double quota = cgroup_number(unit.cgroups[i], "cpu.cfs_quota_us", "");
        const double period = cgroup_number(unit.cgroups[i], "cpu.cfs_period_us", "");
        if (quota > 0 && period > 0)
            return quota / period;
    }
    return 0;
}

static double oom_kills(void)
{
    for (int i = 0; i < unit.cgroup_count; i++) {
        const double kills = cgroup_number(unit.cgroups[i], "memory.oom_control", "oom_kill ");
        if (kills >= 0)
            return kills;
    }
    return 0;
}

/* By renaming, so that no reader finds half of it. */
static void unit_write(pid_t pid)
{
    char fresh[512];
    snprintf(fresh, sizeof fresh, "%s.%d", unit.unit, (int)getpid());
    FILE *file = fopen(fresh, "we");
    if (!file)
        return;
    fprintf(file, "%d %d %.0f %.3f\n", (int)pid, unit.restarts, memory_max_bytes(),
            cpu_max_cores());
    fclose(file);
    rename(fresh, unit.unit);
}

/* What the process says, with the time before each line, until it closes its end. */
static void log_copy(int from)
{
    char line[2048];
    FILE *in = fdopen(from, "re");
    FILE *out = fopen(unit.log, "ae");
    while (in && out && fgets(line, sizeof line, in)) {
        fprintf(out, "%.3f %s", wall_s(), line);
        fflush(out);
    }
    if (out)
        fclose(out);
    if (in)
        fclose(in);
}

/* ---- one life of the process ---- */

static void cgroup_enter(const char *folder)
{
    char path[512];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    FILE *file = fopen(path, "we");
    if (!file || fprintf(file, "%d\n", (int)getpid()) < 0 || fclose(file) != 0) {
        perror(path);
        _exit(1);
    }
}

static void become_command(int said)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* never alive without its supervisor */
    for (int i = 0; i < unit.cgroup_count; i++)
        cgroup_enter(unit.cgroups[i]);
    dup2(said, STDOUT_FILENO);
    dup2(said, STDERR_FILENO);
    execv(unit.command[0], unit.command);
    perror(unit.command[0]);
    _exit(127);
}

/* The status that waitpid() tells of it. */
static int live_once(void)
{
    int said[2];
    if (pipe2(said, O_CLOEXEC) != 0)
        return 1 << 8;
    child_pid = unit.child = fork();
    if (unit.child == 0)
        become_command(said[1]);
    close(said[1]);
    unit_write(unit.child);
    event("Normal", "Started", "%s started, pid %d, restart %d", unit.instance, (int)unit.child,
          unit.restarts);
    if (stopping) /* asked while it was being born */
        kill(unit.child, SIGTERM);
    log_copy(said[0]);
    int status = 0;
    while (waitpid(unit.child, &status, 0) < 0 && errno == EINTR)
        ;
    child_pid = 0;
    return status;
}

/* Why it ended, in the words of who waited for it. */
static void report_end(int status, bool out_of_memory)
{
    if (out_of_memory)
        event("Warning", "OOMKilled",
              "%s was killed by the kernel, pid %d, exit code %d: it reached its memory limit of "
              "%.0f MiB",
              unit.instance, (int)unit.child, 128 + WTERMSIG(status),
              memory_max_bytes() / 1024 / 1024);
    else if (WIFSIGNALED(status))
        event("Warning", "Died", "%s died of signal %d, pid %d, exit code %d", unit.instance,
              WTERMSIG(status), (int)unit.child, 128 + WTERMSIG(status));
    else
        event("Warning", "Exited", "%s ended by itself, pid %d, exit code %d", unit.instance,
              (int)unit.child, WEXITSTATUS(status));
}

static void sleep_s(double seconds)
{
    nanosleep(
        &(struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = (long)(fmod(seconds, 1) * 1e9)},
        NULL);
}

static int keep(void)
{
    double back_off_s = BACK_OFF_FIRST_S;
    int status = 0;
    for (int life = 0; life < RESTARTS_MAX && !stopping; life++) {
        const double born_s = wall_s();
        const double kills = oom_kills();
        status = live_once();
        if (stopping)
            break;
        unit.restarts++;
        unit_write(0);
        report_end(status, WIFSIGNALED(status) && oom_kills() > kills);
        if (wall_s() - born_s > LIVED_LONG_S)
            back_off_s = BACK_OFF_FIRST_S;
        event("Warning", "BackOff", "%s is started again in %.0f s, restart %d", unit.instance,
              back_off_s, unit.restarts);
        sleep_s(back_off_s);
        back_off_s = fmin(2 * back_off_s, BACK_OFF_MAX_S);
    }
    const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    event("Normal", "Stopped", "%s stopped, pid %d, exit status %d", unit.instance, (int)unit.child,
          code);
    return code;
}

int main(int argc, char **argv)
{
    int first = 5;
    while (first < argc && strcmp(argv[first], "--") != 0)
        first++;
    if (first + 1 >= argc) {
        fprintf(stderr, "usage: supervise INSTANCE UNIT EVENTS LOG [CGROUP...] -- COMMAND...\n");
        return 2;
    }
    unit.instance = argv[1];
    unit.unit = argv[2];
    unit.events = argv[3];
    unit.log = argv[4];
    unit.cgroups = argv + 5;
    unit.cgroup_count = first - 5;
    unit.command = argv + first + 1;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop, .sa_flags = SA_RESTART}, NULL);
    return keep();
}
