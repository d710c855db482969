/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of tables, columns and settings were recorded, and go into SQL: they are taken only in the
 * form in which PostgreSQL itself prints them, and texts are quoted. A session is ended by its
 * process and by when it began, for the process may be another's by the time somebody approves.
 */
#include "actor/correct/ailments.h"

#include "actor/command.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <ctype.h>

#define NAME_BYTES_MAX 63 /* of PostgreSQL */

struct mending {
    struct arena *arena;
    const struct batch *rows;
    size_t row;
    struct command command;
    struct str relation; /* empty: none that can be written down */
};

static struct str text_at(const struct mending *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

/* ---- names ---- */

static bool is_plain(char c)
{
    return c == '_' || c == '$' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* How long the name at the start is, plain or in quotes; 0: none that PostgreSQL would print. */
static size_t name_len(struct str text)
{
    size_t len = 0;
    if (text.len == 0)
        return 0;
    if (text.ptr[0] != '"') {
        while (len < text.len && is_plain(text.ptr[len]))
            len++;
        return isdigit((unsigned char)text.ptr[0]) || text.ptr[0] == '$' ? 0 : len;
    }
    for (len = 1; len < text.len && len <= 2 * NAME_BYTES_MAX; len++) {
        if ((unsigned char)text.ptr[len] < ' ')
            return 0;
        if (text.ptr[len] != '"')
            continue;
        if (len + 1 == text.len || text.ptr[len + 1] != '"')
            return len > 1 ? len + 1 : 0;
        len++;
    }
    return 0;
}

/* schema.table */
static bool is_relation(struct str text)
{
    const size_t first = name_len(text);
    if (first == 0 || first + 1 >= text.len || text.ptr[first] != '.')
        return false;
    const struct str rest = str_slice(text, first + 1, text.len);
    return name_len(rest) == rest.len;
}

/* "a, lower(b), c DESC" */
static bool are_columns(struct str text)
{
    static const char *const functions[] = {"lower(", "upper("};
    for (bool more = true; more;) {
        bool bracket = false;
        for (size_t i = 0; i < 2 && !bracket; i++)
            if (str_starts(text, str_of(functions[i]))) {
                text = str_slice(text, 6, text.len);
                bracket = true;
            }
        const size_t len = name_len(text);
        if (len == 0)
            return false;
        text = str_slice(text, len, text.len);
        if (bracket && !str_starts(text, STR(")")))
            return false;
        text = str_slice(text, bracket ? 1 : 0, text.len);
        if (str_starts(text, STR(" DESC")))
            text = str_slice(text, 5, text.len);
        more = str_starts(text, STR(", "));
        if (more)
            text = str_slice(text, 2, text.len);
    }
    return text.len == 0;
}

/* A name that PostgreSQL keeps, as SQL has to write it; empty: it cannot be. */
static struct str sql_name(struct arena *arena, struct str name)
{
    struct str quoted = name;
    if (name_len(name) != name.len || name.len == 0)
        quoted = str_printf(arena, "\"%.*s\"", STR_ARG(name));
    return name_len(quoted) == quoted.len ? quoted : STR("");
}

/* What an index or statistics on them may be called: "orders_customer_id_state_idx". */
static struct str new_name(struct arena *arena, struct str relation, struct str columns,
                           const char *end)
{
    const size_t dot = str_find(relation, STR("."));
    const struct str all = str_printf(
        arena, "%.*s_%.*s", STR_ARG(str_slice(relation, dot + 1, relation.len)), STR_ARG(columns));
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < all.len && out.len < NAME_BYTES_MAX - 8; i++) {
        const char c = (char)tolower((unsigned char)all.ptr[i]);
        const bool plain = is_plain(c) && c != '$' && c != '_';
        if (plain || (out.len > 0 && out.ptr[out.len - 1] != '_'))
            buf_add_char(&out, plain ? c : '_');
    }
    buf_printf(&out, "%s%s", out.len > 0 && out.ptr[out.len - 1] == '_' ? "" : "_", end);
    return buf_str(&out);
}

/* ---- commands ---- */

static struct command psql(const struct mending *it)
{
    struct command command = command_new(it->arena, "psql -d");
    command_add_text(&command, text_at(it, "database"));
    return command;
}

static void add_sql(struct command *command, struct str sql)
{
    command_add(command, "-c");
    command_add_text(command, sql);
}

static struct str one(const struct mending *it, struct str sql)
{
    struct command command = psql(it);
    add_sql(&command, sql);
    return sql.len > 0 ? command_str(&command) : STR("");
}

static void end_session(const struct mending *it, struct remedy *out, bool statement_only)
{
    int64_t process;
    out->text =
        str_printf(it->arena, "%s `%.*s`",
                   statement_only ? "Cancel the statement of the session" : "End the session",
                   STR_ARG(text_at(it, "object")));
    out->risk = statement_only
                    ? STR("What it has done so far is undone, and whoever sent it gets an "
                          "error.")
                    : STR("What its transaction has done so far is undone.");
    if (str_to_int(text_at(it, "process"), &process))
        out->command =
            one(it, str_printf(it->arena,
                               "SELECT %s(pid) FROM pg_stat_activity WHERE pid = %lld AND %s = %s",
                               statement_only ? "pg_cancel_backend" : "pg_terminate_backend",
                               (long long)process, statement_only ? "query_start" : "backend_start",
                               sql_quote(it->arena, text_at(it, "started")).ptr));
}

static void free_connections(const struct mending *it, struct remedy *out)
{
    const struct str application = text_at(it, "application");
    out->text =
        str_printf(it->arena, "End the sessions of `%.*s` that do nothing", STR_ARG(application));
    out->risk = STR("Whoever holds them gets an error at its next statement; what their "
                    "transactions have done so far is undone. A leak fills them again.");
    out->command =
        one(it, str_printf(it->arena,
                           "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE %s "
                           "IN (application_name, usename) AND state LIKE 'idle%%' AND "
                           "state_change < %s",
                           sql_quote(it->arena, application).ptr,
                           sql_quote(it->arena, text_at(it, "started")).ptr));
}

static void vacuum(const struct mending *it, struct remedy *out, bool full)
{
    const bool off = batch_column(it->rows, "autovacuum_off")->integers[it->row] != 0;
    out->text =
        str_printf(it->arena, "%s `%.*s`%s", full ? "Rewrite" : "Vacuum",
                   STR_ARG(text_at(it, "object")), off ? ", and let autovacuum come again" : "");
    out->risk = full ? STR("Nobody can read or write the table while it is rewritten, and as much "
                           "disk must be free as its rows take.")
                     : STR("It reads and writes a lot for a while.");
    if (it->relation.len == 0)
        return;
    struct command command = psql(it);
    if (off && !full) {
        add_sql(&command, str_printf(it->arena, "ALTER TABLE %.*s RESET (autovacuum_enabled)",
                                     STR_ARG(it->relation)));
        out->undo = one(it, str_printf(it->arena, "ALTER TABLE %.*s SET (autovacuum_enabled = off)",
                                       STR_ARG(it->relation)));
    }
    add_sql(&command, str_printf(it->arena, "VACUUM (%sANALYZE) %.*s", full ? "FULL, " : "",
                                 STR_ARG(it->relation)));
    out->command = command_str(&command);
}

static void create_index(const struct mending *it, struct remedy *out)
{
    const struct str columns = text_at(it, "columns");
    out->text = str_printf(it->arena, "Create an index of `%.*s`", STR_ARG(text_at(it, "object")));
    out->risk = STR("Each write to the table costs a little more; where it fails, it leaves an "
                    "index that is not valid.");
    if (it->relation.len == 0 || !are_columns(columns))
        return;
    const struct str name = new_name(it->arena, it->relation, columns, "idx");
    const struct str schema = str_slice(it->relation, 0, name_len(it->relation));
    out->command = one(it, str_printf(it->arena, "CREATE INDEX CONCURRENTLY %.*s ON %.*s (%.*s)",
                                      STR_ARG(name), STR_ARG(it->relation), STR_ARG(columns)));
    out->undo = one(it, str_printf(it->arena, "DROP INDEX CONCURRENTLY %.*s.%.*s", STR_ARG(schema),
                                   STR_ARG(name)));
}

static void rebuild_index(const struct mending *it, struct remedy *out)
{
    out->text =
        str_printf(it->arena, "Build the index `%.*s` anew", STR_ARG(text_at(it, "object")));
    out->risk = STR("It reads the whole table.");
    if (it->relation.len > 0)
        out->command = one(
            it, str_printf(it->arena, "REINDEX INDEX CONCURRENTLY %.*s", STR_ARG(it->relation)));
}

static void analyze(const struct mending *it, struct remedy *out)
{
    out->text = str_printf(it->arena, "Analyse `%.*s`", STR_ARG(text_at(it, "object")));
    out->risk = STR("Plans of all its statements may change.");
    if (it->relation.len > 0)
        out->command = one(it, str_printf(it->arena, "ANALYZE %.*s", STR_ARG(it->relation)));
}

static void create_statistics(const struct mending *it, struct remedy *out)
{
    const struct str columns = text_at(it, "columns");
    out->text = str_printf(it->arena, "Let the planner know that columns of `%.*s` go together",
                           STR_ARG(text_at(it, "object")));
    out->risk = STR("Plans of all its statements may change.");
    if (it->relation.len == 0 || !are_columns(columns))
        return;
    const struct str name = new_name(it->arena, it->relation, columns, "stat");
    const struct str schema = str_slice(it->relation, 0, name_len(it->relation));
    struct command command = psql(it);
    add_sql(&command,
            str_printf(it->arena, "CREATE STATISTICS %.*s.%.*s ON %.*s FROM %.*s", STR_ARG(schema),
                       STR_ARG(name), STR_ARG(columns), STR_ARG(it->relation)));
    add_sql(&command, str_printf(it->arena, "ANALYZE %.*s", STR_ARG(it->relation)));
    out->command = command_str(&command);
    out->undo =
        one(it, str_printf(it->arena, "DROP STATISTICS %.*s.%.*s", STR_ARG(schema), STR_ARG(name)));
}

/* For whom the setting is set: ROLE r IN DATABASE d, DATABASE d, or all. */
static void reset_setting(const struct mending *it, struct remedy *out)
{
    const struct str setting = text_at(it, "setting"), role = text_at(it, "role");
    const struct str database = sql_name(it->arena, text_at(it, "database"));
    const bool of_database = batch_column(it->rows, "of_database")->integers[it->row] != 0;
    struct str whom = STR("SYSTEM");
    out->text = str_printf(it->arena, "Set `%.*s` back to what it usually is", STR_ARG(setting));
    out->risk = STR("Only new sessions go by it, and plans of all statements may change.");
    if (name_len(setting) != setting.len || setting.len == 0 || database.len == 0 ||
        (role.len > 0 && name_len(role) != role.len))
        return;
    if (role.len > 0)
        whom = of_database ? str_printf(it->arena, "ROLE %.*s IN DATABASE %.*s", STR_ARG(role),
                                        STR_ARG(database))
                           : str_printf(it->arena, "ROLE %.*s", STR_ARG(role));
    else if (of_database)
        whom = str_printf(it->arena, "DATABASE %.*s", STR_ARG(database));
    const struct str reload = STR("SELECT pg_reload_conf()");
    struct command back = psql(it), forth = psql(it);
    add_sql(&back, str_printf(it->arena, "ALTER %.*s RESET %.*s", STR_ARG(whom), STR_ARG(setting)));
    add_sql(&forth, str_printf(it->arena, "ALTER %.*s SET %.*s = %s", STR_ARG(whom),
                               STR_ARG(setting), sql_quote(it->arena, text_at(it, "value")).ptr));
    if (str_eq(whom, STR("SYSTEM"))) {
        add_sql(&back, reload);
        add_sql(&forth, reload);
    }
    out->command = command_str(&back);
    out->undo = command_str(&forth);
}

static void mend(const struct mending *it, struct remedy *out)
{
    const struct str ailment = text_at(it, "ailment");
    if (str_eq(ailment, STR("connections")))
        free_connections(it, out);
    else if (str_eq(ailment, STR("bloated")) || str_eq(ailment, STR("hollow")))
        vacuum(it, out, str_eq(ailment, STR("hollow")));
    else if (str_eq(ailment, STR("no_index")))
        create_index(it, out);
    else if (str_eq(ailment, STR("invalid_index")))
        rebuild_index(it, out);
    else if (str_eq(ailment, STR("stale_statistics")))
        analyze(it, out);
    else if (str_eq(ailment, STR("misestimate")))
        create_statistics(it, out);
    else if (str_eq(ailment, STR("planner_setting")))
        reset_setting(it, out);
    else
        end_session(it, out, str_eq(ailment, STR("slow_statement")));
}

bool ailment_remedy(struct call *call, const struct evidence *because, struct remedy *out)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("databases.ailments"))->sig.input);
    struct record answer;
    struct err ignored = {0};
    if (!agent_use_once(call, "databases.ailments", &asked, &answer, &ignored))
        return false;
    struct mending it = {.arena = call->scratch, .rows = record_at(&answer, "ailments")->rows};
    while (it.row < it.rows->rows && !str_eq(text_at(&it, "query"), because->query))
        it.row++;
    if (it.row == it.rows->rows)
        return false;
    it.relation = is_relation(text_at(&it, "relation")) ? text_at(&it, "relation") : STR("");
    *out = (struct remedy){0};
    mend(&it, out);
    return true;
}
