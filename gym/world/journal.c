/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One lock for all worlds of a user is held while a world is made and while dead ones are swept, so
 * that nobody sweeps a world that has no lock yet. Only what a journal names, and what bears the
 * world's id, is ever touched: a damaged journal may leave something behind, but removes nothing
 * that is another's.
 */
#include "gym/world/journal.h"

#include "gym/world/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINES_MAX 4096
#define GONE_WAIT_MS 30000 /* PostgreSQL writes its last pages; the kernel frees a cgroup; under load */
#define STEP_MS 20
#define BASE_SIZE 64
#define CGROUP_DEPTH 2 /* controller/warroom-gym-ID/instance */

static void nap(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000},
              NULL);
}

unsigned long long process_began(pid_t pid)
{
    char path[32], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    const size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    const char *rest = strrchr(text, ')'); /* the name before it may hold spaces */
    unsigned long long began = 0;
    if (!rest || sscanf(rest + 1,
                        " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
                        "%*d %llu",
                        &began) != 1)
        return 0;
    return began;
}

/* ---- the folder of all worlds ---- */

static bool base_path(char out[BASE_SIZE], struct err *err)
{
    const char *named = getenv("WARROOM_GYM_WORLDS");
    if (!named || !named[0])
        return snprintf(out, BASE_SIZE, "/tmp/warroom-gym-%u", (unsigned)geteuid()) > 0;
    if (named[0] != '/' || (size_t)snprintf(out, BASE_SIZE, "%s", named) >= BASE_SIZE)
        return err_set(err, ERR_USAGE,
                       "$WARROOM_GYM_WORLDS wants a path of less than 64 bytes "
                       "that begins with a slash");
    return true;
}

/* Others may pass through, as PostgreSQL's user must; nobody else may make or rename in it. */
static bool base_make(char base[BASE_SIZE], struct err *err)
{
    struct stat found;
    if (!base_path(base, err))
        return false;
    if (mkdir(base, 0711) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "%s: %s", base, strerror(errno));
    if (lstat(base, &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != geteuid() ||
        (found.st_mode & 022) != 0)
        return err_set(err, ERR_DENIED, "%s is not a folder of ours alone; remove it", base);
    return true;
}

static bool base_lock(char base[BASE_SIZE], int *fd, struct err *err)
{
    char path[80];
    if (!base_make(base, err))
        return false;
    snprintf(path, sizeof path, "%s/lock", base);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    for (unsigned waited_ms = 0; flock(*fd, LOCK_EX | LOCK_NB) != 0; waited_ms += STEP_MS) {
        if (waited_ms > 3 * GONE_WAIT_MS) {
            close(*fd);
            return err_set(err, ERR_TIMEOUT, "%s: another `warroom gym` holds it for too long",
                           path);
        }
        nap(STEP_MS);
    }
    return true;
}

/* ---- one world ---- */

bool journal_open(struct journal *out, struct err *err)
{
    char base[BASE_SIZE], path[128];
    int base_fd;
    uint32_t die;
    *out = (struct journal){.lock_fd = -1, .fd = -1};
    if (!base_lock(base, &base_fd, err))
        return false;
    if (getrandom(&die, sizeof die, 0) != (ssize_t)sizeof die)
        abort(); /* cannot happen for so few bytes */
    snprintf(out->id, sizeof out->id, "%08x", die);
    snprintf(out->folder, sizeof out->folder, "%s/%s", base, out->id);
    bool ok = mkdir(out->folder, 0711) == 0;
    snprintf(path, sizeof path, "%s/lock", out->folder);
    ok = ok && (out->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) >= 0 &&
         flock(out->lock_fd, LOCK_EX | LOCK_NB) == 0;
    snprintf(path, sizeof path, "%s/journal", out->folder);
    ok = ok && (out->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) >= 0;
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", out->folder, strerror(errno));
    close(base_fd);
    return ok;
}

bool journal_note(struct journal *journal, struct err *err, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= sizeof line - 1)
        return err_set(err, ERR_IO, "the journal has no room for `%s`", line);
    line[len] = '\n';
    if (write(journal->fd, line, (size_t)len + 1) != (ssize_t)len + 1)
        return err_set(err, ERR_IO, "%s/journal: %s", journal->folder, strerror(errno));
    return true;
}

static bool is_alive(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/lock", folder);
    const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    const bool held = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

static FILE *journal_read(const char *folder)
{
    char path[128];
    snprintf(path, sizeof path, "%s/journal", folder);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? NULL : fdopen(fd, "r");
}

/* 0: none was written down, or it is gone. */
static pid_t keeper_of(const char *folder)
{
    char line[256];
    int pid, found = 0;
    unsigned long long began;
    FILE *file = journal_read(folder);
    for (unsigned i = 0; file && i < LINES_MAX && fgets(line, sizeof line, file); i++)
        if (sscanf(line, "keeper %d %llu", &pid, &began) == 2 && process_began(pid) == began)
            found = pid;
    if (file)
        fclose(file);
    return found;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct world_found *)a)->id, ((const struct world_found *)b)->id);
}

static bool is_id(const char *name)
{
    return strlen(name) == 8 && strspn(name, "0123456789abcdef") == 8;
}

