/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/limits.h"

#include "base/arena.h"
#include "gym/world/paths.h"
#include "gym/world/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CPU_PERIOD_US 100000 /* the kernel's default */

static const struct {
    const char *name;
    enum capability capability;
} controllers[] = {
    {"cpu", CAPABILITY_CGROUP_CPU},         {"memory", CAPABILITY_CGROUP_MEMORY},
    {"pids", CAPABILITY_CGROUP_PIDS},       {"freezer", CAPABILITY_CGROUP_FREEZER},
    {"unified", CAPABILITY_CGROUP_UNIFIED}, /* limits nothing: it tells whose a socket is */
};
#define CONTROLLERS (sizeof controllers / sizeof controllers[0])
_Static_assert(CONTROLLERS <= PROCESS_CGROUPS_MAX, "a process is put into all of them");

static void folder_of(const struct world *world, const char *controller, const char *instance,
                      char out[256])
{
    snprintf(out, 256, CGROUPS "/%s/warroom-gym-%s%s%s", controller, world->journal.id,
             instance ? "/" : "", instance ? instance : "");
}

bool limits_open(struct world *world, struct err *err)
{
    char folder[256];
    for (size_t i = 0; i < CONTROLLERS; i++) {
        if (!world->host.of[controllers[i].capability].has)
            continue;
        folder_of(world, controllers[i].name, NULL, folder);
        if (!journal_note(&world->journal, err, "cgroup %s", folder))
            return false;
        if (mkdir(folder, 0755) != 0)
            return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    }
    return true;
}

const char *limits_folder(struct world *world, const char *controller, const char *instance)
{
    char folder[256];
    folder_of(world, controller, instance, folder);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        fprintf(stderr, "warroom gym: %s: %s\n", folder, strerror(errno));
    return str_copy(world->arena, str_of(folder)).ptr;
}

bool limits_set(struct world *world, const char *controller, const char *instance, const char *file,
                const char *value, struct err *err)
{
    char folder[256], path[320];
    folder_of(world, controller, instance, folder);
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *to = fopen(path, "we");
    if (!to)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    fputs(value, to);
    if (fclose(to) != 0)
        return err_set(err, ERR_IO, "%s does not take `%s`: %s", path, value, strerror(errno));
    return true;
}

static bool unit_apply(struct world *world, const char *instance, const struct unit *unit,
                       struct err *err)
{
    char value[32];
    if (world->host.of[CAPABILITY_CGROUP_CPU].has) {
        const long quota = (long)unit->cpu_max_percent * (CPU_PERIOD_US / 100);
        snprintf(value, sizeof value, "%ld", quota > 0 ? quota : -1L);
        if (!limits_set(world, "cpu", instance, "cpu.cfs_quota_us", value, err))
            return false;
    }
    if (world->host.of[CAPABILITY_CGROUP_MEMORY].has) {
        const long long bytes = (long long)unit->memory_max_mb << 20;
        snprintf(value, sizeof value, "%lld", bytes > 0 ? bytes : -1LL);
        if (!limits_set(world, "memory", instance, "memory.limit_in_bytes", value, err))
            return false;
    }
    return true;
}

bool limits_restore(struct world *world, const char *instance, struct err *err)
{
    struct unit unit;
    return unit_read(world_path(world, "live/%s/unit.conf", instance), &unit, err) &&
           unit_apply(world, instance, &unit, err);
}

bool limits_of(struct world *world, const char *instance, const struct unit *unit,
               const char *out[PROCESS_CGROUPS_MAX + 1], struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < CONTROLLERS; i++)
        if (world->host.of[controllers[i].capability].has)
            out[count++] = limits_folder(world, controllers[i].name, instance);
    out[count] = NULL;
    return unit_apply(world, instance, unit, err);
}

long long limits_number(const struct world *world, const char *controller, const char *instance,
                        const char *file, const char *key)
{
    char folder[256], path[320], line[128];
    long long number = -1;
    folder_of(world, controller, instance, folder);
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *from = fopen(path, "re");
    while (from && number < 0 && fgets(line, sizeof line, from))
        if (strncmp(line, key, strlen(key)) == 0)
            number = strtoll(line + strlen(key), NULL, 10);
    if (from)
        fclose(from);
    return number;
}
