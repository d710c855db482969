/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths are made absolute first: the set's name is the parent's name, which `.` or `case-7` do not
 * tell. Links are followed only where the user named them, so a walk cannot go in circles.
 */
#include "eval/cases.h"

#include "base/arena.h"
#include "data/file.h"
#include "eval/packed.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 16
#define CASES_MAX 1000000u
#define FILE_BYTES_MAX ((size_t)4 << 20)
#define TRUTH_BYTES_MAX ((size_t)64 << 10)

struct eval_cases cases_new(struct arena *arena)
{
    return (struct eval_cases){.arena = arena};
}

static void add(struct eval_cases *cases, const char *path)
{
    if (cases->count == cases->room) {
        const uint32_t room = cases->room ? cases->room * 2 : 64;
        cases->items = arena_grow(cases->arena, cases->items, cases->room * sizeof *cases->items,
                                  room * sizeof *cases->items);
        cases->room = room;
    }
    struct eval_case *item = &cases->items[cases->count++];
    item->path = str_copy(cases->arena, str_of(path));
    struct str rest = item->path, part;
    while (str_split(&rest, '/', &part)) {
        item->set = item->id;
        item->id = part;
    }
    if (packed_is(item->path))
        item->id = packed_id(item->path);
}

static bool has_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return false;
    return access(path, R_OK) == 0;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* To be sure takes reading it up to its truth: bundles are small, and there is no list inside. */
static bool is_packed_case(struct eval_cases *cases, const char *path)
{
    struct str truth;
    struct err none = {0};
    return packed_is(str_of(path)) &&
           packed_read(cases->arena, str_of(path), "truth.json", TRUTH_BYTES_MAX, &truth, &none);
}

static bool add_bounded(struct eval_cases *cases, const char *path, struct err *err)
{
    if (cases->count >= CASES_MAX)
        return err_set(err, ERR_OVER_BUDGET, "more than %u cases", CASES_MAX);
    add(cases, path);
    return true;
}

/* A case holds no further cases: its folder is the engine's to read, not ours to search. */
static bool walk(struct eval_cases *cases, const char *folder, int depth, struct err *err)
{
    if (has_file(folder, "alert.json") && has_file(folder, "truth.json"))
        return add_bounded(cases, folder, err);
    if (depth == DEPTH_MAX)
        return true;
    DIR *dir = opendir(folder);
    if (!dir)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));

    bool ok = true;
    for (struct dirent *entry = readdir(dir); ok && entry; entry = readdir(dir)) {
        char path[PATH_MAX];
        if (entry->d_name[0] == '.' ||
            (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
            continue;
        if (is_folder(path))
            ok = walk(cases, path, depth + 1, err);
        else if (is_packed_case(cases, path))
            ok = add_bounded(cases, path, err);
    }
    closedir(dir);
    return ok;
}

bool cases_find(struct eval_cases *cases, const char *folder, struct err *err)
{
    char path[PATH_MAX];
    if (!realpath(folder, path))
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder, strerror(errno));
    if (!packed_is(str_of(path)))
        return walk(cases, path, 0, err);
    struct str truth;
    return packed_read(cases->arena, str_of(path), "truth.json", TRUTH_BYTES_MAX, &truth, err) &&
           add_bounded(cases, path, err);
}

static int compare_paths(const void *a, const void *b)
{
    return str_compare(((const struct eval_case *)a)->path, ((const struct eval_case *)b)->path);
}

void cases_sort(struct eval_cases *cases)
{
    if (cases->count == 0)
        return;
    qsort(cases->items, cases->count, sizeof *cases->items, compare_paths);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < cases->count; i++)
        if (!str_eq(cases->items[i].path, cases->items[kept - 1].path))
            cases->items[kept++] = cases->items[i];
    cases->count = kept;
}

bool cases_read_file(struct arena *arena, struct str folder, const char *name, struct str *out,
                     struct err *err)
{
    if (packed_is(folder) && strcmp(name, "truth.json") == 0)
        return packed_read(arena, folder, name, TRUTH_BYTES_MAX, out, err);
    const struct str path = str_printf(arena, "%.*s/%s", STR_ARG(folder), name);
    return file_read(arena, path.ptr, FILE_BYTES_MAX, out, err);
}
