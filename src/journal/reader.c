/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/reader.h"

#include "base/arena.h"
#include "base/buf.h"
#include "journal/shape.h"

#include <errno.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 << 10)
#define BOOKS_MAX 1000
#define LABELS_MAX 1000
#define STEPS_MAX 100000
#define BUDGET_NS_MAX (INT64_C(366) * 24 * 3600 * NS_PER_S)

/* ---- bytes ---- */

struct scan {
    struct reader *reader;
    struct arena *arena; /* of the line */
    char *chunk;
    size_t from, to; /* what is left in the chunk */
    int64_t offset;  /* of the line, in the file */
    uint64_t sum;    /* of all lines before it */
    uint32_t ticks_room;
    uint32_t lines_room;
    uint64_t sum_told; /* by the last line */
    int64_t lines_told;
};

static bool fail(const struct reader *reader, struct err *err, uint32_t number, const char *what)
{
    return err_set(err, ERR_CORRUPT, "%.*s: line %u: %s", STR_ARG(reader->name), number, what);
}

static bool fill_chunk(struct scan *scan, struct err *err)
{
    scan->from = 0;
    scan->to = fread(scan->chunk, 1, CHUNK_BYTES, scan->reader->file);
    return !ferror(scan->reader->file) ||
           err_set(err, ERR_IO, "%.*s: %s", STR_ARG(scan->reader->name), strerror(errno));
}

/* The next line without its end; `whole` tells whether it has one. A length of 0: that was all. */
static bool next_line(struct scan *scan, struct str *out, bool *whole, struct err *err)
{
    struct buf line = buf_new(scan->arena);
    const uint32_t number = scan->reader->lines_count + 1;
    *whole = false;
    while (!*whole) {
        if (scan->from == scan->to && !fill_chunk(scan, err))
            return false;
        if (scan->from == scan->to)
            break;
        const char *start = scan->chunk + scan->from;
        const char *end = memchr(start, '\n', scan->to - scan->from);
        const size_t len = end ? (size_t)(end - start) : scan->to - scan->from;
        if (line.len + len > JOURNAL_LINE_BYTES_MAX)
            return fail(scan->reader, err, number, "it is longer than 64 MiB");
        buf_add(&line, (struct str){.ptr = start, .len = len});
        scan->from += len + (end != NULL);
        *whole = end != NULL;
    }
    *out = buf_str(&line);
    return true;
}

/* ---- what a line must have ---- */

static bool type_of(const json_t *line, enum line_type *out)
{
    const char *name = json_string_value(json_object_get(line, "type"));
    for (int type = 0; name && type < LINES_COUNT; type++)
        if (strcmp(line_name((enum line_type)type), name) == 0) {
            *out = (enum line_type)type;
            return true;
        }
    return false;
}

static bool keep_line(struct scan *scan, enum line_type type, size_t len, struct err *err)
{
    struct reader *reader = scan->reader;
    if (reader->lines_count == JOURNAL_LINES_MAX)
        return fail(reader, err, reader->lines_count + 1, "there are too many lines");
    if (reader->lines_count == scan->lines_room) {
        const uint32_t room = scan->lines_room > 0 ? scan->lines_room * 2 : 64;
        reader->lines =
            arena_grow(reader->arena, reader->lines, reader->lines_count * sizeof *reader->lines,
                       room * sizeof *reader->lines);
        scan->lines_room = room;
    }
    reader->lines[reader->lines_count++] =
        (struct reader_line){.type = type, .offset = scan->offset, .len = len};
    return true;
}

static bool keep_tick(struct scan *scan, const json_t *tick)
{
    struct reader *reader = scan->reader;
    const int64_t tick_ns = json_integer_value(tick);
    const int64_t last_ns = reader->ticks_count > 0 ? reader->ticks[reader->ticks_count - 1] : 0;
    if (!json_is_integer(tick) || tick_ns < last_ns || tick_ns > BUDGET_NS_MAX ||
        reader->ticks_count == JOURNAL_TICKS_MAX)
        return false;
    if (reader->ticks_count == scan->ticks_room) {
        const uint32_t room = scan->ticks_room > 0 ? scan->ticks_room * 2 : 256;
        reader->ticks =
            arena_grow(reader->arena, reader->ticks, reader->ticks_count * sizeof *reader->ticks,
                       room * sizeof *reader->ticks);
        scan->ticks_room = room;
    }
    reader->ticks[reader->ticks_count++] = tick_ns;
    return true;
}

