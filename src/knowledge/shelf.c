/* SPDX-License-Identifier: Apache-2.0 */
/* By the ends of their names, for most of what lies in a repository is code and no document. */
#include "knowledge/shelf.h"

#include "base/arena.h"
#include "data/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const ends[] = {".md",    ".markdown", ".mdx",  ".html", ".htm",
                                   ".xhtml", ".txt",      ".text", ".rst",  ".adoc",
                                   ".org",   ".runbook",  NULL};

struct walk {
    struct arena *arena;
    struct shelf *out;
    uint32_t room, entries;
};

static bool is_document(const char *name)
{
    const struct str lower_end = str_of(name);
    for (const char *const *end = ends; *end; end++)
        if (lower_end.len > strlen(*end) &&
            strcasecmp(name + lower_end.len - strlen(*end), *end) == 0)
            return true;
    return false;
}

static void add(struct walk *walk, struct str path)
{
    struct shelf *out = walk->out;
    if (out->count == SHELF_FILES_MAX) {
        out->is_cut = true;
        return;
    }
    if (out->count == walk->room) {
        const size_t size = walk->room * sizeof *out->files;
        walk->room = walk->room ? 2 * walk->room : 64;
        out->files = arena_grow(walk->arena, out->files, size, walk->room * sizeof *out->files);
    }
    out->files[out->count++] = path;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void look_into(struct walk *walk, const char *folder, int depth);

static void look_at(struct walk *walk, const char *folder, const char *name, int depth)
{
    struct stat info;
    const struct str path = str_printf(walk->arena, "%s/%s", folder, name);
    if (lstat(path.ptr, &info) != 0) {
        walk->out->is_cut |= errno != ENOENT;
        return;
    }
    if (S_ISDIR(info.st_mode))
        look_into(walk, path.ptr, depth + 1);
    else if (S_ISREG(info.st_mode) && is_document(name))
        add(walk, path);
}

static void look_into(struct walk *walk, const char *folder, int depth)
{
    struct dirent **entries;
    const int count = depth < SHELF_DEPTH_MAX ? scandir(folder, &entries, is_shown, alphasort) : -1;
    walk->out->is_cut |= count < 0; /* what cannot be looked into is not empty */
    for (int i = 0; i < count; i++) {
        if (walk->entries++ < SHELF_ENTRIES_MAX && !walk->out->is_cut)
            look_at(walk, folder, entries[i]->d_name, depth);
        else
            walk->out->is_cut = true;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

bool shelf_look(struct arena *arena, const char *path, struct shelf *out, struct err *err)
{
    struct stat info;
    char *real = realpath(path, NULL);
    *out = (struct shelf){0};
    if (!real || stat(real, &info) != 0) {
        free(real);
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    }
    out->path = str_copy(arena, str_of(real));
    out->is_folder = S_ISDIR(info.st_mode);
    free(real);
    struct walk walk = {.arena = arena, .out = out};
    if (out->is_folder)
        look_into(&walk, out->path.ptr, 0);
    else
        add(&walk, out->path);
    return true;
}

/* What no text has: a byte of zero. Other encodings than UTF-8 are mended, UTF-16 is not. */
static bool is_text(struct str bytes)
{
    return bytes.len == 0 || memchr(bytes.ptr, '\0', bytes.len) == NULL;
}

bool shelf_read(struct arena *arena, const char *path, size_t bytes_max, struct str *out,
                struct err *err)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    bool ok = fstat(fd, &info) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    ok = ok && (S_ISREG(info.st_mode) || err_set(err, ERR_USAGE, "%s: it is no plain file", path));
    ok = ok && ((size_t)info.st_size <= bytes_max ||
                err_set(err, ERR_USAGE, "%s: it is larger than %zu MiB", path, bytes_max >> 20));
    ok = ok && (file_read_open(arena, fd, bytes_max, out, err) || err_context(err, "%s", path));
    close(fd);
    return ok && (is_text(*out) || err_set(err, ERR_USAGE, "%s: it is no text", path));
}
