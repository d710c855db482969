/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine has to offer: a folder, libraries, git, a kernel that shuts a child in, a clock.
 */
#include "cli/doctor.h"

#include "base/arena.h"
#include "cli/sources.h"
#include "connect/connector.h"
#include "git/child.h"
#include "net/libcurl.h"
#include "net/libpq.h"
#include "serve/libmicrohttpd.h"
#include "serve/sandbox.h"
#include "serve/token.h"
#include "store/telemetry.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1 << 20)
#define FREE_WANTED_MIB 1024 /* a bundle of a large system takes some tens */
#define FREE_LEAST_MIB 64
#define OTHERS (S_IRWXG | S_IRWXO)

static bool wants(const struct doctor *doctor, const char *kind)
{
    for (uint32_t i = 0; i < doctor->config->sources.count; i++) {
        const struct source *source = doctor->config->sources.items[i].thing;
        if (!strcmp(source->connector->name, kind))
            return true;
    }
    return false;
}

/* ---- the folder ---- */

static void look_at_space(struct doctor *doctor, const char *folder)
{
    struct statvfs info;
    if (statvfs(folder, &info) != 0)
        return;
    const unsigned long long free_mib =
        (unsigned long long)info.f_bavail * (unsigned long long)info.f_frsize / MIB;
    if (free_mib >= FREE_WANTED_MIB)
        doctor_say(doctor, STANDING_OK, "disk", "%llu GiB free at %s", free_mib / 1024, folder);
    else
        doctor_say(doctor, free_mib < FREE_LEAST_MIB ? STANDING_WRONG : STANDING_WARNING, "disk",
                   "%llu MiB free at %s; make room, or lower receive.size and receive.retention",
                   free_mib, folder);
}

/* The nearest one above that is there. */
static struct str above(struct arena *arena, struct str path)
{
    struct str folder = path;
    while (folder.len > 1 && access(str_copy(arena, folder).ptr, F_OK) != 0) {
        while (folder.len > 1 && folder.ptr[folder.len - 1] != '/')
            folder.len--;
        while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
            folder.len--;
    }
    return folder.len > 0 && (folder.len > 1 || folder.ptr[0] == '/') ? folder : STR(".");
}

static void look_at_folder(struct doctor *doctor)
{
    struct stat info;
    const char *path = str_copy(doctor->arena, doctor->data).ptr;
    const bool is_there = stat(path, &info) == 0;
    const char *there =
        is_there ? path : str_copy(doctor->arena, above(doctor->arena, doctor->data)).ptr;
    if (is_there && !S_ISDIR(info.st_mode))
        doctor_say(doctor, STANDING_WRONG, "data",
                   "%s: it is no folder; name another as serve.data", path);
    else if (access(there, W_OK | X_OK) != 0)
        doctor_say(doctor, STANDING_WRONG, "data",
                   "%s: %s; run this as the server's user, or give it to them: chown USER %s",
                   there, strerror(errno), there);
    else if (!is_there)
        doctor_say(doctor, STANDING_OK, "data", "%s will be made", path);
    else if (info.st_mode & OTHERS)
        doctor_say(doctor, STANDING_WARNING, "data",
                   "%s: others on this machine may look into it; chmod 700 %s", path, path);
    else
        doctor_say(doctor, STANDING_OK, "data", "%s can be written", path);
    look_at_space(doctor, there);
}

/* ---- the ledger ---- */

static bool check_pages(struct arena *arena, struct ledger *ledger, struct err *err)
{
    static const struct field columns[] = {{"problem", TYPE_TEXT, 0, "the first, or ok", NULL},
                                           {0}};
    struct batch *rows;
    if (!ledger_rows(ledger, arena, "PRAGMA quick_check(1)", NULL, 0, columns, &rows, err))
        return false;
    const struct str said = rows->rows > 0 ? rows->columns[0].texts[0] : STR("nothing");
    return str_eq(said, STR("ok")) ||
           err_set(err, ERR_CORRUPT, "it is damaged: %.*s", STR_ARG(said));
}

static void look_at_ledger(struct doctor *doctor)
{
    struct arena *arena = doctor->arena;
    const char *path = str_printf(arena, "%.*s/ledger.db", STR_ARG(doctor->data)).ptr;
    struct ledger *ledger;
    struct stat info;
    int64_t version;
    struct token *tokens;
    uint32_t count;
    struct err err = {0};
    if (stat(path, &info) != 0 && errno == ENOENT) {
        doctor->tokens = 0;
        doctor_say(doctor, STANDING_OK, "ledger", "%s will be made", path);
    } else if (!ledger_look(arena, path, &ledger, &version, &err) ||
               !check_pages(arena, ledger, &err)) {
        doctor_say(doctor, STANDING_WRONG, "ledger",
                   "%s; where it is damaged: stop the server, and put a copy of the folder in its "
                   "place",
                   err.text);
    } else if (version < ledger_schema.steps_count) {
        doctor_say(doctor, STANDING_OK, "ledger",
                   "%s is of version %lld; the server brings it to %d when it starts, and an older "
                   "program cannot read it then: keep a copy",
                   path, (long long)version, ledger_schema.steps_count);
    } else if (info.st_mode & OTHERS) {
        doctor_say(doctor, STANDING_WARNING, "ledger",
                   "%s: others on this machine may read it; chmod 600 %s", path, path);
    } else {
        doctor_say(doctor, STANDING_OK, "ledger", "%s, version %lld", path, (long long)version);
    }
    if (err.kind == ERR_NONE && doctor->tokens < 0 && version == ledger_schema.steps_count &&
        token_list(ledger, arena, &tokens, &count, &err))
        doctor->tokens = count;
}

