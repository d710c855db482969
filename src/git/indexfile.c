/* SPDX-License-Identifier: Apache-2.0 */
#include "git/indexfile.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_BYTES ((size_t)1 << 20)    /* at a time */
#define LINE_BYTES_MAX ((size_t)1 << 20) /* many times what the limits in git/log.h allow */

static bool fail(const char *path, const char *what, struct err *err)
{
    return err_set(err, ERR_IO, "%s: it cannot be %s: %s", path, what, strerror(errno));
}

/* ---- a line ---- */

static void put_words(struct buf *out, const char *name, const struct change_word *words,
                      uint32_t count)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        json_put_text(out, words[i].word);
        buf_printf(out, ":%u", words[i].count);
    }
    buf_add_char(out, '}');
}

void index_put_change(struct buf *out, const struct change *change)
{
    struct arena *scratch = arena_new("index line");
    buf_add(out, STR("{\"id\":"));
    json_put_text(out, change->id);
    buf_printf(out, ",\"position\":%lld", (long long)change->position);
    json_put_key(out, "time");
    json_put_text(out, time_format_rfc3339(scratch, change->time_ns));
    json_put_key(out, "author");
    json_put_text(out, change->author);
    json_put_key(out, "message");
    json_put_text(out, change->message);
    json_put_key(out, "files");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < change->files_count; i++) {
        json_put_comma(out);
        buf_add_char(out, '[');
        json_put_text(out, change->files[i].path);
        buf_printf(out, ",%u,%u]", change->files[i].added, change->files[i].removed);
    }
    buf_add_char(out, ']');
    put_words(out, "words", change->words, change->words_count);
    put_words(out, "scopes", change->scopes, change->scopes_count);
    buf_add(out, STR("}\n"));
    arena_free(scratch);
}

/* ---- where it ends ---- */

/* What is ours may be written anew; any other file of that name is somebody's. */
static bool is_ours(int fd)
{
    static const char first[] = INDEX_FIRST_LINE;
    char bytes[sizeof first - 1];
    const size_t name = strlen("{\"warroom_index\":");
    const ssize_t got = pread(fd, bytes, sizeof bytes, 0);
    return got == 0 || (got >= (ssize_t)name && memcmp(bytes, first, name) == 0);
}

static bool has_first_line(int fd)
{
    static const char first[] = INDEX_FIRST_LINE;
    char bytes[sizeof first - 1];
    return pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes &&
           memcmp(bytes, first, sizeof bytes) == 0;
}

static bool read_end(struct arena *arena, struct str line, struct index_end *end)
{
    json_t *object = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, NULL);
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *time = json_string_value(json_object_get(object, "time"));
    const json_t *position = json_object_get(object, "position");
    const bool ok =
        id && time && json_is_integer(position) && time_parse_rfc3339(str_of(time), &end->time_ns);
    if (ok) {
        end->id = str_copy(arena, str_of(id));
        end->position = json_integer_value(position);
    }
    json_decref(object);
    return ok;
}

/* Cuts a torn line, and reads the last whole one. */
static bool find_end(struct arena *arena, int fd, struct index_end *end)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || !has_first_line(fd))
        return false;
    const off_t first = (off_t)(sizeof INDEX_FIRST_LINE - 1);
    const off_t span = (off_t)(2 * LINE_BYTES_MAX);
    const off_t from = info.st_size - first > span ? info.st_size - span : first;
    char *bytes = arena_alloc(arena, (size_t)(info.st_size - from) + 1);
    const ssize_t got = pread(fd, bytes, (size_t)(info.st_size - from), from);
    if (got != info.st_size - from)
        return false;
    size_t to = (size_t)got;
    while (to > 0 && bytes[to - 1] != '\n')
        to--;
    if (from + (off_t)to < info.st_size && ftruncate(fd, from + (off_t)to) != 0)
        return false;
    if (to == 0)
        return from == first; /* no change yet */
    size_t begin = to - 1;
    while (begin > 0 && bytes[begin - 1] != '\n')
        begin--;
    return read_end(arena, (struct str){bytes + begin, to - begin}, end);
}

bool index_file_open(struct arena *arena, const char *path, struct index_file *file,
                     struct index_end *end, struct err *err)
{
    *end = (struct index_end){.position = -1};
    const int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "%s: there is no index", path);
    if (fd < 0)
        return fail(path, "opened", err);
    bool ok = flock(fd, LOCK_EX | LOCK_NB) == 0 ||
              err_set(err, ERR_IO, "%s: another process is writing to it; wait for it", path);
    if (ok && !is_ours(fd))
        ok = err_set(err, ERR_IO, "%s: it is there, and no index; name another file", path);
    if (ok && !find_end(arena, fd, end))
        ok = err_set(err, ERR_CORRUPT, "%s: it is damaged, or of another version", path);
    if (!ok) {
        close(fd);
        return false;
    }
    *file = (struct index_file){.path = path, .fd = fd, .arena = arena_new("index")};
    file->lines = buf_new(file->arena);
    return true;
}

bool index_file_new(struct arena *arena, const char *path, struct index_file *file, struct err *err)
{
    *file = (struct index_file){.path = path, .is_beside = true};
    const struct str beside = str_printf(arena, "%s.XXXXXX", path);
    file->path_beside = beside;
    file->fd = mkostemp((char *)(uintptr_t)beside.ptr, O_CLOEXEC);
    if (file->fd < 0)
        return fail(path, "written", err);
    file->arena = arena_new("index");
    file->lines = buf_new(file->arena);
    buf_add(&file->lines, STR(INDEX_FIRST_LINE));
    return true;
}

/* ---- writing ---- */

static bool flush(struct index_file *file, struct err *err)
{
    const struct str bytes = buf_str(&file->lines);
    for (size_t done = 0; done < bytes.len;) {
        const ssize_t put = write(file->fd, bytes.ptr + done, bytes.len - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return fail(file->path, "written", err);
        done += (size_t)put;
    }
    file->lines.len = 0;
    return true;
}

bool index_file_add(struct index_file *file, const struct git_commit *commit, struct err *err)
{
    index_put_change(&file->lines, &commit->change);
    return file->lines.len < WRITE_BYTES || flush(file, err);
}

bool index_file_close(struct index_file *file, bool keep, struct err *err)
{
    bool ok = !keep || flush(file, err);
    if (file->is_beside && ok && keep && fsync(file->fd) != 0)
        ok = fail(file->path, "written", err);
    if (file->is_beside && ok && keep && rename(file->path_beside.ptr, file->path) != 0)
        ok = fail(file->path, "put in its place", err);
    if (file->is_beside && !(ok && keep))
        unlink(file->path_beside.ptr);
    close(file->fd);
    arena_free(file->arena);
    return ok;
}
