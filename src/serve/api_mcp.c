/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Model Context Protocol over HTTP: one message in, one answer out (docs/mcp.md). A child
 * answers, for its tools read evidence.
 */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/assignment.h"
#include "serve/child.h"
#include "serve/reply.h"

#define ANSWER_BYTES_MAX ((size_t)16 << 20)

static void hear(void *state, struct str bytes)
{
    struct buf *out = state;
    if (out->len + bytes.len <= ANSWER_BYTES_MAX)
        buf_add(out, bytes);
}

/* A line each is how messages are told apart on a pipe. */
static struct str one_line(struct arena *arena, struct str message)
{
    struct str line = str_copy(arena, message);
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '\n' || line.ptr[i] == '\r')
            ((char *)(uintptr_t)line.ptr)[i] = ' ';
    return str_printf(arena, "%.*s\n", STR_ARG(line));
}

void api_mcp(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct site *site = clerk->site;
    struct arena *arena = exchange->request.arena;
    struct buf out = buf_new(arena);
    const char *const argv[] = {site->program,
                                "mcp",
                                "--sandbox",
                                str_printf(arena, "--ledger=%s", site->ledger).ptr,
                                str_printf(arena, "%s/incidents", site->data).ptr,
                                NULL};
    const struct child_order order = {.argv = argv,
                                      .environment = assignment_environment(site, arena),
                                      .input = one_line(arena, exchange->request.body),
                                      .deadline_ns =
                                          clock_now_ns(clock_system()) + site->deadline_ns,
                                      .stop_fd = -1,
                                      .heard = hear,
                                      .heard_fd = 1,
                                      .state = &out};
    struct child_result result;
    struct err err = {0};
    if (!child_run(&order, &result, &err))
        reply_err(exchange, &err);
    else if (result.end == CHILD_LATE)
        http_refuse(exchange, 504, "timeout", "the tool took too long");
    else if (result.end != CHILD_ENDED || result.code > 1)
        http_refuse(exchange, 500, "io", "%s", result.said);
    else if (str_trim(buf_str(&out)).len == 0)
        exchange->answer = (struct http_answer){.status = 202}; /* a notice, which has no answer */
    else
        exchange->answer = (struct http_answer){
            .status = 200, .media_type = "application/json", .body = buf_str(&out)};
}
