/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a world: started, watched, started again, stopped.
 *
 * One thread (it lives as long as the world) reaps who ends, stamps what processes say with the
 * time, and starts again, with a growing delay, those that are to be kept. All others ask it
 * through these functions, from any thread. A function that waits has a deadline, and what fails is
 * told with the end of the process' own log.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

struct arena;
struct journal;
struct processes;

#define PROCESS_NAME_SIZE 48
#define PROCESS_CGROUPS_MAX 5

/* Texts and arrays must live as long as the world; use its arena. */
struct process_spec {
    const char *name;        /* "catalog-1"; two of one name are told apart by their number */
    const char *const *argv; /* ends with NULL; argv[0] is a path */
    const char *const *environment; /* ends with NULL */
    const char *folder;             /* where it runs */
    const char *log;                /* file for what it says */
    bool stamped;                   /* each line gets the time in front, as `1763775845.123 ` */
    bool foreign;    /* another company's: its life and numbers are not ours to see */
    bool kept;       /* started again when it ends unasked */
    int stop_signal; /* 0: SIGTERM */
    uid_t uid;       /* 0: as we are */
    gid_t gid;
    const char *cgroups[PROCESS_CGROUPS_MAX + 1]; /* folders it is put into; ends with NULL */
    uint32_t files_max;                           /* 0: as we have */
    const char *input;                            /* a file that is its stdin; NULL: nothing */
};

struct process_state {
    char name[PROCESS_NAME_SIZE];
    uint32_t number;   /* of the entry: names a life under one spec, restarts included */
    pid_t pid;         /* 0: it is not running */
    uint32_t restarts; /* since it was first started */
    uint32_t oom_kills;
    bool foreign;
    bool ended; /* and will not be started again */
    int status; /* as waitpid() told of its last life */
};

#define PROCESSES_MAX                                                                              \
    256 /* in a world's life, ended ones included: some hundred short commands                     \
         */

/*
 * `events` gets a line of JSON (docs/bundle.md, events) for each start and end. `journal` is NULL
 * where the world has a process namespace of its own: then the kernel ends all. Otherwise each
 * session is written down.
 */
MUST_CHECK bool processes_open(struct arena *arena, struct journal *journal, const char *events,
                               struct processes **out, struct err *err);

MUST_CHECK bool process_start(struct processes *processes, const struct process_spec *spec,
                              uint32_t *number, struct err *err);

/* Asks it to stop, waits, kills after 15 s. An ended one is no failure. */
void process_stop(struct processes *processes, uint32_t number);

/* Sends a signal to the process, and to nobody where it does not run. */
bool process_signal(struct processes *processes, uint32_t number, int signal_number);

/* Until it has ended; kills it at the deadline and says so. The status is waitpid()'s. */
MUST_CHECK bool process_wait(struct processes *processes, uint32_t number, unsigned timeout_s,
                             int *status, struct err *err);

bool process_look(struct processes *processes, uint32_t number, struct process_state *out);

/* The newest of that name that has not ended, or else the newest; false: there is none. */
bool process_find(struct processes *processes, const char *name, struct process_state *out);

/* Kept ones that have not ended, in the order in which they were started. */
uint32_t processes_list(struct processes *processes, struct process_state *out, uint32_t room);

/* The last lines of a log, for an error. */
struct str log_tail(struct arena *arena, const char *path, size_t bytes);

/* A line in `events`: by whom, about what. Any thread. */
void event_tell(struct processes *processes, const char *type, const char *reason,
                const char *object, const char *format, ...) __attribute__((format(printf, 5, 6)));
