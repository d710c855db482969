/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements: which of them cost what they need not, and why, by their plans.
 *
 * Only statements that do harm are looked at: what runs for a second or more and usually does not,
 * or what takes a tenth of all time that is spent on statements. Of such a one, in this order:
 *
 *  1. It reads a large table in full for a twentieth of its rows or less, and no index begins with
 *     a column that it asks for: one is missing, or there and not valid. The rows that are left
 *     may be chosen by a filter, by a join, or by being the first few of an order. Or it deletes
 *     what a large table points at, which is then looked through for each row (the plan does not
 *     show that).
 *  2. A table in its plan has changed since it was analysed by more than makes autovacuum analyse
 *     it: it was planned for another table.
 *  3. It gives many times the rows that were planned, by two or more columns of one table: these
 *     were taken for independent (Ioannidis and Christodoulakis, On the propagation of errors in
 *     the size of join results, 1991).
 *  4. Nothing of that: what it asks for is much.
 *
 * A setting that forbids the planner a way is told for itself: the plan of a session with other
 * settings does not show it.
 */
#include "agent/databases/ailment.h"

#include "agent/databases/condition.h"
#include "base/arena.h"

#include <math.h>

#define STRENGTH_INDEX 0.95
#define STRENGTH_STALE 0.9
#define STRENGTH_MISESTIMATE 0.8
#define STRENGTH_STATEMENT 0.8
#define STRENGTH_SETTING 0.6 /* by itself; the rest by what statements suffer */

#define SHARE_MIN 0.1   /* of the time of all statements */
#define CALLS_MIN 5     /* fewer are no habit */
#define MEAN_MIN_MS 0.5 /* less is paid for the way to the server */
#define RAN_HALF_S 4.0

#define LARGE_ROWS 5000.0 /* of fewer, reading all is as good */
#define KEPT_MAX 0.05     /* of the rows of a table; of more, an index helps little */

#define STALE_BEHIND 2.0 /* times what makes autovacuum analyse it */
#define STALE_SHARE 0.5  /* of its rows have changed ... */
#define STALE_SIZE 2.0   /* ... or it is so many times larger or smaller than planned for */
#define STALE_SAME_SIZE 0.6
#define WRONG_MIN 20.0 /* times the rows that were planned */

#define LEFT_OF_EXPLAINED 0.2 /* of a slow statement whose plan tells why */
#define SETTING_TIMES 10.0    /* the usual cost of something */
#define QUOTE_BYTES_MAX 70

#define PLANS CENSUS_PLANS
#define NONE UINT32_MAX

/* A plan that is looked at, and why. */
struct look {
    struct str of;
    uint32_t first, end; /* its rows in `plans` */
    uint32_t running;    /* its row there; NONE: it does not run */
    uint32_t statement;  /* its row there; NONE: there are no statistics of it */
    double harm;         /* 0 to 1 */
};

/* ---- harm ---- */

static double total_ms(const struct census *census)
{
    double sum = 0;
    for (uint32_t row = 0; row < census_rows(census, CENSUS_STATEMENTS); row++)
        sum += fmax(0, census_real(census, CENSUS_STATEMENTS, row, "total_ms"));
    return sum;
}

/* What runs and stands still waits for its client, or sleeps. */
static bool is_working(const struct census *census, uint32_t row)
{
    return !census_is(census, CENSUS_RUNNING, row, "waits_for", "Client") &&
           !census_is(census, CENSUS_RUNNING, row, "waits_for", "Timeout");
}

static double harm_of_running(const struct census *census, uint32_t row)
{
    const double ran_s = census_real(census, CENSUS_RUNNING, row, "ran_ms") / 1000;
    if (!(ran_s > 0) || census_is(census, CENSUS_RUNNING, row, "usual", "t") ||
        !is_working(census, row))
        return 0;
    return 0.4 + 0.6 * ran_s / (ran_s + RAN_HALF_S);
}

