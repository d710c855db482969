/* SPDX-License-Identifier: Apache-2.0 */
#include "net/libpq.h"

#include "base/arena.h"

#include <dlfcn.h>
#include <pthread.h>

/* Who only looks must not stand in anybody's way for longer. */
#define LOCK_TIMEOUT_MS 500

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
enum { CONNECTION_OK = 0, PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2 };

static struct libpq {
    PGconn *(*PQconnectdbParams)(const char *const *keywords, const char *const *values,
                                 int expand_dbname);
    int (*PQstatus)(const PGconn *connection);
    char *(*PQerrorMessage)(const PGconn *connection);
    void (*PQfinish)(PGconn *connection);
    PGresult *(*PQexecParams)(PGconn *connection, const char *sql, int count, const void *types,
                              const char *const *values, const int *lengths, const int *formats,
                              int result_format);
    int (*PQresultStatus)(const PGresult *result);
    char *(*PQresultErrorMessage)(const PGresult *result);
    int (*PQntuples)(const PGresult *result);
    int (*PQnfields)(const PGresult *result);
    char *(*PQfname)(const PGresult *result, int column);
    char *(*PQgetvalue)(const PGresult *result, int row, int column);
    int (*PQgetlength)(const PGresult *result, int row, int column);
    void (*PQclear)(PGresult *result);
    bool is_there;
} libpq;

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    bool ok = library != NULL;
#define TAKE(name) ok = ok && (*(void **)&libpq.name = dlsym(library, #name)) != NULL
    TAKE(PQconnectdbParams);
    TAKE(PQstatus);
    TAKE(PQerrorMessage);
    TAKE(PQfinish);
    TAKE(PQexecParams);
    TAKE(PQresultStatus);
    TAKE(PQresultErrorMessage);
    TAKE(PQntuples);
    TAKE(PQnfields);
    TAKE(PQfname);
    TAKE(PQgetvalue);
    TAKE(PQgetlength);
    TAKE(PQclear);
#undef TAKE
    libpq.is_there = ok;
}

bool libpq_load(struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return libpq.is_there ||
           err_set(err, ERR_NOT_FOUND,
                   "libpq, PostgreSQL's client library, is not there: apt-get install libpq5");
}

struct session {
    PGconn *connection;
};

static void close_session(void *thing)
{
    struct session *session = thing;
    libpq.PQfinish(session->connection);
}

/* Its messages have several lines. */
static bool tell(const char *message, struct err *err)
{
    struct str rest = str_of(message), line = STR("");
    str_split(&rest, '\n', &line);
    return err_set(err, ERR_UNREACHABLE, "%.*s", STR_ARG(str_trim(line)));
}

bool session_open(struct arena *arena, const struct session_place *place, int64_t span_ns,
                  struct session **out, struct err *err)
{
    if (!libpq_load(err))
        return false;
    const long long seconds = span_ns / NS_PER_S > 2 ? (long long)(span_ns / NS_PER_S) : 2;
    const struct str options = str_printf(
        arena,
        "-c default_transaction_read_only=on -c statement_timeout=%llds -c lock_timeout=%dms",
        seconds, LOCK_TIMEOUT_MS);
    const struct str wait = str_printf(arena, "%lld", seconds);
    const struct {
        const char *name;
        struct str value;
    } settings[] = {
        {"host", place->host},
        {"port", place->port},
        {"dbname", place->database},
        {"user", place->user},
        {"password", place->password},
        {"sslrootcert", place->ca_file},
        {"sslmode", place->ca_file.len > 0 ? STR("verify-full") : STR("prefer")},
        {"application_name", STR("warroom")},
        {"connect_timeout", wait},
        {"options", options},
    };
    enum { COUNT = sizeof settings / sizeof *settings };
    const char *names[COUNT + 1] = {0}, *values[COUNT + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) {
        if (settings[i].value.len == 0)
            continue;
        names[count] = settings[i].name;
        values[count++] = str_copy(arena, settings[i].value).ptr;
    }
    struct session *session = arena_push(arena, struct session);
    session->connection = libpq.PQconnectdbParams(names, values, 0);
    arena_defer(arena, close_session, session);
    *out = session;
    return libpq.PQstatus(session->connection) == CONNECTION_OK ||
           tell(libpq.PQerrorMessage(session->connection), err);
}

bool session_ask(struct session *session, struct arena *arena, const char *sql, uint32_t rows_max,
                 struct session_rows *out, struct err *err)
{
    PGresult *result = libpq.PQexecParams(session->connection, sql, 0, NULL, NULL, NULL, NULL, 0);
    const int status = libpq.PQresultStatus(result);
    const bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (ok) {
        const uint32_t rows = (uint32_t)libpq.PQntuples(result);
        out->rows = rows < rows_max ? rows : rows_max;
        out->columns = (uint32_t)libpq.PQnfields(result);
        out->names = arena_push_many(arena, struct str, (size_t)out->columns + 1);
        for (uint32_t i = 0; i < out->columns; i++)
            out->names[i] = str_copy(arena, str_of(libpq.PQfname(result, (int)i)));
        out->cells = arena_push_many(arena, struct str, (size_t)out->rows * out->columns + 1);
        for (uint32_t i = 0; i < out->rows * out->columns; i++) {
            const int row = (int)(i / out->columns), column = (int)(i % out->columns);
            out->cells[i] = str_copy(
                arena, (struct str){.ptr = libpq.PQgetvalue(result, row, column),
                                    .len = (size_t)libpq.PQgetlength(result, row, column)});
        }
    } else {
        tell(libpq.PQresultErrorMessage(result), err);
        err->kind = ERR_PROTOCOL; /* the server is there, and says no to this */
    }
    libpq.PQclear(result);
    return ok;
}
