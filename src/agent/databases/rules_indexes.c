/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements: whether an index is to blame that is missing, or there and not valid.
 *
 * It is where a plan reads a large table in full for a twentieth of its rows or less, and no index
 * begins with a column that is asked for. The rows that are left may be chosen by a filter, by a
 * join, or by being the first few of an order. Or it deletes what a large table points at, which is
 * then looked through for each row (the plan does not show that).
 */
#include "agent/databases/look.h"

#include "agent/databases/condition.h"
#include "base/arena.h"

#include <math.h>

#define STRENGTH_INDEX 0.95
#define LARGE_ROWS 5000.0 /* of fewer, reading all is as good */
#define KEPT_MAX 0.05     /* of the rows of a table; of more, an index helps little */

/* An index whose first column that is; is it valid? LOOK_NONE: there is none. */
static uint32_t index_on(const struct census *census, struct str relation, struct str column)
{
    uint32_t found = LOOK_NONE;
    struct str name = column, inner;
    str_split(&name, ' ', &inner); /* without DESC: it is read either way */
    const size_t bracket = str_find(inner, STR("("));
    for (uint32_t row = 0; row < census_rows(census, CENSUS_INDEXES); row++) {
        struct str columns = census_text(census, CENSUS_INDEXES, row, "columns"), first;
        if (!census_is(census, CENSUS_INDEXES, row, "partial", "f") ||
            !str_eq(census_text(census, CENSUS_INDEXES, row, "table"), relation) ||
            !str_split(&columns, ',', &first))
            continue;
        const bool same =
            bracket == STR_NPOS
                ? str_eq(first, inner)
                : str_starts(first, str_slice(inner, 0, bracket + 1)) &&
                      str_contains(first, str_slice(inner, bracket + 1, inner.len - 1));
        if (!same)
            continue;
        if (census_is(census, CENSUS_INDEXES, row, "valid", "t"))
            return row;
        found = row;
    }
    return found;
}

/* The node above it that has such a text; LOOK_NONE: there is none on the way up. */
static uint32_t above(const struct census *census, const struct look *look, uint32_t node,
                      const char *column)
{
    for (uint32_t steps = look->first; steps < look->end; steps++) {
        const double parent = census_real(census, CENSUS_PLANS, node, "parent");
        if (!(parent >= 0) || parent >= look->end - look->first)
            return LOOK_NONE;
        node = look->first + (uint32_t)parent;
        if (census_text(census, CENSUS_PLANS, node, column).len > 0)
            return node;
    }
    return LOOK_NONE;
}

/* The parent of a node; LOOK_NONE: it is the top. */
static uint32_t parent_of(const struct census *census, const struct look *look, uint32_t node)
{
    const double parent = census_real(census, CENSUS_PLANS, node, "parent");
    return parent >= 0 && parent < look->end - look->first ? look->first + (uint32_t)parent
                                                           : LOOK_NONE;
}

struct wanted {
    struct condition_columns columns;
    double kept; /* rows that are left */
};

/* The first rows of an order are wanted: of how many. */
static bool first_few(struct ailments *it, const struct look *look, uint32_t node,
                      struct wanted *out)
{
    const struct census *census = it->census;
    const uint32_t sort = above(census, look, node, "sort");
    uint32_t limit = sort;
    for (int steps = 0; limit != LOOK_NONE && steps < 2;
         steps++) { /* there may be a gather between */
        limit = parent_of(census, look, limit);
        if (limit != LOOK_NONE && census_is(census, CENSUS_PLANS, limit, "node", "Limit"))
            break;
    }
    if (limit == LOOK_NONE || !census_is(census, CENSUS_PLANS, limit, "node", "Limit"))
        return false;
    out->columns = condition_sorted(it->arena, census_text(census, CENSUS_PLANS, sort, "sort"),
                                    census_text(census, CENSUS_PLANS, node, "alias"));
    /* of a LIMIT that is a parameter, a tenth is planned */
    out->kept = fmin(look_rows(census, limit), look_gives(census, look));
    return out->columns.count > 0;
}

/* What an index would have to begin with, so that few rows of the table need be read. */
static bool wanted_of(struct ailments *it, const struct look *look, uint32_t node, double rows,
                      struct wanted *out)
{
    const struct census *census = it->census;
    const struct str alias = census_text(census, CENSUS_PLANS, node, "alias");
    const double most = KEPT_MAX * rows;
    *out = (struct wanted){.columns = condition_columns(
                               it->arena, census_text(census, CENSUS_PLANS, node, "filter"), alias),
                           .kept = look_rows(census, node)};
    if (out->columns.count > 0 && out->kept <= most)
        return true;
    const uint32_t join = above(census, look, node, "join");
    if (join != LOOK_NONE && look_rows(census, join) <= most) {
        out->columns =
            condition_columns(it->arena, census_text(census, CENSUS_PLANS, join, "join"), alias);
        out->kept = look_rows(census, join);
        return out->columns.count > 0;
    }
    return first_few(it, look, node, out) && out->kept <= most;
}

