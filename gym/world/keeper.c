/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/keeper.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t asked_to_end;
static int tell_fd = -1;
static int lifeline_fd = -1; /* of who started us; it closes when they end */

static void on_end(int signal_number)
{
    (void)signal_number;
    asked_to_end = 1;
}

bool keeper_is_asked_to_end(void)
{
    struct pollfd line = {.fd = lifeline_fd, .events = POLLIN};
    if (lifeline_fd >= 0 && poll(&line, 1, 0) > 0)
        asked_to_end = 1;
    return asked_to_end;
}

void keeper_tell(const char *line)
{
    if (tell_fd >= 0 && write(tell_fd, line, strlen(line)) < 0)
        perror("warroom gym: nobody listens");
    if (tell_fd >= 0 && write(tell_fd, "\n", 1) < 0)
        perror("warroom gym: nobody listens");
}

/* Its own view: nothing that is mounted here is seen outside, and /proc shows its own processes. It
 * is made by the keeper, for it ends with the last who is in it. */
static bool part(struct err *err)
{
    if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return err_set(err, ERR_IO, "mounts and a network of our own: %s", strerror(errno));
    return true;
}

static const char *const *environment_make(struct world *world)
{
    unsigned char die[16];
    char password[33];
    if (getrandom(die, sizeof die, 0) != (ssize_t)sizeof die)
        abort(); /* cannot happen for so few bytes */
    for (size_t i = 0; i < sizeof die; i++)
        snprintf(password + 2 * i, 3, "%02x", die[i]);
    setenv("PGPASSWORD", password, 1);

    const char **out = arena_push_many(world->arena, const char *, 16);
    size_t count = 0;
    out[count++] = "PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/"
                   "bin:/sbin:/bin";
    out[count++] = "LC_ALL=C";
    out[count++] = "TZ=UTC";
    out[count++] = "GIT_CONFIG_GLOBAL=/dev/null";
    out[count++] = "GIT_CONFIG_NOSYSTEM=1";
    out[count++] = str_printf(world->arena, "HOME=%s", world->work).ptr;
    out[count++] = str_printf(world->arena, "SHOP_HOSTS=%s/run/hosts", world->work).ptr;
    out[count++] = str_printf(world->arena, "PGPASSWORD=%s", password).ptr;
    return out;
}

static bool folders_make(struct world *world, struct err *err)
{
    static const char *const names[] = {"",     "run",  "log",        "tmp",         "out",
                                        "live", "bank", "prometheus", "alertmanager"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = world_path(world, "%s", names[i]);
        if (mkdir(path, 0711) != 0)
            return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    /* PostgreSQL's user writes its log here, and nginx' workers are nobody */
    return chmod(world_path(world, "tmp"), 01777) == 0 || err_set(err, ERR_IO, "tmp: chmod");
}

static bool world_make(struct world *world, const struct journal *journal, uint64_t seed,
                       struct err *err)
{
    world->arena = arena_new("gym world");
    world->journal = *journal;
    world->seed = seed;
    world->work = str_printf(world->arena, "%s/work", journal->folder).ptr;
    world->environment = environment_make(world);
    return (!world->isolated || part(err)) && folders_make(world, err) &&
           processes_open(world->arena, world->isolated ? NULL : &world->journal,
                          world_path(world, "events.jsonl"), &world->processes, err);
}

/* In the child. What it makes lives until it ends, and it ends here. */
static void keep(const struct keeper *keeper, struct world *world, const struct journal *journal)
    __attribute__((noreturn));

static void keep(const struct keeper *keeper, struct world *world, const struct journal *journal)
{
    struct err err = {0};
    if (!keeper->outlives)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    else
        setsid();
    const struct sigaction end = {.sa_handler = on_end};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGHUP, &end, NULL);
    signal(SIGPIPE, SIG_IGN);
    umask(022);
    int status = 2;
    if (world_make(world, journal, keeper->seed, &err))
        status = keeper->run(world, keeper->state);
    else
        fprintf(stderr, "warroom gym: %s\n", err.text);
    fflush(NULL);
    _exit(status);
}

bool keeper_start(const struct keeper *keeper, struct journal *journal, pid_t *pid, int *told,
                  struct err *err)
{
    static struct world world;
    int lifeline[2], tell[2];
    if (!journal_sweep(stderr, err) || !journal_open(journal, err))
        return false;
    host_probe(&world.host);
    world.isolated = world.host.of[CAPABILITY_ISOLATION].has;
    if (pipe2(lifeline, O_CLOEXEC) != 0 || pipe2(tell, O_CLOEXEC) != 0 ||
        (world.isolated && unshare(CLONE_NEWPID) != 0))
        return err_set(err, ERR_IO, "a keeper cannot be made: %s", strerror(errno));
    fflush(NULL);
    *pid = fork();
    if (*pid < 0)
        return err_set(err, ERR_IO, "fork: %s", strerror(errno));
    if (*pid == 0) {
        close(lifeline[1]);
        close(tell[0]);
        lifeline_fd = keeper->outlives ? -1 : lifeline[0];
        tell_fd = tell[1];
        char go;
        if (read(lifeline[0], &go, 1) != 1) /* until it is written down */
            _exit(2);
        keep(keeper, &world, journal);
    }
    close(lifeline[0]);
    close(tell[1]);
    if (told)
        *told = tell[0];
    else
        close(tell[0]);
    if (!journal_note(journal, err, "keeper %d %llu", (int)*pid, process_began(*pid)))
        return false;
    /* lifeline[1] stays open for as long as we live */
    return write(lifeline[1], "", 1) == 1 || err_set(err, ERR_IO, "the keeper ended at once");
}
