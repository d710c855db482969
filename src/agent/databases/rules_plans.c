/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements: which of them cost what they need not, and why, by their plans.
 *
 * Only statements that do harm are looked at (look.h). Of such a one, in this order:
 *
 *  1. An index is to blame (rules_indexes.c).
 *  2. A table in its plan has changed since it was analysed by more than makes autovacuum analyse
 *     it: it was planned for another table.
 *  3. It gives many times the rows that were planned, by two or more columns of one table: these
 *     were taken for independent (Ioannidis and Christodoulakis, On the propagation of errors in
 *     the size of join results, 1991).
 *  4. Nothing of that: what it asks for is much.
 */
#include "agent/databases/rules.h"

#include "agent/databases/condition.h"
#include "agent/databases/look.h"
#include "base/arena.h"

#include <math.h>

#define STRENGTH_STALE 0.9
#define STRENGTH_MISESTIMATE 0.8
#define STRENGTH_STATEMENT 0.8

#define STALE_BEHIND 2.0 /* times what makes autovacuum analyse it */
#define STALE_SHARE 0.5  /* of its rows have changed ... */
#define STALE_SIZE 2.0   /* ... or it is so many times larger or smaller than planned for */
#define STALE_SAME_SIZE 0.6
#define WRONG_MIN 20.0 /* times the rows that were planned */

#define LEFT_OF_EXPLAINED 0.2 /* of a slow statement whose plan tells why */

/* ---- 2. statistics that are out of date ---- */

/* 0: they are not; else how surely. */
static double staleness(const struct census *census, uint32_t table)
{
    const double live = census_real(census, CENSUS_TABLES, table, "live");
    const double planned = census_real(census, CENSUS_TABLES, table, "planned_rows");
    const double changed = census_real(census, CENSUS_TABLES, table, "changed");
    const double at = census_real(census, CENSUS_TABLES, table, "analyze_at");
    if (!(changed >= STALE_BEHIND * at) || !(changed >= STALE_SHARE * live))
        return 0;
    const bool another_size = fmax(live, planned) >= STALE_SIZE * fmax(1, fmin(live, planned)) ||
                              census_is(census, CENSUS_TABLES, table, "analyzed", "0");
    return another_size ? 1 : STALE_SAME_SIZE;
}

static bool find_stale(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    uint32_t worst = LOOK_NONE;
    double most = 0;
    for (uint32_t node = look->first; node < look->end; node++) {
        const uint32_t table = look_table(census, census_text(census, CENSUS_PLANS, node, "table"));
        const double changed = table == LOOK_NONE || staleness(census, table) <= 0
                                   ? 0
                                   : census_real(census, CENSUS_TABLES, table, "changed");
        if (changed > most) {
            most = changed;
            worst = table;
        }
    }
    if (worst == LOOK_NONE)
        return false;
    const struct str relation = census_text(census, CENSUS_TABLES, worst, "table");
    struct str statement;
    struct ailment *ailment =
        look_blame(it, look, AILMENT_STALE, relation,
                   STRENGTH_STALE * look->harm * staleness(census, worst), &statement);
    if (!ailment)
        return true;
    look_session(it, look, ailment);
    ailment->claim = str_printf(
        it->arena,
        "In `%s` %.*s; `%.*s`, which it reads, had %.0f rows, was planned for as having %.0f, and "
        "%.0f of them had changed since it was analysed.",
        census->service.ptr, STR_ARG(statement), STR_ARG(relation),
        census_real(census, CENSUS_TABLES, worst, "live"),
        census_real(census, CENSUS_TABLES, worst, "planned_rows"),
        census_real(census, CENSUS_TABLES, worst, "changed"));
    ailment->query =
        look_and(it, ailment->query,
                 census_query(it->arena, census, CENSUS_TABLES,
                              "{table} AS \"table\", {#live} AS live, {#planned_rows} AS "
                              "planned_rows, {#changed} AS changed",
                              "table", relation, ""));
    return true;
}

/* ---- 3. columns that go together ---- */

