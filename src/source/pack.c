/* SPDX-License-Identifier: Apache-2.0 */
#include "source/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

static bool copy_bytes(struct archive *archive, int from, int64_t size)
{
    char bytes[READ_BYTES];
    while (size > 0) {
        const size_t wanted = size < (int64_t)sizeof bytes ? (size_t)size : sizeof bytes;
        const ssize_t got = read(from, bytes, wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || archive_write_data(archive, bytes, (size_t)got) != got)
            return false; /* it was cut meanwhile, or there is no room */
        size -= got;
    }
    return true;
}

static bool put_file(struct archive *archive, int folder, const char *name, struct err *err)
{
    struct stat info;
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return err_set(err, ERR_CANCELLED, "%s: it was taken away while it was packed", name);
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        if (fd >= 0)
            close(fd);
        return true; /* a link or a folder: not of the bundle */
    }
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, info.st_size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    const bool ok =
        archive_write_header(archive, entry) == ARCHIVE_OK && copy_bytes(archive, fd, info.st_size);
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", name,
                archive_error_string(archive) ? archive_error_string(archive) : "it was cut off");
    archive_entry_free(entry);
    close(fd);
    return ok;
}

static int is_wanted(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "truth.json") != 0;
}

/* What has lost its name may have lost files before they were seen. */
static bool is_still(int folder, const char *path)
{
    struct stat opened, named;
    return fstat(folder, &opened) == 0 && stat(path, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static bool put_files(struct archive *archive, const char *path, struct err *err)
{
    struct dirent **entries;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int count = folder < 0 ? -1 : scandirat(folder, ".", &entries, is_wanted, alphasort);
    bool ok = count >= 0 || err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                                    strerror(errno));
    for (int i = 0; i < count; i++) {
        ok = ok && put_file(archive, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (ok && !is_still(folder, path))
        ok = err_set(err, ERR_CANCELLED, "%s: another took its place while it was packed", path);
    if (folder >= 0)
        close(folder);
    return ok;
}

bool pack_folder(const char *folder, int fd, struct err *err)
{
    struct archive *archive = archive_write_new();
    bool ok = archive_write_add_filter_zstd(archive) == ARCHIVE_OK &&
              archive_write_set_format_ustar(archive) == ARCHIVE_OK &&
              archive_write_open_fd(archive, fd) == ARCHIVE_OK;
    if (!ok)
        err_set(err, ERR_IO, "%s", archive_error_string(archive));
    ok = ok && put_files(archive, folder, err);
    if (archive_write_close(archive) != ARCHIVE_OK && ok)
        ok = err_set(err, ERR_IO, "%s", archive_error_string(archive));
    archive_write_free(archive);
    return ok;
}