static double harm_of_statement(const struct census *census, uint32_t row)
{
    const double all = total_ms(census);
    const double share =
        all > 0 ? census_real(census, CENSUS_STATEMENTS, row, "total_ms") / all : 0;
    if (!(share >= SHARE_MIN) ||
        !(census_real(census, CENSUS_STATEMENTS, row, "calls") >= CALLS_MIN) ||
        !(census_real(census, CENSUS_STATEMENTS, row, "mean_ms") >= MEAN_MIN_MS))
        return 0;
    return sqrt(share);
}

static struct look look_at(const struct census *census, uint32_t first)
{
    struct look look = {.of = census_text(census, PLANS, first, "of"), .first = first};
    look.end = first;
    while (look.end < census_rows(census, PLANS) &&
           str_eq(census_text(census, PLANS, look.end, "of"), look.of))
        look.end++;
    look.running = census_find(census, CENSUS_RUNNING, "pid", look.of);
    look.statement = census_find(census, CENSUS_STATEMENTS, "id", look.of);
    if (look.running == census_rows(census, CENSUS_RUNNING))
        look.running = NONE;
    if (look.statement == census_rows(census, CENSUS_STATEMENTS))
        look.statement = NONE;
    if (look.running != NONE)
        look.harm = harm_of_running(census, look.running);
    else if (look.statement != NONE)
        look.harm = harm_of_statement(census, look.statement);
    return look;
}

/* ---- words ---- */

/* The start of a statement as it can stand in a claim: whole characters, no quotation mark. */
static struct str quote(struct str text)
{
    size_t len = text.len < QUOTE_BYTES_MAX ? text.len : QUOTE_BYTES_MAX;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    text = str_slice(text, 0, len);
    const size_t mark = str_find(text, STR("`"));
    return str_trim(str_slice(text, 0, mark == STR_NPOS ? text.len : mark));
}

/* Which statement, and how long it takes; `*query` bears that out. */
static struct str told(struct ailments *it, const struct look *look, struct str *query)
{
    const struct census *census = it->census;
    if (look->running != NONE) {
        *query = census_query(it->arena, census, CENSUS_RUNNING,
                              "{statement} AS statement, {application} || '/' || {pid} AS "
                              "session, {#ran_ms} AS ran_ms",
                              "pid", look->of, "");
        return str_printf(
            it->arena, "`%.*s` of session `%.*s/%.*s` had run for %.0f ms",
            STR_ARG(quote(census_text(census, CENSUS_RUNNING, look->running, "statement"))),
            STR_ARG(census_text(census, CENSUS_RUNNING, look->running, "application")),
            STR_ARG(look->of), census_real(census, CENSUS_RUNNING, look->running, "ran_ms"));
    }
    *query = census_query(it->arena, census, CENSUS_STATEMENTS,
                          "{statement} AS statement, {#calls} AS calls, {#total_ms} AS total_ms",
                          "id", look->of, "");
    return str_printf(
        it->arena, "`%.*s` was run %.0f times, for %.0f ms in all",
        STR_ARG(quote(census_text(census, CENSUS_STATEMENTS, look->statement, "statement"))),
        census_real(census, CENSUS_STATEMENTS, look->statement, "calls"),
        census_real(census, CENSUS_STATEMENTS, look->statement, "total_ms"));
}

static struct str both(struct ailments *it, struct str one, struct str other)
{
    return str_printf(it->arena, "SELECT * FROM (%s) a, (%s) b", one.ptr, other.ptr);
}

static void of_session(struct ailments *it, const struct look *look, struct ailment *ailment)
{
    if (look->running == NONE)
        return;
    ailment->process = look->of;
    ailment->application = census_text(it->census, CENSUS_RUNNING, look->running, "application");
    ailment->started = census_text(it->census, CENSUS_RUNNING, look->running, "since");
}

/* ---- 1. an index that is missing ---- */

/* The same name, be it in quotes or not: a plan quotes no words that SQL keeps for itself. */
static bool is_same_name(struct str a, struct str b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        i += i < a.len && a.ptr[i] == '"';
        j += j < b.len && b.ptr[j] == '"';
        if (i >= a.len || j >= b.len)
            return i >= a.len && j >= b.len;
        if (a.ptr[i] != b.ptr[j])
            return false;
    }
}

