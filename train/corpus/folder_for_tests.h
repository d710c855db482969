/* SPDX-License-Identifier: Apache-2.0 */
/* A private folder with files in it, gone when the test is over. */
#pragma once

#include "base/arena.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static inline void folder_remove(void *folder)
{
    char command[4096];
    snprintf(command, sizeof command, "rm -rf '%s'", (char *)folder);
    if (system(command) != 0)
        abort();
}

static inline struct str folder_new(struct arena *arena)
{
    const char *tmp = getenv("TMPDIR");
    const struct str path = str_printf(arena, "%s/warroom-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp((char *)(uintptr_t)path.ptr))
        abort();
    arena_defer(arena, folder_remove, (void *)(uintptr_t)path.ptr);
    return path;
}

/* `name` may have one folder in front. */
static inline struct str folder_put(struct arena *arena, struct str folder, const char *name,
                                    struct str text)
{
    const struct str path = str_printf(arena, "%s/%s", folder.ptr, name);
    const char *slash = strchr(name, '/');
    if (slash)
        mkdir(str_printf(arena, "%s/%.*s", folder.ptr, (int)(slash - name), name).ptr, 0700);
    FILE *file = fopen(path.ptr, "w");
    if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0)
        abort();
    return path;
}
