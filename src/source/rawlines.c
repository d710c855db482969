/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are read here and not by the store's CSV reader, which drops what is too long or no UTF-8
 * without a word and gives up on a file whose lines end now in LF and now in CR LF. A line that is
 * too long is passed over in the same memory, however long it is.
 */
#include "source/rawlines.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX ((size_t)8 << 20)
#define HEADER_BYTES_MAX ((size_t)64 << 10)
#define READ_BYTES ((size_t)256 << 10)

struct reading {
    FILE *file;
    char *bytes;
    size_t room;
    size_t from, to;    /* what has been read and not been given */
    bool too_long;      /* the line that is being read */
    int64_t number;     /* of the last line that was given */
    int64_t refused;    /* lines that were not given */
    int64_t refused_at; /* the first of them */
    long long refused_column;
    const char *refused_why;
};

static bool reading_open(struct reading *reading, struct arena *arena, struct str path,
                         size_t line_max, struct err *err)
{
    *reading = (struct reading){.file = fopen(str_copy(arena, path).ptr, "rbe")};
    if (!reading->file)
        return err_set(err, ERR_IO, "%s", strerror(errno));
    setvbuf(reading->file, NULL, _IONBF, 0);
    reading->room = line_max;
    reading->bytes = arena_alloc(arena, reading->room);
    return true;
}

/* What is left moves to the front to make room; false at the end of the file. */
static bool read_more(struct reading *reading)
{
    if (reading->from > 0)
        memmove(reading->bytes, reading->bytes + reading->from, reading->to - reading->from);
    reading->to -= reading->from;
    reading->from = 0;
    const size_t space = reading->room - reading->to;
    const size_t got = fread(reading->bytes + reading->to, 1,
                             space < READ_BYTES ? space : READ_BYTES, reading->file);
    reading->to += got;
    return got > 0;
}

/* The next line as it stands, without its LF; of one that is too long only the end. */
static bool next_line(struct reading *reading, struct str *out)
{
    const char *end = NULL;
    size_t seen = 0;
    reading->too_long = false;
    do {
        const size_t len = reading->to - reading->from;
        end = len > seen ? memchr(reading->bytes + reading->from + seen, '\n', len - seen) : NULL;
        seen = len;
        if (!end && len == reading->room) {
            reading->too_long = true;
            reading->from = reading->to = seen = 0;
        }
    } while (!end && read_more(reading));

    const char *from = reading->bytes + reading->from;
    const size_t len = end ? (size_t)(end - from) : reading->to - reading->from;
    if (!end && len == 0 && !reading->too_long)
        return false;
    *out = (struct str){.ptr = from, .len = len};
    reading->from += len + (end != NULL);
    reading->number++;
    return true;
}

/* Where the first byte stands that is no UTF-8 (Unicode 15, table 3-7); the length: nowhere. */
static size_t not_utf8_at(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        const size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c < 0xc2 || c > 0xf4 || s.len - i < len)
            return i;
        const unsigned char second = (unsigned char)s.ptr[i + 1];
        const unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        const unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (second < low || second > high)
            return i;
        for (size_t next = 2; next < len; next++)
            if (((unsigned char)s.ptr[i + next] & 0xc0) != 0x80)
                return i;
        i += len;
    }
    return s.len;
}

static void refuse(struct reading *reading, size_t column, const char *why)
{
    if (reading->refused++ > 0)
        return;
    reading->refused_at = reading->number;
    reading->refused_column = (long long)column;
    reading->refused_why = why;
}

/* For telemetry_append(): the next line that is worth to be looked at. */
static bool give_line(void *state, int64_t *number, struct str *text)
{
    struct reading *reading = state;
    while (next_line(reading, text)) {
        if (reading->number == 1 && str_starts(*text, STR("\xef\xbb\xbf")))
            *text = str_slice(*text, 3, text->len);
        *number = reading->number;
        const size_t bad_at = reading->too_long ? 0 : not_utf8_at(*text);
        if (reading->too_long)
            refuse(reading, 1, "it is longer than 8 MB");
        else if (bad_at < text->len)
            refuse(reading, bad_at + 1, "a byte that is no UTF-8");
        else if (str_trim(*text).len > 0)
            return true;
    }
    return false;
}

