/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions: who holds what others wait for, who is idle in a transaction, whether there is room for
 * another one.
 *
 * A transaction that is idle does harm where somebody waits for it, or where a table was vacuumed
 * while it was open and dead rows stayed: its snapshot may still see them. Where neither shows,
 * five minutes are long: no program thinks for so long between two statements.
 */
#include "agent/databases/rules.h"

#include "base/arena.h"

#include <math.h>

#define STRENGTH_WAIT 0.95
#define STRENGTH_SNAPSHOT 0.9
#define STRENGTH_ROOM 0.95
#define STRENGTH_LONG 0.5

#define WAIT_MIN_MS 1000.0 /* as deadlock_timeout: before that PostgreSQL itself does not look */
#define WAIT_HALF_MS 500.0 /* above that: half as sure */
#define LONG_S 300.0
#define ROOM_LEFT 0.1 /* of all connections; less is none for a deploy or a pool that grows */
#define MOST 0.5      /* of the sessions */

static struct str session_name(struct arena *arena, struct str application, struct str process)
{
    return str_printf(arena, "%.*s/%.*s", STR_ARG(application), STR_ARG(process));
}

static bool is_idle(struct str state)
{
    return str_starts(state, STR("idle in transaction"));
}

/* ---- waits ---- */

struct queue {
    uint32_t waiters;
    double longest_ms;
};

static struct queue queue_of(const struct census *census, struct str end)
{
    struct queue queue = {0};
    for (uint32_t row = 0; row < census_rows(census, CENSUS_WAITS); row++)
        if (str_eq(census_text(census, CENSUS_WAITS, row, "end_pid"), end)) {
            queue.waiters++;
            queue.longest_ms =
                fmax(queue.longest_ms, census_real(census, CENSUS_WAITS, row, "waited_ms"));
        }
    return queue;
}

static void find_holder(struct ailments *it, uint32_t row, struct str end)
{
    const struct census *census = it->census;
    const struct queue queue = queue_of(census, end);
    const struct str state = census_text(census, CENSUS_WAITS, row, "end_state");
    const struct str application = census_text(census, CENSUS_WAITS, row, "end_application");
    const struct str name = session_name(it->arena, application, end);
    const double open_s = census_real(census, CENSUS_WAITS, row, "end_open_s");
    if (queue.longest_ms < WAIT_MIN_MS || ailments_have(it, AILMENT_LOCK_CHAIN, name) ||
        ailments_have(it, AILMENT_IDLE_HOLDER, name))
        return;
    const double beyond = queue.longest_ms - WAIT_MIN_MS;
    struct ailment *ailment =
        ailments_add(it, is_idle(state) ? AILMENT_IDLE_HOLDER : AILMENT_LOCK_CHAIN,
                     STRENGTH_WAIT * (0.5 + 0.5 * beyond / (beyond + WAIT_HALF_MS)) *
                         (1 - 0.3 / (double)queue.waiters));
    if (!ailment)
        return;
    ailment->object = name;
    ailment->process = end;
    ailment->application = application;
    ailment->started = census_text(census, CENSUS_WAITS, row, "end_started");
    ailment->claim = str_printf(
        it->arena,
        "Session `%s` of `%s`, which was `%s`, had its transaction open for %.1f s, and %u "
        "sessions waited for its locks or behind those that did, the longest for %.0f ms.",
        name.ptr, census->service.ptr, state.ptr, isnan(open_s) ? 0 : open_s, queue.waiters,
        queue.longest_ms);
    ailment->query = census_query(
        it->arena, census, CENSUS_WAITS,
        "max({end_application} || '/' || {end_pid}) AS session, max({end_state}) AS state, "
        "coalesce(max({#end_open_s}), 0) AS open_s, count(*) AS waiters, max({#waited_ms}) AS "
        "waited_ms",
        "end_pid", end, "");
}

/* ---- idle in a transaction ---- */

/* A table that was vacuumed since, and still has more dead rows than make autovacuum come. */
static uint32_t kept_dead(const struct census *census, double open_s)
{
    uint32_t row = 0;
    for (; row < census_rows(census, CENSUS_TABLES); row++)
        if (census_real(census, CENSUS_TABLES, row, "vacuumed_s") < open_s &&
            census_real(census, CENSUS_TABLES, row, "dead") >
                census_real(census, CENSUS_TABLES, row, "vacuum_at"))
            break;
    return row;
}

