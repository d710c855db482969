/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes that live may open no more files than they have open: somebody has lowered their limit.
 * New connections are neither taken nor made.
 */
#include "gym/faults/fault.h"

#include "gym/world/inventory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

static unsigned open_files(pid_t pid)
{
    char path[64];
    unsigned count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

/* Soft only: it can be raised again. `soft` 0: as many as are open, and `spare` more. */
static bool limit(struct world *world, const char *instance, rlim_t soft, long spare,
                  struct err *err)
{
    struct process_state state;
    struct rlimit now;
    if (!process_find(world->processes, instance, &state) || state.pid == 0)
        return true; /* it is about to start again, with the limits it had at first */
    if (prlimit(state.pid, RLIMIT_NOFILE, NULL, &now) != 0)
        return err_set(err, ERR_IO, "%s: prlimit: %s", instance, strerror(errno));
    now.rlim_cur = soft > 0 ? soft : open_files(state.pid) + (rlim_t)spare;
    if (now.rlim_cur > now.rlim_max)
        now.rlim_cur = now.rlim_max;
    return prlimit(state.pid, RLIMIT_NOFILE, &now, NULL) == 0 ||
           err_set(err, ERR_IO, "%s: prlimit: %s", instance, strerror(errno));
}

static bool limit_all(struct world *world, const struct fault_run *run, rlim_t soft,
                      struct err *err)
{
    const long spare = fault_number(run, "spare", 1);
    if (run->instance[0])
        return limit(world, run->instance, soft, spare, err);
    for (const struct instance *it = instance_of(run->service, NULL); it;
         it = instance_of(run->service, it))
        if (!limit(world, it->name, soft, spare, err))
            return false;
    return true;
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CAPACITY,
               "%s may have as many files open as it had, and %ld more; no change did that",
               run->instance[0] ? run->instance : run->service, fault_number(run, "spare", 1));
    return limit_all(world, run, 0, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return limit_all(world, run, RLIM_INFINITY, err);
}

const struct fault fault_file_descriptors = {
    .name = "file_descriptors",
    .group = "infrastructure",
    .summary = "A service runs out of file descriptors",
    .place = "gateway",
    .options = "spare 1",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
