/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a database ran out of, or could not do.
 *
 * Who holds or opened most sessions of one that refuses one is as surely told as who holds a lock,
 * by its share.
 */
#include "actor/debug/inspection.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "store/telemetry.h"

#define BESIDE_OWNER 0.3 /* left of a shortage, where one service has most of what is short */
#define MOST 0.5         /* of the sessions of a database */

/* What each trouble says, and how surely it is a cause. */
static const struct {
    const char *name; /* as databases.troubles names it */
    enum finding finding;
    enum kind kind;
    const char *cause;
    double strength;
} troubles[] = {
    {"deadlock", FINDING_LOCKS, KIND_LOCKS, "transactions in it block each other for good", 0.5},
    {"lock_wait", FINDING_LOCKS, KIND_LOCKS, "statements in it wait for locks in vain", 0.4},
    {"connections", FINDING_CONNECTIONS, KIND_CAPACITY, "it has no connection left", 0.8},
    {"disk_full", FINDING_DISK, KIND_DISK, "its disk is full", 0.9},
    {"checkpoints", FINDING_DISK, KIND_DISK, "it writes checkpoints too often", 0.3},
    {"temporary_files", FINDING_QUERIES, KIND_SLOW_QUERIES, "its statements spill to disk", 0.3},
    {"autovacuum", FINDING_QUERIES, KIND_SLOW_QUERIES, "its tables are not vacuumed", 0.1},
    {"memory", FINDING_MEMORY, KIND_MEMORY, "it ran out of memory", 0.7},
    {"killed", FINDING_RESTART, KIND_CRASH, "a process of it was killed", 0.8},
    {"recovery", FINDING_RESTART, KIND_CRASH, "it had to recover", 0.5},
    {"corrupt", FINDING_DISK, KIND_DISK, "its files are damaged", 0.8},
};
#define TROUBLES_COUNT (sizeof troubles / sizeof *troubles)

static bool calls(const struct topology *topology, struct str caller, uint32_t callee)
{
    const uint32_t node = topology_find(topology, caller);
    return node != MAP_NONE && topology_has_edge(topology, node, callee);
}

/* Whom all clients call that quote this trouble, if that is one alone; else empty. */
static struct str common_callee(const struct topology *topology, const struct batch *rows,
                                struct str trouble)
{
    struct str found = STR("");
    for (uint32_t callee = 0; callee < topology->nodes.count; callee++) {
        bool by_all = true;
        for (size_t row = 0; row < rows->rows && by_all; row++)
            by_all = !str_eq(text_at(rows, row, "trouble"), trouble) ||
                     calls(topology, text_at(rows, row, "service"), callee);
        if (!by_all)
            continue;
        if (found.len > 0)
            return STR("");
        found = topology->nodes.keys[callee];
    }
    return found;
}

static bool is_told_by_server(const struct batch *rows, struct str trouble)
{
    for (size_t row = 0; row < rows->rows; row++)
        if (str_eq(text_at(rows, row, "trouble"), trouble) && count_at(rows, row, "of_server") &&
            count_at(rows, row, "since") > 0)
            return true;
    return false;
}

/* The database that a row is about; empty: that cannot be told. */
static struct str database_of(const struct inspection *work, const struct batch *rows, size_t row)
{
    const struct str trouble = text_at(rows, row, "trouble");
    if (count_at(rows, row, "of_server"))
        return text_at(rows, row, "service");
    if (is_told_by_server(rows, trouble))
        return STR("");
    return common_callee(&work->call->casefile->topology, rows, trouble);
}

static size_t trouble_number(struct str name)
{
    size_t i = 0;
    while (i < TROUBLES_COUNT && !str_eq(str_of(troubles[i].name), name))
        i++;
    return i;
}

static struct str trouble_query(struct inspection *work, const struct batch *rows, size_t row)
{
    struct arena *arena = work->call->scratch;
    const struct str onset = sql_time(arena, work->since_ns);
    return str_printf(arena,
                      "SELECT service, onset, count(*) FILTER (WHERE time >= onset) AS since, "
                      "count(*) FILTER (WHERE time < onset) AS before, arg_max(message, (time, "
                      "message)) AS line FROM (SELECT *, %s AS onset FROM logs WHERE service = %s "
                      "AND contains(message, %s)) GROUP BY service, onset",
                      onset.ptr, sql_quote(arena, text_at(rows, row, "service")).ptr,
                      sql_quote(arena, text_at(rows, row, "words")).ptr);
}

/* Lines about sessions, each with its process; and those of the owner, by its name in them. */
static struct str owner_query(struct inspection *work, struct str database, struct str owner,
                              int64_t at_ns)
{
    struct arena *arena = work->call->scratch;
    const struct str service = sql_quote(arena, database), name = sql_quote(arena, owner);
    const struct str at = sql_time(arena, at_ns), since = sql_time(arena, work->since_ns);
    return str_printf(
        arena,
        "WITH said AS (SELECT time, message, regexp_extract(message, '(?:\\[|pid=)([0-9]+)', 1) AS "
        "process, contains(message, 'connection authorized:') AS opens FROM logs WHERE service = "
        "%s "
        "AND (contains(message, 'connection authorized:') OR contains(message, "
        "'disconnection:'))), "
        "open AS (SELECT * FROM said a WHERE opens AND time <= %s AND NOT EXISTS (SELECT 1 FROM "
        "said b WHERE NOT b.opens AND b.process = a.process AND b.time >= a.time AND b.time <= "
        "%s)) SELECT %s AS service, %s AS owner, %s AS at, %s AS since, (SELECT count(*) FROM "
        "open) "
        "AS open_of, (SELECT count(*) FROM open WHERE contains(message, %s)) AS open, count(*) AS "
        "opened_of, count(*) FILTER (WHERE contains(message, %s)) AS opened FROM said WHERE opens "
        "AND time >= %s",
        service.ptr, at.ptr, at.ptr, service.ptr, name.ptr, at.ptr, since.ptr, name.ptr, name.ptr,
        since.ptr);
}