bool journal_find(struct world_found *out, unsigned *count, struct err *err)
{
    char base[BASE_SIZE];
    *count = 0;
    if (!base_make(base, err))
        return false;
    DIR *folder = opendir(base);
    if (!folder)
        return err_set(err, ERR_IO, "%s: %s", base, strerror(errno));
    for (struct dirent *entry; *count < WORLDS_MAX && (entry = readdir(folder));) {
        if (!is_id(entry->d_name))
            continue;
        struct world_found *world = &out[(*count)++];
        snprintf(world->id, sizeof world->id, "%s", entry->d_name);
        snprintf(world->folder, sizeof world->folder, "%.*s/%s", BASE_SIZE - 1, base, world->id);
        world->alive = is_alive(world->folder);
        world->keeper = keeper_of(world->folder);
    }
    closedir(folder);
    qsort(out, *count, sizeof *out, by_id);
    return true;
}

/* ---- sweeping ---- */

/* Kills all of a cgroup of ours, and says whether any were left in it. */
static bool cgroup_kill(const char *folder)
{
    char path[256];
    int pid;
    bool any = false;
    snprintf(path, sizeof path, "%s/freezer.state", folder);
    FILE *state = fopen(path, "we"); /* frozen ones would not die */
    if (state) {
        fputs("THAWED", state);
        fclose(state);
    }
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    FILE *file = fopen(path, "re");
    for (unsigned i = 0; file && i < LINES_MAX && fscanf(file, "%d", &pid) == 1; i++) {
        any = true;
        if (pid > 1 && pid != getpid())
            kill(pid, SIGKILL);
    }
    if (file)
        fclose(file);
    return any;
}

static void cgroup_remove(const char *folder, unsigned depth)
{
    DIR *below = depth > 0 ? opendir(folder) : NULL;
    for (struct dirent *entry; below && (entry = readdir(below));) {
        char path[384];
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            cgroup_remove(path, depth - 1);
        }
    }
    if (below)
        closedir(below);
    cgroup_kill(folder);
    rmdir(folder);
}

/* Ours are named by the world's id, whatever a journal says. */
static bool cgroup_is_ours(const char *folder, const char *id)
{
    char tail[64];
    snprintf(tail, sizeof tail, "/warroom-gym-%.8s", id);
    const size_t len = strlen(folder), tail_len = strlen(tail);
    return strncmp(folder, CGROUPS "/", sizeof CGROUPS) == 0 && !strstr(folder, "..") &&
           len > tail_len && strcmp(folder + len - tail_len, tail) == 0;
}

/*
 * What a process without a namespace has started, and outlived it: of its session, and no older.
 * A number is used again only when nobody of its session is left; so where its leader lives and is
 * another than was written down, all of the session is another's. The system's own is nobody's.
 */
static bool session_kill(int session, unsigned long long began)
{
    bool any = false;
    const unsigned long long leader = session > 1 ? process_began(session) : 1;
    if (session <= 1 || session == getsid(0) || began == 0 || (leader > 0 && leader != began))
        return false;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        const pid_t pid = atoi(entry->d_name);
        if (pid <= 1 || pid == getpid() || getsid(pid) != session || process_began(pid) < began)
            continue;
        any = true;
        kill(pid, SIGKILL);
    }
    if (folder)
        closedir(folder);
    return any;
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *at)
{
    (void)found, (void)kind, (void)at;
    remove(path);
    return 0;
}

/* True once nothing of it is left. */
static bool remove_all(const struct world_found *world)
{
    char line[256], path[200];
    int pid;
    unsigned long long began;
    bool left = false;
    FILE *file = journal_read(world->folder);
    for (unsigned i = 0; file && i < LINES_MAX && fgets(line, sizeof line, file); i++) {
        if (sscanf(line, "session %d %llu", &pid, &began) == 2)
            left = session_kill(pid, began) || left;
        if (sscanf(line, "cgroup %199s", path) == 1 && cgroup_is_ours(path, world->id)) {
            cgroup_remove(path, CGROUP_DEPTH);
            left = access(path, F_OK) == 0 || left;
        }
    }
    if (file)
        fclose(file);
    if (!left)
        nftw(world->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    return access(world->folder, F_OK) != 0;
}

static bool sweep_one(const struct world_found *world, FILE *say, struct err *err)
{
    for (unsigned waited_ms = 0; !remove_all(world); waited_ms += STEP_MS) {
        if (waited_ms > GONE_WAIT_MS)
            return err_set(
                err, ERR_TIMEOUT,
                "%s does not go; see its journal for the processes and cgroups, end them "
                "and run `warroom gym down` again",
                world->folder);
        nap(STEP_MS);
    }
    fprintf(say, "removed what world %s had left\n", world->id);
    return true;
}

bool journal_sweep(FILE *say, struct err *err)
{
    struct world_found worlds[WORLDS_MAX];
    unsigned count;
    char base[BASE_SIZE];
    int fd;
    if (!base_lock(base, &fd, err))
        return false;
    bool ok = journal_find(worlds, &count, err);
    for (unsigned i = 0; ok && i < count; i++)
        if (!worlds[i].alive)
            ok = sweep_one(&worlds[i], say, err);
    close(fd);
    return ok;
}

void journal_end_keeper(const struct world_found *world, unsigned patience_s)
{
    if (world->keeper == 0)
        return;
    kill(world->keeper, SIGTERM);
    for (unsigned waited_ms = 0; waited_ms < patience_s * 1000; waited_ms += STEP_MS) {
        if (!is_alive(world->folder))
            return;
        nap(STEP_MS);
    }
    if (keeper_of(world->folder) == world->keeper)
        kill(world->keeper, SIGKILL);
    for (unsigned waited_ms = 0; is_alive(world->folder) && waited_ms < GONE_WAIT_MS;
         waited_ms += STEP_MS)
        nap(STEP_MS);
}
