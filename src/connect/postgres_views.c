/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/postgres_views.h"

#include <stddef.h>

const char postgres_waits[] =
    "SELECT w.pid, coalesce(nullif(w.application_name, ''), w.usename), "
    "round(extract(epoch FROM clock_timestamp() - coalesce(w.query_start, w.xact_start)) * "
    "1000), "
    "coalesce((SELECT l.mode || ' on ' || CASE l.locktype WHEN 'relation' THEN 'relation ' || "
    "l.relation::text ELSE 'transaction ' || coalesce(l.transactionid::text, '') END FROM "
    "pg_locks l WHERE l.pid = w.pid AND NOT l.granted LIMIT 1), 'lock'), b.pid, "
    "coalesce(nullif(b.application_name, ''), b.usename), "
    "to_char(coalesce(b.xact_start, b.backend_start) AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "b.usename, b.datname, b.state, "
    "round(extract(epoch FROM clock_timestamp() - b.xact_start)::numeric, 1), b.backend_start, "
    "left(b.query, 500) FROM pg_stat_activity w "
    "CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p(pid) "
    "JOIN pg_stat_activity b ON b.pid = p.pid ORDER BY 3 DESC, 1, 5 LIMIT 200";

/* Beside what runs for that long: how long it usually does, by the statistics of statements. */
const char postgres_running[] =
    "SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename), "
    "round(extract(epoch FROM clock_timestamp() - a.query_start) * 1000), a.query, "
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "a.backend_start, a.query_start, a.wait_event_type, a.datname = current_database(), s.calls, "
    "round(s.longest) FROM pg_stat_activity a LEFT JOIN (SELECT queryid, dbid, sum(calls) AS "
    "calls, max(max_exec_time) AS longest FROM pg_stat_statements GROUP BY 1, 2) s ON s.queryid = "
    "a.query_id AND s.dbid = a.datid WHERE a.state = 'active' AND a.backend_type = 'client "
    "backend' AND a.pid <> pg_backend_pid() AND a.wait_event_type IS DISTINCT FROM 'Lock' AND "
    "a.query_start < clock_timestamp() - interval '1 second' ORDER BY 3 DESC, 1 LIMIT 200";

const char postgres_running_unknown[] =
    "SELECT pid, coalesce(nullif(application_name, ''), usename), "
    "round(extract(epoch FROM clock_timestamp() - query_start) * 1000), query, "
    "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
    "backend_start, query_start, wait_event_type, datname = current_database(), NULL, NULL FROM "
    "pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> "
    "pg_backend_pid() AND wait_event_type IS DISTINCT FROM 'Lock' AND query_start < "
    "clock_timestamp() - interval '1 second' ORDER BY 3 DESC, 1 LIMIT 200";

/*
 * A size that a table should have: its rows by the mean width of their columns, which only those
 * may see who may read the table, with 28 bytes of header and pointer each.
 */
#define TABLES                                                                                     \
    "SELECT format('%I.%I', s.schemaname, s.relname) AS \"table\", s.n_live_tup AS live, "         \
    "s.n_dead_tup AS dead, greatest(c.reltuples, 0)::bigint AS planned_rows, c.relpages AS "       \
    "pages, pg_relation_size(s.relid) AS bytes, (SELECT ceil(s.n_live_tup * (8 * ceil(sum((1 - "   \
    "p.null_frac) * p.avg_width) / 8) + 28) / 8000) * 8192 FROM pg_stats p WHERE p.schemaname = "  \
    "s.schemaname AND p.tablename = s.relname) AS expected_bytes, s.seq_scan AS reads_in_full, "   \
    "s.seq_tup_read AS rows_read_in_full, s.idx_scan AS reads_by_index, s.n_mod_since_analyze "    \
    "AS changed, s.analyze_count + s.autoanalyze_count AS analyzed, "                              \
    "round(extract(epoch FROM clock_timestamp() - greatest(s.last_vacuum, "                        \
    "s.last_autovacuum))::numeric, 1) AS vacuumed_s, coalesce(c.reloptions::text ~ "               \
    "'autovacuum_enabled=(false|off|0|no)', false) AS autovacuum_off, "                            \
    "current_setting('autovacuum_vacuum_threshold')::float + "                                     \
    "current_setting('autovacuum_vacuum_scale_factor')::float * greatest(c.reltuples, 0) AS "      \
    "vacuum_at, current_setting('autovacuum_analyze_threshold')::float + "                         \
    "current_setting('autovacuum_analyze_scale_factor')::float * greatest(c.reltuples, 0) AS "     \
    "analyze_at FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid ORDER BY "           \
    "c.relpages "                                                                                  \
    "DESC, 1 LIMIT 200"

#define SETTINGS                                                                                   \
    "SELECT s.name, substr(line, strpos(line, '=') + 1) AS value, s.boot_val AS usual, "           \
    "coalesce(quote_ident(r.rolname), '') AS role, coalesce(quote_ident(d.datname), '') AS "       \
    "database FROM pg_db_role_setting c CROSS JOIN LATERAL unnest(c.setconfig) AS line JOIN "      \
    "pg_settings s ON s.name = split_part(line, '=', 1) LEFT JOIN pg_roles r ON r.oid = "          \
    "c.setrole LEFT JOIN pg_database d ON d.oid = c.setdatabase WHERE s.category LIKE 'Query "     \
    "Tuning%' AND (c.setdatabase = 0 OR d.datname = current_database()) UNION ALL SELECT name, "   \
    "setting, boot_val, '', '' FROM pg_settings WHERE category LIKE 'Query Tuning%' AND source "   \
    "IN ('configuration file', 'command line') AND setting <> boot_val ORDER BY 1, 2, 4, 5 LIMIT " \
    "100"

