/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One actor or one tool on a bundle, without a plan: for who writes one, or doubts what one says.
 *
 * single_open(), fill the inputs with single_default(), single_ask(), single_close().
 */
#pragma once

#include "actor/actor.h"
#include "agent/agent.h"
#include "engine/services.h"

struct single {
    const char *name;
    const struct signature *sig;
    const struct actor *actor; /* one of the two */
    const struct tool *tool;
    struct alert alert;
    struct casefile *casefile;
    struct services services;
    struct arena *arena;
};

/*
 * Opens a case for the bundle, and prepares it: what it asks about compares before with after, so
 * the onset is found first, if `name` is not the one that finds it. Before one that corrects, or
 * judges what others have found, all that can be found out without inputs is, and the verdict made.
 * False, with an open case or without: single_close() all the same.
 */
MUST_CHECK bool single_open(struct arena *arena, struct str bundle_path, const char *name,
                            struct clock clock, struct single *out, struct err *err);

/* `alert` and `onset` are the case's own where they are not given. */
void single_default(const struct single *single, const struct record *in);

MUST_CHECK bool single_ask(struct single *single, const struct record *in, struct record *out,
                           struct err *err);

void single_close(struct single *single);
