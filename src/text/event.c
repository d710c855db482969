/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line is looked ahead at, in the arena of the next event: two arenas take turns, so that what
 * was unescaped for the line at hand stays while the next is read.
 *
 * A line without a header that looks like no part of anything is an event of its own: to hide what
 * a library printed without a logger would be worse than to tear a message of two lines apart.
 */
#include "text/event.h"

#include "base/arena.h"
#include "text/stack.h"
#include "text/template.h"

#include <string.h>

#define TRACE_LINE_BYTES 200 /* in which a trace says of which language it is */
#define CUT_LINES_MAX 400    /* lines from the end in which the start of an event is looked for */

struct line {
    struct str text; /* without its end */
    struct header header;
    bool has_header;
    int64_t number;
};

struct event_reader {
    const struct header_reader *header;
    struct str rest;
    int64_t number;
    struct arena *scratch[2];
    int turn; /* whose arena the line ahead is in */
    struct line ahead;
    bool has_ahead;
    char *joined; /* room for EVENT_BYTES_MAX */
    size_t joined_len;
    bool in_go, in_python, in_rust; /* the event at hand has "goroutine", "Traceback", "panicked" */
};

/* ---- what goes on ---- */

static size_t indent_of(struct str line)
{
    size_t at = 0;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return at;
}

static bool begins_with_exception(struct str line)
{
    const struct str name = template_exception(str_slice(line, 0, 300));
    return name.len > 0 && name.ptr == line.ptr &&
           (name.len == line.len || line.ptr[name.len] == ':');
}

/* By its words alone, whatever stood before. */
static bool looks_like_rest(struct str message, size_t indent)
{
    return indent_of(message) > indent || memchr(")]}", message.ptr[0], 3) != NULL ||
           stack_goes_on(message);
}

/*
 * Lines of a trace that only make sense after its first: Go's functions, Python's last line, what
 * Rust says below the place of a panic.
 */
static bool goes_on_in_trace(const struct event_reader *reader, const struct event *event,
                             struct str message)
{
    if (reader->in_rust)
        return event->lines == 1 || str_starts(message, STR("stack backtrace:")) ||
               str_starts(message, STR("note: "));
    if (reader->in_go)
        return str_ends(message, STR(")")) || str_starts(message, STR("created by ")) ||
               str_starts(message, STR("exit status "));
    return reader->in_python && (begins_with_exception(message) ||
                                 str_starts(message, STR("During handling of the above")) ||
                                 str_starts(message, STR("The above exception was")));
}

static bool same_writer(const struct header *a, const struct header *b)
{
    return a->format == b->format && str_eq(a->host, b->host) && str_eq(a->program, b->program) &&
           str_eq(a->pid, b->pid);
}

static bool goes_on(const struct event_reader *reader, const struct event *event,
                    const struct line *line)
{
    if (event->lines >= EVENT_LINES_MAX)
        return false;
    const struct str message = line->header.message;
    const size_t indent = indent_of(event->header.message);
    if (!line->has_header)
        return message.len > 0 &&
               (looks_like_rest(message, indent) || goes_on_in_trace(reader, event, message) ||
                (event->has_header && event->lines == 1 && begins_with_exception(message)));
    if (line->header.goes_on)
        return event->has_header;
    if (message.len == 0 || !header_format_wraps(line->header.format) ||
        line->header.inner != HEADER_NONE || !same_writer(&event->header, &line->header))
        return false;
    /* the kernel and others indent what they hand to syslog, and mean nothing by it */
    const bool by_syslog =
        line->header.format == HEADER_SYSLOG || line->header.format == HEADER_RFC5424;
    return goes_on_in_trace(reader, event, message) ||
           (by_syslog ? stack_goes_on(message) : looks_like_rest(message, indent));
}

/* ---- reading ---- */

struct event_reader *event_reader_new(struct arena *arena, const struct header_reader *header,
                                      struct str text, int64_t number)
{
    struct event_reader *reader = arena_push(arena, struct event_reader);
    *reader = (struct event_reader){
        .header = header,
        .rest = text,
        .number = number,
        .scratch = {arena_new("event"), arena_new("event")},
        .joined = arena_alloc(arena, EVENT_BYTES_MAX),
    };
    return reader;
}

void event_reader_free(struct event_reader *reader)
{
    arena_free(reader->scratch[0]);
    arena_free(reader->scratch[1]);
}

