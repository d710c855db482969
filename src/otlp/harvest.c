/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/harvest.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <math.h>

#define BYTES_MIN ((size_t)64 << 20)  /* any request may take that much */
#define BYTES_MAX ((size_t)512 << 20) /* and none more than that */
#define BYTES_OF_A_BYTE 16            /* spans of 300 bytes with 2 KB of resource take 9 */

static const struct field logs[] = {
    {"time", TYPE_TIME, 0, "", NULL},
    {"service", TYPE_TEXT, 0, "", NULL},
    {"instance", TYPE_TEXT, 0, "", NULL},
    {"level", TYPE_TEXT, 0, "", NULL},
    {"message", TYPE_TEXT, 0, "", NULL},
    {"trace_id", TYPE_TEXT, 0, "", NULL},
    {"span_id", TYPE_TEXT, 0, "", NULL},
    {"attributes", TYPE_TEXT, 0, "", NULL},
    {0},
};

static const struct field traces[] = {
    {"time", TYPE_TIME, 0, "", NULL},       {"duration_us", TYPE_INT, 0, "", NULL},
    {"trace_id", TYPE_TEXT, 0, "", NULL},   {"span_id", TYPE_TEXT, 0, "", NULL},
    {"parent_id", TYPE_TEXT, 0, "", NULL},  {"service", TYPE_TEXT, 0, "", NULL},
    {"instance", TYPE_TEXT, 0, "", NULL},   {"operation", TYPE_TEXT, 0, "", NULL},
    {"status", TYPE_TEXT, 0, "", NULL},     {"kind", TYPE_TEXT, 0, "", NULL},
    {"attributes", TYPE_TEXT, 0, "", NULL}, {0},
};

static const struct field metrics[] = {
    {"time", TYPE_TIME, 0, "", NULL},     {"service", TYPE_TEXT, 0, "", NULL},
    {"instance", TYPE_TEXT, 0, "", NULL}, {"metric", TYPE_TEXT, 0, "", NULL},
    {"value", TYPE_REAL, 0, "", NULL},    {"labels", TYPE_TEXT, 0, "", NULL},
    {"kind", TYPE_TEXT, 0, "", NULL},     {0},
};

const struct field *const harvest_columns[HARVEST_TABLES] = {logs, traces, metrics};
const char *const harvest_names[HARVEST_TABLES] = {"logs", "traces", "metrics"};

static size_t bytes_for(size_t body_bytes)
{
    const size_t bytes = BYTES_MIN + body_bytes * BYTES_OF_A_BYTE;
    return bytes < BYTES_MAX ? bytes : BYTES_MAX;
}

bool harvest_fits(const struct harvest *harvest, struct err *err)
{
    return !harvest->is_full ||
           err_set(err, ERR_OVER_BUDGET,
                   "the request takes more than %zu MiB once it is taken apart: send smaller ones",
                   harvest->bytes_max >> 20);
}

struct harvest harvest_new(struct arena *arena, int64_t from_ns, int64_t to_ns, size_t body_bytes)
{
    struct harvest harvest = {.arena = arena,
                              .from_ns = from_ns,
                              .to_ns = to_ns,
                              .bytes_max = arena_used_bytes(arena) + bytes_for(body_bytes),
                              .why = STR(""),
                              .text = buf_new(arena),
                              .rest = buf_new(arena)};
    for (int i = 0; i < HARVEST_TABLES; i++)
        harvest.rows[i] = batch_new(arena, harvest_columns[i]);
    return harvest;
}

/* ---- texts ---- */

