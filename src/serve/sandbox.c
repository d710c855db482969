/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock (Linux 5.13, "Documentation/userspace-api/landlock.rst") for files and, from its fourth
 * version on, TCP; seccomp by libseccomp for system calls. The calls that are denied are listed,
 * not those that are allowed: a list of all that a C library and DuckDB may do would break with the
 * next version of either, and a broken investigation helps nobody.
 */
#include "serve/sandbox.h"

#include "base/arena.h"
#include "base/buf.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICER 5 /* who is asked by people comes first */

/* ---- files ---- */

/* What later versions have, for older headers. */
#define RIGHT_REFER (UINT64_C(1) << 13)
#define RIGHT_TRUNCATE (UINT64_C(1) << 14)
#define RIGHT_IOCTL (UINT64_C(1) << 15)
#define RIGHTS_FIRST ((UINT64_C(1) << 13) - 1)
#define NET_BIND_AND_CONNECT UINT64_C(3)

#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_WRITE                                                                               \
    (RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                 \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |  \
     RIGHT_TRUNCATE)
#define RIGHTS_OF_FILES                                                                            \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE)

struct ruleset {
    uint64_t files;
    uint64_t net; /* from version 4 on */
};

static uint64_t rights_of_version(long version)
{
    return RIGHTS_FIRST | (version >= 2 ? RIGHT_REFER : 0) | (version >= 3 ? RIGHT_TRUNCATE : 0) |
           (version >= 5 ? RIGHT_IOCTL : 0);
}

/* What is not there need not be allowed. */
static bool allow(int ruleset, const char *path, uint64_t rights)
{
    struct stat info;
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    if (fstat(fd, &info) == 0 && !S_ISDIR(info.st_mode))
        rights &= RIGHTS_OF_FILES;
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    const long done = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
    return done == 0;
}

/* What the C library and DuckDB look at by themselves. */
static bool allow_usual(int ruleset)
{
    static const char *const paths[] = {"/etc/localtime",
                                        "/usr/share/zoneinfo",
                                        "/proc/self",
                                        "/proc/sys/vm",
                                        "/proc/meminfo",
                                        "/proc/cpuinfo",
                                        "/sys/devices/system/cpu",
                                        "/sys/fs/cgroup",
                                        "/dev/urandom",
                                        "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (!allow(ruleset, paths[i], RIGHTS_READ))
            return false;
    return true;
}

static bool allow_evidence(int ruleset, const struct sandbox *sandbox)
{
    for (uint32_t i = 0; i < sandbox->evidence_count; i++)
        if (!allow(ruleset, sandbox->evidence[i], RIGHTS_READ))
            return false;
    return true;
}

static bool shut_files(const struct sandbox *sandbox)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return false;
    const struct ruleset rights = {rights_of_version(version), NET_BIND_AND_CONNECT};
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights,
                                     version >= 4 ? sizeof rights : sizeof rights.files, 0);
    if (ruleset < 0)
        return false;
    const uint64_t write = RIGHTS_WRITE & rights.files;
    const bool ok = allow_usual(ruleset) && allow_evidence(ruleset, sandbox) &&
                    (!sandbox->output || allow(ruleset, sandbox->output, write)) &&
                    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return ok;
}

/* ---- system calls ---- */

static const char *const denied[] = {
    /* to speak with anybody */
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    /* to start anything, or to touch what runs */
    "execve",
    "execveat",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "kill",
    "tkill",
    "pidfd_send_signal",
    /* to change the world it sees */
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsmount",
    "fspick",
    "mount_setattr",
    "swapon",
    "swapoff",
    "reboot",
    "sethostname",
    "setdomainname",
    "name_to_handle_at",
    "open_by_handle_at",
    "mknod",
    "mknodat",
    /* what holes in kernels are reached by, and nobody here needs */
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "keyctl",
    "add_key",
    "request_key",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "iopl",
    "ioperm",
    "acct",
    "quotactl",
    "personality",
    "modify_ldt",
    "vmsplice",
};

struct libseccomp {
    __typeof__(seccomp_init) *init;
    __typeof__(seccomp_syscall_resolve_name) *resolve;
    __typeof__(seccomp_rule_add_array) *add;
    __typeof__(seccomp_load) *load;
    __typeof__(seccomp_release) *release;
};

static bool load_library(struct libseccomp *out)
{
    void *library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false;
    *out = (struct libseccomp){
        .init = (__typeof__(out->init))dlsym(library, "seccomp_init"),
        .resolve = (__typeof__(out->resolve))dlsym(library, "seccomp_syscall_resolve_name"),
        .add = (__typeof__(out->add))dlsym(library, "seccomp_rule_add_array"),
        .load = (__typeof__(out->load))dlsym(library, "seccomp_load"),
        .release = (__typeof__(out->release))dlsym(library, "seccomp_release")};
    return out->init && out->resolve && out->add && out->load && out->release;
}

static bool shut_calls(void)
{
    struct libseccomp lib;
    scmp_filter_ctx filter = load_library(&lib) ? lib.init(SCMP_ACT_ALLOW) : NULL;
    bool ok = filter != NULL;
    for (size_t i = 0; ok && i < sizeof denied / sizeof *denied; i++) {
        const int call = lib.resolve(denied[i]);
        ok = call == __NR_SCMP_ERROR || /* a library that is older than the call */
             lib.add(filter, SCMP_ACT_ERRNO(EPERM), call, 0, NULL) == 0;
    }
    ok = ok && lib.load(filter) == 0;
    if (filter)
        lib.release(filter);
    return ok;
}

/* ---- all of it ---- */

/* Who is nicer already may not become less so without rights, and need not. */
static bool be_nicer(void)
{
    return getpriority(PRIO_PROCESS, 0) >= NICER || setpriority(PRIO_PROCESS, 0, NICER) == 0;
}

static void add_lack(struct buf *lacks, const char *what)
{
    buf_printf(lacks, "%s%s", lacks->len > 0 ? "; " : "", what);
}

struct str sandbox_enter(struct arena *arena, const struct sandbox *sandbox)
{
    struct buf lacks = buf_new(arena);
    const struct rlimit none = {0, 0};
    const pid_t parent = getppid();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        add_lack(&lacks, "it may outlive who started it");
    if (!be_nicer() || setrlimit(RLIMIT_CORE, &none) != 0)
        add_lack(&lacks, "it is as urgent as any");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        add_lack(&lacks, "it may gain rights");
    if (!shut_calls()) /* first: its library is a file */
        add_lack(&lacks, "it may open connections and start programs, for there is no libseccomp2, "
                         "or this kernel forbids it");
    if (!shut_files(sandbox))
        add_lack(&lacks, "it may read and write all files of its user, for this kernel has no "
                         "Landlock, or forbids it");
    return buf_str(&lacks);
}
