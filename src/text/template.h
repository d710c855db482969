/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The template of a log line: what its author wrote, without what the program filled in.
 *
 * A line that names its place in the code ("OrderService.java:31") is known by that place, the
 * level and the exceptions it names: one call site is one template, whatever its text. Of any other
 * line the words stay and what carries a digit or sits in a payload becomes <*>; no word is ever
 * merged with another, so that "started" and "paused" stay apart.
 */
#pragma once

#include "base/str.h"

struct arena;

struct template
{
    struct str text; /* "ERROR db.Pool#31" or "connection to <*> refused" */
    struct str like; /* an SQL LIKE pattern, escaped with '\', that the line matches */
    bool failing;    /* tells of a failure by itself: names an error or an exception */
};

/* `level` may be empty. The line may be any bytes; at most the first 4 kB are read. */
struct template template_of(struct arena *arena, struct str line, struct str level);

/* The exception that the line names, such as java.io.IOException, or empty. */
struct str template_exception(struct str line);

/* ERROR, FATAL and their like. */
bool template_level_is_bad(struct str level);