/* The lines that came in but are no JSON objects join those that did not come in. */
static bool refuse_what_is_no_object(struct reading *reading, struct telemetry *telemetry,
                                     struct arena *arena, struct str *why, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(telemetry, arena,
                        STR("SELECT number, left(line, 4000) AS line, count(*) OVER () AS lines "
                            "FROM lines WHERE NOT good ORDER BY number LIMIT 1"),
                        &rows, err))
        return false;
    *why = str_of(reading->refused_why);
    if (rows->rows == 0)
        return true;
    const int64_t number = batch_column(rows, "number")->integers[0];
    if (reading->refused == 0 || number < reading->refused_at) {
        const struct str line = batch_column(rows, "line")->texts[0];
        json_error_t where = {.text = "it is no JSON object", .column = 1};
        json_decref(json_loadb(line.ptr, line.len, 0, &where));
        reading->refused_at = number;
        reading->refused_column = where.column > 0 ? where.column : 1;
        *why = str_copy(arena, str_of(where.text));
    }
    reading->refused += batch_column(rows, "lines")->integers[0];
    return true;
}

static void tell_refused(const struct reading *reading, struct arena *arena, struct str why,
                         struct rawlines *out)
{
    out->refused = reading->refused;
    if (reading->refused > 0)
        out->note = str_printf(
            arena, "%lld line%s could not be read, the first is line %lld, column %lld: %.*s",
            (long long)reading->refused, reading->refused == 1 ? "" : "s",
            (long long)reading->refused_at, reading->refused_column, STR_ARG(why));
}

bool rawlines_load(struct telemetry *telemetry, struct arena *arena, struct str path,
                   struct rawlines *out, struct err *err)
{
    *out = (struct rawlines){.note = STR("")};
    struct reading reading;
    if (!reading_open(&reading, arena, path, LINE_BYTES_MAX, err))
        return false;
    bool ok = telemetry_run(telemetry, "CREATE TEMP TABLE raw_lines (number BIGINT, line VARCHAR)",
                            err) &&
              telemetry_append(telemetry, "raw_lines", give_line, &reading, err);
    if (ok && ferror(reading.file))
        ok = err_set(err, ERR_IO, "it could not be read to its end");
    fclose(reading.file);
    ok = ok && telemetry_run(telemetry,
                             "CREATE TEMP TABLE lines AS SELECT number, line, coalesce(CASE WHEN "
                             "json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END, "
                             "false) AS good FROM raw_lines",
                             err);
    struct err ignored = {0};
    ok = telemetry_run(telemetry, "DROP TABLE IF EXISTS raw_lines", &ignored) && ok;
    struct str why;
    if (!ok || !refuse_what_is_no_object(&reading, telemetry, arena, &why, err))
        return false;
    tell_refused(&reading, arena, why, out);
    return true;
}

bool rawlines_each(struct arena *arena, struct str path, rawlines_take_fn *take, void *state,
                   struct rawlines *out, struct err *err)
{
    *out = (struct rawlines){.note = STR("")};
    struct reading reading;
    if (!reading_open(&reading, arena, path, LINE_BYTES_MAX, err))
        return false;
    int64_t number;
    struct str line;
    while (give_line(&reading, &number, &line)) {
        struct err why = {0};
        int column = 1;
        if (!take(state, line, &column, &why))
            refuse(&reading, (size_t)column,
                   reading.refused > 0 ? "" : str_copy(arena, str_of(why.text)).ptr);
    }
    const bool ok =
        !ferror(reading.file) || err_set(err, ERR_IO, "it could not be read to its end");
    fclose(reading.file);
    tell_refused(&reading, arena, str_of(reading.refused_why), out);
    return ok;
}

int64_t rawlines_endless(struct arena *arena, struct str path, size_t bytes_max)
{
    struct reading reading;
    struct err err;
    if (!reading_open(&reading, arena, path, bytes_max, &err))
        return 0;
    bool endless = fseek(reading.file, -(long)bytes_max, SEEK_END) == 0;
    while (endless && read_more(&reading)) {
        endless = !memchr(reading.bytes, '\n', reading.to);
        reading.from = reading.to;
    }
    rewind(reading.file);
    reading.from = reading.to = 0;
    struct str line;
    while (endless && next_line(&reading, &line))
        ;
    fclose(reading.file);
    return endless ? reading.number : 0;
}

bool rawlines_first(struct arena *arena, struct str path, struct str *out, struct err *err)
{
    struct reading reading;
    if (!reading_open(&reading, arena, path, HEADER_BYTES_MAX, err))
        return false;
    *out = STR("");
    (void)next_line(&reading, out);
    fclose(reading.file);
    if (reading.too_long)
        return err_set(err, ERR_PROTOCOL, "line 1: it is longer than %zu bytes", HEADER_BYTES_MAX);
    const char *mac_end = memchr(out->ptr, '\r', out->len);
    if (mac_end)
        *out = str_slice(*out, 0, (size_t)(mac_end - out->ptr));
    if (str_starts(*out, STR("\xef\xbb\xbf")))
        *out = str_slice(*out, 3, out->len);
    return not_utf8_at(*out) == out->len ||
           err_set(err, ERR_PROTOCOL, "line 1, column %zu: a byte that is no UTF-8",
                   not_utf8_at(*out) + 1);
}
