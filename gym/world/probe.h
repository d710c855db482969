/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this host lets us do, found out by doing it once. Whatever needs something asks here, and a
 * thing that is not there comes with its reason.
 */
#pragma once

#include "base/err.h"

#define CAPABILITIES(X)                                                                            \
    X(ROOT, "root", "we are root")                                                                 \
    X(ISOLATION, "isolation", "process, network and mount namespaces of our own")                  \
    X(CGROUP_CPU, "cgroup_cpu", "limits of processor time (cgroup v1)")                            \
    X(CGROUP_MEMORY, "cgroup_memory", "limits of memory (cgroup v1)")                              \
    X(CGROUP_PIDS, "cgroup_pids", "limits of processes (cgroup v1)")                               \
    X(CGROUP_FREEZER, "cgroup_freezer", "freezing of processes (cgroup v1)")                       \
    X(CGROUP_UNIFIED, "cgroup_unified", "sockets told by their cgroup (cgroup v2, beside v1)")     \
    X(NFT, "nft", "a packet filter in a network of our own")                                       \
    X(NFQUEUE, "nfqueue", "packets held back by a program of ours")                                \
    X(NETEM, "netem", "delay and loss by tc netem")                                                \
    X(TBF, "tbf", "a bound of bandwidth by tc tbf")                                                \
    X(HTB, "htb", "a bound of bandwidth for some of the packets by tc htb")                        \
    X(TUN, "tun", "a link whose packets a program of ours holds back")                             \
    X(TMPFS, "tmpfs", "file systems of a size in memory")                                          \
    X(FAKETIME, "faketime", "a process with another clock")                                        \
    X(GIT, "git", "git")                                                                           \
    X(SHOP, "shop", "the shop's program")                                                          \
    X(POSTGRES, "postgres", "PostgreSQL 15")                                                       \
    X(REDIS, "redis", "Redis")                                                                     \
    X(NGINX, "nginx", "nginx")                                                                     \
    X(PROMETHEUS, "prometheus", "Prometheus")                                                      \
    X(ALERTMANAGER, "alertmanager", "Alertmanager")                                                \
    X(POSTGRES_EXPORTER, "postgres_exporter", "the exporter of PostgreSQL's numbers")              \
    X(REDIS_EXPORTER, "redis_exporter", "the exporter of Redis' numbers")                          \
    X(NODE_EXPORTER, "node_exporter", "the exporter of the host's numbers")

enum capability {
#define X(id, name, text) CAPABILITY_##id,
    CAPABILITIES(X)
#undef X
        CAPABILITIES_COUNT
};

struct host {
    struct {
        bool has;
        char why_not[160]; /* "" where it has it */
    } of[CAPABILITIES_COUNT];
};

const char *capability_name(enum capability capability);
const char *capability_text(enum capability capability);

/* Takes a second at most. What it tries, it tries in namespaces of its own. */
void host_probe(struct host *host);

/* False, and why in `why_not`, where the host lacks it. */
bool host_has(const struct host *host, enum capability capability, struct err *why_not);
