/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world: the shop, what it stands on, its customers and its monitoring, as real processes.
 *
 * It is made by keeper.h, in namespaces of its own where the host allows, and everything in it is
 * started from the table in inventory.c. Faults and deploys work on it through this header,
 * deploy.h, limits.h, network.h and database.h.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "gym/world/journal.h"
#include "gym/world/probe.h"
#include "gym/world/process.h"

#include <stdint.h>

struct arena;
struct deploys;
struct http;
struct database;

#define FIRST_DAY_MAX 4

/* A key of a service's configuration that is not as shipped, ever since there is the shop. */
struct first_day {
    const char *service, *file, *key, *value; /* as deploy_set() takes them */
};

struct world {
    struct arena *arena; /* lives as long as the world; of the thread that keeps it */
    struct host host;
    struct journal journal;
    bool isolated;    /* it has namespaces of its own */
    const char *work; /* its folder; see the table in gym/README.md */
    const char *const *environment;
    struct processes *processes;
    struct database *database;
    struct deploys *deploys;
    struct http *http; /* who takes the alerts and tells the numbers of processes */
    double load_per_s; /* requests a second that customers send */
    uint64_t seed;
    uint32_t load_number; /* the process that is the customers; 0: there are none */
    struct first_day first_day[FIRST_DAY_MAX]; /* filled before world_up() */
    size_t first_day_count;
    unsigned certificate_s;      /* how long payment's first certificate lasts; 0: a year */
    int64_t certificate_ends_ns; /* by the wall clock, once it is made */
};

/* WORK/format..., in the world's arena. */
const char *world_path(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Starts everything but the customers, in order, each once it is ready; 60 s at most. */
MUST_CHECK bool world_up(struct world *world, struct err *err);

/* Customers, with a daily shape and noise; `world_load_stop` before another rate. */
MUST_CHECK bool world_load(struct world *world, double per_s, struct err *err);
void world_load_stop(struct world *world);

/* More of them, beside the usual ones, for so long; `kind` is one of the shop's (`shop load`:
 * crowd, sale, feed, sync). process_stop() of `number` sends them home. */
MUST_CHECK bool world_customers(struct world *world, const char *name, const char *kind,
                                double per_s, unsigned seconds, uint32_t *number, struct err *err);

/* In the reverse order, each within 15 s; an isolated world's end with its keeper. */
void world_down(struct world *world);

/* ---- instances ---- */

struct instance; /* inventory.h */

/* Starts it from its folder in live/ and waits until it is ready, or says why it is not. */
MUST_CHECK bool instance_start(struct world *world, const struct instance *instance,
                               struct err *err);
MUST_CHECK bool instance_wait_ready(struct world *world, const struct instance *instance,
                                    unsigned timeout_s, struct err *err);
void instance_stop(struct world *world, const struct instance *instance);

/* The successor first, on the same address; the old one goes once the new one serves. */
MUST_CHECK bool instance_roll(struct world *world, const struct instance *instance,
                              struct err *err);

/* The old one first; nobody waits for the new one. */
MUST_CHECK bool instance_replace(struct world *world, const struct instance *instance,
                                 struct err *err);

/* ---- a command, run to its end ---- */

struct command {
    const char *const *argv; /* ends with NULL; argv[0] is found as path_of_program() does */
    struct str input;
    const char *folder;       /* NULL: the world's */
    unsigned timeout_s;       /* 0: 20 */
    const char *const *added; /* environment besides the world's; ends with NULL; may be NULL */
    bool as_database_user;
};

/* `output` may be NULL; it is at most 1 MiB. A status that is not 0 is a failure, told with the end
 * of what the command said. */
MUST_CHECK bool command_run(struct world *world, const struct command *command, struct arena *arena,
                            struct str *output, struct err *err);

/* command_run() of these words, for its effect. */
#define COMMAND(world, err, ...)                                                                   \
    command_run((world), &(struct command){.argv = (const char *const[]){__VA_ARGS__, NULL}},      \
                (world)->arena, NULL, (err))

void nap_ms(unsigned ms);
int64_t wall_clock_ns(void);
