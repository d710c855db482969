/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples outnumber all else by far, so they are CSV, and what the samples of a series have in
 * common is formatted once; the other files are JSON lines, one member a column.
 */
#include "connect/rows.h"

#include "base/arena.h"
#include "base/clock.h"
#include "culprit/feed.h"
#include "data/json.h"

const char *row_file_name(enum row_file file)
{
    static const char *const names[] = {
#define X(id, name) [ROWS_##id] = name,
        ROW_FILES(X)
#undef X
    };
    return names[file];
}

struct rows rows_new(struct arena *arena, bool redact)
{
    struct rows rows = {.redact = redact, .series = buf_new(arena), .one = buf_new(arena)};
    for (int file = 0; file < ROW_FILES_COUNT; file++)
        rows.text[file] = buf_new(arena);
    return rows;
}

int64_t rows_total(const struct rows *rows)
{
    int64_t total = 0;
    for (int file = 0; file < ROW_FILES_COUNT; file++)
        total += rows->counts[file];
    return total;
}

static void note_time(struct rows *rows, int64_t time_ns)
{
    if (time_ns > rows->newest_ns)
        rows->newest_ns = time_ns;
}

/* In seconds: of what is finer than a microsecond nothing here depends. */
static void put_time(struct buf *out, int64_t time_ns)
{
    const int64_t us = time_ns / NS_PER_US;
    buf_printf(out, us % 1000 == 0 ? "%lld.%03lld" : "%lld.%06lld", (long long)(us / 1000000),
               (long long)(us % 1000 == 0 ? us % 1000000 / 1000 : us % 1000000));
}

/* ---- metrics ---- */

/* In quotes where it must be; a line ends only where a row does. */
static void put_cell(struct buf *out, struct str cell)
{
    bool quoted = false;
    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = cell.ptr[i] == ',' || cell.ptr[i] == '"' || (unsigned char)cell.ptr[i] <= ' ';
    if (!quoted) {
        buf_add(out, cell);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, (unsigned char)cell.ptr[i] < ' ' ? ' ' : cell.ptr[i]);
    }
    buf_add_char(out, '"');
}

/* ",cart,cart-1,latency," and ",labels\n", around a sample's time and value. */
void rows_series(struct rows *rows, const struct series_row *series)
{
    struct buf *text = &rows->series;
    text->len = 0;
    buf_add_char(text, ',');
    put_cell(text, series->service);
    buf_add_char(text, ',');
    put_cell(text, series->instance);
    buf_add_char(text, ',');
    put_cell(text, series->metric);
    buf_add_char(text, ',');
    rows->series_head_len = text->len;
    buf_add_char(text, ',');
    put_cell(text, series->labels);
    buf_add_char(text, '\n');
}

void rows_sample(struct rows *rows, int64_t time_ns, struct str value)
{
    double number;
    struct buf *out = &rows->text[ROWS_METRICS];
    const struct str series = buf_str(&rows->series);
    if (!str_to_real(value, &number))
        return;
    note_time(rows, time_ns);
    put_time(out, time_ns);
    buf_add(out, str_slice(series, 0, rows->series_head_len));
    buf_add(out, value);
    buf_add(out, str_slice(series, rows->series_head_len, series.len));
    rows->counts[ROWS_METRICS]++;
}

/* ---- JSON lines ---- */

static struct buf *row_begin(struct rows *rows, enum row_file file)
{
    rows->counts[file]++;
    struct buf *out = &rows->text[file];
    buf_add_char(out, '{');
    return out;
}

static void row_end(struct buf *out)
{
    buf_add(out, STR("}\n"));
}

