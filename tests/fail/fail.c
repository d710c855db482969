/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded into the program before all others (LD_PRELOAD), it stands in for calls of the C library
 * and lets the N-th of a class fail, as the system might.
 *
 *   memory    malloc and its kin, mmap; but for those of DuckDB, C++
 *   database  those of DuckDB and C++
 *   file      open, read, write, stat, rename, sync and what else is done to files, also by way of
 * FILE network   sockets
 *
 * How it fails is a name of errno, or SHORT: half of what was asked for is read or written. A call
 * that cannot fail that way is not counted. Counting begins with main().
 */
/* both names of calls on files are ours, that of large ones too */
#undef _FILE_OFFSET_BITS
#include "fail.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum class { NONE, MEMORY, DATABASE, FILES, NETWORK };

/* What a call can fail of. */
enum ways { READS = 1, WRITES = 2, OPENS = 4, OTHER = 8, WAITS = 16 };

static enum class chosen;
static int error; /* 0: SHORT */
static uint64_t nth;
static bool later;
static struct fail_state *state; /* NULL: not yet, or not at all */
static struct {
    uintptr_t from, to;
} database[2]; /* libduckdb, libstdc++ */

/* ---- the plan ---- */

static const struct {
    const char *name;
    int error;
    int ways; /* which calls can fail so */
} hows[] = {{"ENOMEM", ENOMEM, OTHER},
            {"ENOSPC", ENOSPC, WRITES},
            {"EIO", EIO, READS | WRITES | OPENS | OTHER},
            {"EMFILE", EMFILE, OPENS},
            {"EINTR", EINTR, READS | WRITES | WAITS},
            {"SHORT", 0, READS | WRITES},
            {"ECONNRESET", ECONNRESET, READS | WRITES},
            {"ETIMEDOUT", ETIMEDOUT, READS | OTHER}};
static int ways;

static int find_database(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size, (void)unused;
    const int which = strstr(info->dlpi_name, "libduckdb")   ? 0
                      : strstr(info->dlpi_name, "libstdc++") ? 1
                                                             : -1;
    for (int i = 0; which >= 0 && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X)) {
            database[which].from = info->dlpi_addr + part->p_vaddr;
            database[which].to = database[which].from + part->p_memsz;
        }
    }
    return 0;
}

static void arm(void)
{
    static const char *const classes[] = {"", "memory", "database", "file", "network"};
    const char *plan = getenv(FAIL_PLAN), *path = getenv(FAIL_STATE);
    char class[16], how[16];
    unsigned long long at;
    int all;
    if (!plan || !path || sscanf(plan, "%15s %15s %llu %d", class, how, &at, &all) != 4)
        return;
    for (size_t i = 1; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(class, classes[i]) == 0)
            chosen = (enum class)i;
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++)
        if (strcmp(how, hows[i].name) == 0) {
            error = hows[i].error;
            ways = hows[i].ways;
        }
    nth = at;
    later = all != 0;
    dl_iterate_phdr(find_database, NULL);
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    void *shared = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    state = shared == MAP_FAILED ? NULL : shared;
}

static bool is_database(void *caller)
{
    const uintptr_t at = (uintptr_t)caller;
    return (at >= database[0].from && at < database[0].to) ||
           (at >= database[1].from && at < database[1].to);
}

static void note(const char *what, void *caller)
{
    Dl_info info;
    if (dladdr(caller, &info) != 0 && info.dli_fname) {
        const char *slash = strrchr(info.dli_fname, '/');
        snprintf(state->what, sizeof state->what, "%s by %s %s+0x%tx", what,
                 slash ? slash + 1 : info.dli_fname, info.dli_sname ? info.dli_sname : "",
                 (char *)caller - (char *)info.dli_fbase);
    } else {
        snprintf(state->what, sizeof state->what, "%s", what);
    }
}

/* Whether this call is to fail; sets errno. */
static bool fails(enum class class, int way, const char *what, void *caller)
{
    if (!state || class != chosen || !(way & ways))
        return false;
    const uint64_t number = atomic_fetch_add(&state->calls, 1) + 1;
    uint64_t none = 0;
    if (nth == 0)
        atomic_compare_exchange_strong(
            &state->sites[((uintptr_t)caller * UINT64_C(0x9e3779b97f4a7c15)) >> 52], &none, number);
    if (nth == 0 || !(number == nth || (later && number > nth)))
        return false;
    if (atomic_fetch_add(&state->failed, 1) == 0) {
        const enum class kept = chosen;
        chosen = NONE; /* what it takes to note it does not fail */
        note(what, caller);
        chosen = kept;
    }
    errno = error;
    return true;
}

