/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index is read from its end: what matters is the newest at the time that is asked about, and a
 * file of 100,000 changes would take longer to parse than all the rest takes.
 */
#include "git/index.h"

#include "base/arena.h"
#include "base/clock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INDEX_TAIL_BYTES FEED_BYTES_MAX /* some 400,000 changes */

/* The end of an index, from the first whole line on; what lies before it is too old to matter. */
static bool load_tail(struct arena *arena, const char *path, struct str *out, struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_IO, "%s: it cannot be read", path);
    }
    const size_t whole = (size_t)info.st_size;
    const size_t size = whole < INDEX_TAIL_BYTES ? whole : INDEX_TAIL_BYTES;
    char *bytes = arena_alloc(arena, size + 1);
    size_t len = 0;
    ssize_t got;
    while (len < size &&
           (got = pread(fd, bytes + len, size - len, (off_t)(whole - size + len))) > 0)
        len += (size_t)got;
    close(fd);
    const char *first = memchr(bytes, '\n', len); /* the first line, or one that is cut */
    const size_t from = first ? (size_t)(first + 1 - bytes) : len;
    *out = str_slice((struct str){bytes, len}, from, len);
    return true;
}

/* What ends with the line of the revision; empty: it is not there. */
static struct str up_to(struct arena *arena, struct str lines, struct str revision)
{
    const struct str mark = str_printf(arena, "{\"id\":\"%.*s\"", STR_ARG(revision));
    struct str rest = lines, line;
    while (str_split(&rest, '\n', &line))
        if (str_starts(line, mark))
            return str_slice(lines, 0, (size_t)(line.ptr + line.len + 1 - lines.ptr));
    return (struct str){0};
}

bool git_index_has(const struct git_index *index)
{
    struct arena *scratch = arena_new("index text");
    struct str lines;
    struct err ignored = {0};
    const bool passed = load_tail(scratch, index->path.ptr, &lines, &ignored) &&
                        up_to(scratch, lines, index->revision).len > 0;
    arena_free(scratch);
    return passed;
}

/* Takes the last line off; false where there is none. */
static bool take_last(struct str *lines, struct str *line)
{
    if (lines->len == 0)
        return false;
    size_t from = lines->len - 1; /* of its '\n' */
    while (from > 0 && lines->ptr[from - 1] != '\n')
        from--;
    *line = str_slice(*lines, from, lines->len);
    *lines = str_slice(*lines, 0, from);
    return true;
}

/* As index_put_change() writes it: in front of all that comes from outside, except the id. */
static bool landed_after(struct str line, int64_t until_ns)
{
    const struct str name = STR("\"time\":\"");
    const size_t from = str_find(line, name);
    int64_t time_ns = 0;
    if (from == STR_NPOS)
        return false;
    struct str rest = str_slice(line, from + name.len, line.len), text;
    return str_split(&rest, '"', &text) && time_parse_rfc3339(text, &time_ns) && time_ns > until_ns;
}

/* Of lines in landing order those up to a time, and of these the newest. */
static struct str newest_of(struct str lines, int64_t until_ns)
{
    struct str line, rest = lines;
    while (take_last(&rest, &line) && landed_after(line, until_ns))
        lines = rest;
    for (uint32_t i = 0; i < INDEX_CHANGES_READ_MAX && take_last(&rest, &line); i++)
        ;
    return str_slice(lines, rest.len, lines.len);
}

bool git_index_read(struct arena *arena, const struct git_index *index, int64_t until_ns,
                    struct history *history, struct feed *out, struct err *err)
{
    struct arena *scratch = arena_new("index text");
    struct str lines;
    bool ok = load_tail(scratch, index->path.ptr, &lines, err);
    if (ok && (lines = up_to(scratch, lines, index->revision)).len == 0)
        ok = err_set(err, ERR_CORRUPT, "%s: the revision is not in it; delete the file",
                     index->path.ptr);
    if (ok)
        feed_read(arena, newest_of(lines, until_ns), history, out);
    arena_free(scratch);
    return ok;
}
