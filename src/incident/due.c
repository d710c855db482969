/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/due.h"

bool due_next(struct ledger *ledger, struct arena *arena, int64_t after, struct due *out,
              struct err *err)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                           {"id", TYPE_TEXT, 0, "", NULL},
                                           {"what", TYPE_TEXT, 0, "", NULL},
                                           {0}};
    const struct value values[] = {value_int(after)};
    struct batch *rows;
    *out = (struct due){0};
    if (!ledger_rows(ledger, arena,
                     "SELECT n.number, i.id, n.what FROM incident_news n"
                     " JOIN incidents i ON i.number = n.incident WHERE n.number > ?1"
                     " ORDER BY n.number LIMIT 1",
                     values, 1, columns, &rows, err))
        return false;
    if (rows->rows > 0)
        *out = (struct due){.number = rows->columns[0].integers[0],
                            .incident = rows->columns[1].texts[0],
                            .what = rows->columns[2].texts[0]};
    return true;
}

bool due_told(struct ledger *ledger, int64_t number, struct err *err)
{
    const struct value values[] = {value_int(number)};
    return ledger_run(ledger, "DELETE FROM incident_news WHERE number = ?1", values, 1, err);
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