const struct postgres_view postgres_views[] = {
    {"server",
     "SELECT current_setting('server_version') AS version, current_database() AS "
     "database, pg_is_in_recovery() AS standby, to_char(clock_timestamp() AT TIME ZONE 'UTC', "
     "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS asked_at, "
     "current_setting('max_connections')::int - "
     "current_setting('superuser_reserved_connections')::int AS room, (SELECT count(*) FROM "
     "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS "
     "sessions"},
    {"sessions",
     "SELECT coalesce(nullif(application_name, ''), usename) AS application, usename AS role, "
     "datname AS database, state, wait_event_type AS waits_for, count(*) AS sessions, "
     "round(extract(epoch FROM max(clock_timestamp() - state_change))::numeric, 1) AS longest_s "
     "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
     "GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5 LIMIT 200"},
    {"transactions",
     "SELECT pid, coalesce(nullif(application_name, ''), usename) AS application, state, "
     "backend_start AS started, round(extract(epoch FROM clock_timestamp() - xact_start)::numeric, "
     "1) AS open_s, round(extract(epoch FROM clock_timestamp() - state_change)::numeric, 1) AS "
     "state_s, least(age(backend_xid), age(backend_xmin)) AS transactions_since, (SELECT count(*) "
     "FROM pg_locks l WHERE l.pid = a.pid AND l.granted) AS locks, left(query, 500) AS statement "
     "FROM pg_stat_activity a WHERE xact_start < clock_timestamp() - interval '1 second' AND "
     "backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY xact_start, pid LIMIT "
     "50"},
    {"bounds",
     "SELECT 'database' AS \"of\", datname AS name, datconnlimit AS room, (SELECT count(*) FROM "
     "pg_stat_activity a WHERE a.datname = d.datname AND pid <> pg_backend_pid()) AS sessions "
     "FROM pg_database d WHERE datconnlimit >= 0 UNION ALL SELECT 'role', rolname, rolconnlimit, "
     "(SELECT count(*) FROM pg_stat_activity a WHERE a.usename = r.rolname AND pid <> "
     "pg_backend_pid()) FROM pg_roles r WHERE rolconnlimit >= 0 ORDER BY 1, 2 LIMIT 100"},
    {"limits", "SELECT name, setting, unit FROM pg_settings WHERE name IN ('max_connections', "
               "'superuser_reserved_connections', 'statement_timeout', 'lock_timeout', "
               "'idle_in_transaction_session_timeout', 'shared_buffers', 'work_mem', "
               "'max_wal_size', 'autovacuum') ORDER BY 1"},
    {"settings", SETTINGS},
    {"tables", TABLES},
    {"indexes",
     "SELECT format('%I.%I', n.nspname, c.relname) AS \"index\", format('%I.%I', n.nspname, "
     "t.relname) AS \"table\", i.indisvalid AS valid, i.indpred IS NOT NULL AS partial, "
     "m.amname AS method, (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER "
     "BY k) FROM generate_series(1, i.indnkeyatts) k) AS columns, pg_stat_get_numscans(c.oid) AS "
     "reads, c.relpages AS pages FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN "
     "pg_class t ON t.oid = i.indrelid JOIN pg_am m ON m.oid = c.relam JOIN pg_namespace n ON "
     "n.oid = c.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', "
     "'information_schema') ORDER BY c.relpages DESC, 1 LIMIT 500"},
    {"foreign_keys",
     "SELECT format('%I.%I', cn.nspname, c.relname) AS \"table\", format('%I.%I', pn.nspname, "
     "p.relname) AS parent, (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY k.n) FROM "
     "unnest(f.conkey) WITH ORDINALITY k(number, n) JOIN pg_attribute a ON a.attrelid = f.conrelid "
     "AND a.attnum = k.number) AS columns FROM pg_constraint f JOIN pg_class c ON c.oid = "
     "f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace JOIN pg_class p ON p.oid = "
     "f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE f.contype = 'f' ORDER BY "
     "c.relpages DESC, 1, 3 LIMIT 500"},
    {"statements",
     "SELECT queryid AS id, sum(calls) AS calls, round((sum(total_exec_time) / "
     "sum(calls))::numeric, 2) AS mean_ms, round(max(max_exec_time)::numeric, 2) AS longest_ms, "
     "round(sum(total_exec_time)::numeric, 1) AS total_ms, sum(rows) AS rows, "
     "round(sum(shared_blks_hit + shared_blks_read) / sum(calls), 1) AS blocks_each, "
     "sum(temp_blks_written) AS temporary_blocks, min(query) AS statement FROM "
     "pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = "
     "current_database()) GROUP BY 1 HAVING sum(calls) > 0 ORDER BY 5 DESC, 1 LIMIT 30"},
    {"replication", "SELECT application_name, state, sync_state, replay_lag FROM "
                    "pg_stat_replication ORDER BY 1 LIMIT 30"},
    {NULL, NULL},
};