/* The row of a plan's table in `tables`; NONE: it is none of the user's. */
static uint32_t table_row(const struct census *census, struct str relation)
{
    for (uint32_t row = 0; relation.len > 0 && row < census_rows(census, CENSUS_TABLES); row++)
        if (is_same_name(census_text(census, CENSUS_TABLES, row, "table"), relation))
            return row;
    return NONE;
}

/* An index whose first column that is; is it valid? NONE: there is none. */
static uint32_t index_on(const struct census *census, struct str relation, struct str column)
{
    uint32_t found = NONE;
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

/* The node above it that has such a text; NONE: there is none on the way up. */
static uint32_t above(const struct census *census, const struct look *look, uint32_t node,
                      const char *column)
{
    for (uint32_t steps = look->first; steps < look->end; steps++) {
        const double parent = census_real(census, PLANS, node, "parent");
        if (!(parent >= 0) || parent >= look->end - look->first)
            return NONE;
        node = look->first + (uint32_t)parent;
        if (census_text(census, PLANS, node, column).len > 0)
            return node;
    }
    return NONE;
}

struct wanted {
    struct condition_columns columns;
    double kept; /* rows that are left */
};

static double rows_of(const struct census *census, uint32_t node)
{
    return census_real(census, PLANS, node, "rows");
}

/* The parent of a node; NONE: it is the top. */
static uint32_t parent_of(const struct census *census, const struct look *look, uint32_t node)
{
    const double parent = census_real(census, PLANS, node, "parent");
    return parent >= 0 && parent < look->end - look->first ? look->first + (uint32_t)parent : NONE;
}

/* How many rows it gives each time, by the statistics; INFINITY: that is not known. */
static double given(const struct census *census, const struct look *look)
{
    if (look->statement == NONE)
        return INFINITY;
    const double calls = census_real(census, CENSUS_STATEMENTS, look->statement, "calls");
    const double rows = census_real(census, CENSUS_STATEMENTS, look->statement, "rows");
    return calls > 0 && rows >= 0 ? rows / calls : INFINITY;
}

/* The first rows of an order are wanted: of how many. */
static bool first_few(struct ailments *it, const struct look *look, uint32_t node,
                      struct wanted *out)
{
    const struct census *census = it->census;
    const uint32_t sort = above(census, look, node, "sort");
    uint32_t limit = sort;
    for (int steps = 0; limit != NONE && steps < 2; steps++) { /* there may be a gather between */
        limit = parent_of(census, look, limit);
        if (limit != NONE && census_is(census, PLANS, limit, "node", "Limit"))
            break;
    }
    if (limit == NONE || !census_is(census, PLANS, limit, "node", "Limit"))
        return false;
    out->columns = condition_sorted(it->arena, census_text(census, PLANS, sort, "sort"),
                                    census_text(census, PLANS, node, "alias"));
    /* of a LIMIT that is a parameter, a tenth is planned */
    out->kept = fmin(rows_of(census, limit), given(census, look));
    return out->columns.count > 0;
}

/* What an index would have to begin with, so that few rows of the table need be read. */
static bool wanted_of(struct ailments *it, const struct look *look, uint32_t node, double rows,
                      struct wanted *out)
{
    const struct census *census = it->census;
    const struct str alias = census_text(census, PLANS, node, "alias");
    const double most = KEPT_MAX * rows;
    *out = (struct wanted){
        .columns = condition_columns(it->arena, census_text(census, PLANS, node, "filter"), alias),
        .kept = rows_of(census, node)};
    if (out->columns.count > 0 && out->kept <= most)
        return true;
    const uint32_t join = above(census, look, node, "join");
    if (join != NONE && rows_of(census, join) <= most) {
        out->columns =
            condition_columns(it->arena, census_text(census, PLANS, join, "join"), alias);
        out->kept = rows_of(census, join);
        return out->columns.count > 0;
    }
    return first_few(it, look, node, out) && out->kept <= most;
}

static void tell_index(struct ailments *it, const struct look *look, struct str relation,
                       double rows, const struct wanted *wanted, uint32_t invalid)
{
    const struct census *census = it->census;
    const struct str object =
        invalid == NONE ? relation : census_text(census, CENSUS_INDEXES, invalid, "index");
    const enum ailment_cause cause = invalid == NONE ? AILMENT_NO_INDEX : AILMENT_INVALID_INDEX;
    if (ailments_have(it, cause, object))
        return;
    struct ailment *ailment =
        ailments_add(it, cause, STRENGTH_INDEX * look->harm * (1 - wanted->kept / rows));
    if (!ailment)
        return;
    struct str query;
    const struct str statement = told(it, look, &query);
    ailment->object = object;
    ailment->relation = object;
    ailment->columns = condition_key(it->arena, &wanted->columns);
    of_session(it, look, ailment);
    const struct str table = census_query(
        it->arena, census, CENSUS_TABLES,
        "{table} AS \"table\", greatest({#live}, {#planned_rows}) AS rows", "table", relation, "");
    ailment->query = both(it, query, table);
    ailment->claim = str_printf(
        it->arena, "In `%s` %.*s; by its plan all of the %.0f rows of `%.*s` were read each time.",
        census->service.ptr, STR_ARG(statement), rows, STR_ARG(relation));
    if (invalid == NONE)
        return;
    ailment->query = both(it, ailment->query,
                          census_query(it->arena, census, CENSUS_INDEXES,
                                       "{index} AS index, {valid} AS valid", "index", object, ""));
    ailment->claim = str_printf(
        it->arena,
        "In `%s` %.*s; by its plan all of the %.0f rows of `%.*s` were read each time, for the "
        "index `%.*s` was not valid.",
        census->service.ptr, STR_ARG(statement), rows, STR_ARG(relation), STR_ARG(object));
}

static double table_rows(const struct census *census, uint32_t table)
{
    return fmax(census_real(census, CENSUS_TABLES, table, "live"),
                census_real(census, CENSUS_TABLES, table, "planned_rows"));
}

/* Who deletes a row has all rows looked at that may point at it. */
static bool find_pointers(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    bool found = false;
    if (!census_is(census, PLANS, look->first, "node", "Delete"))
        return false;
    const struct str parent = census_text(census, PLANS, look->first, "table");
    for (uint32_t key = 0; key < census_rows(census, CENSUS_FOREIGN_KEYS); key++) {
        const struct str child = census_text(census, CENSUS_FOREIGN_KEYS, key, "table");
        struct str columns = census_text(census, CENSUS_FOREIGN_KEYS, key, "columns"), first;
        const uint32_t table = table_row(census, child);
        if (!is_same_name(census_text(census, CENSUS_FOREIGN_KEYS, key, "parent"), parent) ||
            table == NONE || !(table_rows(census, table) >= LARGE_ROWS) ||
            !str_split(&columns, ',', &first) || index_on(census, child, first) != NONE)
            continue;
        struct ailment *ailment =
            ailments_have(it, AILMENT_NO_INDEX, child)
                ? NULL
                : ailments_add(it, AILMENT_NO_INDEX, STRENGTH_INDEX * look->harm);
        found = true;
        if (!ailment)
            continue;
        struct str query;
        const struct str statement = told(it, look, &query);
        ailment->object = child;
        ailment->relation = child;
        ailment->columns = census_text(census, CENSUS_FOREIGN_KEYS, key, "columns");
        ailment->claim = str_printf(
            it->arena,
            "In `%s` %.*s; `%.*s` points at what it deletes by `%.*s`, has %.0f rows and "
            "no index of that.",
            census->service.ptr, STR_ARG(statement), STR_ARG(child), STR_ARG(ailment->columns),
            table_rows(census, table));
        ailment->query = both(
            it,
            both(it, query,
                 census_query(it->arena, census, CENSUS_FOREIGN_KEYS,
                              "{table} AS \"table\", {columns} AS columns", "table", child, "")),
            census_query(it->arena, census, CENSUS_TABLES,
                         "greatest({#live}, {#planned_rows}) AS rows", "table", child, ""));
    }
    return found;
}

/* True: an index is to blame, and told. */
static bool find_index(struct ailments *it, const struct look *look)
{
    const struct census *census = it->census;
    bool found = false;
    for (uint32_t node = look->first; node < look->end; node++) {
        const uint32_t table = table_row(census, census_text(census, PLANS, node, "table"));
        const struct str relation = census_text(census, CENSUS_TABLES, table, "table");
        struct wanted wanted;
        if (table == NONE || !census_is(census, PLANS, node, "node", "Seq Scan"))
            continue;
        const double rows = table_rows(census, table);
        if (!(rows >= LARGE_ROWS) || !wanted_of(it, look, node, rows, &wanted))
            continue;
        uint32_t invalid = NONE;
        bool served = false;
        for (uint32_t i = 0; i < wanted.columns.count; i++) {
            const uint32_t index = index_on(census, relation, wanted.columns.items[i].text);
            if (index == NONE)
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
    uint32_t worst = NONE;
    double most = 0;
    for (uint32_t node = look->first; node < look->end; node++) {
        const uint32_t table = table_row(census, census_text(census, PLANS, node, "table"));
        const double changed = table == NONE || staleness(census, table) <= 0
                                   ? 0
                                   : census_real(census, CENSUS_TABLES, table, "changed");
        if (changed > most) {
            most = changed;
            worst = table;
        }
    }
    if (worst == NONE)
        return false;
    const struct str relation = census_text(census, CENSUS_TABLES, worst, "table");
    struct ailment *ailment =
        ailments_have(it, AILMENT_STALE, relation)
            ? NULL
            : ailments_add(it, AILMENT_STALE,
                           STRENGTH_STALE * look->harm * staleness(census, worst));
    if (!ailment)
        return true;
    struct str query;
    const struct str statement = told(it, look, &query);
    ailment->object = relation;
    ailment->relation = relation;
    of_session(it, look, ailment);
    ailment->claim = str_printf(
        it->arena,
        "In `%s` %.*s; `%.*s`, which it reads, had %.0f rows, was planned for as having %.0f, and "
        "%.0f of them had changed since it was analysed.",
        census->service.ptr, STR_ARG(statement), STR_ARG(relation),
        census_real(census, CENSUS_TABLES, worst, "live"),
        census_real(census, CENSUS_TABLES, worst, "planned_rows"),
        census_real(census, CENSUS_TABLES, worst, "changed"));
    ailment->query = both(it, query,
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
    const struct str alias = census_text(census, PLANS, node, "alias");
    const struct condition_columns filter =
        condition_columns(it->arena, census_text(census, PLANS, node, "filter"), alias);
    const struct condition_columns condition =
        condition_columns(it->arena, census_text(census, PLANS, node, "condition"), alias);
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
    if (look->statement == NONE)
        return false;
    const double planned = fmax(1, rows_of(census, look->first));
    const double gave = given(census, look);
    while (node < look->end && !by_several(it, node, &columns))
        node++;
    if (node == look->end || !(gave >= WRONG_MIN * planned))
        return false;
    const struct str relation =
        census_text(census, CENSUS_TABLES,
                    table_row(census, census_text(census, PLANS, node, "table")), "table");
    struct ailment *ailment =
        relation.len == 0 || ailments_have(it, AILMENT_MISESTIMATE, relation)
            ? NULL
            : ailments_add(it, AILMENT_MISESTIMATE, STRENGTH_MISESTIMATE * look->harm);
    if (!ailment)
        return true;
    struct str query;
    const struct str statement = told(it, look, &query);
    ailment->object = relation;
    ailment->relation = relation;
    ailment->columns = condition_key(it->arena, &columns);
    ailment->claim = str_printf(
        it->arena, "In `%s` %.*s, and gave %.0f rows each time, where %.0f were planned of `%.*s`.",
        census->service.ptr, STR_ARG(statement), gave, rows_of(census, look->first),
        STR_ARG(census_text(census, PLANS, node, "table")));
    ailment->query =
        both(it,
             both(it, query,
                  census_query(it->arena, census, CENSUS_STATEMENTS, "{#rows} / {#calls} AS given",
                               "id", look->of, "")),
             census_query(it->arena, census, PLANS, "{table} AS \"table\", {#rows} AS planned",
                          "of", look->of, ""));
    return true;
}

/* ---- 4. much is asked ---- */

static void find_slow(struct ailments *it, uint32_t row, double left)
{
    const struct census *census = it->census;
    const double ran_s = census_real(census, CENSUS_RUNNING, row, "ran_ms") / 1000;
    const struct look look = {.of = census_text(census, CENSUS_RUNNING, row, "pid"),
                              .running = row,
                              .statement = NONE,
                              .harm = harm_of_running(census, row)};
    if (look.harm <= 0)
        return;
    struct ailment *ailment = ailments_add(
        it, AILMENT_STATEMENT, STRENGTH_STATEMENT * ran_s / (ran_s + RAN_HALF_S) * left);
    if (!ailment)
        return;
    const struct str statement = told(it, &look, &ailment->query);
    of_session(it, &look, ailment);
    ailment->object = str_printf(it->arena, "%.*s/%.*s", STR_ARG(ailment->application),
                                 STR_ARG(ailment->process));
    ailment->claim =
        str_printf(it->arena, "In `%s` %.*s.", census->service.ptr, STR_ARG(statement));
}

/* ---- settings ---- */

/* Whether such a value forbids the planner what it usually may do. */
static bool forbids(struct str name, struct str value, struct str usual)
{
    double is, was;
    if (str_starts(name, STR("enable_")))
        return str_eq(usual, STR("on")) && (str_eq(value, STR("off")) ||
                                            str_eq(value, STR("false")) || str_eq(value, STR("0")));
    if (str_ends(name, STR("_collapse_limit")))
        return str_eq(value, STR("1"));
    return str_ends(name, STR("_cost")) && str_to_real(value, &is) && str_to_real(usual, &was) &&
           was > 0 && (is >= SETTING_TIMES * was || is * SETTING_TIMES <= was);
}

static void find_setting(struct ailments *it, uint32_t row, double harm)
{
    const struct census *census = it->census;
    const struct str name = census_text(census, CENSUS_SETTINGS, row, "name");
    const struct str value = census_text(census, CENSUS_SETTINGS, row, "value");
    const struct str usual = census_text(census, CENSUS_SETTINGS, row, "usual");
    if (!forbids(name, value, usual))
        return;
    struct ailment *ailment =
        ailments_add(it, AILMENT_SETTING, STRENGTH_SETTING + (1 - STRENGTH_SETTING) * harm);
    if (!ailment)
        return;
    ailment->object = name;
    ailment->setting = name;
    ailment->value = value;
    ailment->role = census_text(census, CENSUS_SETTINGS, row, "role");
    ailment->of_database = census_text(census, CENSUS_SETTINGS, row, "database").len > 0;
    const struct str of = ailment->role.len > 0 ? str_printf(it->arena, " for the role `%.*s`",
                                                             STR_ARG(ailment->role))
                                                : STR("");
    ailment->claim =
        str_printf(it->arena, "`%.*s` in `%s` was `%.*s`%s, where it usually is `%.*s`.",
                   STR_ARG(name), census->service.ptr, STR_ARG(value), of.ptr, STR_ARG(usual));
    ailment->query = census_query(
        it->arena, census, CENSUS_SETTINGS,
        "{name} AS name, {value} AS value, {usual} AS usual, {role} AS role", "name", name, "");
}

void rules_plans(struct ailments *it)
{
    const struct census *census = it->census;
    bool explained[CENSUS_ROWS_MAX] = {false}; /* by row of `running` */
    double harm = 0;
    struct look look;
    for (uint32_t at = 0; at < census_rows(census, PLANS); at = look.end) {
        look = look_at(census, at);
        if (look.harm <= 0)
            continue;
        harm = fmax(harm, look.harm);
        const bool by_plan = find_index(it, &look) || find_pointers(it, &look) ||
                             find_stale(it, &look) || find_misestimate(it, &look);
        if (look.running != NONE)
            explained[look.running] = by_plan;
    }
    for (uint32_t row = 0; row < census_rows(census, CENSUS_RUNNING); row++)
        find_slow(it, row, explained[row] ? LEFT_OF_EXPLAINED : 1);
    for (uint32_t row = 0; row < census_rows(census, CENSUS_SETTINGS); row++)
        find_setting(it, row, harm);
}
