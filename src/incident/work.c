/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Investigations from the queue to their end. Each step is one statement that says from which state
 * it leads, so a worker that was given up, cancelled or run twice changes nothing.
 */
#include "incident/incident.h"

#include "base/arena.h"
#include "base/clock.h"

static const struct field number_columns[] = {{"number", TYPE_INT, 0, "", NULL}, {0}};

/* A statement that ends in `RETURNING number`: how many rows it has changed. */
static bool change(struct ledger *ledger, const char *sql, const struct value *values,
                   uint32_t count, size_t *changed, struct err *err)
{
    struct arena *arena = arena_new("investigations");
    struct batch *rows;
    const bool ok = ledger_rows(ledger, arena, sql, values, count, number_columns, &rows, err);
    *changed = ok ? rows->rows : 0;
    arena_free(arena);
    return ok;
}

static bool touch(struct ledger *ledger, int64_t investigation, int64_t now_ns, struct err *err)
{
    const struct value values[] = {value_int(investigation), value_int(now_ns)};
    return ledger_run(ledger,
                      "UPDATE incidents SET updated_ns = ?2 WHERE investigation = ?1 OR"
                      " number = (SELECT incident FROM investigations WHERE number = ?1)",
                      values, 2, err);
}

/* Of the transaction that makes it true. */
static bool add_news(struct ledger *ledger, int64_t investigation, const char *what, int64_t now_ns,
                     struct err *err)
{
    const struct value values[] = {value_int(investigation), value_text(str_of(what)),
                                   value_int(now_ns)};
    return ledger_run(ledger,
                      "INSERT INTO incident_news (incident, what, due_ns)"
                      " SELECT incident, ?2, ?3 FROM investigations WHERE number = ?1",
                      values, 3, err);
}

static bool end_transaction(struct ledger *ledger, bool ok, struct err *err)
{
    if (ok)
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

/* ---- a worker's way ---- */

static const struct field claimed_columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                               {"id", TYPE_TEXT, 0, "", NULL},
                                               {"alert", TYPE_TEXT, 0, "", NULL},
                                               {"attempts", TYPE_INT, 0, "", NULL},
                                               {0}};

static bool claim(struct ledger *ledger, struct arena *arena, int64_t now_ns, struct batch **rows,
                  struct err *err)
{
    const struct value values[] = {value_int(now_ns)};
    return ledger_rows(
        ledger, arena,
        "UPDATE investigations SET state = 'collecting', begun_ns = ?1, attempts = attempts + 1"
        " WHERE number = (SELECT min(number) FROM investigations WHERE state = 'queued')"
        " RETURNING number, (SELECT id FROM incidents WHERE number = incident) AS id,"
        " (SELECT alert FROM incidents WHERE number = incident) AS alert, attempts",
        values, 1, claimed_columns, rows, err);
}

/* Who finds nothing has written nothing: workers ask often. */
static bool is_queue_empty(struct ledger *ledger, struct arena *arena, bool *out, struct err *err)
{
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT number FROM investigations WHERE state = 'queued' LIMIT 1", NULL, 0,
                     number_columns, &rows, err))
        return false;
    *out = rows->rows == 0;
    return true;
}

/* It has begun, which is news the first time. */
static bool tell_claimed(struct ledger *ledger, const struct batch *rows, int64_t now_ns,
                         struct err *err)
{
    const int64_t investigation = rows->columns[0].integers[0];
    return touch(ledger, investigation, now_ns, err) &&
           (batch_column(rows, "attempts")->integers[0] > 1 ||
            add_news(ledger, investigation, "opened", now_ns, err));
}

bool incident_next(struct ledger *ledger, struct arena *arena, int64_t now_ns, struct claimed *out,
                   struct err *err)
{
    bool is_empty;
    struct batch *rows = NULL;
    *out = (struct claimed){0};
    if (!is_queue_empty(ledger, arena, &is_empty, err))
        return false;
    if (is_empty)
        return true;
    if (!ledger_begin(ledger, err))
        return false;
    const bool ok = claim(ledger, arena, now_ns, &rows, err) &&
                    (rows->rows == 0 || tell_claimed(ledger, rows, now_ns, err));
    if (!end_transaction(ledger, ok, err))
        return false;
    if (rows->rows > 0)
        *out = (struct claimed){.investigation = batch_column(rows, "number")->integers[0],
                                .incident = batch_column(rows, "id")->texts[0],
                                .alert = batch_column(rows, "alert")->texts[0],
                                .attempt = (uint32_t)batch_column(rows, "attempts")->integers[0]};
    return true;
}

