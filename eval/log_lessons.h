/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates of logs with what is known of them: the level that their lines give themselves, and
 * whether they come with a fault. What the log expert is measured by, and learns from.
 *
 * Folders are loghub's, with a *_structured.csv in each, or sets of cases with logs.csv or
 * logs.jsonl. A system is what its own people have written: a folder of loghub; a set of cases; in
 * recordings of the gym, each program (PostgreSQL, nginx, Redis).
 *
 * The truth of a template is the level that most of its lines have, the worse one of two that are
 * as many. A line is taken without its header and its level. Levels that somebody has guessed from
 * the words of a line (a bundle's `level` where the line itself gives none) are no truth.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "expert/log/numbers.h"

#define ALARM_UNKNOWN (-1)

struct lesson {
    uint32_t system;           /* a number of lessons->systems */
    struct str line;           /* one of the template's */
    uint32_t lines[GRAVITIES]; /* how many have that level */
    uint32_t before, during;   /* lines of cases, in fault-free time and after the fault began */
    uint32_t alarms, quiet;    /* lines that an operator's label calls alerts, and others */
};

struct lessons {
    struct arena *arena;
    struct map systems;
    struct lesson *items; /* in the order of first sight */
    uint32_t count, room;
    struct map templates;
};

struct lessons lessons_new(struct arena *arena);

/* Adds what lies in that folder. To find nothing is an error. */
MUST_CHECK bool lessons_read(struct lessons *lessons, const char *folder, struct err *err);

/* Whether its lines have levels, and which. */
bool lesson_gravity(const struct lesson *lesson, enum gravity *out);

/* 1: it comes with incidents; 0: not; ALARM_UNKNOWN: nobody can say. */
int lesson_alarm(const struct lesson *lesson);
