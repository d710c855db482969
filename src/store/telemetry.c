/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One database in memory, with a connection for the thread that owns the case and one for the
 * helper of telemetry_share_out().
 *
 * A statement of ours is known to give columns that we can copy. A statement from outside may give
 * anything; it is wrapped once, so that each column comes as one of our types and no more rows
 * than allowed are made. A watchdog thread interrupts it when its time is over.
 */
#include "store/telemetry.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ending.h"

#include <assert.h>
#include <dlfcn.h>
#include <duckdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH_APPEND_COLUMNS_MAX 32 /* the widest table has 12 */

struct telemetry {
    duckdb_database database;
    duckdb_connection connection;
    struct telemetry *helper; /* the same database on a second connection; of the owner's only */
    char spill_path[256];
    bool sealed;
};

/* What the database says, on one line and cut to what an error can hold. */
static bool fail_with(struct err *err, enum err_kind kind, const char *text)
{
    err_set(err, kind, "%s", text ? text : "the database gave no reason");
    for (char *at = err->text; *at; at++)
        if (*at == '\n')
            *at = ' ';
    return false;
}

static void telemetry_close(void *thing)
{
    struct telemetry *telemetry = thing;
    if (telemetry->helper->connection)
        duckdb_disconnect(&telemetry->helper->connection);
    if (telemetry->connection)
        duckdb_disconnect(&telemetry->connection);
    if (telemetry->database)
        duckdb_close(&telemetry->database);
    rmdir(telemetry->spill_path); /* made by us; empty, or not there when nothing was spilt */
    ending_forget(telemetry->spill_path);
}

static void give_up(void)
{
    ending_because("out of memory: the database could not go on");
}

/*
 * DuckDB is C++, and tells by an exception that it has no memory. Most become errors; one that
 * strikes where it may not be thrown ends the process, and that is the way for it to end in ours.
 * std::set_terminate() has no name in C but its mangled one.
 */
static void heed_exceptions(void)
{
    void *(*set)(void (*)(void)) = NULL;
    *(void **)&set = dlsym(RTLD_DEFAULT, "_ZSt13set_terminatePFvvE");
    if (set)
        set(give_up);
}

