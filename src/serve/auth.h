/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask what.
 *
 * Where there are tokens, one is wanted: as `Authorization: Bearer`, or as a cookie that the page
 * has got for one. Where there is none as yet, this machine alone is served. A browser may be made
 * to send what its user did not mean to (a page of somebody else, a name that leads to us), so what
 * it sends by itself counts only where it comes from our own page.
 */
#pragma once

#include "serve/http.h"
#include "serve/token.h"

#define AUTH_COOKIE "warroom_token"

struct auth;

/* `page_url` is how people reach the page through a proxy; empty: only as it listens. */
struct auth *auth_new(struct arena *arena, struct str page_url);

/* Reads the tokens again, so that one that was removed is worth nothing a second later. */
MUST_CHECK bool auth_reload(struct auth *auth, struct ledger *ledger, int64_t now_ns,
                            struct err *err);

bool auth_has_tokens(struct auth *auth);

struct caller {
    char name[TOKEN_NAME_LEN_MAX + 1]; /* of the token; "loopback": none is wanted */
    uint32_t scopes;
};

/* False: the exchange is refused, and the answer says why. */
bool auth_admit(struct auth *auth, struct http_exchange *exchange, enum scope scope,
                struct caller *out);

/* Whom the token is of; false: nobody's. For the page, which turns one into a cookie. */
bool auth_find(struct auth *auth, struct str secret, struct caller *out);
