/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plain file is read as it is; libarchive, which unpacks the others, costs a copy of each byte.
 */
#include "logs/input.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/ending.h"
#include "text/event.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)256 << 10)
#define UNPACKED_BYTES_MAX                                                                         \
    (INT64_C(1) << 40) /* of a compressed file: what unpacks for ever is none */

struct input {
    const char *path;
    int fd;
    off_t size;
    struct archive *archive; /* NULL: plain */
    struct archive_entry *entry;
    bool is_packed;
    struct header_reader header;
    char *kept; /* room for a block: what was read behind the end of the last one */
    size_t kept_len;
    bool at_end;
    int64_t number, at; /* of what is kept */
};

static bool fail(const struct input *input, struct err *err, const char *what)
{
    return err_set(err, ERR_IO, "%s: %s", input->path, what);
}

/* ---- opening ---- */

static void close_input(void *thing)
{
    struct input *input = thing;
    if (input->archive)
        archive_read_free(input->archive);
    if (input->entry)
        archive_entry_free(input->entry);
    if (input->fd >= 0)
        close(input->fd);
}

/* What comes through a pipe can be read once, and is wanted twice. */
static bool spool(struct input *input, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/warroom-logs-XXXXXX", folder && *folder ? folder : "/tmp");
    const int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_IO,
                       "standard input is kept in a file while it is read: %s: %s; set TMPDIR to a "
                       "folder that can be written to",
                       path, strerror(errno));
    unlink(path);
    ssize_t len;
    while ((len = read(STDIN_FILENO, input->kept, BLOCK_BYTES)) != 0) {
        if (len < 0 && errno == EINTR)
            continue;
        for (ssize_t at = 0, done; len > 0 && at < len; at += done) {
            done = write(fd, input->kept + at, (size_t)(len - at));
            if (done < 0 && errno == EINTR)
                done = 0;
            else if (done <= 0)
                len = -1;
        }
        if (len < 0) {
            const int why = errno;
            close(fd);
            return err_set(
                err, ERR_IO,
                "standard input could not be kept in %s: %s; set TMPDIR to a folder with "
                "more room, or name a file",
                path, strerror(why));
        }
    }
    input->fd = fd;
    return true;
}