static void find_idle(struct ailments *it, uint32_t row)
{
    static const char what[] =
        "{application} || '/' || {pid} AS session, {#state_s} AS idle_s, {#open_s} AS open_s, "
        "{#transactions_since} AS transactions_since";
    const struct census *census = it->census;
    const double open_s = census_real(census, CENSUS_TRANSACTIONS, row, "open_s");
    const double idle_s = census_real(census, CENSUS_TRANSACTIONS, row, "state_s");
    const double since = census_real(census, CENSUS_TRANSACTIONS, row, "transactions_since");
    const struct str process = census_text(census, CENSUS_TRANSACTIONS, row, "pid");
    const struct str application = census_text(census, CENSUS_TRANSACTIONS, row, "application");
    const struct str name = session_name(it->arena, application, process);
    if (!is_idle(census_text(census, CENSUS_TRANSACTIONS, row, "state")) ||
        ailments_have(it, AILMENT_IDLE_HOLDER, name))
        return;
    const uint32_t table = kept_dead(census, open_s);
    const bool keeps = since > 0 && table < census_rows(census, CENSUS_TABLES);
    if (!keeps && !(idle_s >= LONG_S))
        return;
    struct ailment *ailment = ailments_add(it, keeps ? AILMENT_IDLE_SNAPSHOT : AILMENT_IDLE_LONG,
                                           keeps ? STRENGTH_SNAPSHOT * since / (since + 1)
                                                 : STRENGTH_LONG * idle_s / (idle_s + LONG_S));
    if (!ailment)
        return;
    ailment->object = name;
    ailment->process = process;
    ailment->application = application;
    ailment->started = census_text(census, CENSUS_TRANSACTIONS, row, "started");
    ailment->query = census_query(it->arena, census, CENSUS_TRANSACTIONS, what, "pid", process, "");
    ailment->claim = str_printf(it->arena,
                                "Session `%s` of `%s` had been idle for %.1f s in a transaction "
                                "that was open for %.1f s.",
                                name.ptr, census->service.ptr, idle_s, open_s);
    if (!keeps)
        return;
    const struct str relation = census_text(census, CENSUS_TABLES, table, "table");
    ailment->relation = relation;
    ailment->claim = str_printf(
        it->arena,
        "Session `%s` of `%s` had been idle for %.1f s in a transaction that was open for %.1f s; "
        "`%s` was vacuumed %.1f s before, and kept %.0f dead rows.",
        name.ptr, census->service.ptr, idle_s, open_s, relation.ptr,
        census_real(census, CENSUS_TABLES, table, "vacuumed_s"),
        census_real(census, CENSUS_TABLES, table, "dead"));
    ailment->query = str_printf(
        it->arena, "SELECT * FROM (%s) a, (%s) b", ailment->query.ptr,
        census_query(it->arena, census, CENSUS_TABLES,
                     "{table} AS \"table\", {#vacuumed_s} AS vacuumed_s, {#dead} AS dead", "table",
                     relation, "")
            .ptr);
}

/* ---- room ---- */

/* Whose sessions are most, among those that count; the row of its first in `sessions`. */
static uint32_t most_of(const struct census *census, const char *column, struct str name,
                        double *count)
{
    uint32_t most = 0;
    *count = 0;
    for (uint32_t row = 0; row < census_rows(census, CENSUS_SESSIONS); row++) {
        double sum = 0;
        const struct str application = census_text(census, CENSUS_SESSIONS, row, "application");
        for (uint32_t other = 0; other < census_rows(census, CENSUS_SESSIONS); other++)
            if (str_eq(census_text(census, CENSUS_SESSIONS, other, "application"), application) &&
                (!column || str_eq(census_text(census, CENSUS_SESSIONS, other, column), name)))
                sum += census_real(census, CENSUS_SESSIONS, other, "sessions");
        if (sum > *count) {
            *count = sum;
            most = row;
        }
    }
    return most;
}

/* `column` and `name`: only those sessions count; NULL: all. */
static void find_room(struct ailments *it, double sessions, double room, const char *column,
                      struct str name)
{
    const struct census *census = it->census;
    double count;
    const uint32_t row = most_of(census, column, name, &count);
    if (!(room > 0) || !(room - sessions <= ROOM_LEFT * room) || count <= 0)
        return;
    const struct str application = census_text(census, CENSUS_SESSIONS, row, "application");
    const double share = fmin(1, count / fmax(sessions, 1));
    struct ailment *ailment = ailments_add(it, AILMENT_CONNECTIONS,
                                           STRENGTH_ROOM * (share >= MOST ? 1 : 0.5 + 0.5 * share));
    if (!ailment)
        return;
    const struct str of =
        column ? str_printf(it->arena, " that %s `%.*s` may have", column, STR_ARG(name)) : STR("");
    ailment->object = application;
    ailment->application = application;
    ailment->started = census_text(census, CENSUS_SERVER, 0, "asked_at");
    ailment->claim = str_printf(
        it->arena, "`%s` had %.0f of the %.0f sessions%s open, and `%s` held %.0f of these.",
        census->service.ptr, sessions, room, of.ptr, application.ptr, count);
    const struct str held = census_query(
        it->arena, census, CENSUS_SESSIONS,
        "max({application}) AS application, sum({#sessions}) AS held", "application", application,
        column ? str_printf(it->arena, " AND {%s} = '%.*s'", column, STR_ARG(name)).ptr : "");
    const struct str all =
        column ? census_query(it->arena, census, CENSUS_BOUNDS,
                              "{name} AS name, {#room} AS room, {#sessions} AS sessions", "name",
                              name, "")
               : census_query(it->arena, census, CENSUS_SERVER,
                              "{#room} AS room, {#sessions} AS sessions", "database",
                              census_text(census, CENSUS_SERVER, 0, "database"), "");
    ailment->query = str_printf(it->arena, "SELECT * FROM (%s) a, (%s) b", held.ptr, all.ptr);
}

static bool is_plain(struct str name)
{
    return !str_contains(name, STR("'")) && !str_contains(name, STR("{"));
}

void rules_sessions(struct ailments *it)
{
    const struct census *census = it->census;
    for (uint32_t row = 0; row < census_rows(census, CENSUS_WAITS); row++)
        find_holder(it, row, census_text(census, CENSUS_WAITS, row, "end_pid"));
    for (uint32_t row = 0; row < census_rows(census, CENSUS_TRANSACTIONS); row++)
        find_idle(it, row);
    find_room(it, census_real(census, CENSUS_SERVER, 0, "sessions"),
              census_real(census, CENSUS_SERVER, 0, "room"), NULL, STR(""));
    for (uint32_t row = 0; row < census_rows(census, CENSUS_BOUNDS); row++) {
        const struct str name = census_text(census, CENSUS_BOUNDS, row, "name");
        if (is_plain(name))
            find_room(it, census_real(census, CENSUS_BOUNDS, row, "sessions"),
                      census_real(census, CENSUS_BOUNDS, row, "room"),
                      census_is(census, CENSUS_BOUNDS, row, "of", "role") ? "role" : "database",
                      name);
    }
}
