/* SPDX-License-Identifier: Apache-2.0 */
#include "feedback/memory.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

static const struct field columns[] = {
    {"key", TYPE_TEXT, 0, "", NULL},       {"id", TYPE_TEXT, 0, "", NULL},
    {"alert", TYPE_TEXT, 0, "", NULL},     {"alert_service", TYPE_TEXT, 0, "", NULL},
    {"alert_ns", TYPE_INT, 0, "", NULL},   {"service", TYPE_TEXT, 0, "", NULL},
    {"kind", TYPE_TEXT, 0, "", NULL},      {"cause", TYPE_TEXT, 0, "", NULL},
    {"fix", TYPE_TEXT, 0, "", NULL},       {"change", TYPE_TEXT, 0, "", NULL},
    {"signature", TYPE_TEXT, 0, "", NULL}, {0}};

/*
 * Whoever says that the report was right says its words too, where they have no better ones. The
 * kind is the report's: it is that of the fault only where the report was right.
 */
static const char sql[] =
    "SELECT case_key AS key, coalesce((SELECT i.id FROM incidents i WHERE i.case_key = f.case_key"
    " ORDER BY i.number DESC LIMIT 1), f.case_key) AS id, alert, alert_service, alert_ns,"
    " CASE judgement WHEN 'wrong' THEN f.service ELSE named END AS service,"
    " CASE judgement WHEN 'right' THEN kind ELSE '' END AS kind,"
    " CASE WHEN cause <> '' THEN cause WHEN judgement = 'right' THEN named_cause ELSE '' END"
    " AS cause, fix, change, signature FROM feedback f"
    " WHERE nothing_broken = 0 AND alert_ns < ?1 AND alert <> ''"
    " AND CASE judgement WHEN 'wrong' THEN f.service ELSE named END <> ''"
    " AND NOT EXISTS (SELECT 1 FROM feedback l WHERE l.case_key = f.case_key"
    " AND l.number > f.number) ORDER BY alert_ns DESC, f.number DESC LIMIT ?2";

static struct str text_at(const struct batch *rows, size_t row, const char *name)
{
    return batch_column(rows, name)->texts[row];
}

bool memories_read(struct ledger *ledger, struct arena *arena, int64_t before_ns,
                   struct memory **out, uint32_t *count, struct err *err)
{
    struct batch *rows;
    const struct value values[] = {value_int(before_ns), value_int(MEMORIES_MAX)};
    if (!ledger_rows(ledger, arena, sql, values, 2, columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct memory, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        (*out)[row] = (struct memory){.key = text_at(rows, row, "key"),
                                      .id = text_at(rows, row, "id"),
                                      .alert = text_at(rows, row, "alert"),
                                      .alert_service = text_at(rows, row, "alert_service"),
                                      .alert_ns = batch_column(rows, "alert_ns")->integers[row],
                                      .service = text_at(rows, row, "service"),
                                      .kind = text_at(rows, row, "kind"),
                                      .cause = text_at(rows, row, "cause"),
                                      .fix = text_at(rows, row, "fix"),
                                      .change = text_at(rows, row, "change"),
                                      .signature = text_at(rows, row, "signature")};
    return true;
}

static void put(struct buf *out, const char *name, struct str text)
{
    if (text.len > 0)
        buf_printf(out, "%s: %.*s\n\n", name, STR_ARG(text));
}

struct str memory_title(struct arena *arena, const struct memory *memory)
{
    return str_printf(arena, "%.*s of %s", STR_ARG(memory->alert),
                      time_format(arena, memory->alert_ns).ptr);
}

struct str memory_document(struct arena *arena, const struct memory *memory)
{
    struct buf out = buf_new(arena);
    put(&out, "Alert about", memory->alert_service);
    put(&out, "Where it was", memory->service);
    put(&out, "Kind", memory->kind);
    put(&out, "Cause", memory->cause);
    put(&out, "What ended it", memory->fix);
    put(&out, "Change", memory->change);
    return buf_str(&out);
}
