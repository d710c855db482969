/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/answer.h"

#include "base/arena.h"
#include "base/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void answer_json(struct http_exchange *exchange, int status, struct buf *body)
{
    buf_add_char(body, '\n');
    exchange->answer = (struct http_answer){
        .status = status, .media_type = "application/json", .body = buf_str(body)};
}

void answer_done(struct http_exchange *exchange)
{
    exchange->answer = (struct http_answer){.status = 204};
}

void answer_err(struct http_exchange *exchange, const struct err *err)
{
    static const struct {
        int status;
        const char *word;
    } kinds[] = {
        [ERR_USAGE] = {400, "usage"},
        [ERR_NOT_FOUND] = {404, "not_found"},
        [ERR_DENIED] = {403, "denied"},
        [ERR_TIMEOUT] = {504, "timeout"},
        [ERR_OVER_BUDGET] = {503, "over_budget"},
        [ERR_UNREACHABLE] = {502, "unreachable"},
        [ERR_PROTOCOL] = {400, "protocol"},
        [ERR_CORRUPT] = {500, "corrupt"},
        [ERR_IO] = {500, "io"},
        [ERR_CANCELLED] = {409, "cancelled"},
    };
    const bool is_known = err->kind < sizeof kinds / sizeof *kinds && kinds[err->kind].word;
    http_refuse(exchange, is_known ? kinds[err->kind].status : 500,
                is_known ? kinds[err->kind].word : "io", "%s", err->text);
}

void answer_file(struct http_exchange *exchange, struct str path, const char *media_type,
                 const char *none)
{
    struct stat info;
    const int fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        exchange->answer = (struct http_answer){
            .status = 200, .media_type = media_type, .file = fd, .file_bytes = info.st_size};
        return;
    }
    if (fd >= 0)
        close(fd);
    http_refuse(exchange, 404, "not_found", "%s", none);
}

bool take_json(struct http_exchange *exchange, const struct field *fields, struct record *out)
{
    const struct http_request *request = &exchange->request;
    struct err err = {0};
    if (record_from_json(request->arena, fields, request->body, out, &err) &&
        record_is_complete(out, &err))
        return true;
    http_refuse(exchange, 400, "usage", "%s", err.text);
    return false;
}

struct str taken_text(const struct record *record, const char *name)
{
    const struct value *value = record_at(record, name);
    return value->known ? value->text : STR("");
}

void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

void put_text_or_null(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    if (text.len > 0)
        json_put_text(out, text);
    else
        buf_add(out, STR("null"));
}

void put_time(struct buf *out, const char *name, int64_t time_ns)
{
    put_text_or_null(out, name, time_ns == 0 ? STR("") : time_format_rfc3339(out->arena, time_ns));
}

void put_integer(struct buf *out, const char *name, int64_t integer)
{
    json_put_key(out, name);
    buf_printf(out, "%lld", (long long)integer);
}

void put_real(struct buf *out, const char *name, double real)
{
    json_put_key(out, name);
    json_put_real(out, real);
}

void put_truth(struct buf *out, const char *name, bool truth)
{
    json_put_key(out, name);
    buf_add(out, truth ? STR("true") : STR("false"));
}