static size_t cut_at(struct str text, size_t max)
{
    while (max > 0 && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
        max--;
    return max;
}

struct str harvest_text(struct arena *arena, struct str text)
{
    if (text.len > HARVEST_TEXT_BYTES_MAX)
        text.len = cut_at(text, HARVEST_TEXT_BYTES_MAX);
    return utf8_mended(arena, text);
}

struct str harvest_hex(struct arena *arena, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char any = 0;
    for (size_t i = 0; i < bytes.len; i++)
        any |= bytes.ptr[i];
    if (!any || bytes.len > HARVEST_ID_BYTES_MAX)
        return STR("");
    char *hex = arena_alloc(arena, 2 * bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        hex[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes.ptr[i] & 15];
    }
    return (struct str){.ptr = hex, .len = 2 * bytes.len};
}

bool harvest_origin_take(struct harvest_origin *origin, struct str key, struct str value)
{
    if (str_eq(key, STR("service.name")))
        origin->service = value;
    else if (str_eq(key, STR("service.instance.id")))
        origin->instance = value;
    else if (str_eq(key, STR("k8s.pod.name")))
        origin->pod = value;
    else if (str_eq(key, STR("host.name")))
        origin->host = value;
    return str_eq(key, STR("service.name")) || str_eq(key, STR("service.instance.id"));
}

static struct str instance_of(const struct harvest_origin *origin)
{
    return origin->instance.len > 0 ? origin->instance
           : origin->pod.len > 0    ? origin->pod
                                    : origin->host;
}

/* The members of an object, or of two, as one that is kept; "" where there are none. */
static struct str object_of(struct harvest *harvest, struct str own, struct str more)
{
    if (own.len + more.len == 0)
        return STR("");
    struct buf object = {.arena = harvest->arena,
                         .ptr = arena_alloc(harvest->arena, own.len + more.len + 4),
                         .room = own.len + more.len + 4};
    buf_add_char(&object, '{');
    buf_add(&object, own);
    if (own.len > 0 && more.len > 0)
        buf_add_char(&object, ',');
    buf_add(&object, more);
    buf_add_char(&object, '}');
    return buf_str(&object);
}

/* ---- rows ---- */

void harvest_reject(struct harvest *harvest, enum harvest_table table, struct str why)
{
    harvest->rejected[table]++;
    if (harvest->why.len == 0)
        harvest->why = why;
}

/* Whether a record of that time is taken; why not is told once. */
static bool is_taken(struct harvest *harvest, enum harvest_table table, uint64_t time_ns)
{
    harvest->is_full = harvest->is_full || arena_used_bytes(harvest->arena) > harvest->bytes_max;
    if (harvest->is_full)
        return false;
    if (time_ns != 0 && time_ns <= (uint64_t)harvest->to_ns &&
        (harvest->from_ns < 0 || time_ns >= (uint64_t)harvest->from_ns))
        return true;
    if (time_ns == 0)
        harvest_reject(harvest, table, STR("a record has no time"));
    else if (time_ns > (uint64_t)harvest->to_ns)
        harvest_reject(harvest, table, STR("a record's time lies in the future"));
    else
        harvest_reject(harvest, table,
                       str_printf(harvest->arena, "a record is of %s, older than what is kept",
                                  time_format_rfc3339(harvest->arena, (int64_t)time_ns).ptr));
    return false;
}

struct writing {
    struct batch *rows;
    size_t row;
    uint32_t column; /* the next; they are written in their order */
};

static struct writing new_row(struct harvest *harvest, enum harvest_table table)
{
    struct batch *rows = harvest->rows[table];
    return (struct writing){.rows = rows, .row = batch_add_row(rows)};
}

static void put_integer(struct writing *writing, int64_t integer, bool known)
{
    struct column *column = &writing->rows->columns[writing->column++];
    column->known[writing->row] = known;
    column->integers[writing->row] = integer;
}

static void put_real(struct writing *writing, double real)
{
    struct column *column = &writing->rows->columns[writing->column++];
    column->known[writing->row] = true;
    column->reals[writing->row] = real;
}

/* An empty text is one that is not known. */
static void put_text(struct writing *writing, struct str text)
{
    struct column *column = &writing->rows->columns[writing->column++];
    column->known[writing->row] = text.len > 0;
    column->texts[writing->row] = text;
}

static void put_outside(struct writing *writing, struct str text)
{
    put_text(writing, harvest_text(writing->rows->arena, text));
}

static struct str level_of(const struct harvest_log *log)
{
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    if (log->severity.len > 0)
        return log->severity;
    return log->severity_number >= 1 && log->severity_number <= 24
               ? str_of(names[(log->severity_number - 1) / 4])
               : STR("");
}

void harvest_log(struct harvest *harvest, const struct harvest_origin *origin,
                 const struct harvest_log *log)
{
    const uint64_t time_ns = log->time_ns != 0 ? log->time_ns : log->observed_ns;
    if (!is_taken(harvest, HARVEST_LOGS, time_ns))
        return;
    struct writing writing = new_row(harvest, HARVEST_LOGS);
    put_integer(&writing, (int64_t)time_ns, true);
    put_outside(&writing, origin->service);
    put_outside(&writing, instance_of(origin));
    put_outside(&writing, level_of(log));
    put_outside(&writing, log->message.len > 0 ? log->message : log->event);
    put_text(&writing, log->trace_id);
    put_text(&writing, log->span_id);
    put_text(&writing, object_of(harvest, log->attributes, STR("")));
}

static struct str kind_name(uint64_t kind)
{
    switch (kind) {
    case 2:
        return STR("server");
    case 3:
        return STR("client");
    case 4:
        return STR("producer");
    case 5:
        return STR("consumer");
    default:
        return STR("internal");
    }
}

void harvest_span(struct harvest *harvest, const struct harvest_origin *origin,
                  const struct harvest_span *span)
{
    if (!is_taken(harvest, HARVEST_TRACES, span->start_ns))
        return;
    /* both fit: the start is of a time that is taken, the end may be anything */
    const bool has_end = span->end_ns != 0 && span->end_ns <= INT64_MAX;
    const int64_t duration_us =
        has_end ? ((int64_t)span->end_ns - (int64_t)span->start_ns) / 1000 : 0;
    struct writing writing = new_row(harvest, HARVEST_TRACES);
    put_integer(&writing, (int64_t)span->start_ns, true);
    put_integer(&writing, duration_us, has_end);
    put_text(&writing, span->trace_id);
    put_text(&writing, span->span_id);
    put_text(&writing, span->parent_id);
    put_outside(&writing, origin->service);
    put_outside(&writing, instance_of(origin));
    put_outside(&writing, span->name);
    put_text(&writing, span->status == 2 ? STR("ERROR") : span->status == 1 ? STR("OK") : STR(""));
    put_text(&writing, kind_name(span->kind));
    put_text(&writing, object_of(harvest, span->attributes, origin->attributes));
}

static void put_point(struct harvest *harvest, const struct harvest_origin *origin,
                      const struct harvest_measure *measure, const struct harvest_point *point,
                      const char *suffix, double value)
{
    if (!isfinite(value)) {
        harvest_reject(harvest, HARVEST_METRICS, STR("a point's value is no finite number"));
        return;
    }
    struct str metric = measure->name;
    if (*suffix)
        metric = str_printf(harvest->arena, "%.*s%s", STR_ARG(metric), suffix);
    struct writing writing = new_row(harvest, HARVEST_METRICS);
    put_integer(&writing, (int64_t)point->time_ns, true);
    put_outside(&writing, origin->service);
    put_outside(&writing, instance_of(origin));
    put_outside(&writing, metric);
    put_real(&writing, value);
    put_text(&writing, object_of(harvest, point->labels, STR("")));
    put_text(&writing, measure->is_counter ? STR("counter") : STR(""));
}

void harvest_point(struct harvest *harvest, const struct harvest_origin *origin,
                   const struct harvest_measure *measure, const struct harvest_point *point)
{
    if (point->flags & 1 || !is_taken(harvest, HARVEST_METRICS, point->time_ns))
        return;
    if (point->is_distribution)
        put_point(harvest, origin, measure, point, ".count", point->count);
    if (point->is_distribution && point->has_sum)
        put_point(harvest, origin, measure, point, ".sum", point->sum);
    if (!point->is_distribution)
        put_point(harvest, origin, measure, point, "", point->has_value ? point->value : NAN);
}
