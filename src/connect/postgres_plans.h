/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which plan a PostgreSQL runs a statement: EXPLAIN without ANALYZE, so nothing is run, in a
 * session that only reads.
 *
 * A statement with parameters ($1), as pg_stat_statements keeps them, has a plan for any values: it
 * is prepared, plan_cache_mode is force_generic_plan, and EXPLAIN EXECUTE is given NULLs. That
 * works from PostgreSQL 12 on, while EXPLAIN (GENERIC_PLAN) does from 16. What it cannot plan,
 * since its text was cut or a value stands where no parameter can, has no plan.
 */
#pragma once

#include "base/buf.h"
#include "net/libpq.h"

struct postgres_plans {
    struct arena *arena;
    struct session *session;
    struct buf text;
};

/* What took most time of what is planned here: id and statement. */
extern const char postgres_costly[];

struct postgres_plans postgres_plans_new(struct arena *arena, struct session *session);

/* False: it has no plan. `of` is whose it is, the id of a process or of a statement. */
bool postgres_plans_add(struct postgres_plans *plans, struct str of, struct str statement);

/* A table of all nodes, parents before their children, with a line of names first. */
struct str postgres_plans_table(struct postgres_plans *plans);