static void tell_index(struct ailments *it, const struct look *look, struct str relation,
                       double rows, const struct wanted *wanted, uint32_t invalid)
{
    const struct census *census = it->census;
    const struct str object =
        invalid == LOOK_NONE ? relation : census_text(census, CENSUS_INDEXES, invalid, "index");
    const enum ailment_cause cause =
        invalid == LOOK_NONE ? AILMENT_NO_INDEX : AILMENT_INVALID_INDEX;
    struct str statement;
    struct ailment *ailment =
        look_blame(it, look, cause, object, STRENGTH_INDEX * look->harm * (1 - wanted->kept / rows),
                   &statement);
    if (!ailment)
        return;
    ailment->columns = condition_key(it->arena, &wanted->columns);
    look_session(it, look, ailment);
    const struct str table = census_query(
        it->arena, census, CENSUS_TABLES,
        "{table} AS \"table\", greatest({#live}, {#planned_rows}) AS rows", "table", relation, "");
    ailment->query = look_and(it, ailment->query, table);
    ailment->claim = str_printf(
        it->arena, "In `%s` %.*s; by its plan all of the %.0f rows of `%.*s` were read each time.",
        census->service.ptr, STR_ARG(statement), rows, STR_ARG(relation));
    if (invalid == LOOK_NONE)
        return;
    ailment->query =
        look_and(it, ailment->query,
                 census_query(it->arena, census, CENSUS_INDEXES,
                              "{index} AS index, {valid} AS valid", "index", object, ""));
    ailment->claim = str_printf(
        it->arena,
        "In `%s` %.*s; by its plan all of the %.0f rows of `%.*s` were read each time, for the "
        "index `%.*s` was not valid.",
        census->service.ptr, STR_ARG(statement), rows, STR_ARG(relation), STR_ARG(object));
}

/* Who deletes a row has all rows looked at that may point at it. */
static bool blame_pointers(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    bool found = false;
    if (!census_is(census, CENSUS_PLANS, look->first, "node", "Delete"))
        return false;
    const struct str parent = census_text(census, CENSUS_PLANS, look->first, "table");
    for (uint32_t key = 0; key < census_rows(census, CENSUS_FOREIGN_KEYS); key++) {
        const struct str child = census_text(census, CENSUS_FOREIGN_KEYS, key, "table");
        struct str columns = census_text(census, CENSUS_FOREIGN_KEYS, key, "columns"), first;
        const uint32_t table = look_table(census, child);
        if (!look_same_name(census_text(census, CENSUS_FOREIGN_KEYS, key, "parent"), parent) ||
            table == LOOK_NONE || !(look_table_rows(census, table) >= LARGE_ROWS) ||
            !str_split(&columns, ',', &first) || index_on(census, child, first) != LOOK_NONE)
            continue;
        struct str statement;
        struct ailment *ailment =
            look_blame(it, look, AILMENT_NO_INDEX, child, STRENGTH_INDEX * look->harm, &statement);
        found = true;
        if (!ailment)
            continue;
        ailment->columns = census_text(census, CENSUS_FOREIGN_KEYS, key, "columns");
        ailment->claim = str_printf(
            it->arena,
            "In `%s` %.*s; `%.*s` points at what it deletes by `%.*s`, has %.0f rows and "
            "no index of that.",
            census->service.ptr, STR_ARG(statement), STR_ARG(child), STR_ARG(ailment->columns),
            look_table_rows(census, table));
        ailment->query = look_and(
            it,
            look_and(it, ailment->query,
                     census_query(it->arena, census, CENSUS_FOREIGN_KEYS,
                                  "{table} AS \"table\", {columns} AS columns", "table", child,
                                  "")),
            census_query(it->arena, census, CENSUS_TABLES,
                         "greatest({#live}, {#planned_rows}) AS rows", "table", child, ""));
    }
    return found;
}

static bool blame_index(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    bool found = false;
    for (uint32_t node = look->first; node < look->end; node++) {
        const uint32_t table = look_table(census, census_text(census, CENSUS_PLANS, node, "table"));
        const struct str relation = census_text(census, CENSUS_TABLES, table, "table");
        struct wanted wanted;
        if (table == LOOK_NONE || !census_is(census, CENSUS_PLANS, node, "node", "Seq Scan"))
            continue;
        const double rows = look_table_rows(census, table);
        if (!(rows >= LARGE_ROWS) || !wanted_of(it, look, node, rows, &wanted))
            continue;
        uint32_t invalid = LOOK_NONE;
        bool served = false;
        for (uint32_t i = 0; i < wanted.columns.count; i++) {
            const uint32_t index = index_on(census, relation, wanted.columns.items[i].text);
            if (index == LOOK_NONE)
                continue;
            if (census_is(census, CENSUS_INDEXES, index, "valid", "t"))
                served = true;
            else
                invalid = index;
        }
        if (served)
            continue;
        tell_index(it, look, relation, rows, &wanted, invalid);
        found = true;
    }
    return found;
}

bool rules_indexes(struct ailments *it, const struct look *look)
{
    return blame_index(it, look) || blame_pointers(it, look);
}
