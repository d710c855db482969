/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PostgreSQL that is asked itself, read-only: who waits for whose locks, what runs for long and
 * by which plan, which statements cost most, what state its sessions and tables are in.
 *
 * Its views say how it is now and not since when. What waits or runs becomes rows of logs in the
 * words that PostgreSQL has for it where it is told to log such things (log_lock_waits,
 * log_min_duration_statement), for these are the words that are understood. All of it becomes
 * tables in `state`, with a line of names first: agent/databases/census.h reads them.
 */
#include "connect/connector.h"

#include "base/arena.h"
#include "connect/postgres_plans.h"
#include "connect/postgres_views.h"
#include "net/libpq.h"

#define ROWS_MAX 500 /* no view has more */
#define CELL_BYTES_MAX 2000
#define PLANS_OF_RUNNING_MAX 5
#define PLANS_OF_COSTLY_MAX 12

#define USUAL_CALLS_MIN 3 /* fewer tell nothing */
#define USUAL_FACTOR 2.0  /* longer than twice its longest time is unusual */

static const struct field settings[] = {
    {"database", TYPE_TEXT, FIELD_OPTIONAL, "its name; the user's", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "what the report calls it; the source's name", NULL},
    {0},
};

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
    WAITS_HOLDER_STATE,
    WAITS_HOLDER_OPEN_S,
    WAITS_HOLDER_STARTED,
    WAITS_HOLDER_STATEMENT,
};

enum {
    RUNNING_PROCESS,
    RUNNING_APPLICATION,
    RUNNING_MS,
    RUNNING_STATEMENT,
    RUNNING_NOW,
    RUNNING_STARTED,
    RUNNING_SINCE,
    RUNNING_WAITS_FOR,
    RUNNING_HERE, /* in the database that is asked: its plan can be had */
    RUNNING_CALLS,
    RUNNING_LONGEST_MS,
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

/* ---- tables ---- */

/* A table's cell: on one line, without what divides cells. */
static void put_cell(struct buf *out, struct str text)
{
    const struct str kept = str_slice(text, 0, CELL_BYTES_MAX);
    for (size_t i = 0; i < kept.len; i++)
        buf_add_char(out, (unsigned char)kept.ptr[i] < ' ' ? ' ' : kept.ptr[i]);
}

static void put_row(struct buf *out, const struct str *cells, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put_cell(out, cells[i]);
        buf_add_char(out, i + 1 < count ? '\t' : '\n');
    }
}

static void keep_table(const struct talk *talk, const char *name, struct str text)
{
    const struct state_row row = {
        .kind = STR("database"),
        .name = str_printf(talk->scratch, "%.*s/%s", STR_ARG(talk->service), name),
        .format = STR("table"),
        .text = text};
    rows_state(&talk->out->rows, &row);
}

static void keep_view(const struct talk *talk, const struct postgres_view *view)
{
    struct session_rows rows;
    struct err err = {0};
    struct buf text = buf_new(talk->scratch);
    if (!session_ask(talk->session, talk->scratch, view->sql, ROWS_MAX, &rows, &err)) {
        gathered_note(talk->out, "no %s: %s", view->name, err.text);
        return;
    }
    put_row(&text, rows.names, rows.columns);
    for (uint32_t row = 0; row < rows.rows; row++)
        put_row(&text, &rows.cells[row * rows.columns], rows.columns);
    keep_table(talk, view->name, buf_str(&text));
}

/* Who waits, for which lock, and who is at the end of the queue. */
static void keep_waits(const struct talk *talk, const struct session_rows *rows)
{
    static const char head[] = "pid\tapplication\twaited_ms\tlock\tholder\tend_pid\tend_application"
                               "\tend_state\tend_open_s\tend_started\tend_statement\n";
    struct buf text = buf_new(talk->scratch);
    buf_add(&text, str_of(head));
    for (uint32_t row = 0; row < rows->rows; row++) {
        const uint32_t end = end_of_chain(rows, row);
        const struct str cells[] = {
            cell(rows, row, WAITS_PROCESS),
            cell(rows, row, WAITS_APPLICATION),
            cell(rows, row, WAITS_MS),
            cell(rows, row, WAITS_LOCK),
            cell(rows, row, WAITS_HOLDER),
            cell(rows, end, WAITS_HOLDER),
            cell(rows, end, WAITS_HOLDER_APPLICATION),
            cell(rows, end, WAITS_HOLDER_STATE),
            cell(rows, end, WAITS_HOLDER_OPEN_S),
            cell(rows, end, WAITS_HOLDER_STARTED),
            cell(rows, end, WAITS_HOLDER_STATEMENT),
        };
        if (wait_of(rows, cells[0]) == row)
            put_row(&text, cells, sizeof cells / sizeof *cells);
    }
    keep_table(talk, "waits", buf_str(&text));
}

