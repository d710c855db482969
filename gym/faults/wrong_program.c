/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The right name, the wrong contents: a build has packed another service's entry point. It starts,
 * tells its probe that it is well, and knows none of the paths that it is asked for.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/* As a build leaves it: its own words for the role, ours for the rest. */
static bool artifact_make(struct world *world, const char *path, const char *role, struct err *err)
{
    FILE *file = fopen(path, "we");
    if (!file || fprintf(file, "#!/bin/sh\nshift\nexec %s %s \"$@\"\n",
                         world_path(world, "bin/shop"), role) < 0) {
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    return (fclose(file) == 0 && chmod(path, 0755) == 0) ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *packed = fault_text(run, "packed", "shipping");
    const char *name = str_printf(world->arena, "shop-%s-418", run->service).ptr;
    const struct str message =
        str_printf(world->arena, "%s: build 418, with the patched TLS library", run->service);
    fault_tell(world, run, KIND_IMAGE,
               "the program %s that %s runs is a build of %s, which answers 404 to all that %s is "
               "asked",
               name, run->service, packed, run->service);
    const struct str line = str_printf(world->arena, "program = %s\n", name);
    return artifact_make(world, world_path(world, "bin/%s", name), packed, err) &&
           deploy_append(world, str_printf(world->arena, "%s/unit.conf", run->service).ptr,
                         line.ptr, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Ken Ito", .message = message.ptr},
                           err);
}

const struct fault fault_wrong_program = {
    .name = "wrong_program",
    .group = "orchestration",
    .summary = "A service runs a program that is another service's",
    .place = "cart",
    .options = "packed shipping (the service whose program it is)",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
