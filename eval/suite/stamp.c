/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/stamp.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/digest.h"
#include "data/file.h"
#include "eval/suite/lookup.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX ((size_t)256 << 20)
#define DEPTH_MAX 16

/* Questions, phrases, marks, traces and references; and incidents, where no others are named. */
static const char *const items[] = {"eval", "examples/incidents", NULL};

struct stamping {
    struct arena *arena;
    struct buf lines; /* a path and a digest each */
    uint32_t files;
};

static bool add_file(struct stamping *stamping, const char *path, struct err *err)
{
    struct arena *scratch = arena_new("stamp");
    struct str bytes;
    struct digest digest;
    bool ok = file_read(scratch, path, FILE_BYTES_MAX, &bytes, err);
    if (ok && ++stamping->files > STAMP_FILES_MAX)
        ok =
            err_set(err, ERR_OVER_BUDGET, "%s: more than %d files to stamp", path, STAMP_FILES_MAX);
    ok = ok && digest_sha256(bytes, &digest, err);
    if (ok)
        buf_printf(&stamping->lines, "%s %s\n", path, digest_hex(scratch, &digest).ptr);
    arena_free(scratch);
    return ok;
}

/* How the suite itself works stands in the program, which is stamped as it was built. */
static bool is_item(const char *name)
{
    const struct str text = str_of(name);
    return name[0] != '.' && !str_ends(text, STR(".c")) && !str_ends(text, STR(".h")) &&
           !str_ends(text, STR("meson.build"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_path(struct stamping *stamping, const char *path, int depth, struct err *err)
{
    struct stat about;
    if (lstat(path, &about) != 0 || depth > DEPTH_MAX) {
        buf_printf(&stamping->lines, "%s is not there\n", path);
        return true;
    }
    if (S_ISREG(about.st_mode))
        return add_file(stamping, path, err);
    struct dirent **entries = NULL;
    const int count = S_ISDIR(about.st_mode) ? scandir(path, &entries, NULL, by_name) : 0;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        if (ok && is_item(entries[i]->d_name))
            ok = add_path(stamping,
                          str_printf(stamping->arena, "%s/%s", path, entries[i]->d_name).ptr,
                          depth + 1, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool stamp_make(struct arena *arena, const struct task_place *place, struct str *out,
                struct err *err)
{
    struct stamping stamping = {.arena = arena, .lines = buf_new(arena)};
    struct digest digest;
    if (!add_file(&stamping, place->program, err) || !add_file(&stamping, place->self, err) ||
        (place->expert && !add_file(&stamping, place->expert, err)))
        return false;
    for (const char *const *at = items; *at; at++)
        if (!add_path(&stamping, *at, 0, err))
            return false;
    for (const char *const *at = lookup_shelves; *at; at++)
        if (!add_path(&stamping, *at, 0, err))
            return false;
    buf_printf(&stamping.lines, "%s|%s\n", place->data ? place->data : "",
               place->gym ? place->gym : "");
    if (!digest_sha256(buf_str(&stamping.lines), &digest, err))
        return false;
    *out = digest_hex(arena, &digest);
    return true;
}
