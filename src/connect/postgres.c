/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PostgreSQL that is asked itself, read-only: who waits for whose locks, what runs for long and
 * by which plan, which statements cost most, what state its sessions and tables are in.
 *
 * Its views say how it is now and not since when. What waits or runs becomes rows of logs in the
 * words that PostgreSQL has for it where it is told to log such things (log_lock_waits,
 * log_min_duration_statement), for these are the words that are understood; the rest becomes
 * tables in `state`, for people.
 */
#include "connect/connector.h"

#include "base/arena.h"
#include "net/libpq.h"

#define ROWS_MAX 200
#define PLANS_MAX 5

static const struct field settings[] = {
    {"database", TYPE_TEXT, FIELD_OPTIONAL, "its name; the user's", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "what the report calls it; the source's name", NULL},
    {0},
};

#define WAITS                                                                                      \
    "SELECT w.pid, coalesce(nullif(w.application_name, ''), w.usename), "                          \
    "round(extract(epoch FROM clock_timestamp() - coalesce(w.query_start, w.xact_start)) * "       \
    "1000), "                                                                                      \
    "coalesce((SELECT l.mode || ' on ' || CASE l.locktype WHEN 'relation' THEN 'relation ' || "    \
    "l.relation::text ELSE 'transaction ' || coalesce(l.transactionid::text, '') END FROM "        \
    "pg_locks l WHERE l.pid = w.pid AND NOT l.granted LIMIT 1), 'lock'), b.pid, "                  \
    "coalesce(nullif(b.application_name, ''), b.usename), "                                        \
    "to_char(coalesce(b.xact_start, b.backend_start) AT TIME ZONE 'UTC', "                         \
    "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "                                                       \
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "         \
    "b.usename, b.datname FROM pg_stat_activity w "                                                \
    "CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p(pid) "                                \
    "JOIN pg_stat_activity b ON b.pid = p.pid ORDER BY 3 DESC, 1, 5 LIMIT 200"

enum {
    WAITS_PROCESS,
    WAITS_APPLICATION,
    WAITS_MS,
    WAITS_LOCK,
    WAITS_HOLDER,
    WAITS_HOLDER_APPLICATION,
    WAITS_HOLDER_SINCE, /* its transaction: its locks may be that old */
    WAITS_NOW,
    WAITS_HOLDER_USER,
    WAITS_HOLDER_DATABASE,
};

#define RUNNING                                                                                    \
    "SELECT pid, coalesce(nullif(application_name, ''), usename), "                                \
    "round(extract(epoch FROM clock_timestamp() - query_start) * 1000), query, "                   \
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM "     \
    "pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> "      \
    "pg_backend_pid() AND wait_event_type IS DISTINCT FROM 'Lock' AND query_start < "              \
    "clock_timestamp() - interval '1 second' ORDER BY 3 DESC, 1 LIMIT 200"

static const struct {
    const char *name, *sql;
} tables[] = {
    {"sessions",
     "SELECT state, wait_event_type, count(*), max(clock_timestamp() - xact_start) FROM "
     "pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 3 "
     "DESC, 1, 2 LIMIT 50"},
    {"limits", "SELECT name, setting, unit FROM pg_settings WHERE name IN ('max_connections', "
               "'superuser_reserved_connections', 'statement_timeout', 'lock_timeout', "
               "'idle_in_transaction_session_timeout', 'shared_buffers', 'work_mem', "
               "'max_wal_size') ORDER BY 1"},
    {"statements", "SELECT calls, round(mean_exec_time) AS mean_ms, round(total_exec_time) AS "
                   "total_ms, rows, left(query, 500) FROM pg_stat_statements ORDER BY "
                   "total_exec_time DESC, queryid LIMIT 30"},
    {"tables", "SELECT schemaname, relname, seq_scan, seq_tup_read, idx_scan, n_live_tup, "
               "n_dead_tup, last_autovacuum, last_autoanalyze FROM pg_stat_user_tables ORDER BY "
               "seq_tup_read DESC, 1, 2 LIMIT 30"},
    {"indexes", "SELECT schemaname, relname, indexrelname, idx_scan, "
                "pg_size_pretty(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes ORDER BY "
                "idx_scan, 1, 2, 3 LIMIT 30"},
    {"replication", "SELECT application_name, state, sync_state, replay_lag FROM "
                    "pg_stat_replication ORDER BY 1 LIMIT 30"},
};

