/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Model Context Protocol over HTTP: one message in, one answer out (docs/mcp.md). A child
 * answers, for its tools read evidence.
 */
#include "serve/api.h"

#include "base/arena.h"
#include "serve/errand.h"
#include "serve/reply.h"

#define ANSWER_BYTES_MAX ((size_t)16 << 20)

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
    const char *const argv[] = {site->program,
                                "mcp",
                                "--sandbox",
                                str_printf(arena, "--ledger=%s", site->ledger).ptr,
                                str_printf(arena, "%s/incidents", site->data).ptr,
                                NULL};
    const struct errand errand = {.argv = argv,
                                  .input = one_line(arena, exchange->request.body),
                                  .takes_ns_max = site->deadline_ns,
                                  .bytes_max = ANSWER_BYTES_MAX,
                                  .late = "the tool took too long",
                                  .failure = ERR_IO};
    struct buf out;
    struct err err = {0};
    if (!errand_run(site, arena, &errand, &out, &err))
        reply_err(exchange, &err);
    else if (str_trim(buf_str(&out)).len == 0)
        exchange->answer = (struct http_answer){.status = 202}; /* a notice, which has no answer */
    else
        exchange->answer = (struct http_answer){
            .status = 200, .media_type = "application/json", .body = buf_str(&out)};
}
