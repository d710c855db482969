/* SPDX-License-Identifier: Apache-2.0 */
/* What was: lists in pages, one incident, its alerts, and earlier ones that may be the same. */
#include "incident/incident.h"

#include "base/arena.h"

/* i: the incident; v: its last investigation; d: the last that is done; f: the last word on it. */
#define COLUMNS                                                                                    \
    "SELECT i.id, i.alert_name, i.service, i.severity, i.url, i.case_key, v.state, v.why,"         \
    " i.firing = 0 AS is_resolved, i.alerts, i.started_ns, i.opened_ns, i.updated_ns,"             \
    " v.begun_ns, v.ended_ns, d.is_known, d.service AS verdict_service, d.kind, d.confidence,"     \
    " d.headline, d.change, f.judgement, f.cause, f.change AS told_change,"                        \
    " f.service AS told_service, f.nothing_broken, f.named, f.named_cause, i.investigation"        \
    " FROM incidents i"                                                                            \
    " JOIN investigations v ON v.number = i.investigation"                                         \
    " LEFT JOIN investigations d ON d.number = i.answered"                                         \
    " LEFT JOIN feedback f ON f.number ="                                                          \
    " (SELECT max(number) FROM feedback WHERE case_key = i.case_key)"

static const struct field columns[] = {{"id", TYPE_TEXT, 0, "", NULL},
                                       {"alert_name", TYPE_TEXT, 0, "", NULL},
                                       {"service", TYPE_TEXT, 0, "", NULL},
                                       {"severity", TYPE_TEXT, 0, "", NULL},
                                       {"url", TYPE_TEXT, 0, "", NULL},
                                       {"case_key", TYPE_TEXT, 0, "", NULL},
                                       {"state", TYPE_TEXT, 0, "", NULL},
                                       {"why", TYPE_TEXT, 0, "", NULL},
                                       {"is_resolved", TYPE_INT, 0, "", NULL},
                                       {"alerts", TYPE_INT, 0, "", NULL},
                                       {"started_ns", TYPE_INT, 0, "", NULL},
                                       {"opened_ns", TYPE_INT, 0, "", NULL},
                                       {"updated_ns", TYPE_INT, 0, "", NULL},
                                       {"begun_ns", TYPE_INT, 0, "", NULL},
                                       {"ended_ns", TYPE_INT, 0, "", NULL},
                                       {"is_known", TYPE_INT, 0, "", NULL},
                                       {"verdict_service", TYPE_TEXT, 0, "", NULL},
                                       {"kind", TYPE_TEXT, 0, "", NULL},
                                       {"confidence", TYPE_REAL, 0, "", NULL},
                                       {"headline", TYPE_TEXT, 0, "", NULL},
                                       {"change", TYPE_TEXT, 0, "", NULL},
                                       {"judgement", TYPE_TEXT, 0, "", NULL},
                                       {"cause", TYPE_TEXT, 0, "", NULL},
                                       {"told_change", TYPE_TEXT, 0, "", NULL},
                                       {"told_service", TYPE_TEXT, 0, "", NULL},
                                       {"nothing_broken", TYPE_INT, 0, "", NULL},
                                       {"named", TYPE_TEXT, 0, "", NULL},
                                       {"named_cause", TYPE_TEXT, 0, "", NULL},
                                       {"investigation", TYPE_INT, 0, "", NULL},
                                       {0}};

struct row {
    const struct batch *rows;
    size_t at;
};

static bool is_there(struct row row, const char *name)
{
    return batch_column(row.rows, name)->known[row.at];
}

static struct str text_of(struct row row, const char *name)
{
    return is_there(row, name) ? batch_column(row.rows, name)->texts[row.at] : STR("");
}

static int64_t integer_of(struct row row, const char *name)
{
    return is_there(row, name) ? batch_column(row.rows, name)->integers[row.at] : 0;
}

static struct verdict_brief read_verdict(struct row row)
{
    return (struct verdict_brief){
        .is_known = integer_of(row, "is_known") != 0,
        .service = text_of(row, "verdict_service"),
        .kind = text_of(row, "kind"),
        .confidence =
            is_there(row, "confidence") ? batch_column(row.rows, "confidence")->reals[row.at] : 0,
        .headline = text_of(row, "headline"),
        .change = text_of(row, "change"),
    };
}

/* "Right" confirms what the report said; otherwise what the person says it was. */
static void read_feedback(struct row row, struct incident *out)
{
    const struct str told[] = {text_of(row, "cause"), text_of(row, "told_change"),
                               text_of(row, "told_service")};
    const bool is_right = str_eq(text_of(row, "judgement"), STR("right"));
    out->confirmed = STR("");
    for (size_t i = 0; i < sizeof told / sizeof *told && out->confirmed.len == 0; i++)
        out->confirmed = told[i];
    out->is_confirmed = is_right || out->confirmed.len > 0 || integer_of(row, "nothing_broken");
    if (out->confirmed.len == 0 && is_right)
        out->confirmed = text_of(row, "named_cause");
    if (out->confirmed.len == 0 && integer_of(row, "nothing_broken"))
        out->confirmed = STR("nothing was broken");
}