static bool keep_ticks(struct scan *scan, const json_t *line)
{
    const json_t *ticks = json_object_get(line, "clock_ns");
    if (ticks && !json_is_array(ticks))
        return false;
    for (size_t i = 0; i < json_array_size(ticks); i++)
        if (!keep_tick(scan, json_array_get(ticks, i)))
            return false;
    return true;
}

static bool read_labels(struct reader *reader, const json_t *labels)
{
    const size_t count = json_array_size(labels);
    if (!json_is_array(labels) || count > LABELS_MAX)
        return false;
    reader->alert.labels = arena_push_many(reader->arena, struct label, count);
    reader->alert.labels_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *label = json_array_get(labels, i);
        struct label *out = &reader->alert.labels[i];
        if (!json_get_text_exact(reader->arena, json_array_get(label, 0), &out->name) ||
            !json_get_text_exact(reader->arena, json_array_get(label, 1), &out->value))
            return false;
    }
    return true;
}

static bool read_books(struct reader *reader, const json_t *books)
{
    const size_t count = json_array_size(books);
    if (!json_is_array(books) || count > BOOKS_MAX)
        return false;
    struct journal_book *out = arena_push_many(reader->arena, struct journal_book, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *book = json_array_get(books, i);
        if (!json_get_text_exact(reader->arena, json_object_get(book, "name"), &out[i].name) ||
            !json_get_text_exact(reader->arena, json_object_get(book, "text"), &out[i].text))
            return false;
    }
    reader->opening.books = out;
    reader->opening.books_count = (uint32_t)count;
    return true;
}

/* A journal may be older than this: then it has none. */
static bool read_weights(struct reader *reader, const json_t *weights)
{
    return !weights || json_get_text_exact(reader->arena, json_object_get(weights, "text"),
                                           &reader->opening.weights);
}

static bool read_budget(struct reader *reader, const json_t *budget)
{
    const json_t *time = json_object_get(budget, "time_ns");
    const json_t *steps = json_object_get(budget, "steps");
    if (!json_is_integer(time) || json_integer_value(time) < 0 ||
        json_integer_value(time) > BUDGET_NS_MAX || !json_is_integer(steps) ||
        json_integer_value(steps) < 0 || json_integer_value(steps) > STEPS_MAX)
        return false;
    reader->opening.budget_ns = json_integer_value(time);
    reader->steps_max = (uint32_t)json_integer_value(steps);
    return true;
}

static bool read_opening(struct reader *reader, const json_t *line, struct err *err)
{
    struct arena *arena = reader->arena;
    const json_t *version = json_object_get(line, "version");
    if (!json_is_integer(version))
        return fail(reader, err, 1, "this is no journal: it has no version");
    if (json_integer_value(version) != JOURNAL_VERSION)
        return err_set(err, ERR_CORRUPT,
                       "%.*s: it is a journal of version %lld; this program reads version %d",
                       STR_ARG(reader->name), (long long)json_integer_value(version),
                       JOURNAL_VERSION);
    if (!json_get_text_exact(arena, json_object_get(line, "program"), &reader->program) ||
        !json_get_text_exact(arena, json_object_get(line, "planner"), &reader->opening.planner))
        return fail(reader, err, 1, "program and planner are wanted, as texts");
    const json_t *experts = json_object_get(line, "experts");
    if (experts && !json_get_text_exact(arena, experts, &reader->opening.experts))
        return fail(reader, err, 1, "experts: a text is wanted");
    reader->opening.planner_is_final = json_is_true(json_object_get(line, "planner_is_final"));
    if (!shape_get(arena, alert_shapes, json_object_get(line, "alert"), &reader->alert, err))
        return err_context(err, "%.*s: line 1: alert", STR_ARG(reader->name));
    if (!read_labels(reader, json_object_get(json_object_get(line, "alert"), "labels")))
        return fail(reader, err, 1, "alert: labels: pairs of texts are wanted");
    if (!read_books(reader, json_object_get(line, "runbooks")))
        return fail(reader, err, 1, "runbooks: objects with name and text are wanted");
    if (!read_weights(reader, json_object_get(line, "weights")))
        return fail(reader, err, 1, "weights: an object with text is wanted");
    return read_budget(reader, json_object_get(line, "budget")) ||
           fail(reader, err, 1, "budget: time_ns and steps are wanted");
}

static bool read_close(struct scan *scan, const json_t *line, struct err *err)
{
    const char *sum = json_string_value(json_object_get(line, "sum"));
    char text[17];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)scan->sum);
    scan->reader->closed = true;
    scan->reader->is_changed =
        !sum || strcmp(sum, text) != 0 ||
        json_integer_value(json_object_get(line, "lines")) != scan->reader->lines_count + 1;
    return json_is_boolean(json_object_get(line, "known")) ||
           fail(scan->reader, err, scan->reader->lines_count + 1, "known: true or false is wanted");
}

