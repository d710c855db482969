/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/packed.h"

#include "base/arena.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define FILES_MAX 64
#define UNPACKED_BYTES_MAX ((int64_t)1 << 30) /* of one file: bundles have a few MB */
#define READ_BYTES ((size_t)64 << 10)

static const char *const suffixes[] = {".tar.zst", ".tar.gz"};

static size_t suffix_len(struct str path)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (str_ends(path, str_of(suffixes[i])))
            return strlen(suffixes[i]);
    return 0;
}

bool packed_is(struct str path)
{
    return suffix_len(path) > 0;
}

struct str packed_id(struct str path)
{
    struct str rest = path, part = {0};
    while (str_split(&rest, '/', &part))
        ;
    return str_slice(part, 0, part.len - suffix_len(part));
}

static struct archive *open_packed(struct str path, struct err *err)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%.*s", STR_ARG(path)) >= (int)sizeof name) {
        err_set(err, ERR_USAGE, "the path is too long");
        return NULL;
    }
    struct archive *archive = archive_read_new();
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_gzip(archive);
    archive_read_support_format_tar(archive);
    if (archive_read_open_filename(archive, name, READ_BYTES) == ARCHIVE_OK)
        return archive;
    err_set(err, ERR_PROTOCOL, "%s: %s", name, archive_error_string(archive));
    archive_read_free(archive);
    return NULL;
}

/* The next plain file; NULL with an empty `err`: there is none. */
static const char *next_file(struct archive *archive, struct str path, int *files, struct err *err)
{
    for (;;) {
        struct archive_entry *entry;
        const int status = archive_read_next_header(archive, &entry);
        if (status == ARCHIVE_EOF)
            return NULL;
        if (status < ARCHIVE_WARN) {
            err_set(err, ERR_PROTOCOL, "%.*s: %s", STR_ARG(path), archive_error_string(archive));
            return NULL;
        }
        const char *name = archive_entry_pathname(entry);
        if (!name || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
            continue;
        const char *slash = strrchr(name, '/');
        name = slash ? slash + 1 : name;
        if (*name == '\0' || *name == '.')
            continue;
        if (++*files <= FILES_MAX)
            return name;
        err_set(err, ERR_OVER_BUDGET, "%.*s: there are more than %d files in it", STR_ARG(path),
                FILES_MAX);
        return NULL;
    }
}

static bool read_whole(struct arena *arena, struct archive *archive, size_t bytes_max,
                       struct str *out, struct err *err)
{
    char *bytes = arena_alloc(arena, bytes_max + 1);
    size_t len = 0;
    la_ssize_t got = 1;
    while (len <= bytes_max &&
           (got = archive_read_data(archive, bytes + len, bytes_max + 1 - len)) > 0)
        len += (size_t)got;
    if (got < 0)
        return err_set(err, ERR_PROTOCOL, "%s", archive_error_string(archive));
    if (len > bytes_max)
        return err_set(err, ERR_OVER_BUDGET, "more than %zu MB", bytes_max >> 20);
    *out = (struct str){bytes, len};
    return true;
}

bool packed_read(struct arena *arena, struct str path, const char *name, size_t bytes_max,
                 struct str *out, struct err *err)
{
    struct archive *archive = open_packed(path, err);
    if (!archive)
        return false;
    struct err failed = {0};
    int files = 0;
    const char *found;
    while ((found = next_file(archive, path, &files, &failed)) && strcmp(found, name) != 0)
        ;
    bool ok = found && read_whole(arena, archive, bytes_max, out, &failed);
    archive_read_free(archive);
    if (ok)
        return true;
    if (failed.text[0])
        *err = failed;
    else
        err_set(err, ERR_NOT_FOUND, "there is no %s in %.*s", name, STR_ARG(path));
    return found ? err_context(err, "%s", name) : false;
}

static bool write_file(struct archive *archive, const char *path, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    FILE *file = fdopen(fd, "w");
    static char bytes[READ_BYTES];
    int64_t left = UNPACKED_BYTES_MAX;
    la_ssize_t len = 0;
    bool ok = file != NULL;
    while (ok && (len = archive_read_data(archive, bytes, sizeof bytes)) > 0) {
        left -= len;
        ok = left >= 0 && fwrite(bytes, 1, (size_t)len, file) == (size_t)len;
    }
    if (file)
        ok = fclose(file) == 0 && ok;
    if (left < 0)
        return err_set(err, ERR_OVER_BUDGET, "%s: it unpacks to more than %lld MB", path,
                       (long long)(UNPACKED_BYTES_MAX >> 20));
    return (ok && len == 0) || err_set(err, ERR_IO, "%s: cannot be unpacked", path);
}

bool packed_unpack(struct str path, const char *folder, struct err *err)
{
    struct archive *archive = open_packed(path, err);
    if (!archive)
        return false;
    struct err failed = {0};
    int files = 0;
    bool ok = true;
    for (const char *name; ok && (name = next_file(archive, path, &files, &failed));) {
        char to[PATH_MAX];
        ok = ((size_t)snprintf(to, sizeof to, "%s/%s", folder, name) < sizeof to ||
              err_set(&failed, ERR_PROTOCOL, "a file in it has a name that is too long")) &&
             write_file(archive, to, &failed);
    }
    archive_read_free(archive);
    if (failed.text[0])
        *err = failed;
    return failed.text[0] == '\0';
}
