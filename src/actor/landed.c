/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/landed.h"

#include "base/arena.h"
#include "culprit/feed.h"
#include "culprit/inert.h"
#include "culprit/patch.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define CHANGES_MAX 5000       /* the newest: a thousand of them are candidates, the rest history */
#define DETAIL_BYTES_MAX 65536 /* of a diff that are read for its words */
#define SERVICES_MAX 10000     /* whose files or calls are told; the largest systems have as many */
#define LIST_BYTES_MAX 65536   /* of the paths or calls of one: a thousand of them */

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static void add_change(struct arena *arena, const struct batch *rows, size_t row,
                       struct history *history)
{
    struct change change = {.id = text_at(rows, row, "id"),
                            .position = (int64_t)row,
                            .time_ns = batch_column(rows, "time")->integers[row],
                            .author = text_at(rows, row, "author"),
                            .service = text_at(rows, row, "service"),
                            .message = text_at(rows, row, "message"),
                            .parents = change_parents(text_at(rows, row, "parents"))};
    struct err twice = {0}; /* one change told for several services: once is enough */
    change_read_files(arena, text_at(rows, row, "files"), &change);
    change.is_rollout = change_is_rollout(text_at(rows, row, "kind"), &change);
    if (text_at(rows, row, "more").len > 0)
        feed_tell_words(arena, text_at(rows, row, "more"), &change);
    patch_tell(arena, text_at(rows, row, "detail"), &change);
    change.is_inert = text_at(rows, row, "detail").len < DETAIL_BYTES_MAX &&
                      inert_change(&change, text_at(rows, row, "detail"));
    if (!history_add(history, &change, &twice))
        return;
}

bool landed_read(const struct services *services, struct arena *arena, int64_t to_ns,
                 struct history **out, struct err *err)
{
    struct batch *rows;
    const struct str sql = str_printf(
        arena,
        "SELECT * FROM (SELECT id, time, coalesce(author, '') AS author, coalesce(service, '') AS "
        "service, coalesce(kind, '') AS kind, coalesce(message, '') AS message, coalesce(files, '')"
        " AS files, left(coalesce(detail, ''), %d) AS detail, coalesce(parents, '') AS parents, "
        "coalesce(left(attributes, %d), '') AS more FROM changes WHERE time <= %s AND id "
        "<> '' "
        "ORDER BY time DESC, id DESC, kind, service LIMIT %d) ORDER BY time, id, kind, "
        "service",
        DETAIL_BYTES_MAX, DETAIL_BYTES_MAX, sql_time(arena, to_ns).ptr, CHANGES_MAX);
    if (!telemetry_rows(services->telemetry, arena, sql, &rows, err))
        return false;
    *out = history_new(arena);
    for (size_t row = 0; row < rows->rows; row++)
        add_change(arena, rows, row, *out);
    return true;
}

bool landed_context(const struct services *services, struct arena *arena,
                    const struct casefile *casefile, struct context **out, struct err *err)
{
    struct batch *rows;
    const struct str sql =
        str_printf(arena,
                   "SELECT DISTINCT service, left(coalesce(paths, ''), %d) AS paths, "
                   "left(coalesce(calls, ''), %d) AS calls FROM services WHERE service <> '' ORDER "
                   "BY ALL LIMIT %d",
                   LIST_BYTES_MAX, LIST_BYTES_MAX, SERVICES_MAX);
    if (!telemetry_rows(services->telemetry, arena, sql, &rows, err))
        return false;
    *out = context_new(arena, &casefile->topology, casefile->subject);
    for (size_t row = 0; row < rows->rows; row++) {
        context_add_paths(*out, text_at(rows, row, "service"), text_at(rows, row, "paths"));
        context_add_calls(*out, text_at(rows, row, "service"), text_at(rows, row, "calls"));
    }
    return true;
}
