/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change is kept as the line of a feed that it would be, and not in a table a word: it is only
 * ever read as a whole, and it has some two hundred words.
 */
#include "git/indexrows.h"

#include "base/arena.h"
#include "base/clock.h"
#include "culprit/feed.h"
#include "data/json.h"

#include <string.h>

/* What is written at a time: a second's work of git, and what fits in memory many times. */
#define ROWS_PENDING_MAX 2000
#define BYTES_PENDING_MAX ((size_t)8 << 20)

struct index_row {
    int64_t position, committed_ns;
    struct str id, body;
};

/* ---- a line ---- */

void index_put_head(struct buf *out, struct str id, int64_t position, int64_t time_ns)
{
    struct arena *scratch = arena_new("index line");
    buf_add(out, STR("{\"id\":"));
    json_put_text(out, id);
    buf_printf(out, ",\"position\":%lld,\"time\":\"%s\"", (long long)position,
               time_format_rfc3339(scratch, time_ns).ptr);
    arena_free(scratch);
}

void index_put_body(struct buf *out, const struct change *change)
{
    buf_add(out, STR(",\"author\":"));
    json_put_text(out, change->author);
    buf_printf(out, ",\"parents\":%u", change->parents);
    json_put_key(out, "message");
    json_put_text(out, change->message);
    feed_put_seen(out, change, NULL, NULL);
    buf_add(out, STR("}\n"));
}

/* ---- which index ---- */

static bool find_index(struct index_rows *rows, struct arena *scratch, struct str tip,
                       struct err *err)
{
    static const struct field columns[] = {{"number", TYPE_INT, 0, "in the ledger", NULL},
                                           {"is_shallow", TYPE_BOOL, 0, "as in the table", NULL},
                                           {"plain_from", TYPE_INT, 0, "as in the table", NULL},
                                           {0}};
    const struct value values[] = {value_text(rows->repository), value_text(rows->revision),
                                   value_text(tip)};
    struct batch *found;
    if (!ledger_rows(rows->ledger, scratch,
                     "SELECT number, is_shallow, plain_from FROM ("
                     "  SELECT *, EXISTS (SELECT 1 FROM git_changes"
                     "                    WHERE git_index = number AND id = ?3) AS has_tip"
                     "  FROM git_indexes WHERE repository = ?1)"
                     " WHERE has_tip OR revision = ?2"
                     " ORDER BY has_tip DESC, revision = ?2 DESC, number LIMIT 1",
                     values, 3, columns, &found, err))
        return false;
    rows->number = found->rows > 0 ? found->columns[0].integers[0] : 0;
    rows->is_shallow = found->rows > 0 && found->columns[1].integers[0];
    rows->plain_from =
        found->rows > 0 && found->columns[2].known[0] ? found->columns[2].integers[0] : -1;
    return true;
}

