/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OWASP, "Cross-Site Request Forgery Prevention" (Fetch metadata, Origin, SameSite cookies); the
 * check of Host is against DNS rebinding. Tokens are compared by digest, all of them each time, so
 * that how long it takes does not tell which one was nearly right.
 */
#include "serve/auth.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct auth {
    pthread_mutex_t lock;
    struct str page_origin; /* "https://warroom.example.com"; empty: none */
    struct arena *arena;    /* of the tokens */
    struct token *tokens;
    bool *used; /* since they were read */
    uint32_t count;
};

/* "https://host:port" of a URL, without the path. */
static struct str origin_of(struct str url)
{
    const size_t at = str_find(url, STR("://"));
    if (at == STR_NPOS)
        return STR("");
    const size_t slash = str_find(str_slice(url, at + 3, url.len), STR("/"));
    return slash == STR_NPOS ? url : str_slice(url, 0, at + 3 + slash);
}

static void free_tokens(void *state)
{
    const struct auth *auth = state;
    if (auth->arena)
        arena_free(auth->arena);
}

struct auth *auth_new(struct arena *arena, struct str page_url)
{
    struct auth *auth = arena_push(arena, struct auth);
    *auth = (struct auth){.page_origin = origin_of(page_url)};
    pthread_mutex_init(&auth->lock, NULL);
    arena_defer(arena, free_tokens, auth);
    return auth;
}

static bool note_uses(struct auth *auth, struct ledger *ledger, int64_t now_ns, struct err *err)
{
    for (uint32_t i = 0; i < auth->count; i++)
        if (auth->used[i] && !token_used(ledger, auth->tokens[i].name, now_ns, err))
            return false;
    return true;
}

bool auth_reload(struct auth *auth, struct ledger *ledger, int64_t now_ns, struct err *err)
{
    struct arena *arena = arena_new("tokens");
    struct token *tokens;
    uint32_t count;
    if (!token_list(ledger, arena, &tokens, &count, err)) {
        arena_free(arena);
        return false;
    }
    bool *used = arena_push_many(arena, bool, count + 1);
    pthread_mutex_lock(&auth->lock);
    const bool ok = note_uses(auth, ledger, now_ns, err);
    struct arena *old = auth->arena;
    auth->arena = arena;
    auth->tokens = tokens;
    auth->used = used;
    auth->count = count;
    pthread_mutex_unlock(&auth->lock);
    if (old)
        arena_free(old);
    return ok;
}

bool auth_has_tokens(struct auth *auth)
{
    pthread_mutex_lock(&auth->lock);
    const bool has = auth->count > 0;
    pthread_mutex_unlock(&auth->lock);
    return has;
}

bool auth_find(struct auth *auth, struct str secret, struct caller *out)
{
    struct digest given;
    struct err err = {0};
    bool is_found = false;
    if (secret.len == 0 || !digest_sha256(secret, &given, &err))
        return false;
    pthread_mutex_lock(&auth->lock);
    for (uint32_t i = 0; i < auth->count; i++)
        if (digest_equals(&auth->tokens[i].hash, &given)) {
            is_found = auth->used[i] = true;
            snprintf(out->name, sizeof out->name, "%.*s", STR_ARG(auth->tokens[i].name));
            out->scopes = auth->tokens[i].scopes;
        }
    pthread_mutex_unlock(&auth->lock);
    return is_found;
}

/* ---- what a browser says of itself ---- */

static bool is_reading(const struct http_request *request)
{
    return str_eq(request->method, STR("GET")) || str_eq(request->method, STR("HEAD"));
}

static bool origin_is_ours(const struct auth *auth, const struct http_request *request)
{
    const struct str origin = http_header(request, "origin");
    const struct str host = http_header(request, "host");
    if (origin.len == 0 || (auth->page_origin.len > 0 && str_eq(origin, auth->page_origin)))
        return true;
    const struct str ours =
        str_printf(request->arena, "%s://%.*s", request->is_tls ? "https" : "http", STR_ARG(host));
    return str_eq(origin, ours);
}