/* The next line that is not blank, with its header. */
static bool look_ahead(struct event_reader *reader)
{
    struct line *line = &reader->ahead;
    reader->has_ahead = false;
    while (!reader->has_ahead && str_split(&reader->rest, '\n', &line->text)) {
        line->number = reader->number++;
        if (str_ends(line->text, STR("\r")))
            line->text.len--;
        reader->has_ahead = indent_of(line->text) < line->text.len;
    }
    if (reader->has_ahead)
        line->has_header =
            header_read(reader->header, line->text, reader->scratch[reader->turn], &line->header);
    return reader->has_ahead;
}

static void join(struct event_reader *reader, struct event *event, struct str text, bool new_line)
{
    if (reader->joined_len == 0) { /* until now the message did where it stood */
        const struct str first = str_slice(event->text, 0, EVENT_BYTES_MAX);
        memcpy(reader->joined, first.ptr, first.len);
        reader->joined_len = first.len;
        event->is_cut |= first.len < event->text.len;
    }
    const size_t room = EVENT_BYTES_MAX - reader->joined_len;
    if (room < 2 || event->is_cut) {
        event->is_cut = true;
    } else {
        if (new_line)
            reader->joined[reader->joined_len++] = '\n';
        const size_t len = text.len < room - 1 ? text.len : room - 1;
        if (len > 0)
            memcpy(reader->joined + reader->joined_len, text.ptr, len);
        reader->joined_len += len;
        event->is_cut = len < text.len;
    }
    event->text = (struct str){.ptr = reader->joined, .len = reader->joined_len};
}

static void note_trace(struct event_reader *reader, struct str text)
{
    const struct str trimmed = str_trim(str_slice(text, 0, TRACE_LINE_BYTES));
    if (trimmed.len == 0 || !memchr("gptT", trimmed.ptr[0], 4))
        return;
    reader->in_rust |= str_starts(trimmed, STR("thread '")) && str_ends(trimmed, STR(":")) &&
                       str_contains(trimmed, STR("' panicked at "));
    reader->in_go |= str_starts(trimmed, STR("goroutine ")) || str_starts(trimmed, STR("panic: "));
    reader->in_python |= str_starts(trimmed, STR("Traceback (most recent"));
}

bool event_next(struct event_reader *reader, struct event *out)
{
    if (!reader->has_ahead && !look_ahead(reader))
        return false;
    *out = (struct event){.header = reader->ahead.header,
                          .text = reader->ahead.header.message,
                          .lines = 1,
                          .number = reader->ahead.number,
                          .has_header = reader->ahead.has_header};
    reader->turn ^= 1;
    arena_reset(reader->scratch[reader->turn]);
    reader->joined_len = 0;
    reader->in_go = reader->in_python = reader->in_rust = false;
    note_trace(reader, out->text);
    bool unfinished = out->header.unfinished;
    while (look_ahead(reader)) {
        const struct line *line = &reader->ahead;
        const bool rest_of_line = unfinished && line->has_header &&
                                  line->header.format == out->header.format &&
                                  str_eq(line->header.component, out->header.component);
        if (!rest_of_line && !goes_on(reader, out, line))
            break;
        join(reader, out, line->header.message, !rest_of_line);
        note_trace(reader, line->header.message);
        unfinished = line->header.unfinished;
        out->lines++;
    }
    if (out->header.stack.len > 0)
        join(reader, out, out->header.stack, true);
    return true;
}

/* ---- cutting ---- */

static bool begins_event(const struct header_reader *header, struct str line, struct arena *scratch)
{
    struct header read;
    if (str_trim(line).len == 0)
        return false;
    const bool has_header = header_read(header, line, scratch, &read);
    if (!has_header && header->outer.count > 0)
        return false;
    return !read.goes_on && !read.unfinished && read.message.len > 0 &&
           !looks_like_rest(read.message, 0) && !begins_with_exception(read.message);
}

size_t event_cut(const struct header_reader *header, struct str text)
{
    if (!text.ptr || text.len == 0)
        return 0;
    const char *last = memrchr(text.ptr, '\n', text.len);
    if (!last)
        return 0;
    struct arena *scratch = arena_new("cut");
    const size_t whole = (size_t)(last - text.ptr) + 1;
    size_t end = whole, cut = 0;
    for (int i = 0; i < CUT_LINES_MAX && end > 1 && cut == 0; i++) {
        const char *before = memrchr(text.ptr, '\n', end - 1);
        const size_t start = before ? (size_t)(before - text.ptr) + 1 : 0;
        if (begins_event(header, str_slice(text, start, end - 1), scratch))
            cut = start;
        end = start;
        arena_reset(scratch);
    }
    arena_free(scratch);
    return cut > 0 ? cut : whole;
}