static bool configure(duckdb_config config, const char *spill_path,
                      const struct telemetry_limits *limits)
{
    char memory[32], threads[16];
    snprintf(memory, sizeof memory, "%uMB", limits->memory_mb);
    snprintf(threads, sizeof threads, "%u", limits->threads);
    const char *const settings[][2] = {
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"memory_limit", memory},
        {"threads", threads},
        {"temp_directory", spill_path},
        {"max_temp_directory_size", "8GB"},
        {"preserve_insertion_order", "true"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            return false;
    return true;
}

static bool connect(struct telemetry *telemetry, duckdb_database database, struct err *err)
{
    if (duckdb_connect(database, &telemetry->connection) != DuckDBSuccess)
        return err_set(err, ERR_IO, "the database refused a connection");
    return telemetry_run(telemetry, "SET TimeZone = 'UTC'", err); /* holds for a connection */
}

bool telemetry_open(struct arena *arena, const struct telemetry_limits *limits,
                    struct telemetry **out, struct err *err)
{
    struct telemetry *telemetry = arena_push(arena, struct telemetry);
    telemetry->helper = arena_push(arena, struct telemetry);
    const char *tmp = getenv("TMPDIR");
    snprintf(telemetry->spill_path, sizeof telemetry->spill_path, "%s/warroom-spill-%ld",
             tmp && *tmp ? tmp : "/tmp", (long)getpid());
    ending_note(telemetry->spill_path);
    arena_defer(arena, telemetry_close, telemetry);
    heed_exceptions();

    duckdb_config config;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return err_set(err, ERR_IO, "the database could not be configured");
    char *reason = NULL;
    bool ok = configure(config, telemetry->spill_path, limits) ||
              err_set(err, ERR_IO, "the database knows a setting of ours no more");
    if (ok && duckdb_open_ext(NULL, &telemetry->database, config, &reason) != DuckDBSuccess)
        ok = fail_with(err, ERR_IO, reason);
    duckdb_free(reason);
    duckdb_destroy_config(&config);
    *out = telemetry;
    return ok && connect(telemetry, telemetry->database, err) &&
           connect(telemetry->helper, telemetry->database, err);
}

static void telemetry_disconnect(void *thing)
{
    duckdb_disconnect(&((struct telemetry *)thing)->connection);
}

bool telemetry_connect(struct telemetry *telemetry, struct arena *arena, struct telemetry **out,
                       struct err *err)
{
    *out = arena_push(arena, struct telemetry);
    (*out)->sealed = telemetry->sealed;
    arena_defer(arena, telemetry_disconnect, *out);
    return connect(*out, telemetry->database, err);
}

bool telemetry_run(struct telemetry *telemetry, const char *sql, struct err *err)
{
    duckdb_result result;
    const bool ok = duckdb_query(telemetry->connection, sql, &result) == DuckDBSuccess ||
                    fail_with(err, ERR_PROTOCOL, duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return ok;
}

bool telemetry_append(struct telemetry *telemetry, const char *table, telemetry_next_fn *next,
                      void *state, struct err *err)
{
    duckdb_appender appender = NULL;
    bool ok =
        duckdb_appender_create(telemetry->connection, NULL, table, &appender) == DuckDBSuccess;
    int64_t number;
    struct str text;
    while (ok && next(state, &number, &text))
        ok = duckdb_append_int64(appender, number) == DuckDBSuccess &&
             duckdb_append_varchar_length(appender, text.ptr, text.len) == DuckDBSuccess &&
             duckdb_appender_end_row(appender) == DuckDBSuccess;
    ok = ok && duckdb_appender_close(appender) == DuckDBSuccess;
    if (!ok)
        fail_with(err, ERR_IO, duckdb_appender_error(appender));
    duckdb_appender_destroy(&appender);
    return ok;
}

/* ---- rows that come in columns ---- */

static duckdb_type duck_of(enum type type)
{
    switch (type) {
    case TYPE_BOOL:
        return DUCKDB_TYPE_BOOLEAN;
    case TYPE_REAL:
        return DUCKDB_TYPE_DOUBLE;
    case TYPE_TEXT:
        return DUCKDB_TYPE_VARCHAR;
    case TYPE_TIME:
        return DUCKDB_TYPE_TIMESTAMP_NS;
    default:
        return DUCKDB_TYPE_BIGINT;
    }
}

static duckdb_data_chunk chunk_for(const struct batch *rows)
{
    duckdb_logical_type types[BATCH_APPEND_COLUMNS_MAX];
    for (uint32_t i = 0; i < rows->columns_count; i++)
        types[i] = duckdb_create_logical_type(duck_of(rows->columns[i].type));
    duckdb_data_chunk chunk = duckdb_create_data_chunk(types, rows->columns_count);
    for (uint32_t i = 0; i < rows->columns_count; i++)
        duckdb_destroy_logical_type(&types[i]);
    return chunk;
}

static void fill_vector(duckdb_vector vector, const struct column *column, size_t from,
                        size_t count)
{
    duckdb_vector_ensure_validity_writable(vector);
    uint64_t *validity = duckdb_vector_get_validity(vector);
    void *data = duckdb_vector_get_data(vector);
    for (size_t i = 0; i < count; i++) {
        const size_t row = from + i;
        if (!column->known[row])
            duckdb_validity_set_row_invalid(validity, i);
        else if (column->type == TYPE_TEXT)
            duckdb_vector_assign_string_element_len(vector, i, column->texts[row].ptr,
                                                    column->texts[row].len);
        else if (column->type == TYPE_REAL)
            ((double *)data)[i] = column->reals[row];
        else if (column->type == TYPE_BOOL)
            ((bool *)data)[i] = column->integers[row] != 0;
        else
            ((int64_t *)data)[i] = column->integers[row];
    }
}

static bool append_chunks(duckdb_appender appender, const struct batch *rows)
{
    const size_t step = duckdb_vector_size();
    duckdb_data_chunk chunk = chunk_for(rows);
    bool ok = true;
    for (size_t from = 0; ok && from < rows->rows; from += step) {
        const size_t count = rows->rows - from < step ? rows->rows - from : step;
        duckdb_data_chunk_reset(chunk);
        for (uint32_t i = 0; i < rows->columns_count; i++)
            fill_vector(duckdb_data_chunk_get_vector(chunk, i), &rows->columns[i], from, count);
        duckdb_data_chunk_set_size(chunk, count);
        ok = duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess;
    }
    duckdb_destroy_data_chunk(&chunk);
    return ok;
}

bool telemetry_append_batch(struct telemetry *telemetry, const char *catalog, const char *table,
                            const struct batch *rows, struct err *err)
{
    assert(rows->columns_count <= BATCH_APPEND_COLUMNS_MAX);
    duckdb_appender appender = NULL;
    bool ok = duckdb_appender_create_ext(telemetry->connection, catalog, NULL, table, &appender) ==
              DuckDBSuccess;
    ok = ok && append_chunks(appender, rows) && duckdb_appender_close(appender) == DuckDBSuccess;
    if (!ok)
        fail_with(err, ERR_IO, duckdb_appender_error(appender));
    duckdb_appender_destroy(&appender);
    return ok;
}

/* Files are worth several threads; the queries that follow are small, and sharing them costs more.
 */
bool telemetry_seal(struct telemetry *telemetry, struct err *err)
{
    telemetry->sealed = telemetry->helper->sealed = true;
    return telemetry_run(telemetry,
                         "SET threads = 1; SET enable_external_access = false; "
                         "SET lock_configuration = true",
                         err);
}

static bool type_of(duckdb_type duck, enum type *out)
{
    switch (duck) {
    case DUCKDB_TYPE_BOOLEAN:
        *out = TYPE_BOOL;
        return true;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
        *out = TYPE_INT;
        return true;
    case DUCKDB_TYPE_DOUBLE:
        *out = TYPE_REAL;
        return true;
    case DUCKDB_TYPE_VARCHAR:
        *out = TYPE_TEXT;
        return true;
    case DUCKDB_TYPE_TIMESTAMP_NS:
        *out = TYPE_TIME;
        return true;
    default:
        return false;
    }
}

static void copy_texts(struct column *column, size_t at, size_t rows, duckdb_string_t *data,
                       struct arena *arena)
{
    for (size_t i = 0; i < rows; i++) {
        if (!column->known[at + i])
            continue;
        const struct str text = {.ptr = duckdb_string_t_data(&data[i]),
                                 .len = duckdb_string_t_length(data[i])};
        column->texts[at + i] = str_copy(arena, text);
    }
}

static void copy_numbers(struct column *column, size_t at, size_t rows, duckdb_type duck,
                         const void *data)
{
    for (size_t i = 0; i < rows; i++) {
        if (!column->known[at + i])
            continue; /* what lies there is nobody's value */
        switch (duck) {
        case DUCKDB_TYPE_BOOLEAN:
            column->integers[at + i] = ((const bool *)data)[i];
            break;
        case DUCKDB_TYPE_TINYINT:
            column->integers[at + i] = ((const int8_t *)data)[i];
            break;
        case DUCKDB_TYPE_SMALLINT:
            column->integers[at + i] = ((const int16_t *)data)[i];
            break;
        case DUCKDB_TYPE_INTEGER:
            column->integers[at + i] = ((const int32_t *)data)[i];
            break;
        case DUCKDB_TYPE_DOUBLE:
            column->reals[at + i] = ((const double *)data)[i];
            break;
        default:
            column->integers[at + i] = ((const int64_t *)data)[i];
        }
    }
}

static void copy_chunk(struct batch *batch, const duckdb_type *ducks, duckdb_data_chunk chunk)
{
    const size_t rows = duckdb_data_chunk_get_size(chunk), at = batch->rows;
    for (uint32_t i = 0; i < batch->columns_count; i++) {
        struct column *column = &batch->columns[i];
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
        void *data = duckdb_vector_get_data(vector);
        uint64_t *validity = duckdb_vector_get_validity(vector);
        for (size_t row = 0; row < rows; row++)
            column->known[at + row] = duckdb_validity_row_is_valid(validity, row);
        if (column->type == TYPE_TEXT)
            copy_texts(column, at, rows, data, batch->arena);
        else
            copy_numbers(column, at, rows, ducks[i], data);
    }
    batch->rows = at + rows;
}

/* All chunks are counted before the first is copied, so that each column is allocated once. */
static void copy_chunks(struct batch *batch, const duckdb_type *ducks, duckdb_result *result)
{
    struct chunks {
        duckdb_data_chunk items[256];
        struct chunks *next;
    } *first = NULL, **last = &first;
    struct arena *arena = arena_new("chunks");
    size_t count = 0, rows = 0;
    duckdb_data_chunk chunk;
    while ((chunk = duckdb_fetch_chunk(*result)) != NULL) {
        if (count % 256 == 0) {
            if (*last)
                last = &(*last)->next;
            *last = arena_push(arena, struct chunks);
        }
        (*last)->items[count++ % 256] = chunk;
        rows += duckdb_data_chunk_get_size(chunk);
    }
    batch_reserve(batch, rows);
    size_t done = 0;
    for (struct chunks *at = first; at; at = at->next)
        for (size_t i = 0; i < 256 && done < count; i++, done++) {
            copy_chunk(batch, ducks, at->items[i]);
            duckdb_destroy_data_chunk(&at->items[i]);
        }
    arena_free(arena);
}

static bool copy_result(duckdb_result *result, struct arena *arena, struct batch **out,
                        struct err *err)
{
    const idx_t columns_count = duckdb_column_count(result);
    struct batch *batch = batch_new_columns(arena, (uint32_t)columns_count);
    duckdb_type *ducks = arena_push_many(arena, duckdb_type, columns_count);
    for (idx_t i = 0; i < columns_count; i++) {
        const struct str name = str_of(duckdb_column_name(result, i));
        struct column *column = &batch->columns[i];
        column->name = str_copy(arena, name);
        ducks[i] = duckdb_column_type(result, i);
        if (!type_of(ducks[i], &column->type))
            return err_set(err, ERR_USAGE, "column `%.*s` has a type that must be cast",
                           STR_ARG(name));
    }
    copy_chunks(batch, ducks, result);
    *out = batch;
    return true;
}

bool telemetry_rows(struct telemetry *telemetry, struct arena *arena, struct str sql,
                    struct batch **out, struct err *err)
{
    const char *text = str_copy(arena, sql).ptr;
    duckdb_result result;
    bool ok = duckdb_query(telemetry->connection, text, &result) == DuckDBSuccess;
    if (!ok) {
        const bool interrupted = duckdb_result_error_type(&result) == DUCKDB_ERROR_INTERRUPT;
        fail_with(err, interrupted ? ERR_TIMEOUT : ERR_PROTOCOL, duckdb_result_error(&result));
    } else {
        ok = copy_result(&result, arena, out, err);
    }
    duckdb_destroy_result(&result);
    return ok;
}

/* ---- two at a time ---- */

struct share {
    telemetry_work_fn *work;
    void *state;
    size_t count;
    atomic_size_t next;
    struct telemetry *helper;
};

static void take_shares(struct share *share, struct telemetry *telemetry)
{
    size_t number;
    while ((number = atomic_fetch_add(&share->next, 1)) < share->count)
        share->work(telemetry, number, share->state);
}

static void *help(void *thing)
{
    struct share *share = thing;
    take_shares(share, share->helper);
    return NULL;
}

void telemetry_share_out(struct telemetry *telemetry, size_t count, telemetry_work_fn *work,
                         void *state)
{
    struct share share = {
        .work = work, .state = state, .count = count, .helper = telemetry->helper};
    pthread_t thread;
    /* without a second thread the first does all */
    const bool helped = count > 1 && pthread_create(&thread, NULL, help, &share) == 0;
    take_shares(&share, telemetry);
    if (helped)
        pthread_join(thread, NULL);
}

/* ---- statements from outside ---- */

struct watchdog {
    duckdb_connection connection;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended_cond;
    bool ended;
    struct timespec until;
};

static void *watch(void *thing)
{
    struct watchdog *dog = thing;
    pthread_mutex_lock(&dog->lock);
    int rc = 0;
    while (!dog->ended && rc == 0)
        rc = pthread_cond_timedwait(&dog->ended_cond, &dog->lock, &dog->until);
    if (!dog->ended)
        duckdb_interrupt(dog->connection);
    pthread_mutex_unlock(&dog->lock);
    return NULL;
}

static bool watchdog_start(struct watchdog *dog, duckdb_connection connection, int64_t span_ns)
{
    *dog = (struct watchdog){.connection = connection};
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&dog->ended_cond, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&dog->lock, NULL);
    clock_gettime(CLOCK_MONOTONIC, &dog->until);
    const int64_t ns = dog->until.tv_nsec + span_ns % NS_PER_S;
    dog->until.tv_sec += (time_t)(span_ns / NS_PER_S + ns / NS_PER_S);
    dog->until.tv_nsec = (long)(ns % NS_PER_S);
    return pthread_create(&dog->thread, NULL, watch, dog) == 0;
}

static void watchdog_stop(struct watchdog *dog)
{
    pthread_mutex_lock(&dog->lock);
    dog->ended = true;
    pthread_cond_signal(&dog->ended_cond);
    pthread_mutex_unlock(&dog->lock);
    pthread_join(dog->thread, NULL);
    pthread_cond_destroy(&dog->ended_cond);
    pthread_mutex_destroy(&dog->lock);
}

/* What a column is cast to in the wrapper; "" leaves it as it is. */
static const char *cast_for(duckdb_type duck)
{
    enum type ignored;
    if (type_of(duck, &ignored))
        return "";
    switch (duck) {
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
        return "::BIGINT";
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_FLOAT:
        return "::DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
        return "::TIMESTAMP_NS";
    default:
        return "::VARCHAR";
    }
}

static struct str wrap(struct arena *arena, duckdb_prepared_statement statement, struct str sql,
                       size_t rows_max)
{
    const idx_t columns = duckdb_prepared_statement_column_count(statement);
    struct buf text = buf_new(arena);
    struct buf names = buf_new(arena);
    buf_printf(&text, "SELECT ");
    for (idx_t i = 0; i < columns; i++) {
        const duckdb_type duck = duckdb_prepared_statement_column_type(statement, i);
        buf_printf(&text, "%sc%d%s", i > 0 ? ", " : "", (int)i, cast_for(duck));
        buf_printf(&names, "%sc%d", i > 0 ? ", " : "", (int)i);
    }
    buf_printf(&text, " FROM (\n%.*s\n) AS q(%s) LIMIT %zu", STR_ARG(sql), buf_str(&names).ptr,
               rows_max);
    return buf_str(&text);
}

/* Checks the statement and gives the wrapped text and the names that its columns had. */
static bool prepare_wrapped(struct telemetry *telemetry, struct arena *arena, struct str sql,
                            size_t rows_max, struct str *wrapped, struct str **names,
                            struct err *err)
{
    duckdb_extracted_statements statements = NULL;
    const idx_t count =
        duckdb_extract_statements(telemetry->connection, str_copy(arena, sql).ptr, &statements);
    duckdb_prepared_statement statement = NULL;
    bool ok = true;
    if (count == 0)
        ok = fail_with(err, ERR_USAGE, duckdb_extract_statements_error(statements));
    else if (count > 1)
        ok = err_set(err, ERR_DENIED, "one statement at a time, please: these are %d", (int)count);
    else if (duckdb_prepare_extracted_statement(telemetry->connection, statements, 0, &statement) !=
             DuckDBSuccess)
        ok = fail_with(err, ERR_USAGE, duckdb_prepare_error(statement));
    else if (duckdb_prepared_statement_type(statement) != DUCKDB_STATEMENT_TYPE_SELECT)
        ok = err_set(err, ERR_DENIED, "only SELECT runs here: the telemetry is read-only");
    else {
        const idx_t columns = duckdb_prepared_statement_column_count(statement);
        *names = arena_push_many(arena, struct str, columns);
        for (idx_t i = 0; i < columns; i++) {
            const char *name = duckdb_prepared_statement_column_name(statement, i);
            (*names)[i] = str_copy(arena, str_of(name));
            duckdb_free((void *)(uintptr_t)name);
        }
        *wrapped = wrap(arena, statement, sql, rows_max + 1);
    }
    duckdb_destroy_prepare(&statement);
    duckdb_destroy_extracted(&statements);
    return ok;
}

static struct str without_semicolon(struct str sql)
{
    sql = str_trim(sql);
    while (str_ends(sql, STR(";")))
        sql = str_trim(str_slice(sql, 0, sql.len - 1));
    return sql;
}

bool telemetry_query(struct telemetry *telemetry, struct arena *arena, struct str sql,
                     const struct query_limits *limits, struct batch **out, bool *cut,
                     struct err *err)
{
    if (!telemetry->sealed)
        return err_set(err, ERR_DENIED, "the store must be sealed before others may ask it");
    sql = without_semicolon(sql);
    struct str wrapped = STR(""), *names = NULL;
    if (!prepare_wrapped(telemetry, arena, sql, limits->rows_max, &wrapped, &names, err))
        return false;

    struct watchdog dog;
    if (!watchdog_start(&dog, telemetry->connection, limits->time_max_ns))
        return err_set(err, ERR_IO, "no thread to limit the query's time");
    const bool ok = telemetry_rows(telemetry, arena, wrapped, out, err);
    watchdog_stop(&dog);
    if (!ok)
        return err->kind == ERR_TIMEOUT
                   ? err_set(err, ERR_TIMEOUT, "the query took longer than %.0f s",
                             (double)limits->time_max_ns / (double)NS_PER_S)
                   : false;

    for (uint32_t i = 0; i < (*out)->columns_count; i++)
        (*out)->columns[i].name = names[i];
    *cut = (*out)->rows > limits->rows_max;
    if (*cut)
        (*out)->rows = limits->rows_max;
    return true;
}

struct str sql_quote(struct arena *arena, struct str text)
{
    struct buf quoted = buf_new(arena);
    buf_add_char(&quoted, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_add_char(&quoted, '\'');
        if (text.ptr[i] != '\0')
            buf_add_char(&quoted, text.ptr[i]);
    }
    buf_add_char(&quoted, '\'');
    return buf_str(&quoted);
}

struct str sql_time(struct arena *arena, int64_t time_ns)
{
    int64_t rest = time_ns % NS_PER_S;
    if (rest < 0)
        rest += NS_PER_S;
    return str_printf(arena, "TIMESTAMP_NS '%s.%09lld'", time_format(arena, time_ns).ptr,
                      (long long)rest);
}
