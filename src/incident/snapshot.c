/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/snapshot.h"

#include "base/arena.h"
#include "base/clock.h"

#include <string.h>

/*
 * Ids of a minute differ in their last four digits: an odd multiple of the number is another one
 * for each of 65536 numbers that follow each other (Knuth, "multiplicative hashing").
 */
#define ID_FACTOR 40503

static int64_t integer_at(const struct batch *rows, size_t row, const char *name)
{
    return batch_column(rows, name)->integers[row];
}

static struct str text_at(const struct batch *rows, size_t row, const char *name)
{
    return batch_column(rows, name)->texts[row];
}

/* ---- reading ---- */

static const struct field group_columns[] = {{"number", TYPE_INT, 0, "", NULL},
                                             {"id", TYPE_TEXT, 0, "", NULL},
                                             {"opened_ns", TYPE_INT, 0, "", NULL},
                                             {"group_ns", TYPE_INT, 0, "", NULL},
                                             {"alerts", TYPE_INT, 0, "", NULL},
                                             {"firing", TYPE_INT, 0, "", NULL},
                                             {0}};
static const struct field sign_columns[] = {
    {"sign", TYPE_TEXT, 0, "", NULL}, {"value", TYPE_TEXT, 0, "", NULL}, {0}};

static struct open_incident *add(struct snapshot *snapshot)
{
    if (snapshot->opened_count == snapshot->opened_room) {
        const uint32_t room = snapshot->opened_room ? snapshot->opened_room * 2 : 64;
        snapshot->opened = arena_grow(snapshot->arena, snapshot->opened,
                                      snapshot->opened_room * sizeof *snapshot->opened,
                                      room * sizeof *snapshot->opened);
        snapshot->opened_room = room;
    }
    struct open_incident *incident = arena_push(snapshot->arena, struct open_incident);
    snapshot->opened[snapshot->opened_count++] = incident;
    return incident;
}