/* ---- libraries and programs ---- */

static void look_at_duckdb(struct doctor *doctor)
{
    const struct telemetry_limits limits = {.memory_mb = 64, .threads = 1};
    struct telemetry *telemetry;
    struct batch *rows;
    struct err err = {0};
    if (telemetry_open(doctor->arena, &limits, &telemetry, &err) &&
        telemetry_rows(telemetry, doctor->arena, STR("SELECT version() AS version"), &rows, &err))
        doctor_say(doctor, STANDING_OK, "DuckDB", "%.*s", STR_ARG(rows->columns[0].texts[0]));
    else
        doctor_say(doctor, STANDING_WRONG, "DuckDB", "%s; is TMPDIR a folder that can be written?",
                   err.text);
}

static void look_at_library(struct doctor *doctor, const char *name, const char *of, bool is_there,
                            bool is_needed, const struct err *err)
{
    if (is_there)
        doctor_say(doctor, STANDING_OK, name, "it is there, for %s", of);
    else if (is_needed)
        doctor_say(doctor, STANDING_WRONG, name, "%s", err->text);
    else
        doctor_say(doctor, STANDING_OK, name, "it is not there, and only needed for %s", of);
}

static void look_at_libraries(struct doctor *doctor)
{
    struct err err = {0};
    look_at_library(doctor, "libmicrohttpd", "the server", libmicrohttpd_load(&err) != NULL, true,
                    &err);
    const bool asks = doctor->config->sources.count + doctor->config->notify.count > 0;
    look_at_library(doctor, "libcurl", "sources and who is told", libcurl_load(&err) != NULL, asks,
                    &err);
    look_at_library(doctor, "libpq", "sources of kind postgres", libpq_load(&err),
                    wants(doctor, "postgres"), &err);
}

static void look_at_git(struct doctor *doctor)
{
    static const char *const words[] = {"--version", NULL};
    struct str said;
    struct err err = {0};
    const bool ok = git_ask(doctor->arena, "/", words, 200, &said, &err);
    if (ok)
        doctor_say(doctor, STANDING_OK, "git", "%.*s", STR_ARG(str_trim(said)));
    else
        doctor_say(doctor, wants(doctor, "git") ? STANDING_WRONG : STANDING_WARNING, "git",
                   "%s; it is needed for sources of kind git: apt-get install git", err.text);
}

/* ---- the kernel ---- */

/* What a child would have to do without: it is tried by one, which ends with it. */
static void look_at_sandbox(struct doctor *doctor)
{
    int ends[2];
    char text[600] = "";
    if (pipe(ends) != 0)
        return;
    const pid_t child = fork();
    if (child == 0) {
        const struct sandbox sandbox = {0};
        const struct str lacks = sandbox_enter(doctor->arena, &sandbox);
        _exit(write(ends[1], lacks.ptr, lacks.len) != (ssize_t)lacks.len);
    }
    close(ends[1]);
    int status = 1;
    const ssize_t len = child > 0 ? read(ends[0], text, sizeof text - 1) : -1;
    close(ends[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (len > 0)
        doctor_say(doctor, STANDING_WARNING, "sandbox",
                   "of what reads evidence: %s; a newer kernel, or a container that allows it, "
                   "would shut it in",
                   text);
    else if (len < 0 || status != 0)
        doctor_say(doctor, STANDING_WARNING, "sandbox", "it could not be tried");
    else
        doctor_say(doctor, STANDING_OK, "sandbox",
                   "what reads evidence can do nothing else (Landlock, seccomp)");
}

static void look_at_kernel(struct doctor *doctor)
{
    const int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (fd >= 0)
        close(fd);
    else
        doctor_say(doctor, STANDING_WRONG, "kernel",
                   "it has no pidfd_open(), by which the server sees its children end; Linux 5.3 "
                   "or later is wanted");
}

/* ---- the clock ---- */

/* Alerts have times of other machines; a clock that is minutes off looks where nothing was yet. */
static void look_at_clock(struct doctor *doctor)
{
    struct stat program;
    struct timex info = {0};
    const int64_t now_ns = sources_now_ns();
    const char *now = time_format(doctor->arena, now_ns).ptr;
    const int state = adjtimex(&info);
    if (stat("/proc/self/exe", &program) == 0 &&
        now_ns < (int64_t)program.st_mtim.tv_sec * NS_PER_S)
        doctor_say(doctor, STANDING_WRONG, "clock",
                   "it is %s UTC here, before this program was made; set the clock", now);
    else if (state >= 0 && (info.status & STA_UNSYNC))
        doctor_say(doctor, STANDING_WARNING, "clock",
                   "it is %s UTC, and nothing keeps it right; run chrony or systemd-timesyncd, "
                   "unless the host of this container does",
                   now);
    else
        doctor_say(doctor, STANDING_OK, "clock", "it is %s UTC", now);
}

void doctor_look_at_machine(struct doctor *doctor)
{
    look_at_sandbox(doctor); /* first: what it starts must not share threads */
    look_at_folder(doctor);
    look_at_ledger(doctor);
    look_at_duckdb(doctor);
    look_at_libraries(doctor);
    look_at_git(doctor);
    look_at_kernel(doctor);
    look_at_clock(doctor);
}
