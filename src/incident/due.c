/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/due.h"

static bool end_transaction(struct ledger *ledger, bool ok, struct err *err)
{
    if (ok)
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

/* A pause that ends later than any does was begun before the clock was set back. */
bool due_next(struct ledger *ledger, struct arena *arena, int64_t now_ns, struct due *out,
              struct err *err)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                           {"id", TYPE_TEXT, 0, "", NULL},
                                           {"what", TYPE_TEXT, 0, "", NULL},
                                           {"who", TYPE_TEXT, 0, "", NULL},
                                           {"attempts", TYPE_INT, 0, "", NULL},
                                           {"due_ns", TYPE_INT, 0, "", NULL},
                                           {0}};
    const struct value values[] = {value_int(now_ns), value_int(now_ns + DUE_PAUSE_NS_MAX)};
    struct batch *rows;
    *out = (struct due){0};
    if (!ledger_rows(ledger, arena,
                     "SELECT n.number, i.id, n.what, n.who, n.attempts, n.due_ns"
                     " FROM incident_news n JOIN incidents i ON i.number = n.incident"
                     " WHERE n.next_ns <= ?1 OR n.next_ns > ?2 ORDER BY n.number LIMIT 1",
                     values, 2, columns, &rows, err))
        return false;
    if (rows->rows > 0)
        *out = (struct due){.number = batch_column(rows, "number")->integers[0],
                            .incident = batch_column(rows, "id")->texts[0],
                            .what = batch_column(rows, "what")->texts[0],
                            .who = batch_column(rows, "who")->texts[0],
                            .attempts = (uint32_t)batch_column(rows, "attempts")->integers[0],
                            .since_ns = batch_column(rows, "due_ns")->integers[0]};
    return true;
}

static bool take_off(struct ledger *ledger, int64_t number, struct err *err)
{
    const struct value values[] = {value_int(number)};
    return ledger_run(ledger, "DELETE FROM incident_news WHERE number = ?1", values, 1, err);
}

/* Behind what they are still to be told. */
static bool add(struct ledger *ledger, const struct due *due, struct str who, struct err *err)
{
    const struct value values[] = {value_int(due->number), value_text(who)};
    return ledger_run(ledger,
                      "INSERT INTO incident_news (incident, what, due_ns, who, next_ns)"
                      " SELECT incident, what, due_ns, ?2,"
                      " coalesce((SELECT max(next_ns) FROM incident_news WHERE who = ?2), 0)"
                      " FROM incident_news WHERE number = ?1",
                      values, 2, err);
}

bool due_spread(struct ledger *ledger, const struct due *due, const struct str *who, uint32_t count,
                struct err *err)
{
    if (!ledger_begin(ledger, err))
        return false;
    bool ok = true;
    for (uint32_t i = 0; ok && i < count; i++)
        ok = add(ledger, due, who[i], err);
    return end_transaction(ledger, ok && take_off(ledger, due->number, err), err);
}

static int64_t pause_ns(uint32_t attempts)
{
    int64_t pause = DUE_PAUSE_NS;
    for (uint32_t i = 1; i < attempts && pause < DUE_PAUSE_NS_MAX; i++)
        pause *= 2;
    return pause < DUE_PAUSE_NS_MAX ? pause : DUE_PAUSE_NS_MAX;
}

bool due_try(struct ledger *ledger, struct due *due, int64_t now_ns, struct err *err)
{
    const struct value one[] = {value_int(due->number)};
    const struct value all[] = {value_text(due->who),
                                value_int(now_ns + pause_ns(++due->attempts))};
    return ledger_begin(ledger, err) &&
           end_transaction(
               ledger,
               ledger_run(ledger,
                          "UPDATE incident_news SET attempts = attempts + 1 WHERE number = ?1", one,
                          1, err) &&
                   ledger_run(ledger, "UPDATE incident_news SET next_ns = ?2 WHERE who = ?1", all,
                              2, err),
               err);
}

bool due_done(struct ledger *ledger, const struct due *due, struct err *err)
{
    const struct value values[] = {value_text(due->who)};
    return ledger_begin(ledger, err) &&
           end_transaction(ledger,
                           take_off(ledger, due->number, err) &&
                               ledger_run(ledger,
                                          "UPDATE incident_news SET next_ns = 0 WHERE who = ?1",
                                          values, 1, err),
                           err);
}

bool due_is_worth_it(const struct due *due, int64_t now_ns)
{
    return due->attempts < DUE_ATTEMPTS_MAX && now_ns - due->since_ns <= DUE_AGE_NS_MAX;
}

bool due_thread(struct ledger *ledger, struct arena *arena, struct str incident, struct str who,
                struct str *thread, struct err *err)
{
    static const struct field columns[] = {{"thread", TYPE_TEXT, 0, "", NULL}, {0}};
    const struct value values[] = {value_text(incident), value_text(who)};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT t.thread FROM incident_threads t"
                     " JOIN incidents i ON i.number = t.incident WHERE i.id = ?1 AND t.who = ?2",
                     values, 2, columns, &rows, err))
        return false;
    *thread = rows->rows > 0 ? rows->columns[0].texts[0] : STR("");
    return true;
}

bool due_keep_thread(struct ledger *ledger, struct str incident, struct str who, struct str thread,
                     struct err *err)
{
    const struct value values[] = {value_text(incident), value_text(who), value_text(thread)};
    return ledger_run(ledger,
                      "INSERT OR REPLACE INTO incident_threads (incident, who, thread)"
                      " SELECT number, ?2, ?3 FROM incidents WHERE id = ?1",
                      values, 3, err);
}