#define CALLER __builtin_return_address(0)
/* The C library's own. */
#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (!real)                                                                                     \
    real = (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name)

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*end)(void), void *stack);

static int (*real_main)(int, char **, char **);

static int armed_main(int argc, char **argv, char **environment)
{
    arm();
    return real_main(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*end)(void), void *stack)
{
    REAL(__libc_start_main);
    real_main = main;
    return real(armed_main, argc, argv, init, fini, end, stack);
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool no_memory(const char *what, void *caller)
{
    return state && chosen <= DATABASE &&
           fails(is_database(caller) ? DATABASE : MEMORY, OTHER, what, caller);
}

void *malloc(size_t size)
{
    return no_memory("malloc", CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return no_memory("calloc", CALLER) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return size > 0 && no_memory("realloc", CALLER) ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return no_memory("aligned_alloc", CALLER) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (no_memory("posix_memalign", CALLER))
        return ENOMEM;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    REAL(mmap);
    if ((flags & MAP_ANONYMOUS) && no_memory("mmap", CALLER))
        return MAP_FAILED;
    return real(at, size, protection, flags, fd, offset);
}

/* ---- files ---- */

#define FAILS_FILE(way, name) fails(FILES, way, #name, CALLER)

static int open_way(int flags)
{
    return OPENS | (flags & O_CREAT ? WRITES : 0);
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define STAND_IN_OPEN(name)                                                                        \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(name);                                                                                \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const mode_t mode = mode_of(flags, more);                                                  \
        va_end(more);                                                                              \
        return FAILS_FILE(open_way(flags), name) ? -1 : real(path, flags, mode);                   \
    }
STAND_IN_OPEN(open)
STAND_IN_OPEN(open64)

#define STAND_IN_OPENAT(name)                                                                      \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        REAL(name);                                                                                \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const mode_t mode = mode_of(flags, more);                                                  \
        va_end(more);                                                                              \
        return FAILS_FILE(open_way(flags), name) ? -1 : real(folder, path, flags, mode);           \
    }
STAND_IN_OPENAT(openat)
STAND_IN_OPENAT(openat64)

/*
 * Whether it can fail so: a disk does, a pipe can be interrupted or give less, and what programs
 * wake themselves with (eventfd) does neither.
 */
static bool can_fail(int fd)
{
    struct statx about;
    if (!state || chosen != FILES || statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &about) != 0)
        return false;
    return S_ISREG(about.stx_mode) || (S_ISFIFO(about.stx_mode) && (error == 0 || error == EINTR));
}

/* Half of it, where that is still something. */
static size_t half(size_t size)
{
    return size > 1 ? size / 2 : size;
}

#define STAND_IN_MOVE(name, way, bytes, more, args)                                                \
    ssize_t name(int fd, bytes, size_t size more)                                                  \
    {                                                                                              \
        REAL(name);                                                                                \
        if (can_fail(fd) && FAILS_FILE(way, name)) {                                               \
            if (error != 0)                                                                        \
                return -1;                                                                         \
            size = half(size);                                                                     \
        }                                                                                          \
        return real args;                                                                          \
    }
#define AND_OFFSET , off_t offset
#define NO_MORE
STAND_IN_MOVE(read, READS, void *to, NO_MORE, (fd, to, size))
STAND_IN_MOVE(write, WRITES, const void *from, NO_MORE, (fd, from, size))
STAND_IN_MOVE(pread, READS, void *to, AND_OFFSET, (fd, to, size, offset))
STAND_IN_MOVE(pread64, READS, void *to, AND_OFFSET, (fd, to, size, offset))
STAND_IN_MOVE(pwrite, WRITES, const void *from, AND_OFFSET, (fd, from, size, offset))
STAND_IN_MOVE(pwrite64, WRITES, const void *from, AND_OFFSET, (fd, from, size, offset))

#define STAND_IN(type, failure, way, name, parameters, args)                                       \
    type name parameters                                                                           \
    {                                                                                              \
        REAL(name);                                                                                \
        return FAILS_FILE(way, name) && error != 0 ? failure : real args;                          \
    }
