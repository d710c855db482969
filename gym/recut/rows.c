/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/rows.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/csv.h"
#include "gym/recut/rows_inside.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
    const char *stem;
    enum matter matter;
} stems[] = {
    {"metrics", MATTER_METRICS},      {"logs", MATTER_LOGS},
    {"traces", MATTER_TRACES},        {"changes", MATTER_CHANGES},
    {"events", MATTER_EVENTS},        {"alerts", MATTER_ALERTS},
    {"alert", MATTER_OTHER},          {"topology", MATTER_TOPOLOGY},
    {"state", MATTER_OTHER},          {"incidents", MATTER_OTHER},
    {"reference_logs", MATTER_OTHER}, {"reference_traces", MATTER_OTHER},
};

static bool is_otlp(struct str name)
{
    return str_starts(name, STR("otlp-")) && str_ends(name, STR(".jsonl"));
}

bool rows_matter(struct str name, enum matter *out)
{
    struct str rest = name, stem;
    if (is_otlp(name)) {
        *out = MATTER_OTHER; /* its rows say what they are */
        return true;
    }
    if (!str_split(&rest, '.', &stem) ||
        (!str_eq(rest, STR("csv")) && !str_eq(rest, STR("json")) && !str_eq(rest, STR("jsonl"))))
        return false;
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
        if (str_eq(stem, str_of(stems[i].stem))) {
            *out = stems[i].matter;
            return true;
        }
    return false;
}

/* ---- lines ---- */

