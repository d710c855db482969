/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written under another name beside it, then renamed: a disk that is full or a process that is
 * killed leaves what was there. No fsync(): what is written so can be made again.
 */
#include "base/whole.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        const ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            bytes = str_slice(bytes, (size_t)put, bytes.len);
    }
    return true;
}

static bool write_to(int fd, struct str bytes)
{
    const bool ok = fd >= 0 && write_all(fd, bytes);
    const int reason = errno;
    const bool is_closed = fd >= 0 && close(fd) == 0;
    if (fd >= 0 && !ok)
        errno = reason;
    return ok && is_closed;
}

/* `about`: of what is there; a mode of 0: nothing. */
static bool replace(const char *target, const struct stat *about, struct str bytes)
{
    struct arena *arena = arena_new("a file that is written");
    const char *beside = str_printf(arena, "%s.%ld.new", target, (long)getpid()).ptr;
    unlink(beside); /* of a process that was killed */
    const int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && (about->st_mode == 0 || fchmod(fd, about->st_mode & 07777) == 0);
    ok = write_to(fd, bytes) && ok && rename(beside, target) == 0;
    const int reason = errno;
    if (!ok && fd >= 0)
        unlink(beside);
    arena_free(arena);
    errno = reason;
    return ok;
}

bool whole_write(const char *path, struct str bytes, struct err *err)
{
    struct stat about = {0};
    char *target = realpath(path, NULL);
    const bool is_there = target && stat(target, &about) == 0;
    const bool ok = is_there && !S_ISREG(about.st_mode)
                        ? write_to(open(target, O_WRONLY | O_CLOEXEC), bytes)
                        : replace(is_there ? target : path, &about, bytes);
    const int reason = errno;
    free(target);
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(reason));
}
