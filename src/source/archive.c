/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names inside an archive are not paths for us: only what follows the last slash counts, so nothing
 * can be written outside the folder. Bytes are counted after decompression.
 */
#include "source/archive.h"

#include "base/ending.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 64
#define BYTES_MAX ((int64_t)8 << 30)
#define READ_BYTES ((size_t)64 << 10)

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

static bool unpack_file(struct archive *archive, const char *path, int64_t *bytes_left,
                        struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    static char bytes[READ_BYTES];
    ssize_t len;
    bool ok = true;
    while (ok && (len = archive_read_data(archive, bytes, sizeof bytes)) > 0) {
        *bytes_left -= len;
        if (*bytes_left < 0)
            ok = err_set(err, ERR_OVER_BUDGET, "it unpacks to more than %lld GB",
                         (long long)(BYTES_MAX >> 30));
        else if (!write_all(fd, bytes, (size_t)len))
            ok = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    if (ok && len < 0)
        ok = err_set(err, ERR_PROTOCOL, "%s", archive_error_string(archive));
    close(fd);
    return ok;
}

/* The last part of the entry's name, or NULL where the entry is not for us. */
static const char *wanted_name(struct archive_entry *entry)
{
    const char *path = archive_entry_pathname(entry);
    if (!path || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
        return NULL;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return *name == '\0' || *name == '.' || strcmp(name, "truth.json") == 0 ? NULL : name;
}

static bool unpack_entries(struct archive *archive, struct archive_entry *entry, struct str folder,
                           struct err *err)
{
    int64_t bytes_left = BYTES_MAX;
    for (int files = 0;;) {
        const int status = archive_read_next_header2(archive, entry);
        if (status == ARCHIVE_EOF)
            return files > 0 || err_set(err, ERR_PROTOCOL, "there is no file in it");
        if (status < ARCHIVE_WARN)
            return err_set(err, ERR_PROTOCOL, "%s", archive_error_string(archive));
        const char *name = wanted_name(entry);
        if (!name)
            continue;
        if (++files > FILES_MAX)
            return err_set(err, ERR_OVER_BUDGET, "there are more than %d files in it", FILES_MAX);
        char path[4096];
        if (snprintf(path, sizeof path, "%.*s/%s", STR_ARG(folder), name) >= (int)sizeof path)
            return err_set(err, ERR_PROTOCOL, "a file in it has a name that is too long");
        if (!unpack_file(archive, path, &bytes_left, err))
            return false;
    }
}

bool archive_unpack(struct str archive_path, struct str folder, struct err *err)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%.*s", STR_ARG(archive_path)) >= (int)sizeof path)
        return err_set(err, ERR_USAGE, "the path is too long");
    struct archive *archive = archive_read_new();
    struct archive_entry *entry = archive_entry_new(); /* libarchive's own may be lacking */
    if (!archive || !entry)
        ending_out_of_memory("an archive", READ_BYTES);
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_gzip(archive);
    archive_read_support_format_tar(archive);
    bool ok = archive_read_open_filename(archive, path, READ_BYTES) == ARCHIVE_OK ||
              err_set(err, ERR_PROTOCOL, "%s", archive_error_string(archive));
    ok = ok && unpack_entries(archive, entry, folder, err);
    archive_entry_free(entry);
    archive_read_free(archive);
    return ok;
}
