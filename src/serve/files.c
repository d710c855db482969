/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/files.h"

#include "base/arena.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

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
