/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On what a service runs, as far as the bundle tells, and the commands that act on it. A command is
 * empty where it is not known to fit: without a namespace kubectl would take the one that the
 * person happens to be in.
 */
#pragma once

#include "actor/command.h"
#include "case/call.h"

struct platform {
    struct str name; /* of the workload */
    struct str kind; /* "deployment"; empty: it is not known to be one */
    struct str space;
    int64_t revision; /* 0: not known; 1: there is nothing to go back to */
    int64_t replicas; /* that are wanted; 0: not known */
    struct str container;
    struct str memory_limit;
    struct str port; /* that the container opens */
    struct str liveness, readiness;
    bool account;             /* there is a service account of its name */
    struct str service_space; /* of the Service object of its name; empty: none is known */
    struct str target;        /* the port that it sends to */
    struct str selector_key, selector_value, label_value;
    struct str pod; /* the instance that was asked for, if it is a pod */
    struct str pod_space;
};

/* All in call->scratch. `instance` may be empty. */
MUST_CHECK bool platform_load(struct call *call, struct str service, struct str instance,
                              struct platform *out, struct err *err);

/* Back to the version before. */
struct str platform_undo(struct arena *arena, const struct platform *platform);

/* All replicas anew, one after the other. */
struct str platform_restart(struct arena *arena, const struct platform *platform);

/* The pod goes, and another one comes in its place. */
struct str platform_replace_pod(struct arena *arena, const struct platform *platform);

struct str platform_scale(struct arena *arena, const struct platform *platform, int64_t replicas);

struct str platform_set_memory(struct arena *arena, const struct platform *platform,
                               struct str limit);

struct str platform_set_account(struct arena *arena, const struct platform *platform,
                                struct str account);

/* `patch` is JSON of ours. */
struct str platform_patch(struct arena *arena, const struct platform *platform, struct str patch);
struct str platform_patch_service(struct arena *arena, const struct platform *platform,
                                  const char *type, struct str patch);
