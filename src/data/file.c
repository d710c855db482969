/* SPDX-License-Identifier: Apache-2.0 */
#include "data/file.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static bool read_all(int fd, char *into, size_t len, struct err *err)
{
    while (len > 0) {
        const ssize_t got = read(fd, into, len);
        if (got < 0 && errno != EINTR)
            return err_set(err, ERR_IO, "%s", strerror(errno));
        if (got == 0)
            return err_set(err, ERR_IO, "it became shorter while it was read");
        if (got > 0) {
            into += got;
            len -= (size_t)got;
        }
    }
    return true;
}

bool file_read_open(struct arena *arena, int fd, size_t bytes_max, struct str *out, struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return err_set(err, ERR_IO, "%s", strerror(errno));
    if (!S_ISREG(info.st_mode))
        return err_set(err, ERR_IO, "it is no plain file");
    const size_t len = (size_t)info.st_size;
    if (len > bytes_max)
        return bytes_max > 0 && bytes_max % MIB == 0
                   ? err_set(err, ERR_OVER_BUDGET, "it is larger than %zu MiB", bytes_max / MIB)
                   : err_set(err, ERR_OVER_BUDGET, "it is larger than %zu bytes", bytes_max);
    char *bytes = arena_alloc(arena, len + 1);
    *out = (struct str){bytes, len};
    return read_all(fd, bytes, len, err);
}

bool file_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
               struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    const bool ok = file_read_open(arena, fd, bytes_max, out, err) || err_context(err, "%s", path);
    close(fd);
    return ok;
}

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

static bool write_through(const char *path, struct str bytes)
{
    const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    const bool ok = fd >= 0 && write_all(fd, bytes);
    return fd >= 0 && close(fd) == 0 && ok;
}

/* `old` is what was there, if anything was. */
static bool write_beside(const char *part, struct str bytes, mode_t mode, const struct stat *old)
{
    const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    const bool ok = fd >= 0 && (!old || fchmod(fd, old->st_mode & 07777) == 0) &&
                    write_all(fd, bytes) && fsync(fd) == 0;
    const int reason = errno;
    const bool is_closed = fd >= 0 && close(fd) == 0;
    if (!ok)
        errno = reason;
    return ok && is_closed;
}

bool file_replace(const char *path, struct str bytes, mode_t mode, struct err *err)
{
    struct stat info;
    const bool is_there = lstat(path, &info) == 0;
    if (is_there && !S_ISREG(info.st_mode))
        return write_through(path, bytes) || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    struct arena *arena = arena_new("file");
    const char *part = str_printf(arena, "%s.part", path).ptr;
    const bool ok =
        write_beside(part, bytes, mode, is_there ? &info : NULL) && rename(part, path) == 0;
    if (!ok) {
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        unlink(part); /* else a full disk would stay full */
    }
    arena_free(arena);
    return ok;
}
