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