struct talk {
    struct arena *scratch;
    const struct source *source;
    struct session *session;
    struct gathered *out;
    struct str service;
};

static struct str cell(const struct session_rows *rows, uint32_t row, uint32_t column)
{
    return rows->cells[row * rows->columns + column];
}

/* ---- what waits and what runs ---- */

static void say(const struct talk *talk, struct str time, struct str message)
{
    struct log_row row = {.service = talk->service, .level = STR("LOG"), .message = message};
    if (time_parse_rfc3339(time, &row.time_ns))
        rows_log(&talk->out->rows, &row);
}

/* The first row in which that process waits; rows->rows: it waits for nobody. */
static uint32_t wait_of(const struct session_rows *rows, struct str process)
{
    uint32_t row = 0;
    while (row < rows->rows && !str_eq(cell(rows, row, WAITS_PROCESS), process))
        row++;
    return row;
}

/* Who is waited for in the end: whoever queues behind another who waits, waits for the same. */
static uint32_t end_of_chain(const struct session_rows *rows, uint32_t row)
{
    for (uint32_t links = 0; links < rows->rows; links++) { /* a ring is a deadlock, soon broken */
        const uint32_t next = wait_of(rows, cell(rows, row, WAITS_HOLDER));
        if (next == rows->rows)
            break;
        row = next;
    }
    return row;
}

static void say_waits(const struct talk *talk, const struct session_rows *rows)
{
    struct arena *scratch = talk->scratch;
    for (uint32_t row = 0; row < rows->rows; row++) {
        const struct str waiter = cell(rows, row, WAITS_PROCESS);
        const uint32_t end = end_of_chain(rows, row);
        const struct str holder = cell(rows, end, WAITS_HOLDER);
        if (wait_of(rows, waiter) != row)
            continue;
        if (gathered_is_new(talk->out, holder))
            say(talk, cell(rows, end, WAITS_HOLDER_SINCE),
                str_printf(scratch,
                           "[%.*s] LOG:  connection authorized: user=%.*s database=%.*s "
                           "application_name=%.*s",
                           STR_ARG(holder), STR_ARG(cell(rows, end, WAITS_HOLDER_USER)),
                           STR_ARG(cell(rows, end, WAITS_HOLDER_DATABASE)),
                           STR_ARG(cell(rows, end, WAITS_HOLDER_APPLICATION))));
        say(talk, cell(rows, row, WAITS_NOW),
            str_printf(scratch,
                       "[%.*s] app=%.*s LOG:  process %.*s still waiting for %.*s after %.*s ms"
                       "\n\tDETAIL:  Process holding the lock: %.*s. Wait queue: %.*s.",
                       STR_ARG(waiter), STR_ARG(cell(rows, row, WAITS_APPLICATION)),
                       STR_ARG(waiter), STR_ARG(cell(rows, row, WAITS_LOCK)),
                       STR_ARG(cell(rows, row, WAITS_MS)), STR_ARG(holder), STR_ARG(waiter)));
    }
}

/* Only what reads is planned, and it is not run: EXPLAIN without ANALYZE. */
static void explain(const struct talk *talk, struct str statement, struct buf *out)
{
    struct session_rows plan;
    struct err ignored = {0};
    const struct str head = str_lower(talk->scratch, str_slice(str_trim(statement), 0, 6));
    if ((!str_eq(head, STR("select")) && !str_starts(head, STR("with"))) ||
        !session_ask(talk->session, talk->scratch,
                     str_printf(talk->scratch, "EXPLAIN %.*s", STR_ARG(statement)).ptr, ROWS_MAX,
                     &plan, &ignored))
        return;
    buf_printf(out, "%.*s\n", STR_ARG(statement));
    for (uint32_t row = 0; row < plan.rows; row++)
        buf_printf(out, "    %.*s\n", STR_ARG(cell(&plan, row, 0)));
}

