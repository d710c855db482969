/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Earlier incidents that are like this one as a whole: by the rule of the alert, by whom it is
 * about, and by what was found (case/signature.h), which is known only at the end. What was found
 * counts as the cosine between the two sets: of five findings each, four in common are 0.8.
 *
 * The parts are weighed by how much each tells one incident from another: half of it is what was
 * found, for one rule may fire for anything; a service without a rule or a finding in common is
 * nothing.
 */
#include "agent/events/likeness.h"
#include "base/arena.h"
#include "base/map.h"
#include "case/signature.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

#include <math.h>

#define BY_FOUND 0.5
#define BY_ALERT 0.35
#define BY_SERVICE 0.15
#define LIKE_MIN 0.3 /* the same rule for another service, or most of what was found */

static const struct field input[] = {
    {"alert", TYPE_TEXT, 0, "its name", NULL},
    {"service", TYPE_TEXT, 0, "whom it is about; may be empty", NULL},
    {"signature", TYPE_TEXT, 0, "what was found: `service finding`, a line each", NULL},
    {"before", TYPE_TIME, 0, "only incidents that began before that", NULL},
    {0},
};

static const struct field columns[] = {
    {"id", TYPE_TEXT, 0, "as its source names it", NULL},
    {"time", TYPE_TIME, 0, "when it began", NULL},
    {"alert", TYPE_TEXT, 0, "that opened it", NULL},
    {"alert_service", TYPE_TEXT, 0, "whom that was about; may be empty", NULL},
    {"service", TYPE_TEXT, 0, "where its cause lay", NULL},
    {"cause", TYPE_TEXT, 0, "in words; may be empty", NULL},
    {"fix", TYPE_TEXT, 0, "what ended it, in words; may be empty", NULL},
    {"same_alert", TYPE_REAL, 0, "how much its alert is like this one; 1: the same", NULL},
    {"same_service", TYPE_BOOL, 0, "whether it was about the same service", NULL},
    {"shared", TYPE_INT, 0, "how many of its findings are found now", NULL},
    {"findings", TYPE_INT, 0, "how many it had", NULL},
    {"like", TYPE_REAL, 0, "all of that, 0 to 1", NULL},
    {0},
};

static const struct field output[] = {
    {"incidents", TYPE_ROWS, 0, "those that are alike, the newest first", columns},
    {0},
};

static void count_shared(const struct map *now, struct str then, int64_t *shared, int64_t *findings)
{
    struct str line;
    *shared = *findings = 0;
    while (*findings < SIGNATURE_LINES_MAX && str_split(&then, '\n', &line)) {
        ++*findings;
        *shared += map_find(now, line) != MAP_NONE;
    }
}

static struct map lines_of(struct arena *arena, struct str signature)
{
    struct map lines = map_new(arena);
    struct str line;
    while (lines.count < SIGNATURE_LINES_MAX && str_split(&signature, '\n', &line))
        map_add(&lines, line);
    return lines;
}

static void judge(struct arena *arena, const struct record *in, const struct map *now,
                  const struct batch *found, size_t from, struct batch *rows)
{
    static const char *const texts[] = {"id", "alert", "alert_service", "service", "cause", "fix"};
    int64_t shared, findings;
    const struct str about = record_at(in, "service")->text;
    const double alert = likeness_of_alerts(arena, record_at(in, "alert")->text,
                                            batch_column(found, "alert")->texts[from]);
    const bool service =
        about.len > 0 && str_eq(about, batch_column(found, "alert_service")->texts[from]);
    count_shared(now, batch_column(found, "signature")->texts[from], &shared, &findings);
    const double of = (double)findings * now->count;
    const double like = BY_ALERT * alert + BY_SERVICE * service +
                        BY_FOUND * (of > 0.0 ? (double)shared / sqrt(of) : 0.0);
    if (like < LIKE_MIN || (alert <= 0.0 && shared == 0))
        return;
    const size_t row = batch_add_row(rows);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        batch_set(rows, row, texts[i], value_text(batch_column(found, texts[i])->texts[from]));
    batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[from]));
    batch_set(rows, row, "same_alert", value_real(alert));
    batch_set(rows, row, "same_service", value_bool(service));
    batch_set(rows, row, "shared", value_int(shared));
    batch_set(rows, row, "findings", value_int(findings));
    batch_set(rows, row, "like", value_real(like));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *found, *rows = batch_new(arena, columns);
    *record_at(out, "incidents") = value_rows(rows);
    if (!telemetry_rows(
            call->services->telemetry, arena,
            str_printf(arena,
                       "SELECT id, time, alert, coalesce(alert_service, '') AS alert_service, "
                       "service, coalesce(cause, '') AS cause, coalesce(fix, '') AS fix, "
                       "coalesce(signature, '') AS signature FROM incidents WHERE time < %s AND "
                       "id <> '' AND alert <> '' AND service <> '' "
                       "ORDER BY time DESC, id LIMIT 1000",
                       sql_time(arena, record_at(in, "before")->integer).ptr),
            &found, err))
        return false;
    const struct map now = lines_of(arena, record_at(in, "signature")->text);
    for (size_t from = 0; from < found->rows; from++)
        judge(arena, in, &now, found, from, rows);
    return true;
}

const struct tool tool_events_alike = {
    .sig = {.name = "alike",
            .summary = "List earlier incidents in which the same was found",
            .input = input,
            .output = output},
    .run = run,
};