static bool take_line(struct scan *scan, const json_t *line, size_t len, struct err *err)
{
    struct reader *reader = scan->reader;
    const uint32_t number = reader->lines_count + 1;
    enum line_type type;
    if (!type_of(line, &type))
        return fail(reader, err, number,
                    number == 1 ? "this is no journal" : "it has no type that is known");
    if (reader->closed)
        return fail(reader, err, number, "there is more behind the end");
    if ((type == LINE_OPEN) != (number == 1))
        return fail(reader, err, number,
                    number == 1 ? "a journal begins with its opening" : "it is opened once more");
    if (!keep_ticks(scan, line))
        return fail(reader, err, number, "clock_ns: times that only go forward are wanted");
    if (type == LINE_OPEN && !read_opening(reader, line, err))
        return false;
    if (type == LINE_CLOSE && !read_close(scan, line, err))
        return false;
    return keep_line(scan, type, len, err);
}

static json_t *parse(struct str text, json_error_t *where)
{
    return json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, where);
}

/* What was being written when it was cut is no damage: the lines before it are whole. */
static bool scan_line(struct scan *scan, struct str text, bool whole, struct err *err)
{
    struct reader *reader = scan->reader;
    json_error_t where;
    json_t *line = parse(text, &where);
    if (!line && !whole && reader->lines_count > 0)
        return true;
    if (!line)
        return err_set(err, ERR_CORRUPT, "%.*s: line %u, column %d: %s", STR_ARG(reader->name),
                       reader->lines_count + 1, where.column, where.text);
    const bool ok = take_line(scan, line, text.len, err);
    json_decref(line);
    return ok;
}

static bool scan_all(struct scan *scan, struct err *err)
{
    struct str text;
    bool whole;
    do {
        arena_reset(scan->arena);
        if (!next_line(scan, &text, &whole, err))
            return false;
        if (!whole && text.len == 0)
            break;
        if (!scan_line(scan, text, whole, err))
            return false;
        scan->sum = line_sum(line_sum(scan->sum, text), STR("\n"));
        scan->offset += (int64_t)text.len + 1;
        if (scan->offset > (int64_t)JOURNAL_BYTES_MAX)
            return fail(scan->reader, err, scan->reader->lines_count, "the journal is too long");
    } while (whole);
    return scan->reader->lines_count > 0 ||
           err_set(err, ERR_CORRUPT, "%.*s: it is empty", STR_ARG(scan->reader->name));
}

bool reader_open(struct arena *arena, FILE *file, struct str name, struct reader **out,
                 struct err *err)
{
    struct reader *reader = arena_push(arena, struct reader);
    *reader = (struct reader){.arena = arena, .file = file, .name = str_copy(arena, name)};
    *out = reader;
    if (fseeko(file, 0, SEEK_SET) != 0)
        return err_set(err, ERR_IO, "%.*s: %s", STR_ARG(name), strerror(errno));
    struct arena *scratch = arena_new("journal scan");
    struct scan scan = {.reader = reader,
                        .arena = arena_new("journal line"),
                        .chunk = arena_alloc(scratch, CHUNK_BYTES),
                        .sum = LINE_SUM_START};
    const bool ok = scan_all(&scan, err);
    if (ok && !reader->closed)
        reader->cut = str_printf(arena, "after line %u (%s)", reader->lines_count,
                                 line_name(reader->lines[reader->lines_count - 1].type));
    arena_free(scan.arena);
    arena_free(scratch);
    return ok;
}

bool reader_bytes(const struct reader *reader, struct arena *arena, uint32_t number,
                  struct str *out, struct err *err)
{
    const struct reader_line *line = &reader->lines[number];
    char *bytes = arena_alloc(arena, line->len + 1);
    if (fseeko(reader->file, line->offset, SEEK_SET) != 0 ||
        fread(bytes, 1, line->len, reader->file) != line->len)
        return fail(reader, err, number + 1, "it cannot be read a second time");
    *out = (struct str){.ptr = bytes, .len = line->len};
    return true;
}

json_t *reader_line(const struct reader *reader, uint32_t number, struct err *err)
{
    struct arena *arena = arena_new("journal line");
    struct str text;
    json_error_t where;
    json_t *line = NULL;
    if (reader_bytes(reader, arena, number, &text, err)) {
        line = parse(text, &where);
        if (!line)
            fail(reader, err, number + 1, "it has changed since it was read first");
    }
    arena_free(arena);
    return line;
}
