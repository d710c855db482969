/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/volume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define BUSY_WAIT_MS 3000 /* somebody writes; a snapshot is done in less */

static const struct volume {
    const char *service;
    const char *options; /* of tmpfs */
} volumes[] = {{"redis", "size=64m,mode=0755"}};
#define VOLUMES (sizeof volumes / sizeof volumes[0])

const char *volume_path(struct world *world, const char *service)
{
    return world_path(world, "volumes/%s", service);
}

bool volumes_open(struct world *world, struct err *err)
{
    mkdir(world_path(world, "volumes"), 0755);
    for (size_t i = 0; i < VOLUMES; i++) {
        const char *path = volume_path(world, volumes[i].service);
        if (mkdir(path, 0755) != 0 ||
            (world->host.of[CAPABILITY_TMPFS].has &&
             mount("volume", path, "tmpfs", FLAGS, volumes[i].options) != 0))
            return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    return true;
}

bool volume_bytes(const struct world *world, const char *service, long long *all, long long *free)
{
    char path[256];
    struct statvfs found;
    bool has = false;
    for (size_t i = 0; i < VOLUMES; i++)
        has = has || strcmp(volumes[i].service, service) == 0;
    snprintf(path, sizeof path, "%s/volumes/%s", world->work, service);
    if (!has || !world->host.of[CAPABILITY_TMPFS].has || statvfs(path, &found) != 0)
        return false;
    *all = (long long)(found.f_blocks * found.f_frsize);
    *free = (long long)(found.f_bavail * found.f_frsize);
    return true;
}

bool volume_fill(struct world *world, const char *service, const char *name, long long *bytes,
                 struct err *err)
{
    long long all;
    const char *path = world_path(world, "volumes/%s/%s", service, name);
    if (!volume_bytes(world, service, &all, bytes))
        return err_set(err, ERR_NOT_FOUND, "%s has no volume of its own", service);
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const int failed = fd < 0 ? errno : posix_fallocate(fd, 0, *bytes);
    if (fd >= 0)
        close(fd);
    return failed == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(failed));
}

bool volume_writable(struct world *world, const char *service, bool writable, struct err *err)
{
    const char *path = volume_path(world, service);
    const unsigned long flags = MS_REMOUNT | FLAGS | (writable ? 0 : MS_RDONLY);
    for (unsigned waited_ms = 0; mount(NULL, path, NULL, flags, NULL) != 0; waited_ms += 20) {
        if (errno != EBUSY || waited_ms >= BUSY_WAIT_MS)
            return err_set(err, ERR_IO, "%s: mount: %s", path, strerror(errno));
        nap_ms(20);
    }
    return true;
}
