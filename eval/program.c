/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/program.h"

#include "base/arena.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool beside_ourselves(struct arena *arena, struct str *out, struct err *err)
{
    char self[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    if (len < 0)
        return err_set(err, ERR_IO, "/proc/self/exe: %s", strerror(errno));
    size_t folder_len = (size_t)len;
    while (folder_len > 0 && self[folder_len - 1] != '/')
        folder_len--;
    *out = str_printf(arena, "%.*swarroom", (int)folder_len, self);
    return true;
}

bool program_find(struct arena *arena, const char *given, struct str *out, struct err *err)
{
    const char *named = given ? given : getenv("WARROOM");
    struct str path = str_of(named);
    if (path.len == 0 && !beside_ourselves(arena, &path, err))
        return false;
    char whole[PATH_MAX];
    if (!realpath(path.ptr, whole) || access(whole, X_OK) < 0)
        return err_set(err, ERR_NOT_FOUND,
                       "%.*s: %s; say with --warroom PATH or $WARROOM which program to measure",
                       STR_ARG(path), strerror(errno));
    *out = str_copy(arena, str_of(whole));
    return true;
}
