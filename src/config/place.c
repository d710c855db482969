/* SPDX-License-Identifier: Apache-2.0 */
/* Where the file is, and who may read it. */
#include "config/config.h"

#include "base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool config_find(const char *named, const char **out, struct err *err)
{
    static const char *const usual[] = {"warroom.yaml", "/etc/warroom/warroom.yaml"};
    const char *told = named ? named : getenv("WARROOM_CONFIG");
    *out = told && told[0] ? told : NULL;
    if (*out)
        return access(*out, R_OK) == 0 ||
               err_set(err, ERR_NOT_FOUND, "%s: %s", *out, strerror(errno));
    for (size_t i = 0; i < sizeof usual / sizeof *usual && !*out; i++)
        if (access(usual[i], F_OK) == 0)
            *out = usual[i];
    return true;
}

static bool read_file(struct arena *arena, const char *path, struct str *out, mode_t *mode,
                      struct err *err)
{
    struct stat info;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    char *text = arena_alloc(arena, CONFIG_FILE_BYTES_MAX + 1);
    const size_t len = fread(text, 1, CONFIG_FILE_BYTES_MAX + 1, file);
    const bool ok = !ferror(file) && fstat(fileno(file), &info) == 0;
    fclose(file);
    if (!ok || len > CONFIG_FILE_BYTES_MAX)
        return err_set(err, ERR_USAGE, "%s: a file of at most %zu bytes is wanted", path,
                       CONFIG_FILE_BYTES_MAX);
    *out = (struct str){.ptr = text, .len = len};
    *mode = info.st_mode;
    return true;
}

static void warn_of_readers(struct arena *arena, const char *path, struct config_warning **warnings)
{
    struct config_warning *warning = arena_push(arena, struct config_warning);
    warning->text = str_printf(
        arena, "secrets stand in it, and others on this machine may read it; chmod 600 %s", path);
    while (*warnings)
        warnings = &(*warnings)->next;
    *warnings = warning;
}

bool config_load(struct arena *arena, const char *path, const struct config_readers *readers,
                 struct config *out, struct config_warning **warnings, struct err *err)
{
    struct str text;
    mode_t mode = 0;
    if (!read_file(arena, path, &text, &mode, err))
        return false;
    if (!config_read(arena, text, readers, out, warnings, err))
        return err_context(err, "%s", path);
    out->path = str_copy(arena, str_of(path));
    if (warnings && out->has_plain_secret && (mode & (S_IRGRP | S_IROTH)))
        warn_of_readers(arena, path, warnings);
    return true;
}
