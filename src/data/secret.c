/* SPDX-License-Identifier: Apache-2.0 */
#include "data/secret.h"

#include "base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_file(struct arena *arena, struct str path, struct str *out, struct err *err)
{
    char *bytes = arena_alloc(arena, SECRET_BYTES_MAX);
    FILE *file = fopen(str_copy(arena, path).ptr, "rbe");
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "%.*s: %s", STR_ARG(path), strerror(errno));
    const size_t got = fread(bytes, 1, SECRET_BYTES_MAX, file);
    fclose(file);
    *out = str_trim((struct str){.ptr = bytes, .len = got});
    if (got == SECRET_BYTES_MAX)
        return err_set(err, ERR_USAGE, "%.*s is too long for a secret", STR_ARG(path));
    return out->len > 0 || err_set(err, ERR_USAGE, "%.*s is empty", STR_ARG(path));
}

bool secret_read(struct arena *arena, struct str text, struct str *out, struct err *err)
{
    const struct str env = STR("env:"), file = STR("file:");
    if (str_starts(text, file))
        return read_file(arena, str_slice(text, file.len, text.len), out, err);
    *out = text;
    if (!str_starts(text, env))
        return true;
    const struct str name = str_copy(arena, str_slice(text, env.len, text.len));
    *out = str_trim(str_of(getenv(name.ptr)));
    return out->len > 0 ||
           err_set(err, ERR_USAGE, "the environment has no %s; set it, or write file:/path",
                   name.ptr);
}