static void keep_state(const struct talk *talk, const char *name, struct str text)
{
    const struct state_row row = {
        .kind = STR("database"),
        .name = str_printf(talk->scratch, "%.*s/%s", STR_ARG(talk->service), name),
        .format = STR("list"),
        .text = text};
    if (text.len > 0)
        rows_state(&talk->out->rows, &row);
}

static void say_running(const struct talk *talk, const struct session_rows *rows)
{
    struct buf plans = buf_new(talk->scratch);
    for (uint32_t row = 0; row < rows->rows; row++) {
        say(talk, cell(rows, row, 4),
            str_printf(talk->scratch, "[%.*s] app=%.*s LOG:  duration: %.*s ms  statement: %.*s",
                       STR_ARG(cell(rows, row, 0)), STR_ARG(cell(rows, row, 1)),
                       STR_ARG(cell(rows, row, 2)), STR_ARG(cell(rows, row, 3))));
        if (row < PLANS_MAX)
            explain(talk, cell(rows, row, 3), &plans);
    }
    keep_state(talk, "plans", buf_str(&plans));
}

/* ---- how it is ---- */

static void keep_table(const struct talk *talk, size_t which)
{
    struct session_rows rows;
    struct err err = {0};
    struct buf text = buf_new(talk->scratch);
    if (!session_ask(talk->session, talk->scratch, tables[which].sql, ROWS_MAX, &rows, &err)) {
        gathered_note(talk->out, "no %s: %s", tables[which].name, err.text);
        return;
    }
    for (uint32_t i = 0; i < rows.rows * rows.columns; i++)
        buf_printf(&text, "%.*s%c", STR_ARG(rows.cells[i]),
                   (i + 1) % rows.columns == 0 ? '\n' : '\t');
    keep_state(talk, tables[which].name, buf_str(&text));
}

/* postgresql://HOST:PORT */
static bool place_of(const struct source *source, struct session_place *out, struct err *err)
{
    struct str rest = source->url;
    const size_t scheme = str_find(rest, STR("://"));
    if (scheme == STR_NPOS || !str_starts(rest, STR("postgres")))
        return err_set(err, ERR_USAGE, "the url is postgresql://HOST:PORT");
    rest = str_slice(rest, scheme + 3, rest.len);
    *out = (struct session_place){.database = source_text(source, "database", STR("")),
                                  .user = source->user,
                                  .password = source->password,
                                  .ca_file = source->ca_file};
    str_split(&rest, ':', &out->host);
    out->port = rest;
    return true;
}

static bool gather(struct arena *scratch, const struct source *source,
                   const struct question *question, struct clock clock, struct deadline deadline,
                   struct gathered *out, struct err *err)
{
    struct session_place place;
    struct session_rows rows;
    struct talk talk = {.scratch = scratch,
                        .source = source,
                        .out = out,
                        .service = source_text(source, "service", source->name)};
    (void)question;
    if (!place_of(source, &place, err) ||
        !session_open(scratch, &place, deadline.at_ns - clock_now_ns(clock), &talk.session, err) ||
        !session_ask(talk.session, scratch, WAITS, ROWS_MAX, &rows, err))
        return false;
    say_waits(&talk, &rows);
    if (!session_ask(talk.session, scratch, RUNNING, ROWS_MAX, &rows, err))
        return false;
    say_running(&talk, &rows);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !deadline_passed(deadline, clock); i++)
        keep_table(&talk, i);
    return true;
}

const struct connector connector_postgres = {
    .name = "postgres",
    .summary = "locks, long statements with their plans, and statistics of a PostgreSQL, read-only",
    .signal = SIGNAL_LOGS,
    .settings = settings,
    .first = {{WANT_STATEMENTS, false}},
    .first_count = 1,
    .gather = gather,
};
