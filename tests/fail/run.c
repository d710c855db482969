/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a command in a folder of its own, with a fault in it. */
#include "fail.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUN_S_MAX 60 /* a run that nothing disturbs takes less than one; a machine may be busy */
#define LEFT_MS_MAX 2000 /* who was told to end ends within that */

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void set_places(const struct places *places)
{
    char tmp[600];
    snprintf(tmp, sizeof tmp, "%s/tmp", places->run);
    setenv("WARROOM", places->warroom, 1);
    setenv("STAND_IN", places->stand_in, 1);
    setenv("KEPT", places->kept, 1);
    setenv("RUN", places->run, 1);
    setenv("TMPDIR", tmp, 1);
    setenv("HOME", places->run, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
}

/* What it prints goes into the files `out` and `err` of its folder, with `suffix` behind them. */
static pid_t start(const struct places *places, const char *line, const char *suffix,
                   const char *load, const char *plan, const char *state)
{
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    char path[600];
    setpgid(0, 0);
    personality(ADDR_NO_RANDOMIZE); /* the same places call from the same addresses */
    set_places(places);
    if (plan) {
        setenv(FAIL_PLAN, plan, 1);
        setenv(FAIL_STATE, state, 1);
        setenv("FAIL_LOAD", load, 1);
    }
    snprintf(path, sizeof path, "%s/out%s", places->run, suffix);
    if (!freopen(path, "w", stdout))
        _exit(126);
    snprintf(path, sizeof path, "%s/err%s", places->run, suffix);
    if (!freopen(path, "w", stderr) || !freopen("/dev/null", "r", stdin))
        _exit(126);
    execl("/bin/sh", "sh", "-c", line, NULL);
    _exit(126);
}

/* False: it did not end in time, and was ended. */
static bool wait_for(pid_t pid, int *status)
{
    for (int ms = 0; ms < RUN_S_MAX * 1000; ms += 2) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return true;
        pause_ms(2);
    }
    kill(-pid, SIGKILL);
    waitpid(pid, status, 0);
    return false;
}

static bool is_left(pid_t group)
{
    for (int ms = 0; ms < LEFT_MS_MAX; ms += 20) {
        if (kill(-group, 0) != 0 && errno == ESRCH)
            return false;
        pause_ms(20);
    }
    kill(-group, SIGKILL);
    return true;
}

bool run_shell(const struct places *places, const char *line)
{
    int status = 0;
    const pid_t pid = line ? start(places, line, ".besides", NULL, NULL, NULL) : 0;
    return !line || (pid > 0 && wait_for(pid, &status) && status == 0);
}

static struct fail_state *open_state(const struct places *places, char *path, size_t room)
{
    snprintf(path, room, "%s/state", places->kept);
    unlink(path);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *shared = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, sizeof(struct fail_state)) == 0)
        shared = mmap(NULL, sizeof(struct fail_state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    return shared == MAP_FAILED ? NULL : shared;
}

bool run_once(const struct places *places, const struct work *work, const struct fault *fault,
              struct outcome *out)
{
    char line[2048], plan[64], path[600];
    struct fail_state *state = open_state(places, path, sizeof path);
    *out = (struct outcome){.code = -1};
    snprintf(line, sizeof line, "rm -rf '%s'; mkdir -p '%s/tmp'", places->run, places->run);
    if (!state || system(line) != 0 || !run_shell(places, work->before)) {
        fprintf(stderr, "sweep: %s: a run could not be prepared\n", work->name);
        return false;
    }
    snprintf(plan, sizeof plan, "%s %s %llu %d", fault->class ? fault->class : "-",
             fault->how ? fault->how : "-", (unsigned long long)fault->nth, fault->later);
    snprintf(line, sizeof line, "%sexec %s",
             work->is_script || !fault->class ? "" : "export LD_PRELOAD=\"$FAIL_LOAD\"; ",
             work->command);
    int status = 0;
    const pid_t pid = start(places, line, "", places->load, fault->class ? plan : NULL, path);
    out->late = !wait_for(pid, &status);
    out->left = is_left(pid);
    out->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    out->calls = state->calls;
    out->failed = state->failed;
    memcpy(out->what, state->what, sizeof out->what);
    munmap(state, sizeof *state);
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* All where there is room for all; else the first of each place that calls, and evenly between. */
uint32_t run_points(const struct places *places, uint64_t calls, uint64_t *points, uint32_t room)
{
    char path[600];
    snprintf(path, sizeof path, "%s/state", places->kept);
    static struct fail_state state;
    FILE *file = fopen(path, "rb");
    const bool is_read = file && fread(&state, sizeof state, 1, file) == 1;
    if (file)
        fclose(file);
    uint64_t firsts[FAIL_SITES_MAX];
    uint32_t firsts_count = 0, count = 0, kept = 0;
    for (uint32_t i = 0; is_read && i < FAIL_SITES_MAX; i++)
        if (state.sites[i] > 0)
            firsts[firsts_count++] = state.sites[i];
    qsort(firsts, firsts_count, sizeof *firsts, by_number);
    const uint32_t of_sites = firsts_count < room / 2 ? firsts_count : room / 2;
    if (calls <= room)
        for (uint64_t i = 1; i <= calls; i++)
            points[count++] = i;
    for (uint32_t i = 0; calls > room && i < of_sites; i++)
        points[count++] = firsts[(uint64_t)i * firsts_count / of_sites];
    const uint32_t even = room - of_sites;
    for (uint32_t i = 0; calls > room && i < even; i++)
        points[count++] = 1 + calls * i / even;
    qsort(points, count, sizeof *points, by_number);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || points[i] != points[kept - 1])
            points[kept++] = points[i];
    return kept;
}
