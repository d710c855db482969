/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults: one file each, listed by one word in meson.build. A fault breaks the world and never its
 * telemetry, says what the truth is, and can be undone.
 *
 *     can_run   could it be done on this host? If not, why
 *     prepare   what is so from the first day on; of most faults nothing
 *     inject    does it, and fills run->truth: where, of what kind, in words, by which change
 *     heal      undoes it; the shop is as well afterwards as it was before
 *
 * What a change brings goes through world/deploy.h, and fault_by_change() fills in the truth.
 * Everything else does it to the process, the network or the limits through the headers of world/.
 * All calls come from the keeper's thread. Nothing waits without a deadline.
 */
#pragma once

#include "base/err.h"
#include "case/kind.h"
#include "gym/world/deploy.h"
#include "gym/world/world.h"

#define FAULT_OPTIONS_MAX 8

struct fault_truth {
    const char *service;  /* where it is; "" for a control: nothing is broken */
    const char *instance; /* "" where all of the service's are */
    enum kind kind;
    const char *cause; /* one sentence, for people; names the numbers */
    int64_t onset_ns;
    char change[CHANGE_ID_SIZE]; /* the commit that did it; "" where none did */
};

struct fault_run {
    const char *service;  /* of the place that is asked for; "" where there is none */
    const char *instance; /* "" where the place is a whole service */
    uint64_t seed;
    struct {
        const char *key;
        const char *value;
    } options[FAULT_OPTIONS_MAX]; /* the scenario's `option KEY VALUE` */
    size_t options_count;
    struct fault_truth truth; /* inject() fills it; its texts live in the world's arena */
    uint32_t number;          /* of a process that inject() has started, for heal() */
};

struct fault {
    const char *name;    /* as its file: "packet_loss" */
    const char *group;   /* infrastructure, orchestration, code, data, traffic, control */
    const char *summary; /* one line, no full stop */
    const char *place;   /* service or instance, where the scenario names none; "" for none */
    const char *options; /* "percent 20, ...": the keys and their defaults; "" for none */
    bool (*can_run)(const struct host *host, struct err *why_not);
    /* before world_up(); NULL: nothing is to be prepared */
    void (*prepare)(struct world *world, struct fault_run *run);
    bool (*inject)(struct world *world, struct fault_run *run, struct err *err);
    bool (*heal)(struct world *world, struct fault_run *run, struct err *err);
};

extern const struct fault *const faults[]; /* ends with NULL; by group, then as listed */

const struct fault *fault_find(const char *name); /* NULL: there is none */

/* Resolves `place` (NULL: the fault's own) into run->service and run->instance. */
MUST_CHECK bool fault_place(const struct fault *fault, const char *place, struct fault_run *run,
                            struct err *err);

/* ---- what faults share ---- */

/* The instance that is meant: run->instance, or the first of run->service. */
const char *fault_instance(const struct fault_run *run);

/* The scenario's option, as a number or text; `fallback` where it says nothing of it. */
long fault_number(const struct fault_run *run, const char *key, long fallback);
const char *fault_text(const struct fault_run *run, const char *key, const char *fallback);

/* In prepare(): a key of `service`'s configuration is `value`, or as the scenario's option of that
 * key says, from the first day on. It is part of the world, and not what is broken. FIRST_DAY_MAX
 * in all. */
void fault_first_day(struct world *world, const struct fault_run *run, const char *service,
                     const char *file, const char *key, const char *value);

/* Says the truth of what is done from now on: about the run's own place, by no change. */
void fault_tell(struct world *world, struct fault_run *run, enum kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

struct fault_change {
    const char *author;
    const char *message;
    const char *service; /* that is rolled out; NULL: the run's */
    enum rollout_how how;
};

/*
 * Commits what the fault has edited and rolls it out; the truth is told already, and gets the
 * change's id, and the time at which the rollout began as its onset.
 */
MUST_CHECK bool fault_by_change(struct world *world, struct fault_run *run,
                                const struct fault_change *change, struct err *err);

/* A key of SERVICE.conf (`file` is NULL), or of `file` beside it; one that is not in there yet is
 * added. */
struct fault_setting {
    const char *key, *value;
    const char *file;
};

#define FAULT_SETTINGS_MAX 6

/* A change that is nothing but settings of the service at the run's place. */
struct fault_settings {
    enum kind kind;
    const char *cause; /* one sentence; the settings are added to it, in brackets */
    const char *author;
    const char *message; /* the service's name and a colon are put in front */
    enum rollout_how how;
    struct fault_setting settings[FAULT_SETTINGS_MAX + 1]; /* ends with a `key` of NULL */
};

/* Tells, edits, commits and rolls out. A scenario's `option KEY VALUE` is another value. */
MUST_CHECK bool fault_by_settings(struct world *world, struct fault_run *run,
                                  const struct fault_settings *settings, struct err *err);

/* Reverts it and rolls that out: heal() of most. */
MUST_CHECK bool fault_revert(struct world *world, struct fault_run *run, struct err *err);

/*
 * Runs a script of bash, in a session of its own, until fault_beside_end() ends it with all that it
 * has started. With `inside`, it is within that instance's limits of processor and memory, as what
 * is started in its container; NULL: within none.
 */
MUST_CHECK bool fault_beside(struct world *world, struct fault_run *run, const char *name,
                             const char *inside, const char *script, struct err *err);
MUST_CHECK bool fault_beside_end(struct world *world, struct fault_run *run, struct err *err);

/* Customers who have come with world_customers(), as run->number, go: heal() of what they are. */
MUST_CHECK bool fault_customers_leave(struct world *world, struct fault_run *run, struct err *err);

/* can_run() of a fault that needs nothing but the shop, and of one that is felt only where a
 * service can have a part of a processor. */
bool fault_runs_anywhere(const struct host *host, struct err *why_not);
bool fault_can_limit_cpu(const struct host *host, struct err *why_not);
