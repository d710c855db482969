/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.org: "Write-Ahead Logging", "PRAGMA Statements", "STRICT Tables". The version stands in
 * the file's header (user_version), beside a number that says whose file it is (application_id);
 * both are written in the transaction that makes the tables, so that no file is half of a ledger.
 */
#include "store/ledger.h"

#include "base/arena.h"
#include "data/record.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x7761726d /* "warm" */
#define STATEMENTS_MAX 64         /* prepared at a time; more are prepared each time */

struct statement {
    const char *sql;
    sqlite3_stmt *prepared;
};

struct ledger {
    sqlite3 *db;
    struct str path;
    struct statement statements[STATEMENTS_MAX];
    uint32_t statements_count;
};

static bool fail(struct ledger *ledger, struct err *err)
{
    const char *path = ledger->path.ptr;
    switch (sqlite3_errcode(ledger->db)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_IO, "%s: another process is writing to it; wait for it", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return err_set(err, ERR_DENIED, "%s: it cannot be written; name another file with --ledger",
                       path);
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_IO,
                       "%s: it cannot be opened, or its folder not be written; name another file "
                       "with --ledger",
                       path);
    case SQLITE_NOTADB:
        return err_set(err, ERR_DENIED, "%s: it is there, and no ledger; name another file", path);
    case SQLITE_CORRUPT:
        return err_set(err, ERR_CORRUPT, "%s: it is damaged: %s", path, sqlite3_errmsg(ledger->db));
    case SQLITE_FULL:
        return err_set(err, ERR_IO, "%s: the disk is full", path);
    default:
        return err_set(err, ERR_IO, "%s: %s", path, sqlite3_errmsg(ledger->db));
    }
}

/* ---- statements ---- */

static bool prepare(struct ledger *ledger, const char *sql, sqlite3_stmt **out, bool *is_kept,
                    struct err *err)
{
    for (uint32_t i = 0; i < ledger->statements_count; i++)
        if (ledger->statements[i].sql == sql) {
            *out = ledger->statements[i].prepared;
            *is_kept = true;
            return true;
        }
    *is_kept = ledger->statements_count < STATEMENTS_MAX;
    const unsigned flags = *is_kept ? SQLITE_PREPARE_PERSISTENT : 0;
    if (sqlite3_prepare_v3(ledger->db, sql, -1, flags, out, NULL) != SQLITE_OK)
        return fail(ledger, err);
    if (*is_kept)
        ledger->statements[ledger->statements_count++] = (struct statement){sql, *out};
    return true;
}

/* The text must live until the statement is reset. */
static void bind(sqlite3_stmt *statement, int at, const struct value *value)
{
    if (!value->known) {
        sqlite3_bind_null(statement, at);
        return;
    }
    switch (value->type) {
    case TYPE_TEXT:
        sqlite3_bind_text64(statement, at, value->text.ptr ? value->text.ptr : "", value->text.len,
                            SQLITE_STATIC, SQLITE_UTF8);
        break;
    case TYPE_REAL:
        sqlite3_bind_double(statement, at, value->real);
        break;
    case TYPE_BOOL:
        sqlite3_bind_int64(statement, at, value->truth);
        break;
    default:
        assert(value->type == TYPE_INT || value->type == TYPE_TIME || value->type == TYPE_SPAN);
        sqlite3_bind_int64(statement, at, value->integer);
    }
}

static void put_row(struct batch *batch, sqlite3_stmt *statement)
{
    const size_t row = batch_add_row(batch);
    for (uint32_t i = 0; i < batch->columns_count; i++) {
        struct column *column = &batch->columns[i];
        const int at = (int)i;
        column->known[row] = sqlite3_column_type(statement, at) != SQLITE_NULL;
        if (column->type == TYPE_TEXT) {
            const char *text = (const char *)sqlite3_column_text(statement, at);
            const size_t len = (size_t)sqlite3_column_bytes(statement, at);
            column->texts[row] = str_copy(batch->arena, (struct str){text, text ? len : 0});
        } else if (column->type == TYPE_REAL) {
            column->reals[row] = sqlite3_column_double(statement, at);
        } else {
            column->integers[row] = sqlite3_column_int64(statement, at);
        }
    }
}

/* `batch` may be NULL: rows are passed over. */
static bool execute(struct ledger *ledger, const char *sql, const struct value *values,
                    uint32_t count, struct batch *batch, struct err *err)
{
    sqlite3_stmt *statement;
    bool is_kept;
    if (!prepare(ledger, sql, &statement, &is_kept, err))
        return false;
    assert(sqlite3_bind_parameter_count(statement) == (int)count);
    assert(!batch || sqlite3_column_count(statement) == (int)batch->columns_count);
    for (uint32_t i = 0; i < count; i++)
        bind(statement, (int)i + 1, &values[i]);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        if (batch)
            put_row(batch, statement);
    const bool ok = code == SQLITE_DONE || fail(ledger, err);
    if (is_kept) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    } else {
        sqlite3_finalize(statement);
    }
    return ok;
}