/* The last change that the ledger has. */
static bool find_end(const struct index_rows *rows, struct arena *scratch, struct index_end *end,
                     struct err *err)
{
    static const struct field columns[] = {
        {"id", TYPE_TEXT, 0, "of the last", NULL}, {"position", TYPE_INT, 0, "of it", NULL}, {0}};
    const struct value values[] = {value_int(rows->number)};
    struct batch *found;
    *end = (struct index_end){.position = -1};
    if (!ledger_rows(rows->ledger, scratch,
                     "SELECT id, position FROM git_changes WHERE git_index = ?1"
                     " ORDER BY position DESC LIMIT 1",
                     values, 1, columns, &found, err))
        return false;
    if (found->rows == 0)
        return true;
    const struct str id = str_slice(found->columns[0].texts[0], 0, GIT_ID_BYTES_MAX);
    memcpy(end->id, id.ptr, id.len);
    end->position = found->columns[1].integers[0];
    return true;
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

bool index_rows_open(struct arena *arena, struct ledger *ledger, struct str repository,
                     struct str revision, struct str tip, struct index_rows *out, struct err *err)
{
    struct arena *scratch = arena_new("index");
    *out = (struct index_rows){.ledger = ledger,
                               .repository = str_copy(arena, repository),
                               .revision = str_copy(arena, revision),
                               .arena = arena_new("index rows")};
    arena_defer(arena, free_arena, out->arena);
    const bool ok = find_index(out, scratch, tip, err) && find_end(out, scratch, &out->kept, err);
    out->end = out->kept;
    arena_free(scratch);
    return ok;
}

bool index_rows_find(struct index_rows *rows, struct str id, int64_t *position, struct err *err)
{
    static const struct field columns[] = {{"position", TYPE_INT, 0, "of it", NULL}, {0}};
    const struct value values[] = {value_int(rows->number), value_text(id)};
    struct arena *scratch = arena_new("index");
    struct batch *found;
    const bool ok = ledger_rows(rows->ledger, scratch,
                                "SELECT position FROM git_changes WHERE git_index = ?1 AND id = ?2",
                                values, 2, columns, &found, err);
    *position = ok && found->rows > 0 ? found->columns[0].integers[0] : -1;
    arena_free(scratch);
    return ok;
}

bool index_rows_id(struct index_rows *rows, struct arena *arena, int64_t position, struct str *id,
                   struct err *err)
{
    static const struct field columns[] = {{"id", TYPE_TEXT, 0, "of it", NULL}, {0}};
    const struct value values[] = {value_int(rows->number), value_int(position)};
    struct batch *found;
    *id = (struct str){0};
    if (!ledger_rows(rows->ledger, arena,
                     "SELECT id FROM git_changes WHERE git_index = ?1 AND position = ?2", values, 2,
                     columns, &found, err))
        return false;
    if (found->rows > 0)
        *id = found->columns[0].texts[0];
    return true;
}

/* ---- writing ---- */

static bool make_index(struct index_rows *rows, struct arena *scratch, struct err *err)
{
    const struct value values[] = {value_text(rows->repository), value_text(rows->revision),
                                   value_bool(rows->is_shallow)};
    static const struct field columns[] = {{"number", TYPE_INT, 0, "of the new one", NULL}, {0}};
    struct batch *made;
    if (!ledger_rows(rows->ledger, scratch,
                     "INSERT INTO git_indexes (repository, revision, is_shallow)"
                     " VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING RETURNING number",
                     values, 3, columns, &made, err))
        return false;
    if (made->rows > 0)
        rows->number = made->columns[0].integers[0];
    else
        rows->is_overtaken = true;
    return true;
}

/* Whether what is kept still ends where this process believes. */
static bool confirm(struct index_rows *rows, struct err *err)
{
    struct arena *scratch = arena_new("index");
    struct index_end end;
    const bool ok =
        (rows->number > 0 || make_index(rows, scratch, err)) && find_end(rows, scratch, &end, err);
    arena_free(scratch);
    if (!ok)
        return false;
    rows->is_overtaken |= end.position != rows->kept.position || strcmp(end.id, rows->kept.id) != 0;
    return !rows->is_overtaken || err_set(err, ERR_IO,
                                          "%.*s: another process is indexing the same repository; "
                                          "wait for it",
                                          STR_ARG(ledger_path(rows->ledger)));
}

static bool put_rows(struct index_rows *rows, struct err *err)
{
    for (uint32_t i = 0; i < rows->rows_count; i++) {
        const struct index_row *row = &rows->rows[i];
        const struct value values[] = {value_int(rows->number), value_int(row->position),
                                       value_text(row->id), value_int(row->committed_ns),
                                       value_text(row->body)};
        if (!ledger_run(rows->ledger,
                        "INSERT INTO git_changes (git_index, position, id, committed_ns, body)"
                        " VALUES (?1, ?2, ?3, ?4, ?5)",
                        values, 5, err))
            return false;
    }
    return true;
}

static bool put_state(struct index_rows *rows, struct err *err)
{
    struct value plain_from = value_int(rows->plain_from);
    plain_from.known = rows->plain_from >= 0;
    const struct value values[] = {value_int(rows->number), value_bool(rows->is_shallow),
                                   plain_from};
    return ledger_run(rows->ledger,
                      "UPDATE git_indexes SET is_shallow = ?2, plain_from = ?3 WHERE number = ?1",
                      values, 3, err);
}

static bool commit_or_undo(struct index_rows *rows, bool ok, int64_t number_before, struct err *err)
{
    if (ok && ledger_commit(rows->ledger, err))
        return true;
    if (!ok)
        ledger_rollback(rows->ledger);
    rows->number = number_before;
    return false;
}

bool index_rows_flush(struct index_rows *rows, struct err *err)
{
    const int64_t number = rows->number;
    if (rows->rows_count == 0)
        return true;
    if (!ledger_begin(rows->ledger, err))
        return false;
    const bool ok = confirm(rows, err) && put_rows(rows, err) && put_state(rows, err);
    if (!commit_or_undo(rows, ok, number, err))
        return false;
    rows->kept = rows->end;
    rows->rows_count = 0;
    rows->bytes = 0;
    arena_reset(rows->arena);
    return true;
}

bool index_rows_add(struct index_rows *rows, const struct change *change, struct err *err)
{
    const int64_t position = rows->end.position + 1;
    if (rows->rows_count == 0)
        rows->rows = arena_push_many(rows->arena, struct index_row, ROWS_PENDING_MAX);
    struct buf body = buf_new(rows->arena);
    index_put_body(&body, change);
    rows->rows[rows->rows_count++] = (struct index_row){.position = position,
                                                        .committed_ns = change->time_ns,
                                                        .id = str_copy(rows->arena, change->id),
                                                        .body = buf_str(&body)};
    rows->bytes += body.len;
    rows->end = (struct index_end){.position = position};
    memcpy(rows->end.id, change->id.ptr, change->id.len);
    return (rows->rows_count < ROWS_PENDING_MAX && rows->bytes < BYTES_PENDING_MAX) ||
           index_rows_flush(rows, err);
}

bool index_rows_cut(struct index_rows *rows, int64_t position, struct err *err)
{
    const int64_t number = rows->number;
    const struct value values[] = {value_int(number), value_int(position)};
    struct arena *scratch = arena_new("index");
    if (position == 0)
        rows->is_shallow = false;
    if (position <= rows->plain_from)
        rows->plain_from = -1;
    bool ok = ledger_begin(rows->ledger, err);
    if (ok) {
        ok = confirm(rows, err) &&
             ledger_run(rows->ledger,
                        "DELETE FROM git_changes WHERE git_index = ?1 AND position >= ?2", values,
                        2, err) &&
             put_state(rows, err);
        ok = commit_or_undo(rows, ok, number, err) && find_end(rows, scratch, &rows->kept, err);
    }
    rows->end = rows->kept;
    arena_free(scratch);
    return ok;
}

/* ---- reading ---- */

/* Lowers `position` to that of the last change before the first that landed after the time. */
static bool find_until(struct ledger *ledger, struct arena *scratch, int64_t number,
                       int64_t until_ns, int64_t *position, struct err *err)
{
    static const struct field columns[] = {{"position", TYPE_INT, 0, "of the first", NULL}, {0}};
    const struct value values[] = {value_int(number), value_int(until_ns), value_int(*position)};
    struct batch *found;
    if (!ledger_rows(ledger, scratch,
                     "SELECT min(position) FROM git_changes"
                     " WHERE git_index = ?1 AND committed_ns > ?2 AND position <= ?3",
                     values, 3, columns, &found, err))
        return false;
    if (found->columns[0].known[0])
        *position = found->columns[0].integers[0] - 1;
    return true;
}

static void put_lines(struct buf *out, const struct batch *rows, int64_t tip_ns)
{
    int64_t landed_ns = INT64_MIN;
    for (size_t i = rows->rows; i > 0; i--) {
        const int64_t committed_ns = rows->columns[2].integers[i - 1];
        const int64_t bounded_ns = committed_ns < tip_ns ? committed_ns : tip_ns;
        landed_ns = bounded_ns > landed_ns ? bounded_ns : landed_ns;
        index_put_head(out, rows->columns[0].texts[i - 1], rows->columns[1].integers[i - 1],
                       landed_ns);
        buf_add(out, rows->columns[3].texts[i - 1]);
    }
}

bool index_rows_read(struct arena *arena, struct ledger *ledger, int64_t number, int64_t position,
                     int64_t tip_ns, int64_t until_ns, uint32_t count_max, struct str *lines,
                     struct err *err)
{
    static const struct field columns[] = {{"id", TYPE_TEXT, 0, "of it", NULL},
                                           {"position", TYPE_INT, 0, "of it", NULL},
                                           {"committed_ns", TYPE_INT, 0, "as it says", NULL},
                                           {"body", TYPE_TEXT, 0, "the rest of a line", NULL},
                                           {0}};
    struct arena *scratch = arena_new("index text");
    struct buf text = buf_new(arena);
    struct batch *rows;
    bool ok = tip_ns <= until_ns || find_until(ledger, scratch, number, until_ns, &position, err);
    const struct value values[] = {value_int(number), value_int(position), value_int(count_max)};
    ok = ok && ledger_rows(ledger, scratch,
                           "SELECT id, position, committed_ns, body FROM git_changes"
                           " WHERE git_index = ?1 AND position <= ?2"
                           " ORDER BY position DESC LIMIT ?3",
                           values, 3, columns, &rows, err);
    if (ok)
        put_lines(&text, rows, tip_ns);
    *lines = buf_str(&text);
    arena_free(scratch);
    return ok;
}
