/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `warroom doctor` looks at, and what it has found: a remark a thing, in the order in which
 * they were looked at. Nothing is changed, and nobody is told anything.
 */
#pragma once

#include "config/config.h"

#include <stdio.h>

#define REMARKS_MAX 256 /* of some 20 things of its own, 64 sources and 64 that are told */

enum standing {
    STANDING_OK,
    STANDING_WARNING, /* it works, and should be changed */
    STANDING_WRONG,   /* it does not work */
};

struct remark {
    enum standing standing;
    struct str about; /* "source prometheus" */
    struct str text;  /* what is, with what to do about it */
};

struct doctor {
    struct arena *arena;
    const struct config *config; /* as standard where there is no file, or none that can be read */
    struct str data;             /* the server's folder */
    int64_t tokens;              /* -1: nobody could say */
    struct remark remarks[REMARKS_MAX];
    uint32_t count;
};

void doctor_say(struct doctor *doctor, enum standing standing, const char *about,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The folder, its ledger, libraries, git, the kernel and the clock. */
void doctor_look_at_machine(struct doctor *doctor);

/* Sources, who is told, where it listens, and who may come in. Asks the sources, as `sources test`
 * does. */
void doctor_look_around(struct doctor *doctor);