bool incident_step(struct ledger *ledger, int64_t investigation, int64_t now_ns, struct err *err)
{
    const struct value values[] = {value_int(investigation)};
    size_t changed;
    if (!ledger_begin(ledger, err))
        return false;
    const bool ok = change(ledger,
                           "UPDATE investigations SET state = 'investigating'"
                           " WHERE number = ?1 AND state = 'collecting' RETURNING number",
                           values, 1, &changed, err) &&
                    (changed > 0 || err_set(err, ERR_CANCELLED, "it was cancelled meanwhile")) &&
                    touch(ledger, investigation, now_ns, err);
    return end_transaction(ledger, ok, err);
}

static bool finish(struct ledger *ledger, int64_t investigation, const struct ending *ending,
                   int64_t now_ns, struct err *err)
{
    const struct verdict_brief *verdict = &ending->verdict;
    const struct value values[] = {value_int(investigation),
                                   value_text(str_of(incident_state_name(ending->state))),
                                   value_int(now_ns),
                                   value_text(ending->why),
                                   value_int(verdict->is_known),
                                   value_text(verdict->service),
                                   value_text(verdict->kind),
                                   value_real(verdict->confidence),
                                   value_text(verdict->headline),
                                   value_text(verdict->change)};
    const struct value done[] = {value_int(investigation), value_int(now_ns)};
    size_t changed;
    if (!change(ledger,
                "UPDATE investigations SET state = ?2, ended_ns = ?3, why = ?4, is_known = ?5,"
                " service = ?6, kind = ?7, confidence = ?8, headline = ?9, change = ?10"
                " WHERE number = ?1 AND state IN ('queued', 'collecting', 'investigating')"
                " RETURNING number",
                values, 10, &changed, err))
        return false;
    if (changed == 0)
        return true;
    if (ending->state != INCIDENT_CANCELLED &&
        !add_news(ledger, investigation, ending->state == INCIDENT_DONE ? "verdict" : "failed",
                  now_ns, err))
        return false;
    return ending->state != INCIDENT_DONE
               ? touch(ledger, investigation, now_ns, err)
               : ledger_run(ledger,
                            "UPDATE incidents SET answered = ?1, updated_ns = ?2 WHERE number ="
                            " (SELECT incident FROM investigations WHERE number = ?1)",
                            done, 2, err);
}

bool incident_finish(struct ledger *ledger, int64_t investigation, const struct ending *ending,
                     int64_t now_ns, struct err *err)
{
    return ledger_begin(ledger, err) &&
           end_transaction(ledger, finish(ledger, investigation, ending, now_ns, err), err);
}

/* ---- after a crash ---- */

static bool recover(struct ledger *ledger, int64_t now_ns, size_t *requeued, size_t *failed,
                    struct err *err)
{
    const struct value most[] = {value_int(INCIDENT_ATTEMPTS_MAX), value_int(now_ns)};
    return ledger_run(ledger,
                      "INSERT INTO incident_news (incident, what, due_ns)"
                      " SELECT incident, 'failed', ?2 FROM investigations"
                      " WHERE state IN ('collecting', 'investigating') AND attempts >= ?1",
                      most, 2, err) &&
           change(ledger,
                  "UPDATE investigations SET state = 'failed', ended_ns = ?2,"
                  " why = 'interrupted: the server ended each time it was investigated'"
                  " WHERE state IN ('collecting', 'investigating') AND attempts >= ?1"
                  " RETURNING number",
                  most, 2, failed, err) &&
           change(ledger,
                  "UPDATE investigations SET state = 'queued', begun_ns = NULL"
                  " WHERE state IN ('collecting', 'investigating') RETURNING number",
                  NULL, 0, requeued, err);
}

