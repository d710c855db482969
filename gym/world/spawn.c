/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void cgroup_enter(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1) {
        perror(path);
        _exit(126);
    }
    close(fd);
}

static void descriptors_set(const struct process_spec *spec, int said)
{
    const int in = open(spec->input ? spec->input : "/dev/null", O_RDONLY);
    if (in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(said, STDOUT_FILENO) < 0 ||
        dup2(said, STDERR_FILENO) < 0)
        _exit(126);
    close(in);
}

void spawn_become(const struct process_spec *spec, int said, int go)
{
    char byte;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* never alive without its keeper */
    setsid();
    descriptors_set(spec, said);
    if (read(go, &byte, 1) != 1) /* until it is written down */
        _exit(126);
    for (const char *const *folder = spec->cgroups; *folder; folder++)
        cgroup_enter(*folder);
    if (spec->files_max > 0)
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){spec->files_max, spec->files_max});
    if (chdir(spec->folder) != 0 ||
        (spec->uid != 0 && (setgroups(0, NULL) != 0 || setgid(spec->gid) != 0 ||
                            setuid(spec->uid) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0))) {
        perror(spec->folder);
        _exit(126);
    }
    execve(spec->argv[0], (char *const *)(uintptr_t)spec->argv,
           (char *const *)(uintptr_t)spec->environment);
    perror(spec->argv[0]);
    _exit(127);
}
