/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/logs/lines.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const char lines_sql[] =
    "SELECT coalesce(service, '') AS service, coalesce(level, '') AS level, coalesce(message, '') "
    "AS "
    "message, time, coalesce(trace_id, '') AS trace_id FROM %s WHERE time IS NOT NULL%s";

struct str lines_service(const struct lines *lines, uint32_t service)
{
    return lines->services.keys[service];
}

static void add_lines(struct lines *lines, const struct batch *rows, bool of_reference,
                      struct arena *arena)
{
    struct arena *scratch = arena_new("templates");
    const size_t *order = batch_order(rows, arena, "time");
    for (size_t i = 0; i < rows->rows; i++) {
        const size_t row = order[i];
        const struct str message = batch_column(rows, "message")->texts[row];
        const struct str level = batch_column(rows, "level")->texts[row];
        const uint32_t service =
            map_add(&lines->services, batch_column(rows, "service")->texts[row]);
        const struct template template = template_of(scratch, message, level);
        const uint32_t known = lines->templates.count;
        const uint32_t number = map_add(
            &lines->templates, str_printf(scratch, "%u %.*s", service, STR_ARG(template.text)));
        if (number == known) {
            lines->of[number] = (struct template){.text = str_copy(arena, template.text),
                                                  .like = str_copy(arena, template.like),
                                                  .failing = template.failing};
            lines->service_of[number] = service;
        }
        lines->exemplar[number] = lines->count;
        lines->items[lines->count++] =
            (struct line){.service = service,
                          .template = number,
                          .time_ns = batch_column(rows, "time")->integers[row],
                          .trace_id = batch_column(rows, "trace_id")->texts[row],
                          .message = message,
                          .level = level,
                          .of_reference = of_reference};
        arena_reset(scratch);
    }
    arena_free(scratch);
}

/* Only where there are too many is it worth while to have the store pick the newest. */
static bool load_rows(struct call *call, struct arena *arena, const char *table, struct batch **out,
                      struct err *err)
{
    struct telemetry *telemetry = call->services->telemetry;
    struct batch *count;
    if (!telemetry_rows(telemetry, arena, str_printf(arena, "SELECT count(*) AS n FROM %s", table),
                        &count, err))
        return false;
    const bool too_many = batch_column(count, "n")->integers[0] > LINES_MAX;
    const struct str newest =
        too_many ? str_printf(arena, " ORDER BY time DESC, rowid DESC LIMIT %d", LINES_MAX)
                 : STR("");
    return telemetry_rows(telemetry, arena, str_printf(arena, lines_sql, table, newest.ptr), out,
                          err);
}

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct lines *out = thing;
    struct batch *rows, *reference_rows;
    if (!load_rows(call, arena, "reference_logs", &reference_rows, err) ||
        !load_rows(call, arena, "logs", &rows, err))
        return false;
    const size_t lines_max = rows->rows + reference_rows->rows;
    *out = (struct lines){
        .items = arena_push_many(arena, struct line, lines_max),
        .services = map_new(arena),
        .templates = map_new(arena),
        .of = arena_push_many(arena, struct template, lines_max),
        .service_of = arena_push_many(arena, uint32_t, lines_max),
        .exemplar = arena_push_many(arena, uint32_t, lines_max),
    };
    add_lines(out, reference_rows, true, arena); /* first, so that an exemplar is of the case */
    add_lines(out, rows, false, arena);
    return true;
}

bool lines_load(struct call *call, struct lines *out, struct err *err)
{
    return call_load_once(call, "lines", sizeof *out, load, out, err);
}
