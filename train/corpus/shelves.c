/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/shelves.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)64 << 10)

static struct str stage_path(const struct shelf *shelf, struct arena *arena, uint32_t stage)
{
    return str_printf(arena, "%.*s/.%s.%u", STR_ARG(shelf->folder), shelf->name, stage);
}

static struct str whole_path(const struct shelf *shelf, struct arena *arena)
{
    return str_printf(arena, "%.*s/%s", STR_ARG(shelf->folder), shelf->name);
}

bool shelf_open(struct shelf *shelf, struct arena *arena, struct str folder, const char *name,
                struct err *err)
{
    *shelf = (struct shelf){.folder = folder, .name = name};
    for (uint32_t stage = 0; stage < EASE_STAGES; stage++) {
        const struct str path = stage_path(shelf, arena, stage);
        shelf->stages[stage] = fopen(path.ptr, "w+e");
        if (!shelf->stages[stage])
            return err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    }
    return true;
}

bool shelf_put(struct shelf *shelf, struct str line, uint32_t stage, struct err *err)
{
    FILE *file = shelf->stages[stage];
    shelf->lines[stage]++;
    shelf->bytes += line.len + 1;
    return (fwrite(line.ptr, 1, line.len, file) == line.len && putc('\n', file) == '\n') ||
           err_set(err, ERR_IO, "%.*s/%s: %s", STR_ARG(shelf->folder), shelf->name,
                   strerror(errno));
}

static bool append(FILE *from, FILE *to)
{
    static char bytes[COPY_BYTES];
    size_t len;
    rewind(from);
    while ((len = fread(bytes, 1, sizeof bytes, from)) > 0)
        if (fwrite(bytes, 1, len, to) != len)
            return false;
    return !ferror(from);
}

/* The file is mapped, not read: it may be larger than memory. */
static bool digest_file(const char *path, struct digest *out, struct err *err)
{
    struct stat about;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    const size_t len = (size_t)about.st_size;
    void *bytes = len > 0 ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    if (bytes == MAP_FAILED)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    const bool ok = digest_sha256((struct str){len > 0 ? bytes : "", len}, out, err);
    if (len > 0)
        munmap(bytes, len);
    return ok;
}

void shelf_abandon(struct shelf *shelf, struct arena *arena)
{
    for (uint32_t stage = 0; stage < EASE_STAGES; stage++) {
        if (!shelf->stages[stage])
            continue;
        fclose(shelf->stages[stage]);
        shelf->stages[stage] = NULL;
        unlink(stage_path(shelf, arena, stage).ptr);
    }
}

bool shelf_close(struct shelf *shelf, struct arena *arena, struct digest *digest, struct err *err)
{
    const struct str path = whole_path(shelf, arena);
    FILE *whole = fopen(path.ptr, "we");
    bool ok = whole != NULL;
    for (uint32_t stage = 0; ok && stage < EASE_STAGES; stage++)
        ok = append(shelf->stages[stage], whole);
    if (whole)
        ok = fclose(whole) == 0 && ok;
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    shelf_abandon(shelf, arena);
    return ok && digest_file(path.ptr, digest, err);
}