static void put(struct buf *out, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_integer(struct buf *out, const char *name, int64_t number)
{
    json_put_key(out, name);
    buf_printf(out, "%lld", (long long)number);
}

static void put_when(struct rows *rows, struct buf *out, int64_t time_ns)
{
    note_time(rows, time_ns);
    json_put_key(out, "timestamp");
    put_time(out, time_ns);
}

/* What people and programs write as they like. */
static void put_masked(struct rows *rows, struct buf *out, struct str text)
{
    struct buf *masked = &rows->one;
    if (!rows->redact) {
        json_put_text(out, text);
        return;
    }
    masked->len = 0;
    secrets_mask(masked, text, &rows->masked);
    json_put_text(out, buf_str(masked));
}

static void put_free(struct rows *rows, struct buf *out, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    json_put_key(out, name);
    put_masked(rows, out, text);
}

/* Members that docs/bundle.md gives a meaning to, which no attribute may take by its name. */
static bool is_column(struct str name)
{
    static const char *const columns[] = {
        "timestamp", "time",    "service",  "instance",  "level",       "severity",  "message",
        "trace_id",  "span_id", "start_us", "parent_id", "duration_us", "operation", "name",
        "status",    "kind",    "type",     "reason",    "object",      "source",    "count",
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (str_find_no_case(name, str_of(columns[i])) == 0 && name.len == strlen(columns[i]))
            return true;
    return false;
}

static void put_label(struct rows *rows, struct buf *out, const struct label *label)
{
    json_put_comma(out);
    json_put_text(out, label->name);
    buf_add_char(out, ':');
    put_masked(rows, out, label->value);
}

static void put_more(struct rows *rows, struct buf *out, const struct more *more)
{
    for (uint32_t i = 0; i < more->count; i++) {
        const struct label *label = &more->labels[i];
        if (label->name.len > 0 && !is_column(label->name))
            put_label(rows, out, label);
    }
}

void rows_log(struct rows *rows, const struct log_row *row)
{
    struct buf *out = row_begin(rows, ROWS_LOGS);
    put_when(rows, out, row->time_ns);
    put(out, "service", row->service);
    put(out, "instance", row->instance);
    put(out, "level", row->level);
    put_free(rows, out, "message", row->message.len > 0 ? row->message : STR(" "));
    put(out, "trace_id", row->trace_id);
    put(out, "span_id", row->span_id);
    put_more(rows, out, &row->more);
    row_end(out);
}

void rows_span(struct rows *rows, const struct span_row *row)
{
    struct buf *out = row_begin(rows, ROWS_TRACES);
    note_time(rows, row->start_ns);
    put_integer(out, "start_us", row->start_ns / NS_PER_US);
    put_integer(out, "duration_us", row->duration_ns / NS_PER_US);
    put(out, "trace_id", row->trace_id);
    put(out, "span_id", row->span_id);
    put(out, "parent_id", row->parent_id);
    put(out, "service", row->service);
    put(out, "instance", row->instance);
    put(out, "operation", row->operation);
    put(out, "status", row->status);
    put(out, "kind", row->kind);
    put_more(rows, out, &row->more);
    row_end(out);
}

static void put_files(struct buf *out, const struct str *files, uint32_t count)
{
    json_put_key(out, "files");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        json_put_text(out, files[i]);
    }
    buf_add_char(out, ']');
}

/* A word that would be masked is left out: it names nothing. */
static bool may_tell(void *state, struct str word)
{
    struct rows *rows = state;
    struct masked masked = {0};
    rows->one.len = 0;
    secrets_mask(&rows->one, word, &masked);
    return !rows->redact || masked.secrets + masked.emails == 0;
}

void rows_change(struct rows *rows, const struct change_row *row)
{
    struct buf *out = row_begin(rows, ROWS_CHANGES);
    put_when(rows, out, row->time_ns);
    put(out, "id", row->id);
    put(out, "service", row->service);
    put(out, "instance", row->instance);
    put(out, "kind", row->kind);
    put(out, "author", row->author);
    put_free(rows, out, "message", row->message);
    if (row->files_count > 0)
        put_files(out, row->files, row->files_count);
    if (row->seen)
        feed_put_seen(out, row->seen, may_tell, rows);
    put_free(rows, out, "detail", row->detail);
    if (row->parents > 0)
        put_integer(out, "parents", row->parents);
    row_end(out);
}

void rows_file(struct rows *rows, enum row_file file, struct str bytes)
{
    buf_add(&rows->text[file], bytes);
    rows->counts[file]++;
}

void rows_owners(struct rows *rows, struct str text)
{
    buf_add(&rows->text[ROWS_OWNERS], text);
    buf_add(&rows->text[ROWS_OWNERS], STR("\n"));
    rows->counts[ROWS_OWNERS]++;
}

void rows_event(struct rows *rows, const struct event_row *row)
{
    struct buf *out = row_begin(rows, ROWS_EVENTS);
    put_when(rows, out, row->time_ns);
    put(out, "type", row->type);
    put(out, "reason", row->reason);
    put(out, "object", row->object);
    put(out, "source", row->source);
    if (row->count > 0)
        put_integer(out, "count", row->count);
    put_free(rows, out, "message", row->message);
    put_more(rows, out, &row->more);
    row_end(out);
}

void rows_state(struct rows *rows, const struct state_row *row)
{
    struct buf *out = row_begin(rows, ROWS_STATE);
    put(out, "kind", row->kind);
    put(out, "name", row->name);
    put(out, "namespace", row->object_namespace);
    put(out, "format", row->format);
    if (row->is_masked)
        put(out, "text", row->text);
    else
        put_free(rows, out, "text", row->text);
    row_end(out);
}

void rows_edge(struct rows *rows, struct str caller, struct str callee)
{
    if (caller.len == 0 || callee.len == 0 || str_eq(caller, callee))
        return;
    struct buf *out = row_begin(rows, ROWS_TOPOLOGY);
    put(out, "caller", caller);
    put(out, "callee", callee);
    row_end(out);
}

static void put_labels(struct rows *rows, struct buf *out, const char *name,
                       const struct more *labels)
{
    json_put_key(out, name);
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < labels->count; i++) {
        put_label(rows, out, &labels->labels[i]);
    }
    buf_add_char(out, '}');
}

void rows_alert(struct rows *rows, const struct alert_row *row)
{
    struct buf *out = row_begin(rows, ROWS_ALERTS);
    put(out, "startsAt", time_format_rfc3339(out->arena, row->starts_ns));
    if (row->ends_ns > 0)
        put(out, "endsAt", time_format_rfc3339(out->arena, row->ends_ns));
    put(out, "status", row->ends_ns > 0 ? STR("resolved") : STR("firing"));
    put(out, "name", row->name);
    put(out, "service", row->service);
    put(out, "severity", row->severity);
    put_labels(rows, out, "labels", &row->labels);
    put_labels(rows, out, "annotations", &row->annotations);
    row_end(out);
}
