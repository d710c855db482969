/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/logs/lines.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "text/miner.h"
#include "text/template.h"

static const char lines_sql[] =
    "SELECT coalesce(service, '') AS service, coalesce(level, '') AS level, coalesce(message, '') "
    "AS "
    "message, time, coalesce(trace_id, '') AS trace_id FROM %s WHERE time IS NOT NULL%s";

struct str lines_service(const struct lines *lines, uint32_t service)
{
    return lines->services.keys[service];
}

/* The lines are read twice: templates are known when all have been seen. */
struct loading {
    struct lines *lines;
    struct arena *arena;
    struct miner *miner;
    uint64_t *shapes; /* by line; of a line that names its place, none */
    struct buf key;   /* of the template at hand */
};

static void add_lines(struct loading *load, const struct batch *rows, bool of_reference)
{
    struct lines *lines = load->lines;
    const size_t *order = batch_order(rows, load->arena, "time");
    const struct column *messages = batch_column(rows, "message");
    const struct column *services = batch_column(rows, "service");
    for (size_t i = 0; i < rows->rows; i++) {
        const size_t row = order[i];
        const struct str message = messages->texts[row];
        struct line *line = &lines->items[lines->count];
        *line = (struct line){.service = map_add(&lines->services, services->texts[row]),
                              .time_ns = batch_column(rows, "time")->integers[row],
                              .trace_id = batch_column(rows, "trace_id")->texts[row],
                              .message = message,
                              .level = batch_column(rows, "level")->texts[row],
                              .of_reference = of_reference};
        if (template_place(message).len == 0)
            load->shapes[lines->count] = miner_add(load->miner, template_message(message));
        lines->count++;
    }
}

/* Of a line that names its place in the code. */
static struct line_template of_place(struct arena *arena, const struct line *line, struct str place)
{
    const struct str exception = template_exception(line->message);
    return (struct line_template){
        .text = str_printf(arena, "%.*s%s%.*s%s%.*s", STR_ARG(line->level),
                           line->level.len > 0 ? " " : "", STR_ARG(place),
                           exception.len > 0 ? " " : "", STR_ARG(exception)),
        .like = template_like_place(arena, place, exception),
    };
}

/* Of a line whose shape was dropped, too: all such lines of a service are one template. */
static struct line_template of_shape(struct arena *arena, const struct miner *miner,
                                     uint32_t template)
{
    if (template == MINER_NONE)
        return (struct line_template){.text = STR("<any>"), .like = STR("%")};
    const struct mined_template *mined = miner_template(miner, template);
    return (struct line_template){.text = mined->text, .like = template_like(arena, mined->wild)};
}

static void write_key(struct buf *key, const struct line *line, struct str place, uint32_t template)
{
    key->len = 0;
    buf_add(key, (struct str){(const char *)&line->service, sizeof line->service});
    if (place.len > 0) {
        const struct str exception = template_exception(line->message);
        buf_printf(key, "%.*s %.*s %.*s", STR_ARG(line->level), STR_ARG(place), STR_ARG(exception));
    } else {
        buf_add(key, (struct str){(const char *)&template, sizeof template});
    }
}

static uint32_t template_of_line(const struct loading *load, uint32_t number)
{
    const uint32_t template = miner_template_of(load->miner, load->shapes[number]);
    if (template != MINER_NONE)
        return template;
    return miner_find(load->miner, template_message(load->lines->items[number].message));
}

static void number_templates(struct loading *load)
{
    struct lines *lines = load->lines;
    for (uint32_t i = 0; i < lines->count; i++) {
        struct line *line = &lines->items[i];
        const struct str place = template_place(line->message);
        const uint32_t template = place.len > 0 ? MINER_NONE : template_of_line(load, i);
        const uint32_t known = lines->templates.count;
        write_key(&load->key, line, place, template);
        line->template = map_add(&lines->templates, buf_str(&load->key));
        lines->exemplar[line->template] = i;
        if (line->template <known)
            continue;
        lines->service_of[known] = line->service;
        lines->of[known] = place.len > 0 ? of_place(load->arena, line, place)
                                         : of_shape(load->arena, load->miner, template);
        lines->of[known].failing = template_is_failing(line->message, line->level);
    }
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
        .of = arena_push_many(arena, struct line_template, lines_max),
        .service_of = arena_push_many(arena, uint32_t, lines_max),
        .exemplar = arena_push_many(arena, uint32_t, lines_max),
    };
    struct loading load = {
        .lines = out,
        .arena = arena,
        .miner = miner_new(arena, (struct miner_limits){0}),
        .shapes = arena_push_many(arena, uint64_t, lines_max),
        .key = buf_new(arena),
    };
    add_lines(&load, reference_rows, true); /* first, so that an exemplar is of the case */
    add_lines(&load, rows, false);
    miner_finish(load.miner);
    out->miner = load.miner;
    number_templates(&load);
    return true;
}

bool lines_load(struct call *call, struct lines *out, struct err *err)
{
    return call_load_once(call, "lines", sizeof *out, load, out, err);
}
