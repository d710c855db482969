/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tape.h"

#include "base/arena.h"
#include "base/buf.h"

#include <errno.h>
#include <stdio.h>

#define TAPE_FIRST_LINE STR("HTTP ")
#define PIECE_BYTES 61 /* of a reply that somebody hears: it is cut anywhere, as a network does */

struct tape {
    const char *folder;
    struct arena *arena;
    struct transport inner;
    const char *const *texts; /* instead of a folder */
    uint32_t texts_count;
    uint32_t at;
};

static struct tape *tape_new(struct arena *arena, const char *folder)
{
    struct tape *tape = arena_push(arena, struct tape);
    *tape = (struct tape){.folder = folder, .arena = arena};
    return tape;
}

static struct str path_of(struct arena *arena, const struct tape *tape, const char *what)
{
    return str_printf(arena, "%s/%02u.%s", tape->folder, tape->at, what);
}

/* ---- a reply as text ---- */

static void read_header(struct str line, struct reply *out)
{
    const struct str name = STR("retry-after:");
    int64_t seconds;
    if (str_find_no_case(line, name) == 0 &&
        str_to_int(str_trim(str_slice(line, name.len, line.len)), &seconds) && seconds > 0 &&
        seconds < 86400)
        out->wait_ns = seconds * NS_PER_S;
}

static void tell_heard(const struct request *request, const struct reply *reply)
{
    if (!request->heard || reply->status < 200 || reply->status > 299)
        return;
    for (size_t end = PIECE_BYTES; end < reply->body.len; end += PIECE_BYTES)
        request->heard(request->heard_state, str_slice(reply->body, 0, end));
    request->heard(request->heard_state, reply->body);
}

static bool read_reply(struct arena *arena, struct str text, size_t bytes_max, struct reply *out,
                       struct err *err)
{
    struct str line = STR("");
    int64_t status = 0;
    if (!str_split(&text, '\n', &line) || !str_starts(line, TAPE_FIRST_LINE))
        return err_set(err, ERR_UNREACHABLE, "%.*s", STR_ARG(str_trim(line)));
    if (!str_to_int(str_trim(str_slice(line, TAPE_FIRST_LINE.len, line.len)), &status) ||
        status < 100 || status > 999)
        return err_set(err, ERR_CORRUPT, "the tape wants `HTTP STATUS` in the first line");
    *out = (struct reply){.status = (int)status};
    while (str_split(&text, '\n', &line) && str_trim(line).len > 0)
        read_header(line, out);
    if (text.len > bytes_max)
        return err_set(err, ERR_PROTOCOL, "the reply has more than %zu bytes and was not read",
                       bytes_max);
    out->body = str_copy(arena, text);
    return true;
}

static bool read_file(struct arena *arena, struct str path, size_t bytes_max, struct str *out)
{
    FILE *file = fopen(path.ptr, "rb");
    if (!file)
        return false;
    char block[4096];
    struct buf text = buf_new(arena);
    size_t got;
    while (text.len <= bytes_max && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&text, (struct str){.ptr = block, .len = got});
    fclose(file);
    *out = buf_str(&text);
    return true;
}

static bool exchange_by_tape(void *state, struct arena *arena, const struct request *request,
                             int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)timeout_ns;
    struct tape *tape = state;
    const size_t bytes_max = request_reply_bytes_max(request);
    struct str text;
    tape->at++;
    if (tape->texts && tape->at > tape->texts_count)
        return err_set(err, ERR_NOT_FOUND, "the tape ends after %u replies", tape->texts_count);
    if (tape->texts)
        text = str_of(tape->texts[tape->at - 1]);
    else if (!read_file(arena, path_of(arena, tape, "reply"), 2 * bytes_max, &text))
        return err_set(err, ERR_NOT_FOUND, "%s has no reply %02u", tape->folder, tape->at);
    if (!read_reply(arena, text, bytes_max, out, err))
        return false;
    tell_heard(request, out);
    return true;
}

struct transport tape_play(struct arena *arena, const char *folder)
{
    return (struct transport){.exchange = exchange_by_tape, .state = tape_new(arena, folder)};
}

struct transport tape_of(struct arena *arena, const char *const *texts, uint32_t count)
{
    struct tape *tape = tape_new(arena, "");
    tape->texts = texts;
    tape->texts_count = count;
    return (struct transport){.exchange = exchange_by_tape, .state = tape};
}

/* ---- recording ---- */

static bool write_file(struct str path, struct str text, struct err *err)
{
    FILE *file = fopen(path.ptr, "wb");
    const bool ok = file && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file && fclose(file) == 0 && ok)
        return true;
    return err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
}

struct str request_print(struct arena *arena, const struct request *request)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "%s %.*s\n", request->body.len > 0 ? "POST" : "GET", STR_ARG(request->url));
    for (uint32_t i = 0; i < request->headers_count; i++) {
        const struct header *header = &request->headers[i];
        buf_printf(&out, "%s: %.*s\n", header->name,
                   STR_ARG(header->secret ? STR("(a key)") : header->value));
    }
    buf_printf(&out, "\n%.*s\n", STR_ARG(request->body));
    return buf_str(&out);
}

static void print_reply(struct buf *out, const struct reply *reply)
{
    buf_printf(out, "HTTP %d\n", reply->status);
    if (reply->wait_ns > 0)
        buf_printf(out, "Retry-After: %lld\n", (long long)(reply->wait_ns / NS_PER_S));
    buf_add_char(out, '\n');
    buf_add(out, reply->body);
}

static bool exchange_and_record(void *state, struct arena *arena, const struct request *request,
                                int64_t timeout_ns, struct reply *out, struct err *err)
{
    struct tape *tape = state;
    tape->at++;
    if (!write_file(path_of(arena, tape, "request"), request_print(arena, request), err))
        return false;
    const bool ok = tape->inner.exchange(tape->inner.state, arena, request, timeout_ns, out, err);
    struct buf text = buf_new(arena);
    if (ok)
        print_reply(&text, out);
    else
        buf_add(&text, str_of(err->text));
    struct err ignored;
    return write_file(path_of(arena, tape, "reply"), buf_str(&text), ok ? err : &ignored) && ok;
}

struct transport tape_record(struct arena *arena, const char *folder, struct transport inner)
{
    struct tape *tape = tape_new(arena, folder);
    tape->inner = inner;
    return (struct transport){.exchange = exchange_and_record, .state = tape};
}