static bool read_signs(struct snapshot *snapshot, struct open_incident *incident, struct err *err)
{
    const struct value values[] = {value_int(incident->group.number)};
    struct batch *rows;
    struct group *group = &incident->group;
    if (!ledger_rows(snapshot->ledger, snapshot->arena,
                     "SELECT sign, value FROM incident_signs WHERE incident = ?1"
                     " ORDER BY sign, value LIMIT 256",
                     values, 1, sign_columns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str value = text_at(rows, row, "value");
        if (str_eq(text_at(rows, row, "sign"), STR("s"))) {
            if (group->services_count < GROUPING_SIGNS_MAX)
                group->services[group->services_count++] = value;
        } else if (group->keys_count < GROUPING_SIGNS_MAX) {
            group->keys[group->keys_count++] = value;
        }
    }
    incident->signs_kept[0] = group->services_count;
    incident->signs_kept[1] = group->keys_count;
    return true;
}

static bool read_group(struct snapshot *snapshot, const struct batch *rows, size_t row,
                       struct open_incident **out, struct err *err)
{
    struct open_incident *incident = add(snapshot);
    *incident = (struct open_incident){.id = text_at(rows, row, "id"),
                                       .alerts = integer_at(rows, row, "alerts"),
                                       .firing = integer_at(rows, row, "firing"),
                                       .group = {.number = integer_at(rows, row, "number"),
                                                 .opened_ns = integer_at(rows, row, "opened_ns"),
                                                 .fired_ns = integer_at(rows, row, "group_ns")}};
    *out = incident;
    return read_signs(snapshot, incident, err);
}

#define GROUP_SQL "SELECT number, id, opened_ns, group_ns, alerts, firing FROM incidents"

static bool read_young(struct snapshot *snapshot, struct err *err)
{
    const struct value values[] = {value_int(snapshot->now_ns - GROUPING_GROUP_NS)};
    struct batch *rows;
    struct open_incident *incident;
    if (!ledger_rows(snapshot->ledger, snapshot->arena,
                     GROUP_SQL " WHERE group_ns >= ?1 ORDER BY number DESC LIMIT 256", values, 1,
                     group_columns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        if (!read_group(snapshot, rows, row, &incident, err))
            return false;
        snapshot->young[snapshot->young_count++] = &incident->group;
    }
    return true;
}

static bool read_counts(struct snapshot *snapshot, struct err *err)
{
    static const struct field columns[] = {{"waiting", TYPE_INT, 0, "", NULL},
                                           {"opened", TYPE_INT, 0, "", NULL},
                                           {"number", TYPE_INT, 0, "", NULL},
                                           {0}};
    const struct value values[] = {value_int(snapshot->now_ns - 60 * NS_PER_S)};
    struct batch *rows;
    if (!ledger_rows(
            snapshot->ledger, snapshot->arena,
            "SELECT (SELECT count(*) FROM investigations WHERE state = 'queued') AS waiting,"
            " (SELECT count(*) FROM incidents WHERE group_ns > ?1 AND opened_ns > ?1) AS opened,"
            " (SELECT coalesce(max(number), 0) + 1 FROM incidents) AS number",
            values, 1, columns, &rows, err))
        return false;
    snapshot->waiting = integer_at(rows, 0, "waiting");
    snapshot->opened_in_minute = integer_at(rows, 0, "opened");
    snapshot->next_number = integer_at(rows, 0, "number");
    return true;
}

bool snapshot_read(struct snapshot *out, struct ledger *ledger, struct arena *arena, int64_t now_ns,
                   struct err *err)
{
    *out = (struct snapshot){.arena = arena, .ledger = ledger, .now_ns = now_ns};
    if (!read_young(out, err) || !read_counts(out, err) ||
        !silence_list(ledger, arena, now_ns, &out->silences, &out->silences_count, err))
        return false;
    out->hits = arena_push_many(arena, uint32_t, out->silences_count);
    return true;
}

bool snapshot_find(struct snapshot *snapshot, int64_t number, struct open_incident **out,
                   struct err *err)
{
    struct batch *rows;
    for (uint32_t i = 0; i < snapshot->opened_count; i++)
        if (snapshot->opened[i]->group.number == number) {
            *out = snapshot->opened[i];
            return true;
        }
    const struct value values[] = {value_int(number)};
    if (!ledger_rows(snapshot->ledger, snapshot->arena, GROUP_SQL " WHERE number = ?1", values, 1,
                     group_columns, &rows, err))
        return false;
    if (rows->rows == 0)
        return err_set(err, ERR_CORRUPT, "%s: incident %lld is not there",
                       ledger_path(snapshot->ledger).ptr, (long long)number);
    return read_group(snapshot, rows, 0, out, err);
}

/* ---- changing ---- */

struct open_incident *snapshot_open(struct snapshot *snapshot)
{
    struct open_incident *incident = add(snapshot);
    const int64_t number = snapshot->next_number++;
    const struct str time =
        time_format(snapshot->arena, snapshot->now_ns); /* 2026-11-22 02:03:04 */
    *incident = (struct open_incident){
        .group = {.number = number, .opened_ns = snapshot->now_ns, .fired_ns = snapshot->now_ns},
        .id = str_printf(snapshot->arena, "%.4s%.2s%.2s-%.2s%.2s-%04x", time.ptr, time.ptr + 5,
                         time.ptr + 8, time.ptr + 11, time.ptr + 14,
                         (unsigned)((uint64_t)number * ID_FACTOR & 0xffff)),
        .is_new = true,
        .is_changed = true};
    if (snapshot->young_count < SNAPSHOT_GROUPS_MAX)
        snapshot->young_count++;
    memmove(snapshot->young + 1, snapshot->young,
            (snapshot->young_count - 1) * sizeof *snapshot->young);
    snapshot->young[0] = &incident->group;
    snapshot->opened_in_minute++;
    snapshot->waiting++;
    return incident;
}

static void add_sign(struct arena *arena, struct str value, struct str *list, uint32_t *count)
{
    if (value.len == 0 || *count == GROUPING_SIGNS_MAX)
        return;
    for (uint32_t i = 0; i < *count; i++)
        if (str_eq(list[i], value))
            return;
    list[(*count)++] = str_copy(arena, value);
}

void snapshot_add_signs(struct snapshot *snapshot, struct open_incident *incident,
                        const struct notice *notice)
{
    struct group *group = &incident->group;
    add_sign(snapshot->arena, notice->alert.service, group->services, &group->services_count);
    add_sign(snapshot->arena, notice->group_key, group->keys, &group->keys_count);
}

/* ---- writing ---- */

static bool write_signs(struct snapshot *snapshot, struct open_incident *incident, struct str sign,
                        const struct str *list, uint32_t from, uint32_t to, struct err *err)
{
    for (uint32_t i = from; i < to; i++) {
        const struct value values[] = {value_int(incident->group.number), value_text(sign),
                                       value_text(list[i])};
        if (!ledger_run(snapshot->ledger,
                        "INSERT OR IGNORE INTO incident_signs (incident, sign, value)"
                        " VALUES (?1, ?2, ?3)",
                        values, 3, err))
            return false;
    }
    return true;
}

static bool ask(struct snapshot *snapshot, struct open_incident *incident, struct err *err)
{
    const struct value values[] = {value_int(incident->group.number), value_int(snapshot->now_ns)};
    return ledger_run(snapshot->ledger,
                      "INSERT INTO investigations (incident, state, attempts, asked_ns)"
                      " VALUES (?1, 'queued', 0, ?2)",
                      values, 2, err) &&
           ledger_run(snapshot->ledger,
                      "UPDATE incidents SET investigation = last_insert_rowid() WHERE number = ?1",
                      values, 1, err);
}

static bool write_incident(struct snapshot *snapshot, struct open_incident *incident,
                           struct err *err)
{
    const struct group *group = &incident->group;
    const struct value values[] = {value_int(group->number), value_int(incident->alerts),
                                   value_int(incident->firing), value_int(group->fired_ns),
                                   value_int(snapshot->now_ns)};
    return ledger_run(snapshot->ledger,
                      "INSERT INTO incident_news (incident, what, due_ns)"
                      " SELECT number, 'resolved', ?5 FROM incidents"
                      " WHERE number = ?1 AND firing > 0 AND ?3 = 0",
                      values, 5, err) &&
           ledger_run(snapshot->ledger,
                      "UPDATE incidents SET alerts = ?2, firing = ?3, group_ns = ?4,"
                      " updated_ns = ?5 WHERE number = ?1",
                      values, 5, err) &&
           write_signs(snapshot, incident, STR("s"), group->services, incident->signs_kept[0],
                       group->services_count, err) &&
           write_signs(snapshot, incident, STR("g"), group->keys, incident->signs_kept[1],
                       group->keys_count, err) &&
           (!incident->is_new || ask(snapshot, incident, err));
}

static bool write_hits(struct snapshot *snapshot, uint32_t silence, struct err *err)
{
    const struct value values[] = {value_int(snapshot->silences[silence].number),
                                   value_int(snapshot->hits[silence])};
    return snapshot->hits[silence] == 0 ||
           ledger_run(snapshot->ledger, "UPDATE silences SET hits = hits + ?2 WHERE number = ?1",
                      values, 2, err);
}

bool snapshot_write(struct snapshot *snapshot, struct err *err)
{
    for (uint32_t i = 0; i < snapshot->opened_count; i++)
        if (snapshot->opened[i]->is_changed && !write_incident(snapshot, snapshot->opened[i], err))
            return false;
    for (uint32_t i = 0; i < snapshot->silences_count; i++)
        if (!write_hits(snapshot, i, err))
            return false;
    return true;
}
