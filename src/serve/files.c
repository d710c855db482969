/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/files.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int fd, char *into, size_t len)
{
    while (len > 0) {
        const ssize_t got = read(fd, into, len);
        if (got <= 0 && errno != EINTR)
            return false;
        if (got > 0) {
            into += got;
            len -= (size_t)got;
        }
    }
    return true;
}

bool files_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
                struct err *err)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    bool ok = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (!ok)
        err_set(err, ERR_IO, "%s: it is no plain file", path);
    else if ((size_t)info.st_size > bytes_max)
        ok = err_set(err, ERR_OVER_BUDGET, "%s: it is longer than %zu bytes", path, bytes_max);
    if (ok) {
        const size_t len = (size_t)info.st_size;
        char *bytes = arena_alloc(arena, len + 1);
        ok = read_all(fd, bytes, len) || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        *out = (struct str){bytes, len};
    }
    close(fd);
    return ok;
}

bool files_make_folder(const char *path, struct err *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

bool files_remove_tree(const char *path, struct err *err)
{
    struct stat info;
    if (lstat(path, &info) != 0 && errno == ENOENT)
        return true;
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ||
           err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

bool files_replace_tree(struct arena *arena, const char *path, const char *with, struct err *err)
{
    const char *former = str_printf(arena, "%s.former", path).ptr;
    if (!files_remove_tree(former, err))
        return false;
    if (rename(path, former) != 0 && errno != ENOENT)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (rename(with, path) == 0)
        return files_remove_tree(former, err);
    err_set(err, ERR_IO, "%s: %s", with, strerror(errno));
    if (rename(former, path) != 0 && errno != ENOENT)
        err_context(err, "%s: it is left there", former);
    return false;
}