bool ledger_run(struct ledger *ledger, const char *sql, const struct value *values, uint32_t count,
                struct err *err)
{
    return execute(ledger, sql, values, count, NULL, err);
}

bool ledger_rows(struct ledger *ledger, struct arena *arena, const char *sql,
                 const struct value *values, uint32_t count, const struct field *columns,
                 struct batch **out, struct err *err)
{
    *out = batch_new(arena, columns);
    return execute(ledger, sql, values, count, *out, err);
}

bool ledger_begin(struct ledger *ledger, struct err *err)
{
    return ledger_run(ledger, "BEGIN IMMEDIATE", NULL, 0, err);
}

void ledger_rollback(struct ledger *ledger)
{
    struct err ignored;
    if (!sqlite3_get_autocommit(ledger->db) && !ledger_run(ledger, "ROLLBACK", NULL, 0, &ignored))
        return; /* what is not committed is gone when the file is closed */
}

bool ledger_commit(struct ledger *ledger, struct err *err)
{
    if (ledger_run(ledger, "COMMIT", NULL, 0, err))
        return true;
    ledger_rollback(ledger);
    return false;
}

struct str ledger_path(const struct ledger *ledger)
{
    return ledger->path;
}

/* ---- its version ---- */

struct header {
    int64_t application_id, version, tables;
};

static bool read_header(struct ledger *ledger, struct header *out, struct err *err)
{
    static const struct field columns[] = {{"application_id", TYPE_INT, 0, "whose file", NULL},
                                           {"version", TYPE_INT, 0, "how many steps", NULL},
                                           {"tables", TYPE_INT, 0, "and what is in it", NULL},
                                           {0}};
    struct arena *scratch = arena_new("ledger header");
    struct batch *rows;
    const bool ok = ledger_rows(ledger, scratch,
                                "SELECT application_id, user_version,"
                                " (SELECT count(*) FROM sqlite_schema)"
                                " FROM pragma_application_id, pragma_user_version",
                                NULL, 0, columns, &rows, err);
    if (ok)
        *out = (struct header){rows->columns[0].integers[0], rows->columns[1].integers[0],
                               rows->columns[2].integers[0]};
    arena_free(scratch);
    return ok;
}

static bool check_header(struct ledger *ledger, const struct header *header, int newest,
                         struct err *err)
{
    const bool is_new = header->application_id == 0 && header->version == 0 && header->tables == 0;
    if (!is_new && header->application_id != APPLICATION_ID)
        return err_set(err, ERR_DENIED,
                       "%s: it is a database of another program; name another file",
                       ledger->path.ptr);
    if (header->version > newest)
        return err_set(err, ERR_DENIED,
                       "%s: a newer warroom has written it, in version %lld, and this one knows "
                       "%d: use that one, or name another file with --ledger",
                       ledger->path.ptr, (long long)header->version, newest);
    return true;
}

/* Another process may have done it while this one waited, so it is looked at again. */
static bool migrate_in_transaction(struct ledger *ledger, const struct ledger_schema *schema,
                                   struct err *err)
{
    struct header header;
    if (!read_header(ledger, &header, err) ||
        !check_header(ledger, &header, schema->steps_count, err))
        return false;
    for (int64_t i = header.version; i < schema->steps_count; i++)
        if (sqlite3_exec(ledger->db, schema->steps[i], NULL, NULL, NULL) != SQLITE_OK)
            return fail(ledger, err);
    char text[96];
    snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, schema->steps_count);
    return sqlite3_exec(ledger->db, text, NULL, NULL, NULL) == SQLITE_OK || fail(ledger, err);
}

static bool migrate(struct ledger *ledger, const struct ledger_schema *schema, struct err *err)
{
    if (!ledger_begin(ledger, err))
        return false;
    if (migrate_in_transaction(ledger, schema, err))
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

/* ---- opening ---- */

static void close_db(void *thing)
{
    struct ledger *ledger = thing;
    for (uint32_t i = 0; i < ledger->statements_count; i++)
        sqlite3_finalize(ledger->statements[i].prepared);
    sqlite3_close(ledger->db);
}

bool ledger_usual_path(struct arena *arena, struct str *out, struct err *err)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && data[0] == '/')
        *out = str_printf(arena, "%s/warroom/ledger.db", data);
    else if (home && home[0] == '/')
        *out = str_printf(arena, "%s/.local/share/warroom/ledger.db", home);
    else
        return err_set(err, ERR_USAGE, "HOME is not set; name a file with --ledger");
    return true;
}

/* All that lead to the file; what is there already is left as it is. */
static bool make_folders(struct arena *arena, struct str path, struct err *err)
{
    for (size_t i = 1; i < path.len; i++) {
        const char *folder = str_copy(arena, str_slice(path, 0, i)).ptr;
        if (path.ptr[i] == '/' && mkdir(folder, 0700) != 0 && errno != EEXIST)
            return err_set(err, ERR_IO, "%s: it cannot be made: %s; name a file with --ledger",
                           folder, strerror(errno));
    }
    return true;
}

