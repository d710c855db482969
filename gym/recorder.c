/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recorder.h"

#include "base/arena.h"
#include "gym/bundle/story.h"
#include "gym/world/keeper.h"
#include "gym/world/paths.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN_MAX_S 900 /* all its waits together are less */

static volatile sig_atomic_t stopped;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static int tell(struct world *world, void *state)
{
    const struct story *story = state;
    struct err err = {0};
    const bool ok = story_tell(world, story, &err);
    if (!ok)
        keeper_tell(err.text);
    world_down(world);
    return ok ? EXIT_MEASURED : err.kind == ERR_TIMEOUT ? EXIT_UNDER : EXIT_NOT_MEASURED;
}

static const char *scenario_path(struct arena *arena, const char *given)
{
    char path[512], name[256];
    snprintf(name, sizeof name, "scenarios/%s.scenario", given);
    if (!strchr(given, '/') && path_of_source(name, path, sizeof path))
        return str_copy(arena, str_of(path)).ptr;
    return given;
}

/* Paths are as they were here, wherever the keeper goes; without a slash at the end, for what is
 * not whole yet has a name that is longer. */
static const char *whole_path(struct arena *arena, const char *path)
{
    char here[PATH_MAX];
    struct str bare = str_of(path);
    while (bare.len > 1 && str_ends(bare, STR("/")))
        bare.len--;
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return str_copy(arena, bare).ptr;
    return str_printf(arena, "%s/%.*s", here, STR_ARG(bare)).ptr;
}

/* A folder that has something in it is not mixed with a recording: that is said before one is made.
 */
static bool is_free(const char *out, struct err *err)
{
    DIR *folder = opendir(out);
    size_t entries = 0;
    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries <= 2 || err_set(err, ERR_USAGE, "%s: there is something in it already", out);
}

/* Until the keeper has ended; its last line is the reason. */
static int keeper_wait(pid_t pid, int told, struct err *err)
{
    char text[sizeof err->text];
    size_t len = 0;
    int status = 0;
    bool asked = false;
    struct pollfd line = {.fd = told, .events = POLLIN};
    for (unsigned waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
        if (stopped && !asked) {
            kill(pid, SIGTERM);
            asked = true;
        }
        if (waited > RUN_MAX_S * 5)
            kill(pid, SIGKILL);
        if (poll(&line, 1, 200) <= 0)
            continue;
        const ssize_t got = read(told, text + len, sizeof text - 1 - len);
        if (got > 0)
            len += (size_t)got;
        else
            line.fd = -1; /* it has nothing more to say */
    }
    if (len == 0 && line.fd >= 0) {
        const ssize_t got = read(told, text, sizeof text - 1);
        len = got > 0 ? (size_t)got : 0;
    }
    text[len] = '\0';
    text[strcspn(text, "\n")] = '\0';
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_MEASURED)
        return EXIT_MEASURED;
    err_set(err, ERR_IO, "%s", len > 0 ? text : "the keeper has ended");
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NOT_MEASURED;
}

int recorder_run(struct arena *arena, const struct recording_wish *wish, struct err *err)
{
    struct scenario scenario;
    struct story story = {.scenario = &scenario, .out = whole_path(arena, wish->out)};
    struct keeper keeper = {.run = tell, .state = &story, .seed = wish->seed};
    struct journal journal;
    pid_t pid;
    int told;
    const struct sigaction stop = {.sa_handler = on_stop};
    if (!is_free(story.out, err) ||
        !scenario_read(arena, scenario_path(arena, wish->scenario), wish->cell, &scenario, err))
        return EXIT_NOT_MEASURED;
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    if (!keeper_start(&keeper, &journal, &pid, &told, err))
        return EXIT_NOT_MEASURED;
    const int status = keeper_wait(pid, told, err);
    close(told);
    close(journal.lock_fd);
    close(journal.fd);
    struct err left = {0};
    if (!journal_sweep(stderr, &left))
        fprintf(stderr, "warroom gym: %s\n", left.text);
    return status;
}
