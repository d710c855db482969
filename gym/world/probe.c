/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capability is tried rather than looked up: kernels, containers and packages say of themselves
 * what they do not keep.
 */
#include "gym/world/probe.h"

#include "gym/world/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY_S 5 /* a command that takes longer is one we do not have */

static const char *const names[] = {
#define X(id, name, text) name,
    CAPABILITIES(X)
#undef X
};

static const char *const texts[] = {
#define X(id, name, text) text,
    CAPABILITIES(X)
#undef X
};

const char *capability_name(enum capability capability)
{
    return names[capability];
}

const char *capability_text(enum capability capability)
{
    return texts[capability];
}

static void lacks(struct host *host, enum capability capability, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void lacks(struct host *host, enum capability capability, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(host->of[capability].why_not, sizeof host->of[capability].why_not, format, arguments);
    va_end(arguments);
    host->of[capability].has = false;
}

/* In a child with namespaces of its own, where asked; false where it fails or takes too long. */
static bool tries(int namespaces, const char *const *argv)
{
    const pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        if (namespaces && unshare(namespaces) != 0)
            _exit(1);
        const int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        alarm(TRY_S);
        if (!argv)
            _exit(0);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status = 1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void probe_cgroup(struct host *host, enum capability capability, const char *controller)
{
    char path[128];
    snprintf(path, sizeof path, CGROUPS "/%s/cgroup.procs", controller);
    host->of[capability].has = access(path, W_OK) == 0;
    if (!host->of[capability].has)
        lacks(host, capability, "%s: %s; it needs root and cgroup v1", path, strerror(errno));
}

static void probe_program(struct host *host, enum capability capability, const char *program,
                          const char *package)
{
    char path[256];
    host->of[capability].has = path_of_program(program, path, sizeof path);
    if (!host->of[capability].has)
        lacks(host, capability,
              "there is no %s; install it with scripts/gym_setup.sh (Debian's %s)", program,
              package);
}

static void probe_kernel(struct host *host)
{
    host->of[CAPABILITY_ROOT].has = geteuid() == 0;
    if (geteuid() != 0)
        lacks(host, CAPABILITY_ROOT, "it needs root");
    host->of[CAPABILITY_ISOLATION].has = tries(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID, NULL);
    if (!host->of[CAPABILITY_ISOLATION].has)
        lacks(host, CAPABILITY_ISOLATION, "namespaces may not be made here; it needs root");
    probe_cgroup(host, CAPABILITY_CGROUP_CPU, "cpu");
    probe_cgroup(host, CAPABILITY_CGROUP_MEMORY, "memory");
    probe_cgroup(host, CAPABILITY_CGROUP_PIDS, "pids");
    probe_cgroup(host, CAPABILITY_CGROUP_FREEZER, "freezer");
    probe_cgroup(host, CAPABILITY_CGROUP_UNIFIED, "unified");
}

/* In a network namespace that ends with the command. */
static void probe_network(struct host *host)
{
    static const struct {
        enum capability capability;
        const char *const argv[16];
        const char *why_not;
    } trials[] = {
        {CAPABILITY_NFT, {"nft", "add table inet probe", NULL}, "nft makes no table here"},
        {CAPABILITY_NFQUEUE,
         {"nft",
          "add table inet p; add chain inet p c { type filter hook input priority 0; }; "
          "add rule inet p c tcp dport 1 queue num 7 bypass",
          NULL},
         "the kernel has no NFQUEUE"},
        {CAPABILITY_NETEM,
         {"tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms", NULL},
         "the kernel has no netem"},
        {CAPABILITY_TBF,
         {"tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "32kbit",
          "latency", "50ms", NULL},
         "tc makes no tbf here"},
        {CAPABILITY_HTB,
         {"tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", "htb", NULL},
         "the kernel has no htb"},
        {CAPABILITY_TUN,
         {"ip", "tuntap", "add", "dev", "probe0", "mode", "tun", NULL},
         "no TUN device can be made here"},
    };
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        const enum capability capability = trials[i].capability;
        if (!host->of[CAPABILITY_ISOLATION].has)
            lacks(host, capability, "it needs a network of our own, and so root");
        else if (tries(CLONE_NEWNET, trials[i].argv))
            host->of[capability].has = true;
        else
            lacks(host, capability, "%s", trials[i].why_not);
    }
    host->of[CAPABILITY_TMPFS].has = host->of[CAPABILITY_ISOLATION].has;
    if (!host->of[CAPABILITY_TMPFS].has)
        lacks(host, CAPABILITY_TMPFS, "it needs mounts of our own, and so root");
}

void host_probe(struct host *host)
{
    *host = (struct host){0};
    probe_kernel(host);
    probe_network(host);
    probe_program(host, CAPABILITY_GIT, "git", "git");
    probe_program(host, CAPABILITY_POSTGRES, "postgres", "postgresql-15");
    probe_program(host, CAPABILITY_REDIS, "redis-server", "redis-server");
    probe_program(host, CAPABILITY_NGINX, "nginx", "nginx-light");
    probe_program(host, CAPABILITY_PROMETHEUS, "prometheus", "prometheus");
    probe_program(host, CAPABILITY_ALERTMANAGER, "prometheus-alertmanager",
                  "prometheus-alertmanager");
    probe_program(host, CAPABILITY_POSTGRES_EXPORTER, "prometheus-postgres-exporter",
                  "prometheus-postgres-exporter");
    probe_program(host, CAPABILITY_REDIS_EXPORTER, "prometheus-redis-exporter",
                  "prometheus-redis-exporter");
    probe_program(host, CAPABILITY_NODE_EXPORTER, "prometheus-node-exporter",
                  "prometheus-node-exporter");
    char path[256];
    host->of[CAPABILITY_FAKETIME].has = path_of_faketime(path, sizeof path);
    if (!host->of[CAPABILITY_FAKETIME].has)
        lacks(host, CAPABILITY_FAKETIME, "there is no libfaketime (Debian's faketime)");
    host->of[CAPABILITY_SHOP].has = path_of_shop(path, sizeof path);
    if (!host->of[CAPABILITY_SHOP].has)
        lacks(host, CAPABILITY_SHOP,
              "the shop is not built: ninja -C build gym/shop/shop (it needs libmicrohttpd, "
              "libcurl, libpq, libhiredis; scripts/gym_setup.sh)");
}

bool host_has(const struct host *host, enum capability capability, struct err *why_not)
{
    if (host->of[capability].has)
        return true;
    return err_set(why_not, ERR_NOT_FOUND, "%s", host->of[capability].why_not);
}