/* Programs send none of these headers; browsers send them whether a page wants it or not. */
static bool is_meant(const struct auth *auth, const struct http_request *request)
{
    const struct str site = http_header(request, "sec-fetch-site");
    const struct str mode = http_header(request, "sec-fetch-mode");
    if (is_reading(request) && str_eq(mode, STR("navigate")))
        return true; /* a link that was followed: the page that has it gets nothing of the answer */
    return (site.len == 0 || str_eq(site, STR("same-origin")) || str_eq(site, STR("none"))) &&
           origin_is_ours(auth, request);
}

/* "localhost:8080", "127.0.0.1", "[::1]:8080"; `127.0.0.1.example.com` is a name like any other. */
static bool is_name_of_loopback(struct arena *arena, struct str host)
{
    struct in_addr four;
    struct in6_addr six;
    const bool is_bracketed = str_starts(host, STR("["));
    const size_t end = str_find(host, is_bracketed ? STR("]") : STR(":"));
    const char *name = str_copy(arena, str_slice(host, is_bracketed, end)).ptr;
    if (is_bracketed)
        return inet_pton(AF_INET6, name, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
    return strcmp(name, "localhost") == 0 ||
           (inet_pton(AF_INET, name, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

/* From this machine, by a name of this machine, and not passed on for somebody else. */
static bool is_local(const struct http_request *request)
{
    return request->is_loopback &&
           is_name_of_loopback(request->arena, http_header(request, "host")) &&
           http_header(request, "forwarded").len == 0 &&
           http_header(request, "x-forwarded-for").len == 0;
}

/* ---- the decision ---- */

static struct str bearer_of(const struct http_request *request)
{
    const struct str header = http_header(request, "authorization");
    const struct str scheme = str_slice(header, 0, 7);
    return str_eq(str_lower(request->arena, scheme), STR("bearer "))
               ? str_trim(str_slice(header, 7, header.len))
               : STR("");
}

static struct str cookie_of(const struct http_request *request)
{
    struct str rest = http_header(request, "cookie"), part;
    while (str_split(&rest, ';', &part))
        if (str_starts(str_trim(part), STR(AUTH_COOKIE "=")))
            return str_slice(str_trim(part), sizeof AUTH_COOKIE, str_trim(part).len);
    return STR("");
}

static bool refuse_stranger(struct auth *auth, struct http_exchange *exchange)
{
    if (!auth_has_tokens(auth)) {
        http_refuse(exchange, 403, "denied",
                    "there is no token yet, so only this machine is served, by the name localhost "
                    "or 127.0.0.1; `warroom token add NAME` makes one");
        return false;
    }
    http_refuse(exchange, 401, "denied",
                "a token is wanted: `Authorization: Bearer wr_...`; `warroom token add NAME` makes "
                "one");
    http_answer_header(&exchange->answer, "WWW-Authenticate", STR("Bearer realm=\"warroom\""));
    return false;
}

static bool has_scope(struct http_exchange *exchange, const struct caller *caller, enum scope scope)
{
    if (scopes_have(caller->scopes, scope))
        return true;
    http_refuse(exchange, 403, "denied", "the token %s has not the scope `%s`", caller->name,
                scope_name(scope));
    return false;
}

bool auth_admit(struct auth *auth, struct http_exchange *exchange, enum scope scope,
                struct caller *out)
{
    const struct http_request *request = &exchange->request;
    const struct str bearer = bearer_of(request);
    *out = (struct caller){.name = ""};
    if (scope == SCOPE_NONE && (is_reading(request) || bearer.len > 0))
        return true; /* whose token it is, if any, is looked at by who answers */
    if (bearer.len > 0)
        return auth_find(auth, bearer, out) ? has_scope(exchange, out, scope)
                                            : refuse_stranger(auth, exchange);
    if (!is_meant(auth, request)) {
        http_refuse(exchange, 403, "denied", "a page of another site asked for this");
        return false;
    }
    if (scope == SCOPE_NONE)
        return true;
    if (auth_find(auth, cookie_of(request), out))
        return has_scope(exchange, out, scope);
    if (auth_has_tokens(auth) || !is_local(request))
        return refuse_stranger(auth, exchange);
    *out = (struct caller){.name = "loopback", .scopes = 1u << SCOPE_ADMIN};
    return true;
}
