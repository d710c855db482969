/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/calls.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"

#define KEPT_NS (30 * NS_PER_DAY)

static bool keep_all(struct ledger *ledger, const struct topology *seen, int64_t now_ns,
                     struct err *err)
{
    const struct value old[] = {value_int(now_ns - KEPT_NS)};
    for (uint32_t i = 0; i < seen->edges_count && i < CALLS_MAX; i++) {
        const struct value values[] = {value_text(seen->nodes.keys[seen->edges[i].caller]),
                                       value_text(seen->nodes.keys[seen->edges[i].callee]),
                                       value_int(now_ns)};
        if (!ledger_run(ledger,
                        "INSERT OR REPLACE INTO incident_calls (caller, callee, seen_ns)"
                        " VALUES (?1, ?2, ?3)",
                        values, 3, err))
            return false;
    }
    return ledger_run(ledger, "DELETE FROM incident_calls WHERE seen_ns < ?1", old, 1, err);
}

bool calls_keep(struct ledger *ledger, const struct topology *seen, int64_t now_ns, struct err *err)
{
    if (seen->edges_count == 0)
        return true;
    if (!ledger_begin(ledger, err))
        return false;
    if (keep_all(ledger, seen, now_ns, err))
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

bool calls_read(struct ledger *ledger, struct arena *arena, struct topology *out, struct err *err)
{
    static const struct field columns[] = {
        {"caller", TYPE_TEXT, 0, "", NULL}, {"callee", TYPE_TEXT, 0, "", NULL}, {0}};
    const struct value values[] = {value_int(CALLS_MAX)};
    struct batch *rows;
    *out = topology_new(arena);
    if (!ledger_rows(ledger, arena,
                     "SELECT caller, callee FROM incident_calls"
                     " ORDER BY seen_ns DESC, caller, callee LIMIT ?1",
                     values, 1, columns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++)
        topology_add(out, rows->columns[0].texts[row], rows->columns[1].texts[row]);
    return true;
}