static bool open_file(struct input *input, int64_t *modified_ns, struct err *err)
{
    struct stat about;
    if (strcmp(input->path, "-") != 0) {
        input->fd = open(input->path, O_RDONLY | O_CLOEXEC);
    } else {
        input->path = "standard input";
        if (fstat(STDIN_FILENO, &about) == 0 && S_ISREG(about.st_mode))
            input->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
        else if (!spool(input, err))
            return false;
        else
            about.st_mode = 0;
    }
    if (input->fd < 0 || fstat(input->fd, &about) != 0)
        return fail(input, err, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return fail(input, err, "this is a folder; name the files in it");
    if (!S_ISREG(about.st_mode))
        return fail(input, err, "this is no plain file; pipe it in: ... | warroom logs ... -");
    input->size = about.st_size;
    if (strcmp(input->path, "standard input") != 0)
        *modified_ns = about.st_mtim.tv_sec * NS_PER_S;
    return true;
}

static bool see_packed(struct input *input, struct err *err)
{
    static const struct {
        const char *bytes;
        size_t len;
    } magics[] = {{"\x1f\x8b", 2},
                  {"\x28\xb5\x2f\xfd", 4},
                  {"\xfd"
                   "7zXZ",
                   5},
                  {"BZh", 3},
                  {"\x04\x22\x4d\x18", 4}};
    char head[8] = {0};
    ssize_t len;
    do
        len = pread(input->fd, head, sizeof head, 0);
    while (len < 0 && errno == EINTR);
    if (len < 0)
        return fail(input, err, strerror(errno));
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (len >= (ssize_t)magics[i].len && memcmp(head, magics[i].bytes, magics[i].len) == 0)
            input->is_packed = true;
    return true;
}

bool input_open(struct arena *arena, const char *path, enum header_format format, int64_t now_ns,
                struct input **out, struct err *err)
{
    struct input *input = arena_push(arena, struct input);
    *input = (struct input){.path = path, .fd = -1, .kept = arena_alloc(arena, BLOCK_BYTES)};
    arena_defer(arena, close_input, input);
    int64_t newest_ns = now_ns;
    struct block first;
    bool more;
    if (!open_file(input, &newest_ns, err) || !see_packed(input, err) || !input_rewind(input, err))
        return false;
    char *bytes = arena_alloc(arena, BLOCK_BYTES);
    if (!input_next(input, bytes, &first, &more, err))
        return false;
    input->header = format != HEADER_NONE ? header_reader_of(format, first.text, newest_ns)
                                          : header_detect(first.text, newest_ns);
    *out = input;
    return input_rewind(input, err);
}

const char *input_path(const struct input *input)
{
    return input->path;
}

const struct header_reader *input_header(const struct input *input)
{
    return &input->header;
}

/* ---- reading ---- */

static bool unpack_from_start(struct input *input, struct err *err)
{
    if (input->archive)
        archive_read_free(input->archive);
    input->archive = archive_read_new();
    if (!input->archive || (!input->entry && !(input->entry = archive_entry_new())))
        ending_out_of_memory("a compressed file", sizeof *input);
    archive_read_support_filter_all(input->archive);
    archive_read_support_format_raw(input->archive);
    if (archive_read_open_fd(input->archive, input->fd, READ_BYTES) == ARCHIVE_OK &&
        archive_read_next_header2(input->archive, input->entry) == ARCHIVE_OK)
        return true;
    return err_set(
        err, ERR_PROTOCOL,
        "%s: it looks compressed and cannot be unpacked: %s; if it was cut, what is left "
        "of it can be read with `gzip -dc %s | warroom logs ... -`, or the like",
        input->path, archive_error_string(input->archive), input->path);
}

bool input_rewind(struct input *input, struct err *err)
{
    input->kept_len = 0;
    input->at = 0;
    input->number = 1;
    input->at_end = false;
    if (lseek(input->fd, 0, SEEK_SET) != 0)
        return fail(input, err, strerror(errno));
    return !input->is_packed || unpack_from_start(input, err);
}

double input_progress(const struct input *input)
{
    const off_t at = lseek(input->fd, 0, SEEK_CUR);
    return input->size > 0 && at >= 0 ? (double)at / (double)input->size : 1;
}

static ssize_t unpack_some(struct input *input, char *to, size_t size, struct err *err)
{
    if (input->at > UNPACKED_BYTES_MAX) {
        err_set(err, ERR_OVER_BUDGET, "%s: it unpacks to more than 1 TB", input->path);
        return -1;
    }
    const ssize_t len = archive_read_data(input->archive, to, size);
    if (len < 0)
        err_set(err, ERR_PROTOCOL,
                "%s: behind line %lld: %s; what comes before it can be read with `gzip -dc %s | "
                "warroom logs ... -`, or the like",
                input->path, (long long)input->number, archive_error_string(input->archive),
                input->path);
    return len;
}

/* Some bytes; 0 at the end, below 0 for an error that has been told. */
static ssize_t read_some(struct input *input, char *to, size_t size, struct err *err)
{
    if (input->is_packed)
        return unpack_some(input, to, size, err);
    ssize_t len;
    do
        len = read(input->fd, to, size);
    while (len < 0 && errno == EINTR);
    if (len < 0)
        fail(input, err, strerror(errno));
    return len;
}

static int64_t lines_in(struct str text)
{
    int64_t count = 0;
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

bool input_next(struct input *input, char *bytes, struct block *out, bool *more, struct err *err)
{
    size_t len = input->kept_len;
    if (len > 0)
        memcpy(bytes, input->kept, len);
    while (len < BLOCK_BYTES && !input->at_end) {
        const ssize_t got = read_some(input, bytes + len, BLOCK_BYTES - len, err);
        if (got < 0)
            return false;
        input->at_end = got == 0;
        len += (size_t)got;
    }
    struct str text = {.ptr = bytes, .len = len};
    if (!input->at_end) {
        const size_t cut = event_cut(&input->header, text);
        text.len = cut > 0 ? cut : len;
    }
    input->kept_len = len - text.len;
    if (input->kept_len > 0)
        memcpy(input->kept, bytes + text.len, input->kept_len);
    *out = (struct block){.text = text, .number = input->number, .at = input->at};
    input->number += lines_in(text);
    input->at += (int64_t)text.len;
    *more = text.len > 0;
    return true;
}
