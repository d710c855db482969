/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of it may run in a handler of signals, at any instruction: no memory is asked for, no lock is
 * taken, and a folder is read with the system call, for opendir() allocates.
 */
#include "base/ending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_BYTES_MAX 1024
#define FILES_MAX 100000 /* of a folder; what is there beyond that stays */

static struct {
    _Atomic pid_t owner; /* 0: free */
    char path[PATH_BYTES_MAX];
} folders[ENDING_FOLDERS_MAX];

static const int signals[] = {SIGHUP,  SIGINT,  SIGTERM, SIGQUIT, SIGXCPU,
                              SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL};

void ending_note(const char *folder)
{
    if (strlen(folder) >= PATH_BYTES_MAX)
        return;
    for (size_t i = 0; i < ENDING_FOLDERS_MAX; i++) {
        pid_t none = 0;
        /* whose it is tells last that it is whole */
        if (atomic_compare_exchange_strong(&folders[i].owner, &none, -1)) {
            strcpy(folders[i].path, folder);
            atomic_store(&folders[i].owner, getpid());
            return;
        }
    }
}

void ending_forget(const char *folder)
{
    for (size_t i = 0; i < ENDING_FOLDERS_MAX; i++)
        if (atomic_load(&folders[i].owner) == getpid() && strcmp(folders[i].path, folder) == 0) {
            atomic_store(&folders[i].owner, 0);
            return;
        }
}

static void remove_files(int folder)
{
    char entries[4096] __attribute__((aligned(8)));
    long len;
    for (int files = 0;
         files < FILES_MAX && (len = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0;)
        for (long at = 0; at < len; files++) {
            const struct dirent64 *entry = (const void *)(entries + at);
            unlinkat(folder, entry->d_name, 0); /* no folder: "." and ".." stay */
            at += entry->d_reclen;
        }
}

static void remove_noted(void)
{
    for (size_t i = 0; i < ENDING_FOLDERS_MAX; i++) {
        if (atomic_load(&folders[i].owner) != getpid())
            continue;
        const int folder = open(folders[i].path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder >= 0) {
            remove_files(folder);
            close(folder);
        }
        rmdir(folders[i].path);
    }
}

static void end_by_signal(int number)
{
    remove_noted();
    signal(number, SIG_DFL);
    raise(number); /* when this handler has returned */
}

void ending_heed_signals(void)
{
    const struct sigaction heed = {.sa_handler = end_by_signal};
    struct sigaction before;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(signals[i], &heed, NULL);
}

void ending_because(const char *reason)
{
    char text[512];
    const int len = snprintf(text, sizeof text, "warroom: %s\n", reason);
    const size_t size = len < (int)sizeof text ? (size_t)len : sizeof text - 1;
    const ssize_t told = write(STDERR_FILENO, text, size);
    (void)told; /* nobody is left to tell */
    remove_noted();
    _exit(2);
}

void ending_out_of_memory(const char *who, size_t bytes)
{
    char text[256];
    snprintf(text, sizeof text, "out of memory: %s wanted %zu bytes more", who, bytes);
    ending_because(text);
}
