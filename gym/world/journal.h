/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a world has made on this machine, written down before it is made, so that whoever comes
 * later can remove it, whenever and however the world has ended.
 *
 * A world is a folder, /tmp/warroom-gym-UID/ID, or $WARROOM_GYM_WORLDS/ID. In it lie
 *     lock      held by the world's keeper with flock(); free: the world is dead
 *     journal   a line a thing: `keeper PID START`, `cgroup FOLDER`, `session PID START`
 *     work/     everything else
 * START is when the process began (/proc/PID/stat, field 22): a number that was handed on to
 * another process is not ours.
 */
#pragma once

#include "base/err.h"

#include <stdio.h>
#include <sys/types.h>

#define WORLD_ID_SIZE 16

struct journal {
    char id[WORLD_ID_SIZE];
    char folder[96];
    int lock_fd;
    int fd;
};

/* Makes the folder of a new world and takes its lock. It refuses a folder that is another user's.
 */
MUST_CHECK bool journal_open(struct journal *out, struct err *err);

/* Writes the line before the thing is made. */
MUST_CHECK bool journal_note(struct journal *journal, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* When a process began, in ticks since boot; 0: there is none. */
unsigned long long process_began(pid_t pid);

struct world_found {
    char id[WORLD_ID_SIZE];
    char folder[96];
    bool alive;
    pid_t keeper; /* 0: it was not written down */
};

#define WORLDS_MAX 64

/* The worlds of this user, by id. */
MUST_CHECK bool journal_find(struct world_found *out, unsigned *count, struct err *err);

/*
 * Removes what dead worlds have left: processes, cgroups, folders. Worlds that live stay. What it
 * removed, it says on `say`. False: something would not go within 10 s.
 */
MUST_CHECK bool journal_sweep(FILE *say, struct err *err);

/* Ends a world's keeper: asks it, and after `patience_s` seconds makes it. Then sweep. */
void journal_end_keeper(const struct world_found *world, unsigned patience_s);
