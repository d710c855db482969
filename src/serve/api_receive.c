/* SPDX-License-Identifier: Apache-2.0 */
/* Telemetry in, from collectors and agents; and out again, as files of a bundle. */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/receive.h"
#include "serve/reply.h"

#include <stdlib.h>
#include <unistd.h>

static intake_fn *taker_of(struct str path)
{
    for (const struct intake_path *it = intake_paths; it->path; it++)
        if (str_eq(str_of(it->path), path))
            return it->take;
    return NULL;
}

static bool is_on(struct clerk *clerk, struct http_exchange *exchange)
{
    if (clerk->site->receive)
        return true;
    http_refuse(exchange, 404, "not_found", "telemetry is not taken in: receive.enabled is off");
    return false;
}

void api_receive(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    intake_fn *take = taker_of(request->path);
    const struct intake_request pushed = {.content_type = http_header(request, "content-type"),
                                          .content_encoding =
                                              http_header(request, "content-encoding"),
                                          .body = request->body};
    if (!is_on(clerk, exchange))
        return;
    if (!take) {
        http_refuse(exchange, 404, "not_found", "there is nothing at this path");
        return;
    }
    const struct intake_answer answer =
        take(receive_intake(clerk->site->receive), request->arena, &pushed, wall_now_ns());
    exchange->answer = (struct http_answer){
        .status = answer.status, .media_type = answer.content_type, .body = answer.body};
    if (answer.retry_after_s > 0)
        http_answer_header(&exchange->answer, "Retry-After",
                           str_printf(request->arena, "%d", answer.retry_after_s));
}

/* Seconds since 1970, or RFC 3339. */
static bool read_window(const struct http_request *request, struct intake_window *out,
                        struct err *err)
{
    const struct str table = http_query(request, "table"), rows = http_query(request, "rows");
    int at = 0;
    *out = (struct intake_window){0};
    while (at < HARVEST_TABLES && !str_eq(str_of(harvest_names[at]), table))
        at++;
    if (at == HARVEST_TABLES)
        return err_set(err, ERR_USAGE, "table is one of logs, traces, metrics");
    out->table = (enum harvest_table)at;
    if (!time_parse(http_query(request, "from"), &out->from_ns) ||
        !time_parse(http_query(request, "to"), &out->to_ns) || out->from_ns >= out->to_ns)
        return err_set(err, ERR_USAGE, "from and to are times, the first before the second");
    if (rows.len > 0 && (!str_to_int(rows, &out->rows_max) || out->rows_max < 1 ||
                         out->rows_max > INTAKE_EXPORT_ROWS_MAX))
        return err_set(err, ERR_USAGE, "rows is a number from 1 to %d", INTAKE_EXPORT_ROWS_MAX);
    return true;
}

/* The file has no name any more when it is sent, so nobody need remember to remove it. */
void api_export_telemetry(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct intake_window window;
    int64_t rows;
    bool is_cut;
    struct err err = {0};
    if (!is_on(clerk, exchange))
        return;
    if (!read_window(&exchange->request, &window, &err)) {
        reply_err(exchange, &err);
        return;
    }
    char *path = (char *)(uintptr_t)str_printf(arena, "%s/export-XXXXXX", clerk->site->data).ptr;
    const int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0 ||
        !intake_export(receive_intake(clerk->site->receive), &window, str_of(path), &rows, &is_cut,
                       &err)) {
        http_refuse(exchange, 500, "io", "%s", err.text);
    } else if (rows == 0) {
        reply_done(exchange);
    } else {
        reply_file(exchange, str_of(path), "application/vnd.apache.parquet", "no such rows");
        if (is_cut)
            http_answer_header(&exchange->answer, "X-Warroom-Cut", STR("only the latest rows"));
    }
    unlink(path);
}
