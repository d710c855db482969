/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/folder.h"

#include "base/arena.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make(struct arena *arena, const char *path, struct err *err)
{
    char *whole = (char *)(uintptr_t)str_copy(arena, str_of(path)).ptr;
    for (char *at = whole + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(whole, 0700); /* what is missing in the end is told below */
            *at = '/';
        }
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static void let_go(void *thing)
{
    close(*(int *)thing);
}

/* Who holds it, as far as it has told. */
static long holder(int file)
{
    char text[32] = {0};
    long pid = 0;
    if (pread(file, text, sizeof text - 1, 0) > 0 && sscanf(text, "%ld", &pid) != 1)
        pid = 0;
    return pid;
}

bool folder_take(struct arena *arena, const char *path, struct err *err)
{
    if (!make(arena, path, err))
        return false;
    const struct str lock = str_printf(arena, "%s/lock", path);
    const int file = open(lock.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return err_set(err, ERR_IO, "%s: %s", lock.ptr, strerror(errno));
    int *held = arena_push(arena, int);
    *held = file;
    arena_defer(arena, let_go, held);
    if (flock(file, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_DENIED,
                       "%s: process %ld has it open, and only one may: stop that one, or name "
                       "another folder",
                       path, holder(file));
    char text[32];
    const int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)len, 0) != len)
        return err_set(err, ERR_IO, "%s: %s", lock.ptr, strerror(errno));
    return true;
}

bool folder_sync(const char *path, struct err *err)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const bool ok = file >= 0 && fsync(file) == 0;
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    return ok;
}

void folder_remove(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        unlinkat(dirfd(folder), entry->d_name, 0); /* of . and .. it makes nothing */
    closedir(folder);
    rmdir(path);
}
