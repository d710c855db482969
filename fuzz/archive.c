/* SPDX-License-Identifier: Apache-2.0 */
/* archive_unpack(): the bytes of a .tar.zst from somewhere else. */
#include "fuzz.h"

#include "source/archive.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 64
#define FILE_BYTES_MAX ((rlim_t)16 << 20) /* a small input may unpack to gigabytes */

static void limit_files(void)
{
    const struct rlimit limit = {.rlim_cur = FILE_BYTES_MAX, .rlim_max = FILE_BYTES_MAX};
    signal(SIGXFSZ, SIG_IGN);
    fuzz_expect(setrlimit(RLIMIT_FSIZE, &limit) == 0, "files can be limited");
}

static char *make_folder(char *path, size_t size)
{
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, size, "%s/warroom-fuzz-XXXXXX", tmp);
    fuzz_expect(mkdtemp(path) != NULL, "a folder can be made");
    return path;
}

/* Removes the files of a folder and the folder; says how many there were. */
static int expect_plain_files(const char *folder)
{
    DIR *entries = opendir(folder);
    fuzz_expect(entries != NULL, "the folder is still there");
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        struct stat info;
        fuzz_expect(fstatat(dirfd(entries), name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
                        S_ISREG(info.st_mode),
                    "only plain files are unpacked");
        fuzz_expect(name[0] != '.' && strcmp(name, "truth.json") != 0,
                    "neither hidden files nor the truth are unpacked");
        fuzz_expect((info.st_mode & 0777) == 0600, "nobody else can read what is unpacked");
        fuzz_expect(unlinkat(dirfd(entries), name, 0) == 0, "what is unpacked can be removed");
        count++;
    }
    closedir(entries);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char outer[64], inner[80];
    static bool ready;
    if (!ready)
        limit_files();
    ready = true;
    snprintf(inner, sizeof inner, "%s/in", make_folder(outer, sizeof outer));
    fuzz_expect(mkdir(inner, 0700) == 0, "a folder can be made");

    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_expect(fd >= 0 && write(fd, data, size) == (ssize_t)size, "the input fits");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct err err = {0};
    const bool ok = archive_unpack(str_of(path), str_of(inner), &err);
    fuzz_expect_reason(ok, &err);
    close(fd);

    const int files = expect_plain_files(inner);
    fuzz_expect(files <= FILES_MAX, "files are bounded");
    fuzz_expect(!ok || files > 0, "an archive of nothing is an error");
    fuzz_expect(rmdir(inner) == 0 && rmdir(outer) == 0, "nothing is written beside the folder");
    return 0;
}
