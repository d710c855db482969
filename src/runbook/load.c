/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/load.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool load_text(struct library *library, struct arena *arena, struct str file, struct str text,
               struct buf *problems)
{
    struct runbook *book;
    struct problem *found = NULL;
    if (!runbook_parse(arena, text, &book, &found)) {
        runbook_print_problems(found, file, problems);
        return false;
    }
    book->file = str_copy(arena, file);
    struct runbook **at = &library->books;
    while (*at && !str_eq((*at)->name, book->name))
        at = &(*at)->next;
    book->next = *at ? (*at)->next : NULL;
    *at = book;
    return true;
}

static bool read_all(struct arena *arena, int fd, struct str *out, struct err *err)
{
    char *bytes = arena_alloc(arena, RUNBOOK_BYTES_MAX + 2);
    size_t len = 0;
    while (len <= RUNBOOK_BYTES_MAX) {
        const ssize_t got = read(fd, bytes + len, RUNBOOK_BYTES_MAX + 1 - len);
        if (got < 0 && errno != EINTR)
            return err_set(err, ERR_IO, "%s", strerror(errno));
        if (got == 0) {
            *out = (struct str){.ptr = bytes, .len = len};
            return true;
        }
        len += got > 0 ? (size_t)got : 0;
    }
    return err_set(err, ERR_USAGE, "it is longer than the %zu kB that a runbook may have",
                   RUNBOOK_BYTES_MAX >> 10);
}

bool load_file(struct arena *arena, const char *path, struct str *out, struct err *err)
{
    if (strcmp(path, "-") == 0)
        return read_all(arena, STDIN_FILENO, out, err) || err_context(err, "standard input");
    /* without O_NONBLOCK, to open a pipe that nobody writes to would wait for ever */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    struct stat stat;
    const bool ok = (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
                        ? read_all(arena, fd, out, err)
                        : err_set(err, ERR_USAGE, "it is not a file; a text file is wanted");
    close(fd);
    return ok || err_context(err, "%s", path);
}

static int by_name(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

bool load_folder(struct library *library, struct arena *arena, const char *folder,
                 struct buf *problems, struct err *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder, strerror(errno));
    struct str *names = arena_push_many(arena, struct str, LOAD_FILES_MAX);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) && count < LOAD_FILES_MAX;)
        if (str_ends(str_of(entry->d_name), STR(".runbook")))
            names[count++] = str_copy(arena, str_of(entry->d_name));
    closedir(dir);
    if (count == LOAD_FILES_MAX)
        return err_set(err, ERR_USAGE, "%s: more than %d runbooks", folder, LOAD_FILES_MAX - 1);
    qsort(names, count, sizeof *names, by_name);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        const struct str path = str_printf(arena, "%s/%s", folder, names[i].ptr);
        struct str text;
        if (!load_file(arena, path.ptr, &text, err))
            return false;
        ok &= load_text(library, arena, path, text, problems);
    }
    return ok || err_set(err, ERR_USAGE, "%s: there are runbooks with problems", folder);
}