STAND_IN(int, -1, WRITES, fsync, (int fd), (fd))
STAND_IN(int, -1, WRITES, fdatasync, (int fd), (fd))
STAND_IN(int, -1, WRITES, ftruncate, (int fd, off_t size), (fd, size))
STAND_IN(int, -1, WRITES, ftruncate64, (int fd, off_t size), (fd, size))
STAND_IN(int, -1, WRITES, rename, (const char *from, const char *to), (from, to))
STAND_IN(int, -1, WRITES, mkdir, (const char *path, mode_t mode), (path, mode))
STAND_IN(char *, NULL, OPENS | WRITES, mkdtemp, (char *path), (path))
STAND_IN(int, -1, OPENS | WRITES, mkostemp, (char *path, int flags), (path, flags))
STAND_IN(int, -1, OTHER, fstat, (int fd, struct stat *about), (fd, about))
STAND_IN(int, -1, OTHER, fstat64, (int fd, struct stat64 *about), (fd, about))
STAND_IN(int, -1, OTHER, stat, (const char *path, struct stat *about), (path, about))
STAND_IN(int, -1, OTHER, stat64, (const char *path, struct stat64 *about), (path, about))
STAND_IN(int, -1, OTHER, lstat, (const char *path, struct stat *about), (path, about))
STAND_IN(FILE *, NULL, OPENS, fopen, (const char *path, const char *mode), (path, mode))
STAND_IN(FILE *, NULL, OPENS, fopen64, (const char *path, const char *mode), (path, mode))

/* As glibc marks one whose system call has failed. */
static void mark(FILE *file)
{
    file->_flags |= 0x20;
}

size_t fread(void *to, size_t size, size_t count, FILE *file)
{
    REAL(fread);
    if (error == 0 || !FAILS_FILE(READS, fread))
        return real(to, size, count, file);
    mark(file);
    return 0;
}

size_t fwrite(const void *from, size_t size, size_t count, FILE *file)
{
    REAL(fwrite);
    if (error == 0 || !FAILS_FILE(WRITES, fwrite))
        return real(from, size, count, file);
    const size_t some = real(from, size, half(count), file);
    mark(file);
    errno = error;
    return count > 1 ? some : 0;
}

char *fgets(char *to, int size, FILE *file)
{
    REAL(fgets);
    if (error == 0 || !FAILS_FILE(READS, fgets))
        return real(to, size, file);
    mark(file);
    return NULL;
}

ssize_t getline(char **line, size_t *room, FILE *file)
{
    REAL(getline);
    if (error == 0 || !FAILS_FILE(READS, getline))
        return real(line, room, file);
    mark(file);
    return -1;
}

int fflush(FILE *file)
{
    REAL(fflush);
    if (error == 0 || !file || !FAILS_FILE(WRITES, fflush))
        return real(file);
    mark(file);
    return EOF;
}

/* It is closed all the same. */
int fclose(FILE *file)
{
    REAL(fclose);
    const bool failing = error != 0 && FAILS_FILE(WRITES, fclose);
    const int closed = real(file);
    if (failing)
        errno = error;
    return failing ? EOF : closed;
}

/* ---- the network ---- */

#define FAILS_NETWORK(way, name) fails(NETWORK, way, #name, CALLER)

#define STAND_IN_SOCKET(type, way, name, parameters, args)                                         \
    type name parameters                                                                           \
    {                                                                                              \
        REAL(name);                                                                                \
        return FAILS_NETWORK(way, name) && error != 0 ? -1 : real args;                            \
    }
STAND_IN_SOCKET(int, OPENS, socket, (int domain, int type, int protocol), (domain, type, protocol))
STAND_IN_SOCKET(int, READS | OTHER, connect, (int fd, const struct sockaddr *to, socklen_t size),
                (fd, to, size))
STAND_IN_SOCKET(int, READS | OPENS, accept4,
                (int fd, struct sockaddr *from, socklen_t *size, int flags),
                (fd, from, size, flags))
STAND_IN_SOCKET(int, WAITS, poll, (struct pollfd * fds, nfds_t count, int time_ms),
                (fds, count, time_ms))
STAND_IN_SOCKET(ssize_t, WRITES, sendmsg, (int fd, const struct msghdr *message, int flags),
                (fd, message, flags))
STAND_IN_SOCKET(ssize_t, READS, recvmsg, (int fd, struct msghdr *message, int flags),
                (fd, message, flags))

ssize_t send(int fd, const void *from, size_t size, int flags)
{
    REAL(send);
    if (FAILS_NETWORK(WRITES, send)) {
        if (error != 0)
            return -1;
        size = half(size);
    }
    return real(fd, from, size, flags);
}

ssize_t recv(int fd, void *to, size_t size, int flags)
{
    REAL(recv);
    if (FAILS_NETWORK(READS, recv)) {
        if (error != 0)
            return -1;
        size = half(size);
    }
    return real(fd, to, size, flags);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    REAL(getaddrinfo);
    return FAILS_NETWORK(OPENS | OTHER, getaddrinfo) ? EAI_AGAIN : real(name, service, hints, out);
}