static struct str owner_claim(struct inspection *work, struct str database, struct str owner,
                              int64_t at_ns, bool open_known, const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    if (open_known)
        return str_printf(arena,
                          "`%.*s` held %lld of the %lld sessions of `%.*s` at %s, when one was "
                          "refused.",
                          STR_ARG(owner), (long long)count_at(seen, 0, "open"),
                          (long long)count_at(seen, 0, "open_of"), STR_ARG(database),
                          time_format_short(arena, at_ns).ptr);
    return str_printf(arena,
                      "`%.*s` opened %lld of the %lld sessions of `%.*s` since %s; one was refused "
                      "at %s.",
                      STR_ARG(owner), (long long)count_at(seen, 0, "opened"),
                      (long long)count_at(seen, 0, "opened_of"), STR_ARG(database),
                      inspection_since(work), time_format_short(arena, at_ns).ptr);
}

/* The share of a database's sessions: of those that were open, or else of those it opened. */
static double owned(const struct inspection *work, const struct batch *rows, size_t row)
{
    if (batch_column(rows, "open")->known[row]) {
        const double open = (double)count_at(rows, row, "open");
        return open < INSPECTION_TIMES_MIN ? 0 : open / (double)count_at(rows, row, "open_of");
    }
    const double opened = (double)count_at(rows, row, "opened");
    return opened < INSPECTION_TIMES_MIN
               ? 0
               : inspection_news(work, opened, (double)count_at(rows, row, "opened_before")) *
                     opened / (double)count_at(rows, row, "opened_of");
}

/* Whose sessions they were when a database first refused one. *told: somebody's. */
static bool tell_owner(struct inspection *work, struct str database, int64_t at_ns, bool *told,
                       struct err *err)
{
    struct record asked =
        record_new(work->call->scratch, agent_tool(STR("databases.sessions"))->sig.input);
    struct record answer;
    *record_at(&asked, "at") = value_time(at_ns);
    *record_at(&asked, "since") = value_time(work->since_ns);
    if (!agent_use_once(work->call, "databases.sessions", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "sessions")->rows, *seen;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str owner = text_at(rows, row, "owner");
        const double share = owned(work, rows, row);
        if (!str_eq(text_at(rows, row, "service"), database) || owner.len == 0 || share < MOST ||
            !inspection_wants(work, database, owner))
            continue;
        const struct str query = owner_query(work, database, owner, at_ns);
        if (!inspection_look(work, query, &seen, err))
            return false;
        inspection_add(
            work, (struct evidence){
                      .signal = SIGNAL_LOGS,
                      .finding = FINDING_CONNECTIONS,
                      .kind = KIND_CAPACITY,
                      .subject = owner,
                      .cause = STR("it holds most connections of a database that has none left"),
                      .onset_ns = at_ns,
                      .claim = owner_claim(work, database, owner, at_ns,
                                           batch_column(rows, "open")->known[row], seen),
                      .query = query,
                      .strength = INSPECTION_STRENGTH_HOLDER * share,
                  });
        if (!record_at(work->out, "holder")->known)
            *record_at(work->out, "holder") = value_text(owner);
        *told = true;
        break;
    }
    return true;
}

static bool tell_trouble(struct inspection *work, const struct batch *rows, size_t row,
                         size_t number, struct str database, struct err *err)
{
    struct arena *arena = work->call->scratch;
    const struct batch *seen;
    const struct str query = trouble_query(work, rows, row);
    if (!inspection_look(work, query, &seen, err))
        return false;
    if (seen->rows == 0)
        return true;
    if (!record_at(work->out, "trouble")->known)
        *record_at(work->out, "trouble") = value_text(str_of(troubles[number].cause));
    const int64_t first_ns = batch_column(rows, "first")->integers[row];
    bool owned_by_one = false;
    if (troubles[number].finding == FINDING_CONNECTIONS &&
        !tell_owner(work, database, first_ns, &owned_by_one, err))
        return false;
    inspection_add(work,
                   (struct evidence){
                       .signal = SIGNAL_LOGS,
                       .finding = troubles[number].finding,
                       .kind = troubles[number].kind,
                       .subject = database,
                       .cause = str_of(troubles[number].cause),
                       .onset_ns = first_ns,
                       .claim = str_printf(
                           arena, "`%s` logged `%s` %lld times since %s, and %lld times before.",
                           text_at(rows, row, "service").ptr, text_at(rows, row, "words").ptr,
                           (long long)count_at(seen, 0, "since"), inspection_since(work),
                           (long long)count_at(seen, 0, "before")),
                       .query = query,
                       .strength = troubles[number].strength * (owned_by_one ? BESIDE_OWNER : 1) *
                                   inspection_news(work, (double)count_at(seen, 0, "since"),
                                                   (double)count_at(seen, 0, "before")),
                   });
    return true;
}

bool inspection_troubles(struct inspection *work, struct err *err)
{
    const struct batch *rows;
    if (!inspection_ask(work, "databases.troubles", "troubles", work->since_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const size_t number = trouble_number(text_at(rows, row, "trouble"));
        const struct str database = database_of(work, rows, row);
        if (number == TROUBLES_COUNT || database.len == 0 ||
            !inspection_wants(work, database, database) ||
            inspection_news(work, (double)count_at(rows, row, "since"),
                            (double)count_at(rows, row, "before")) <= 0)
            continue;
        if (!tell_trouble(work, rows, row, number, database, err))
            return false;
    }
    return true;
}
