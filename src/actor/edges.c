/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/edges.h"

#include "base/arena.h"
#include "store/telemetry.h"

struct str edges_query(struct arena *arena, struct str caller, struct str callee)
{
    const struct str from = sql_quote(arena, caller), to = sql_quote(arena, callee);
    const struct str edge =
        sql_quote(arena, str_printf(arena, "%.*s->%.*s", STR_ARG(caller), STR_ARG(callee)));
    return str_printf(
        arena,
        "SELECT caller, callee FROM topology WHERE caller = %s AND callee = %s UNION SELECT "
        "above.service, below.service FROM traces below JOIN traces above ON below.trace_id = "
        "above.trace_id AND below.parent_id = above.span_id WHERE above.service = %s AND "
        "below.service = %s UNION SELECT split_part(edge, '->', 1), split_part(edge, '->', 2) "
        "FROM (" EDGES_OF_METRICS ") WHERE edge = %s",
        from.ptr, to.ptr, from.ptr, to.ptr, edge.ptr);
}

struct str edges_around_query(struct arena *arena, struct str service, bool declared)
{
    const struct str name = sql_quote(arena, service);
    return str_printf(
        arena,
        "WITH edges(caller, callee) AS (SELECT caller, callee FROM topology%s) SELECT caller, "
        "callee FROM edges WHERE %s IN (caller, callee) OR caller IN (SELECT callee FROM edges "
        "WHERE caller = %s) ORDER BY ALL",
        declared ? ""
                 : " UNION SELECT above.service, below.service FROM traces below JOIN traces above "
                   "ON below.trace_id = above.trace_id AND below.parent_id = above.span_id WHERE "
                   "above.service <> below.service UNION SELECT split_part(edge, '->', 1), "
                   "split_part(edge, '->', 2) FROM (" EDGES_OF_METRICS ") WHERE edge <> ''",
        name.ptr, name.ptr);
}