static bool read_row(struct arena *arena, struct row row, struct incident *out, struct err *err)
{
    *out = (struct incident){.id = text_of(row, "id"),
                             .alert_name = text_of(row, "alert_name"),
                             .service = text_of(row, "service"),
                             .severity = text_of(row, "severity"),
                             .url = text_of(row, "url"),
                             .case_key = text_of(row, "case_key"),
                             .why = text_of(row, "why"),
                             .is_resolved = integer_of(row, "is_resolved") != 0,
                             .alerts = (uint32_t)integer_of(row, "alerts"),
                             .started_ns = integer_of(row, "started_ns"),
                             .opened_ns = integer_of(row, "opened_ns"),
                             .updated_ns = integer_of(row, "updated_ns"),
                             .investigation = integer_of(row, "investigation"),
                             .took_ns = -1,
                             .has_verdict = is_there(row, "is_known"),
                             .verdict = read_verdict(row)};
    out->title = out->service.len == 0 ? out->alert_name
                                       : str_printf(arena, "%.*s: %.*s", STR_ARG(out->alert_name),
                                                    STR_ARG(out->service));
    if (is_there(row, "begun_ns") && is_there(row, "ended_ns"))
        out->took_ns = integer_of(row, "ended_ns") - integer_of(row, "begun_ns");
    read_feedback(row, out);
    const struct str state = text_of(row, "state");
    return incident_state_parse(state, &out->state) ||
           err_set(err, ERR_CORRUPT, "incident %.*s: there is no state `%.*s`", STR_ARG(out->id),
                   STR_ARG(state));
}