/* The next line with its line feed into `line`; false: there is none, or it cannot be read. */
static bool next_line(struct walk *walk, char **line, size_t *room, size_t *len)
{
    const ssize_t got = getline(line, room, walk->in);
    *len = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static bool put(struct walk *walk, struct str text)
{
    return !walk->out || fwrite(text.ptr, 1, text.len, walk->out) == text.len;
}

bool walk_put_json(struct walk *walk, const json_t *value, size_t flags)
{
    if (!walk->out)
        return true;
    return json_dumpf(value, walk->out, flags | JSON_REAL_PRECISION(15)) == 0 &&
           fputc('\n', walk->out) != EOF;
}

static bool walk_jsonl(struct walk *walk, bool otlp)
{
    char *line = NULL;
    size_t room = 0, len;
    bool ok = true;
    while (ok && next_line(walk, &line, &room, &len)) {
        if (len == 1 && line[0] == '\n')
            continue;
        json_t *row = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
        if (!json_is_object(row))
            walk->count->unreadable++;
        else if (otlp ? walk_otlp(walk, row) : walk_object(walk, row))
            ok = walk_put_json(walk, row, JSON_COMPACT);
        json_decref(row);
        arena_reset(walk->scratch);
    }
    free(line);
    return ok;
}

/* alert.json, alerts.json: one value, or a list of rows. */
static bool walk_json(struct walk *walk)
{
    json_t *value = json_loadf(walk->in, JSON_ALLOW_NUL, NULL);
    bool ok = true;
    if (json_is_object(value)) {
        if (walk_object(walk, value))
            ok = walk_put_json(walk, value, JSON_INDENT(2));
    } else if (json_is_array(value)) {
        for (size_t i = json_array_size(value); i > 0; i--)
            if (!walk_object(walk, json_array_get(value, i - 1)))
                json_array_remove(value, i - 1);
        ok = walk_put_json(walk, value, JSON_INDENT(2));
    } else {
        walk->count->unreadable++;
    }
    json_decref(value);
    return ok;
}

/* ---- CSV ---- */

/* A row may go over several lines: as long as a quote is open. */
static bool next_record(struct walk *walk, struct buf *record)
{
    char *line = NULL;
    size_t room = 0, len, quotes = 0;
    *record = buf_new(walk->scratch);
    while (next_line(walk, &line, &room, &len)) {
        for (size_t i = 0; i < len; i++)
            quotes += line[i] == '"';
        buf_add(record, (struct str){line, len});
        if (quotes % 2 == 0 || record->len > ROW_BYTES_MAX)
            break;
    }
    free(line);
    return record->len > 0;
}

static bool put_fields(struct walk *walk, const struct str *fields, uint32_t count)
{
    struct buf row = buf_new(walk->scratch);
    for (uint32_t i = 0; i < count; i++) {
        bool quoted = false;
        for (size_t j = 0; j < fields[i].len; j++)
            quoted |= strchr(",\"\r\n", fields[i].ptr[j]) != NULL;
        if (i > 0)
            buf_add_char(&row, ',');
        if (quoted)
            buf_add_char(&row, '"');
        for (size_t j = 0; j < fields[i].len; j++) {
            if (fields[i].ptr[j] == '"')
                buf_add_char(&row, '"');
            buf_add_char(&row, fields[i].ptr[j]);
        }
        if (quoted)
            buf_add_char(&row, '"');
    }
    buf_add_char(&row, '\n');
    return put(walk, buf_str(&row));
}

static void fact_of_field(struct row_facts *facts, struct str column, struct str field)
{
    if (str_eq(column, STR("timestamp")) || str_eq(column, STR("time")) ||
        str_eq(column, STR("start_us")))
        facts->has_time = time_parse(field, &facts->time_ns);
    else if (str_eq(column, STR("service")) || str_eq(column, STR("callee")))
        facts->service = field;
    else if (str_eq(column, STR("caller")))
        facts->caller = field;
    else if (str_eq(column, STR("instance")))
        facts->instance = field;
    else if (str_eq(column, STR("trace_id")))
        facts->trace_id = field;
}

static bool walk_fields(struct walk *walk, const struct str *columns, struct str *fields,
                        uint32_t count)
{
    struct row_facts facts = {.matter = walk->matter};
    int64_t move_s = 0;
    for (uint32_t i = 0; i < count; i++)
        fact_of_field(&facts, columns[i], fields[i]);
    if (!walk_asks(walk, &facts, &move_s))
        return true;
    for (uint32_t i = 0; walk->out && i < count; i++)
        fields[i] = walk_tells(walk, fields[i], move_s);
    return put_fields(walk, fields, count);
}

static bool walk_csv(struct walk *walk, struct arena *arena, struct str name, struct err *err)
{
    struct buf record;
    struct csv csv;
    struct str columns[CSV_COLUMNS_MAX], fields[CSV_COLUMNS_MAX];
    if (!next_record(walk, &record))
        return true; /* empty */
    if (!csv_open(arena, name, str_copy(arena, buf_str(&record)), &csv, err))
        return false;
    for (uint32_t i = 0; i < csv.columns; i++)
        columns[i] = str_lower(arena, csv.header[i]);
    bool ok = put_fields(walk, csv.header, csv.columns);
    for (arena_reset(walk->scratch); ok && next_record(walk, &record); arena_reset(walk->scratch)) {
        bool more;
        struct err none;
        csv.rest = buf_str(&record);
        if (csv_next(&csv, walk->scratch, fields, &more, &none) && more)
            ok = walk_fields(walk, columns, fields, csv.columns);
        else
            walk->count->unreadable++;
    }
    return ok || err_set(err, ERR_IO, "%.*s: %s", STR_ARG(name), strerror(errno));
}

bool rows_walk(FILE *in, struct str name, FILE *out, const struct rows_visitor *visitor,
               struct rows_count *count, struct err *err)
{
    struct arena *arena = arena_new("rows");
    struct walk walk = {
        .in = in, .out = out, .visitor = visitor, .count = count, .scratch = arena_new("row")};
    bool ok = rows_matter(name, &walk.matter) ||
              err_set(err, ERR_USAGE, "%.*s: recut reads .csv, .json and .jsonl", STR_ARG(name));
    if (ok && str_ends(name, STR(".csv")))
        ok = walk_csv(&walk, arena, name, err);
    else if (ok &&
             !(str_ends(name, STR(".json")) ? walk_json(&walk) : walk_jsonl(&walk, is_otlp(name))))
        ok = err_set(err, ERR_IO, "%.*s: %s", STR_ARG(name), strerror(errno));
    arena_free(walk.scratch);
    arena_free(arena);
    return ok;
}
