/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/expiry.h"

#include "base/arena.h"

/* When it last fired is indexed, and no later than when it was last heard of. */
static bool mark(struct ledger *ledger, struct arena *arena, int64_t before_ns, uint32_t *count,
                 struct err *err)
{
    static const struct field columns[] = {{"id", TYPE_TEXT, 0, "", NULL}, {0}};
    const struct value values[] = {value_int(before_ns), value_int(EXPIRY_INCIDENTS_MAX)};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "INSERT INTO incident_gone (id) SELECT i.id FROM incidents i"
                     " JOIN investigations v ON v.number = i.investigation"
                     " WHERE i.group_ns < ?1 AND i.updated_ns < ?1"
                     " AND v.state NOT IN ('queued', 'collecting', 'investigating')"
                     " ORDER BY i.number LIMIT ?2 RETURNING id",
                     values, 2, columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    return true;
}

static bool drop(struct ledger *ledger, struct arena *arena, int64_t before_ns, uint32_t *count,
                 struct err *err)
{
    const struct value values[] = {value_int(before_ns)};
    return mark(ledger, arena, before_ns, count, err) &&
           ledger_run(ledger, "DELETE FROM incidents WHERE id IN (SELECT id FROM incident_gone)",
                      NULL, 0, err) &&
           ledger_run(ledger, "DELETE FROM audit WHERE at_ns < ?1", values, 1, err) &&
           ledger_run(ledger, "DELETE FROM silences WHERE until_ns < ?1", values, 1, err);
}

bool expiry_drop(struct ledger *ledger, int64_t before_ns, uint32_t *count, struct err *err)
{
    *count = 0;
    if (!ledger_begin(ledger, err))
        return false;
    struct arena *arena = arena_new("expiry");
    const bool ok = drop(ledger, arena, before_ns, count, err);
    arena_free(arena);
    if (ok)
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

bool expiry_next(struct ledger *ledger, struct arena *arena, struct str after, struct str *id,
                 struct err *err)
{
    const struct value values[] = {value_text(after)};
    static const struct field columns[] = {{"id", TYPE_TEXT, 0, "", NULL}, {0}};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT id FROM incident_gone WHERE id > ?1 ORDER BY id LIMIT 1", values, 1,
                     columns, &rows, err))
        return false;
    *id = rows->rows > 0 ? rows->columns[0].texts[0] : STR("");
    return true;
}

bool expiry_done(struct ledger *ledger, struct str id, struct err *err)
{
    const struct value values[] = {value_text(id)};
    return ledger_run(ledger, "DELETE FROM incident_gone WHERE id = ?1", values, 1, err);
}