bool incident_recover(struct ledger *ledger, int64_t now_ns, uint32_t *requeued, uint32_t *failed,
                      struct err *err)
{
    size_t again = 0, given_up = 0;
    if (!ledger_begin(ledger, err) ||
        !end_transaction(ledger, recover(ledger, now_ns, &again, &given_up, err), err))
        return false;
    *requeued = (uint32_t)again;
    *failed = (uint32_t)given_up;
    return true;
}

/* ---- a person's way ---- */

static bool find(struct ledger *ledger, struct arena *arena, struct str id, int64_t *number,
                 enum incident_state *state, int64_t *investigation, struct err *err)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                           {"investigation", TYPE_INT, 0, "", NULL},
                                           {"state", TYPE_TEXT, 0, "", NULL},
                                           {0}};
    const struct value values[] = {value_text(id)};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT i.number, v.number, v.state FROM incidents i"
                     " JOIN investigations v ON v.number = i.investigation WHERE i.id = ?1",
                     values, 1, columns, &rows, err))
        return false;
    if (rows->rows == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no incident `%.*s`",
                       (int)(id.len < 64 ? id.len : 64), id.ptr);
    *number = rows->columns[0].integers[0];
    *investigation = rows->columns[1].integers[0];
    return incident_state_parse(rows->columns[2].texts[0], state) ||
           err_set(err, ERR_CORRUPT, "incident %.*s has no such state as `%.*s`", STR_ARG(id),
                   STR_ARG(rows->columns[2].texts[0]));
}

static bool is_under_way(enum incident_state state)
{
    return state == INCIDENT_QUEUED || state == INCIDENT_COLLECTING ||
           state == INCIDENT_INVESTIGATING;
}

static bool cancel(struct ledger *ledger, struct arena *arena, struct str id, int64_t now_ns,
                   struct err *err)
{
    int64_t number, investigation;
    enum incident_state state;
    const struct ending ending = {.state = INCIDENT_CANCELLED, .why = STR("a person ended it")};
    if (!find(ledger, arena, id, &number, &state, &investigation, err))
        return false;
    if (!is_under_way(state))
        return err_set(err, ERR_USAGE, "it has ended already: %s", incident_state_name(state));
    return finish(ledger, investigation, &ending, now_ns, err);
}

bool incident_cancel(struct ledger *ledger, struct str id, int64_t now_ns, struct err *err)
{
    if (!ledger_begin(ledger, err))
        return false;
    struct arena *arena = arena_new("cancel");
    const bool ok = end_transaction(ledger, cancel(ledger, arena, id, now_ns, err), err);
    arena_free(arena);
    return ok;
}

static bool check_room(struct ledger *ledger, struct arena *arena,
                       const struct incident_limits *limits, struct err *err)
{
    struct batch *rows;
    if (!ledger_rows(ledger, arena, "SELECT count(*) FROM investigations WHERE state = 'queued'",
                     NULL, 0, number_columns, &rows, err))
        return false;
    return rows->columns[0].integers[0] < limits->queue_max ||
           err_set(err, ERR_OVER_BUDGET, "%u investigations wait already; try again later",
                   limits->queue_max);
}

static bool again(struct ledger *ledger, struct arena *arena, struct str id,
                  const struct incident_limits *limits, int64_t now_ns, struct err *err)
{
    int64_t number, investigation;
    enum incident_state state;
    if (!find(ledger, arena, id, &number, &state, &investigation, err))
        return false;
    if (is_under_way(state))
        return err_set(err, ERR_USAGE, "it is %s already", incident_state_name(state));
    const struct value values[] = {value_int(number), value_int(now_ns)};
    return check_room(ledger, arena, limits, err) &&
           ledger_run(ledger,
                      "INSERT INTO investigations (incident, state, attempts, asked_ns)"
                      " VALUES (?1, 'queued', 0, ?2)",
                      values, 2, err) &&
           ledger_run(ledger,
                      "UPDATE incidents SET investigation = last_insert_rowid(), updated_ns = ?2"
                      " WHERE number = ?1",
                      values, 2, err);
}

bool incident_again(struct ledger *ledger, struct str id, const struct incident_limits *limits,
                    int64_t now_ns, struct err *err)
{
    if (!ledger_begin(ledger, err))
        return false;
    struct arena *arena = arena_new("again");
    const bool ok = end_transaction(ledger, again(ledger, arena, id, limits, now_ns, err), err);
    arena_free(arena);
    return ok;
}
