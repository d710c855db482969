/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/reply.h"

#include "base/arena.h"
#include "base/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void reply_json(struct http_exchange *exchange, int status, struct buf *body)
{
    buf_add_char(body, '\n');
    exchange->answer = (struct http_answer){
        .status = status, .media_type = "application/json", .body = buf_str(body)};
}

void reply_done(struct http_exchange *exchange)
{
    exchange->answer = (struct http_answer){.status = 204};
}

void reply_err(struct http_exchange *exchange, const struct err *err)
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

void reply_file(struct http_exchange *exchange, struct str path, const char *media_type,
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

bool reply_take_json(struct http_exchange *exchange, const struct field *fields, struct record *out)
{
    const struct http_request *request = &exchange->request;
    struct err err = {0};
    if (record_from_json(request->arena, fields, request->body, out, &err) &&
        record_is_complete(out, &err))
        return true;
    http_refuse(exchange, 400, "usage", "%s", err.text);
    return false;
}

struct str reply_taken_text(const struct record *record, const char *name)
{
    const struct value *value = record_at(record, name);
    return value->known ? value->text : STR("");
}
