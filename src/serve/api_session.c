/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A browser cannot send a header with each thing it loads, so the page gives a token once and gets
 * a cookie for it, which no script can read and no other site can have sent.
 */
#include "serve/api.h"

#include "base/arena.h"
#include "serve/auth.h"
#include "serve/member.h"
#include "serve/reply.h"

#define SESSION_S (12 * 3600) /* a shift */

static const struct field wanted[] = {{"token", TYPE_TEXT, 0, "wr_...", NULL}, {0}};

void api_read_session(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct caller *caller = exchange->caller;
    struct buf out = buf_new(exchange->request.arena);
    buf_add_char(&out, '{');
    member_text(&out, "name", str_of(caller->name));
    member_truth(&out, "needs_token", auth_has_tokens(clerk->site->auth));
    json_put_key(&out, "scopes");
    buf_add_char(&out, '[');
    for (enum scope scope = SCOPE_READ; scope < SCOPES_COUNT; scope++)
        if (scopes_have(caller->scopes, scope)) {
            json_put_comma(&out);
            json_put_text(&out, str_of(scope_name(scope)));
        }
    buf_add(&out, STR("]}"));
    reply_json(exchange, 200, &out);
}

static void answer_cookie(struct http_exchange *exchange, struct str token, int seconds)
{
    reply_done(exchange);
    http_answer_header(&exchange->answer, "Set-Cookie",
                       str_printf(exchange->request.arena,
                                  AUTH_COOKIE "=%.*s; Path=/; HttpOnly; SameSite=Strict; "
                                              "Max-Age=%d%s",
                                  STR_ARG(token), seconds,
                                  exchange->request.is_tls ? "; Secure" : ""));
}

void api_begin_session(struct clerk *clerk, struct http_exchange *exchange)
{
    struct record said;
    struct caller caller;
    if (!reply_take_json(exchange, wanted, &said))
        return;
    if (auth_find(clerk->site->auth, reply_taken_text(&said, "token"), &caller))
        answer_cookie(exchange, reply_taken_text(&said, "token"), SESSION_S);
    else
        http_refuse(exchange, 401, "denied", "that is not a token of this server");
}

void api_end_session(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    answer_cookie(exchange, STR(""), 0);
}