/* A node that keeps rows by values of two or more columns of its table. */
static bool by_several(struct ailments *it, uint32_t node, struct condition_columns *out)
{
    const struct census *census = it->census;
    const struct str alias = census_text(census, CENSUS_PLANS, node, "alias");
    const struct condition_columns filter =
        condition_columns(it->arena, census_text(census, CENSUS_PLANS, node, "filter"), alias);
    const struct condition_columns condition =
        condition_columns(it->arena, census_text(census, CENSUS_PLANS, node, "condition"), alias);
    *out = (struct condition_columns){0};
    for (uint32_t i = 0; i < filter.count + condition.count; i++) {
        const struct condition_column *column =
            i < filter.count ? &filter.items[i] : &condition.items[i - filter.count];
        if (column->is_equal && out->count < CONDITION_COLUMNS_MAX &&
            !str_contains(column->text, STR("(")))
            out->items[out->count++] = *column;
    }
    return out->count >= 2;
}

static bool find_misestimate(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    struct condition_columns columns;
    uint32_t node = look->first;
    if (look->statement == LOOK_NONE)
        return false;
    const double planned = fmax(1, look_rows(census, look->first));
    const double gave = look_gives(census, look);
    while (node < look->end && !by_several(it, node, &columns))
        node++;
    if (node == look->end || !(gave >= WRONG_MIN * planned))
        return false;
    const struct str relation =
        census_text(census, CENSUS_TABLES,
                    look_table(census, census_text(census, CENSUS_PLANS, node, "table")), "table");
    struct str statement;
    struct ailment *ailment = relation.len == 0
                                  ? NULL
                                  : look_blame(it, look, AILMENT_MISESTIMATE, relation,
                                               STRENGTH_MISESTIMATE * look->harm, &statement);
    if (!ailment)
        return true;
    ailment->columns = condition_key(it->arena, &columns);
    ailment->claim = str_printf(
        it->arena, "In `%s` %.*s, and gave %.0f rows each time, where %.0f were planned of `%.*s`.",
        census->service.ptr, STR_ARG(statement), gave, look_rows(census, look->first),
        STR_ARG(census_text(census, CENSUS_PLANS, node, "table")));
    ailment->query =
        look_and(it,
                 look_and(it, ailment->query,
                          census_query(it->arena, census, CENSUS_STATEMENTS,
                                       "{#rows} / {#calls} AS given", "id", look->of, "")),
                 census_query(it->arena, census, CENSUS_PLANS,
                              "{table} AS \"table\", {#rows} AS planned", "of", look->of, ""));
    return true;
}

/* ---- 4. much is asked ---- */

static void find_slow(struct ailments *it, uint32_t row, double left)
{
    const struct census *census = it->census;
    const double ran_s = census_real(census, CENSUS_RUNNING, row, "ran_ms") / 1000;
    const struct look look = {.of = census_text(census, CENSUS_RUNNING, row, "pid"),
                              .running = row,
                              .statement = LOOK_NONE,
                              .harm = look_harm(census, row)};
    if (look.harm <= 0)
        return;
    struct ailment *ailment = ailments_add(
        it, AILMENT_STATEMENT, STRENGTH_STATEMENT * ran_s / (ran_s + LOOK_RAN_HALF_S) * left);
    if (!ailment)
        return;
    const struct str statement = look_words(it, &look, &ailment->query);
    look_session(it, &look, ailment);
    ailment->object = str_printf(it->arena, "%.*s/%.*s", STR_ARG(ailment->application),
                                 STR_ARG(ailment->process));
    ailment->claim =
        str_printf(it->arena, "In `%s` %.*s.", census->service.ptr, STR_ARG(statement));
}

double rules_plans(struct ailments *it)
{
    const struct census *census = it->census;
    bool explained[CENSUS_ROWS_MAX] = {false}; /* by row of `running` */
    double harm = 0;
    struct look look;
    for (uint32_t at = 0; at < census_rows(census, CENSUS_PLANS); at = look.end) {
        look = look_at(census, at);
        if (look.harm <= 0)
            continue;
        harm = fmax(harm, look.harm);
        const bool by_plan =
            rules_indexes(it, &look) || find_stale(it, &look) || find_misestimate(it, &look);
        if (look.running != LOOK_NONE)
            explained[look.running] = by_plan;
    }
    for (uint32_t row = 0; row < census_rows(census, CENSUS_RUNNING); row++)
        find_slow(it, row, explained[row] ? LEFT_OF_EXPLAINED : 1);
    return harm;
}