static bool read_all(struct ledger *ledger, struct arena *arena, const char *sql,
                     const struct value *values, uint32_t values_count, struct incident **out,
                     uint32_t *count, struct err *err)
{
    struct batch *rows;
    if (!ledger_rows(ledger, arena, sql, values, values_count, columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct incident, rows->rows);
    for (size_t i = 0; i < rows->rows; i++)
        if (!read_row(arena, (struct row){rows, i}, &(*out)[i], err))
            return false;
    return true;
}

/* ---- one ---- */

static bool number_of(struct ledger *ledger, struct arena *arena, struct str id, int64_t *out,
                      struct err *err)
{
    static const struct field number[] = {{"number", TYPE_INT, 0, "", NULL}, {0}};
    const struct value values[] = {value_text(id)};
    struct batch *rows;
    if (!ledger_rows(ledger, arena, "SELECT number FROM incidents WHERE id = ?1", values, 1, number,
                     &rows, err))
        return false;
    if (rows->rows == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no incident `%.*s`",
                       (int)(id.len < 64 ? id.len : 64), id.ptr);
    *out = rows->columns[0].integers[0];
    return true;
}

bool incident_read(struct ledger *ledger, struct arena *arena, struct str id, struct incident *out,
                   struct err *err)
{
    int64_t number;
    struct incident *all;
    uint32_t count;
    if (!number_of(ledger, arena, id, &number, err))
        return false;
    const struct value values[] = {value_int(number)};
    if (!read_all(ledger, arena, COLUMNS " WHERE i.number = ?1", values, 1, &all, &count, err))
        return false;
    if (count == 0)
        return err_set(err, ERR_CORRUPT, "incident %.*s has no investigation", STR_ARG(id));
    *out = all[0];
    return true;
}

/* ---- many ---- */

bool incident_list(struct ledger *ledger, struct arena *arena, const struct incident_filter *filter,
                   struct incident **out, uint32_t *count, struct err *err)
{
    int64_t before = INT64_MAX;
    if (filter->before.len > 0 && !number_of(ledger, arena, filter->before, &before, err))
        return false;
    const uint32_t limit = filter->limit == 0                  ? 1
                           : filter->limit > INCIDENT_PAGE_MAX ? INCIDENT_PAGE_MAX
                                                               : filter->limit;
    const struct value values[] = {
        value_int(before),
        value_text(filter->has_state ? str_of(incident_state_name(filter->state)) : STR("")),
        value_text(filter->service), value_int(limit)};
    return read_all(ledger, arena,
                    COLUMNS " WHERE i.number < ?1 AND (?2 = '' OR v.state = ?2)"
                            " AND (?3 = '' OR i.service = ?3)"
                            " ORDER BY i.number DESC LIMIT ?4",
                    values, 4, out, count, err);
}

bool incident_related(struct ledger *ledger, struct arena *arena, struct str id, uint32_t limit,
                      struct incident **out, uint32_t *count, struct err *err)
{
    int64_t number;
    struct incident self;
    if (!number_of(ledger, arena, id, &number, err) ||
        !incident_read(ledger, arena, id, &self, err))
        return false;
    const struct value values[] = {
        value_int(number), value_text(self.alert_name), value_text(self.service),
        value_int(limit > INCIDENT_PAGE_MAX ? INCIDENT_PAGE_MAX : limit)};
    return read_all(
        ledger, arena,
        COLUMNS " WHERE i.number < ?1 AND i.number IN"
                " (SELECT number FROM incidents WHERE alert_name = ?2"
                "  UNION SELECT number FROM incidents WHERE service = ?3 AND ?3 <> '')"
                " ORDER BY coalesce(f.judgement = 'right' OR f.nothing_broken OR f.cause <> ''"
                " OR f.change <> '' OR f.service <> '', 0) DESC,"
                " (i.alert_name = ?2) + (i.service = ?3 AND ?3 <> '') DESC, i.number DESC LIMIT ?4",
        values, 4, out, count, err);
}

bool incident_count(struct ledger *ledger, struct incident_counts *out, struct err *err)
{
    static const struct field state_columns[] = {{"state", TYPE_TEXT, 0, "", NULL},
                                                 {"count", TYPE_INT, 0, "", NULL},
                                                 {"oldest_ns", TYPE_INT, 0, "", NULL},
                                                 {0}};
    struct arena *arena = arena_new("counts");
    struct batch *rows;
    *out = (struct incident_counts){0};
    const bool ok = ledger_rows(ledger, arena,
                                "SELECT state, count(*) AS count, min(asked_ns) AS oldest_ns"
                                " FROM investigations GROUP BY state ORDER BY state",
                                NULL, 0, state_columns, &rows, err);
    for (size_t i = 0; ok && i < rows->rows; i++) {
        enum incident_state state;
        if (!incident_state_parse(rows->columns[0].texts[i], &state))
            continue;
        out->by_state[state] = (uint32_t)rows->columns[1].integers[i];
        if (state == INCIDENT_QUEUED)
            out->oldest_queued_ns = rows->columns[2].integers[i];
    }
    arena_free(arena);
    return ok;
}

/* ---- its alerts ---- */

static const struct field member_columns[] = {
    {"fingerprint", TYPE_TEXT, 0, "", NULL}, {"name", TYPE_TEXT, 0, "", NULL},
    {"service", TYPE_TEXT, 0, "", NULL},     {"severity", TYPE_TEXT, 0, "", NULL},
    {"url", TYPE_TEXT, 0, "", NULL},         {"status", TYPE_TEXT, 0, "", NULL},
    {"told", TYPE_INT, 0, "", NULL},         {"first_ns", TYPE_INT, 0, "", NULL},
    {"last_ns", TYPE_INT, 0, "", NULL},      {"labels", TYPE_TEXT, 0, "", NULL},
    {"why", TYPE_TEXT, 0, "", NULL},         {0}};

static struct incident_member member_of(struct row row)
{
    const struct str status = text_of(row, "status");
    return (struct incident_member){.fingerprint = text_of(row, "fingerprint"),
                                    .name = text_of(row, "name"),
                                    .service = text_of(row, "service"),
                                    .severity = text_of(row, "severity"),
                                    .url = text_of(row, "url"),
                                    .status = str_eq(status, STR("resolved")) ? NOTICE_RESOLVED
                                              : str_eq(status, STR("acknowledged"))
                                                  ? NOTICE_ACKNOWLEDGED
                                                  : NOTICE_FIRING,
                                    .count = (uint32_t)integer_of(row, "told"),
                                    .first_ns = integer_of(row, "first_ns"),
                                    .last_ns = integer_of(row, "last_ns"),
                                    .labels = text_of(row, "labels"),
                                    .why = text_of(row, "why")};
}

bool incident_members(struct ledger *ledger, struct arena *arena, struct str id,
                      struct incident_member **out, uint32_t *count, struct err *err)
{
    int64_t number;
    struct batch *rows;
    if (!number_of(ledger, arena, id, &number, err))
        return false;
    const struct value values[] = {value_int(number), value_int(INCIDENT_PAGE_MAX)};
    if (!ledger_rows(ledger, arena,
                     "SELECT fingerprint, name, service, severity, url, status, told, first_ns,"
                     " last_ns, labels, why FROM incident_alerts WHERE incident = ?1"
                     " ORDER BY first_ns, rowid LIMIT ?2",
                     values, 2, member_columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct incident_member, rows->rows);
    for (size_t i = 0; i < rows->rows; i++)
        (*out)[i] = member_of((struct row){rows, i});
    return true;
}