/*
 * A statement that never took much less is no news, however long it runs: the nightly report. It
 * stands in the table, but not among the lines of what is slow.
 */
static bool is_usual(const struct session_rows *rows, uint32_t row)
{
    double calls, longest, ms;
    return str_to_real(cell(rows, row, RUNNING_CALLS), &calls) &&
           str_to_real(cell(rows, row, RUNNING_LONGEST_MS), &longest) &&
           str_to_real(cell(rows, row, RUNNING_MS), &ms) && calls >= USUAL_CALLS_MIN &&
           ms <= USUAL_FACTOR * longest;
}

static void say_running(const struct talk *talk, const struct session_rows *rows)
{
    static const char head[] = "pid\tapplication\tran_ms\tstatement\tasked_at\tstarted\tsince\t"
                               "waits_for\there\tcalls\tlongest_ms\tusual\n";
    struct buf text = buf_new(talk->scratch);
    buf_add(&text, str_of(head));
    for (uint32_t row = 0; row < rows->rows; row++) {
        const bool usual = is_usual(rows, row);
        struct str cells[RUNNING_LONGEST_MS + 2];
        for (uint32_t i = 0; i <= RUNNING_LONGEST_MS; i++)
            cells[i] = cell(rows, row, i);
        cells[RUNNING_LONGEST_MS + 1] = usual ? STR("t") : STR("f");
        put_row(&text, cells, RUNNING_LONGEST_MS + 2);
        if (!usual)
            say(talk, cells[RUNNING_NOW],
                str_printf(talk->scratch,
                           "[%.*s] app=%.*s LOG:  duration: %.*s ms  statement: %.*s",
                           STR_ARG(cells[RUNNING_PROCESS]), STR_ARG(cells[RUNNING_APPLICATION]),
                           STR_ARG(cells[RUNNING_MS]), STR_ARG(cells[RUNNING_STATEMENT])));
    }
    keep_table(talk, "running", buf_str(&text));
}

/* ---- plans ---- */

/* Of what runs, as it stands; of what cost most, for any values. */
static void keep_plans(const struct talk *talk, const struct session_rows *running,
                       struct deadline deadline, struct clock clock)
{
    struct err err = {0};
    struct session_rows costly;
    struct postgres_plans plans = postgres_plans_new(talk->scratch, talk->session);
    for (uint32_t row = 0, taken = 0; row < running->rows && taken < PLANS_OF_RUNNING_MAX; row++)
        if (str_eq(cell(running, row, RUNNING_HERE), STR("t")) && !deadline_passed(deadline, clock))
            taken += postgres_plans_add(&plans, cell(running, row, RUNNING_PROCESS),
                                        cell(running, row, RUNNING_STATEMENT));
    if (session_ask(talk->session, talk->scratch, postgres_costly, PLANS_OF_COSTLY_MAX, &costly,
                    &err))
        for (uint32_t row = 0; row < costly.rows && !deadline_passed(deadline, clock); row++)
            postgres_plans_add(&plans, cell(&costly, row, 0), cell(&costly, row, 1));
    keep_table(talk, "plans", postgres_plans_table(&plans));
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

/* A server that refuses a session says so: that is what is wrong with it. */
static bool open_session(struct talk *talk, const struct session_place *place, int64_t span_ns,
                         struct clock clock, struct err *err)
{
    if (session_open(talk->scratch, place, span_ns, &talk->session, err))
        return true;
    const size_t at = str_find(str_of(err->text), STR("FATAL:"));
    if (at != STR_NPOS)
        say(talk, time_format_rfc3339(talk->scratch, clock_now_ns(clock)), str_of(err->text + at));
    return false;
}

static bool gather(struct arena *scratch, const struct source *source,
                   const struct question *question, struct clock clock, struct deadline deadline,
                   struct gathered *out, struct err *err)
{
    struct session_place place;
    struct session_rows waits, running;
    struct talk talk = {.scratch = scratch,
                        .source = source,
                        .out = out,
                        .service = source_text(source, "service", source->name)};
    (void)question;
    if (!place_of(source, &place, err) ||
        !open_session(&talk, &place, deadline.at_ns - clock_now_ns(clock), clock, err) ||
        !session_ask(talk.session, scratch, postgres_waits, ROWS_MAX, &waits, err))
        return false;
    say_waits(&talk, &waits);
    keep_waits(&talk, &waits);
    struct err unknown = {0};
    if (!session_ask(talk.session, scratch, postgres_running, ROWS_MAX, &running, &unknown) &&
        !session_ask(talk.session, scratch, postgres_running_unknown, ROWS_MAX, &running, err))
        return false;
    say_running(&talk, &running);
    for (const struct postgres_view *view = postgres_views;
         view->name && !deadline_passed(deadline, clock); view++)
        keep_view(&talk, view);
    keep_plans(&talk, &running, deadline, clock);
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
