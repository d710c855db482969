/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person may do, with the command where one is sure to fit (actor/platform.h). The text is
 * an imperative without a stop, for the citation comes behind it.
 */
#pragma once

#include "actor/change.h"
#include "actor/platform.h"

struct remedy {
    struct str text;
    struct str command; /* empty: none is sure to fit */
    struct str undo;    /* of the command */
    struct str risk;    /* a sentence; may be empty */
};

/* The text with the name, quoted, in the place of its `@`. */
struct str remedy_words(struct arena *arena, const char *text, struct str name);

/* The last change of it: on the platform, where that keeps versions; else the commit. */
struct remedy remedy_roll_back(struct arena *arena, const struct platform *platform,
                               const struct told_change *change);

/*
 * The change of that id, which is held to have done it: on the platform only if the last version
 * brought it. `platform` may be of no name: nobody knows where it was brought to.
 */
struct remedy remedy_take_back(struct arena *arena, const struct platform *platform,
                               const struct told_change *change, struct str id, bool is_last);

/* Twice as many replicas. */
struct remedy remedy_scale_out(struct arena *arena, const struct platform *platform);

/* Without a command where the limit is not known. */
struct remedy remedy_more_memory(struct arena *arena, const struct platform *platform);

/* `text` says what for. */
struct remedy remedy_restart(struct arena *arena, const struct platform *platform,
                             const char *text);

/* Without a command where the instance is no pod. */
struct remedy remedy_replace(struct arena *arena, const struct platform *platform,
                             struct str instance);

/*
 * A command that ends those sessions of PostgreSQL which others wait for now, of the application or
 * user of that name; empty: the name is none that can be written down.
 */
struct str remedy_end_sessions(struct arena *arena, struct str application);