/* It holds what others may not read, such as messages of commits. */
static bool make_private(const char *path, struct err *err)
{
    struct stat info;
    if (stat(path, &info) == 0)
        return S_ISREG(info.st_mode) || err_set(err, ERR_DENIED, "%s: it is no plain file", path);
    const int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ||
               err_set(err, ERR_IO, "%s: it cannot be made: %s; name another file with --ledger",
                       path, strerror(errno));
    close(fd);
    return true;
}

/*
 * What holds for the connection. Pages of 16 kB: bodies are of some kB, and four times as many
 * share a page without a rest. A file that others have just begun to use refuses to change its
 * mode; it has it by then.
 */
static bool set_up(struct ledger *ledger, const struct ledger_schema *schema, struct err *err)
{
    struct header header;
    sqlite3_busy_timeout(ledger->db, LEDGER_BUSY_MS);
    if (!read_header(ledger, &header, err) ||
        !check_header(ledger, &header, schema->steps_count, err))
        return false;
    const bool is_writable = !sqlite3_db_readonly(ledger->db, "main");
    if (is_writable)
        sqlite3_exec(ledger->db, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL", NULL, NULL,
                     NULL);
    if (sqlite3_exec(ledger->db,
                     "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
                     "PRAGMA trusted_schema = OFF",
                     NULL, NULL, NULL) != SQLITE_OK)
        return fail(ledger, err);
    return header.version == schema->steps_count || migrate(ledger, schema, err);
}

bool ledger_open_with(struct arena *arena, const char *path, const struct ledger_schema *schema,
                      struct ledger **out, struct err *err)
{
    struct ledger *ledger = arena_push(arena, struct ledger);
    *ledger = (struct ledger){0};
    if (!path &&
        (!ledger_usual_path(arena, &ledger->path, err) || !make_folders(arena, ledger->path, err)))
        return false;
    if (path) /* "./": no name is special, ":memory:" neither */
        ledger->path = str_printf(arena, "%s%s", path[0] == '/' ? "" : "./", path);
    if (!make_private(ledger->path.ptr, err))
        return false;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(ledger->path.ptr, &ledger->db, flags, NULL);
    if (!ledger->db)
        return err_set(err, ERR_IO, "%s: it cannot be opened", ledger->path.ptr);
    arena_defer(arena, close_db, ledger);
    *out = ledger;
    return code == SQLITE_OK ? set_up(ledger, schema, err) : fail(ledger, err);
}

bool ledger_look(struct arena *arena, const char *path, struct ledger **out, int64_t *version,
                 struct err *err)
{
    struct ledger *ledger = arena_push(arena, struct ledger);
    struct header header;
    *ledger = (struct ledger){.path = str_printf(arena, "%s%s", path[0] == '/' ? "" : "./", path)};
    if (access(ledger->path.ptr, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(ledger->path.ptr, &ledger->db, flags, NULL);
    if (!ledger->db)
        return err_set(err, ERR_IO, "%s: it cannot be opened", ledger->path.ptr);
    arena_defer(arena, close_db, ledger);
    *out = ledger;
    sqlite3_busy_timeout(ledger->db, LEDGER_BUSY_MS);
    if (code != SQLITE_OK)
        return fail(ledger, err);
    if (!read_header(ledger, &header, err) ||
        !check_header(ledger, &header, ledger_schema.steps_count, err))
        return false;
    *version = header.version;
    return true;
}

bool ledger_open(struct arena *arena, const char *path, struct ledger **out, struct err *err)
{
    return ledger_open_with(arena, path, &ledger_schema, out, err);
}

/* ---- a copy ---- */

static bool copy_from(struct ledger *ledger, struct str path, const char *const *takes,
                      struct err *err)
{
    const struct value values[] = {value_text(path)};
    bool ok = ledger_run(ledger, "ATTACH ?1 AS kept", values, 1, err);
    for (; ok && *takes; takes++)
        ok = ledger_run(ledger, *takes, NULL, 0, err);
    return ok && ledger_run(ledger, "DETACH kept", NULL, 0, err);
}

bool ledger_take_along(struct arena *arena, const char *path, const char *const *takes,
                       struct ledger **out, struct err *err)
{
    struct arena *scratch = arena_new("ledger");
    struct ledger *kept, *ledger = arena_push(arena, struct ledger);
    bool ok = ledger_open(scratch, path, &kept, err); /* which brings it to this version */
    *ledger = (struct ledger){0};
    if (ok) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
        const int code = sqlite3_open_v2(":memory:", &ledger->db, flags, NULL);
        ledger->path = str_copy(arena, kept->path); /* what errors name */
        arena_defer(arena, close_db, ledger);
        ok = (code == SQLITE_OK || err_set(err, ERR_IO, "there is no memory for a copy of it")) &&
             set_up(ledger, &ledger_schema, err) && copy_from(ledger, kept->path, takes, err);
    }
    arena_free(scratch);
    *out = ledger;
    return ok;
}
