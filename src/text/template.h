/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a log line says besides its template: the place in the code it comes from, what was thrown,
 * whether it tells of a failure; and the SQL pattern that the lines of a template match.
 */
#pragma once

#include "base/str.h"

struct arena;

/*
 * "db.Pool#31" or "app/orders.py:31" near the start of a line, or empty. A line that names its
 * place in the code is known by that place, whatever its text: one call site is one template.
 */
struct str template_place(struct str line);

/* The value of "message" or "msg" of a line that is JSON; the line itself where it is none. */
struct str template_message(struct str line);

/* The exception that the line names in its first 4 kB, such as java.io.IOException, or empty. */
struct str template_exception(struct str line);

/* By itself: names an error or an exception, or has a bad level. */
bool template_is_failing(struct str line, struct str level);

/*
 * SQL LIKE patterns, escaped with '\': of a template with <*> for its slots, and of the lines that
 * name a place and an exception (both parts of one line; the second may be empty).
 */
struct str template_like(struct arena *arena, struct str wild);
struct str template_like_place(struct arena *arena, struct str place, struct str exception);
