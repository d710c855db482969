// SPDX-License-Identifier: Apache-2.0
/*
 * Who somebody is: passwords in PostgreSQL, sessions in Redis. A session's token is its customer, a
 * random number and a signature of both, so that Redis is only asked for tokens that we gave out.
 */
#include "database.h"
#include "metric.h"
#include "redis.h"
#include "role.h"
#include "trail.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HASH_BYTES 32
#define HASH_TEXT_SIZE 200 /* pbkdf2$ROUNDS$SALT$HASH */

static struct {
    struct database *database;
    struct redis *redis;
    char *session_key;
    long hash_rounds, session_ttl_s;
} auth;

static struct metric logins = COUNTER("shop_logins_total", "Attempts to log in", "outcome");

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    auth.database = database_open(config, instance);
    auth.redis = redis_open(config);
    auth.hash_rounds = config_number(config, "hash_rounds", 2000, 1, 100000000);
    auth.session_ttl_s = config_number(config, "session_ttl_s", 1800, 1, 86400);
    auth.session_key = config_secret(config, "session_key_file");
    if (!auth.session_key) {
        fprintf(stderr, "shop: session_key_file is missing\n");
        exit(2);
    }
}

static void stop(void)
{
    database_close(auth.database);
    redis_close(auth.redis);
    free(auth.session_key);
}

static void hex_of(const unsigned char *bytes, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* ---- passwords ---- */

static void hash_password(const char *password, long rounds, const char *salt,
                          char out[HASH_TEXT_SIZE])
{
    unsigned char bytes[HASH_BYTES];
    unsigned char salt_bytes[32];
    size_t count = 0;
    unsigned byte;
    while (count < sizeof salt_bytes && sscanf(salt + 2 * count, "%2x", &byte) == 1)
        salt_bytes[count++] = (unsigned char)byte;
    if (PKCS5_PBKDF2_HMAC(password, -1, salt_bytes, (int)count, (int)rounds, EVP_sha256(),
                          sizeof bytes, bytes) != 1)
        abort();
    const int length = snprintf(out, HASH_TEXT_SIZE, "pbkdf2$%ld$%.64s$", rounds, salt);
    hex_of(bytes, sizeof bytes, out + length);
}

/* A hash of other rounds than we want now is replaced while the password is known. */
static void renew_hash(const struct request *request, const char *id, const char *password)
{
    unsigned char random[9];
    char salt[2 * sizeof random + 1];
    char hash[HASH_TEXT_SIZE];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        abort();
    hex_of(random, sizeof random, salt);
    hash_password(password, auth.hash_rounds, salt, hash);
    PQclear(database_query(auth.database, &request->context, "UPDATE customers",
                           "UPDATE customers SET password_hash = $2 WHERE id = $1",
                           VALUES(id, hash)));
}

static bool password_is_right(const struct request *request, const PGresult *customer)
{
    const char *password = request_text(request, "password");
    const char *stored = PQgetvalue(customer, 0, 1);
    long rounds;
    char salt[65];
    char hash[HASH_TEXT_SIZE];
    if (sscanf(stored, "pbkdf2$%ld$%64[0-9a-f]$", &rounds, salt) != 2)
        return false;
    hash_password(password, rounds, salt, hash);
    if (strlen(hash) != strlen(stored) || CRYPTO_memcmp(hash, stored, strlen(stored)) != 0)
        return false;
    if (rounds != auth.hash_rounds)
        renew_hash(request, PQgetvalue(customer, 0, 0), password);
    return true;
}

/* ---- sessions ---- */

static void sign(const char *text, char out[2 * HASH_BYTES + 1])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    HMAC(EVP_sha256(), auth.session_key, (int)strlen(auth.session_key), (const unsigned char *)text,
         strlen(text), bytes, NULL);
    hex_of(bytes, HASH_BYTES, out);
}

static void token_make(const char *customer, char *out, size_t size)
{
    unsigned char random[8];
    char nonce[2 * sizeof random + 1];
    char claim[64];
    char signature[2 * HASH_BYTES + 1];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        abort();
    hex_of(random, sizeof random, nonce);
    snprintf(claim, sizeof claim, "%s.%s", customer, nonce);
    sign(claim, signature);
    snprintf(out, size, "%s.%s", claim, signature);
}

static bool token_is_ours(const char *token)
{
    char signature[2 * HASH_BYTES + 1];
    char claim[64];
    const char *dot = strrchr(token, '.');
    if (!dot || dot - token >= (long)sizeof claim || strlen(dot + 1) != 2 * HASH_BYTES)
        return false;
    snprintf(claim, sizeof claim, "%.*s", (int)(dot - token), token);
    sign(claim, signature);
    return CRYPTO_memcmp(signature, dot + 1, 2 * HASH_BYTES) == 0;
}

/* ---- routes ---- */

static void refuse(const struct request *request, struct reply *reply, const char *email)
{
    metric_add(&logins, 1, LABELS("refused"));
    log_write(SEVERITY_INFO, &request->context, "login of %s refused: wrong address or password",
              email);
    reply_error(request, reply, 401, "WrongPassword", "wrong address or password");
}

static void open_session(const struct request *request, struct reply *reply, const char *customer)
{
    char token[160];
    token_make(customer, token, sizeof token);
    redisReply *kept =
        redis_command(auth.redis, &request->context, "SETEX session", "SETEX session:%s %ld %s",
                      token, auth.session_ttl_s, customer);
    if (!kept) {
        metric_add(&logins, 1, LABELS("error"));
        reply_error(request, reply, 503, "SessionStoreError", "no session for customer %s: %s",
                    customer, redis_why());
        return;
    }
    freeReplyObject(kept);
    metric_add(&logins, 1, LABELS("welcome"));
    reply_json(reply, 200, json_pack("{s:s, s:i}", "token", token, "customer", atoi(customer)));
}

static void login(const struct request *request, struct reply *reply)
{
    TRAIL;
    const char *email = request_text(request, "email");
    PGresult *customer =
        database_query(auth.database, &request->context, "SELECT customer",
                       "SELECT id, password_hash FROM customers WHERE email = $1", VALUES(email));
    if (!customer) {
        metric_add(&logins, 1, LABELS("error"));
        reply_error(request, reply, 503, "DatabaseError", "cannot read customer %s: %s", email,
                    database_why());
        return;
    }
    if (PQntuples(customer) == 1 && password_is_right(request, customer))
        open_session(request, reply, PQgetvalue(customer, 0, 0));
    else
        refuse(request, reply, email);
    PQclear(customer);
}

static void session(const struct request *request, struct reply *reply)
{
    TRAIL;
    const char *token = request_text(request, "token");
    if (!token_is_ours(token)) {
        log_write(SEVERITY_WARN, &request->context, "session %.12s...: signature does not match",
                  token);
        reply_error(request, reply, 401, "NoSession", "log in first");
        return;
    }
    redisReply *kept =
        redis_command(auth.redis, &request->context, "GET session", "GET session:%s", token);
    if (!kept) {
        reply_error(request, reply, 503, "SessionStoreError", "cannot read a session: %s",
                    redis_why());
    } else if (kept->type != REDIS_REPLY_STRING) {
        log_write(SEVERITY_INFO, &request->context, "session %.12s... is over", token);
        reply_error(request, reply, 401, "NoSession", "the session is over");
    } else {
        reply_json(reply, 200, json_pack("{s:i}", "customer", atoi(kept->str)));
    }
    freeReplyObject(kept);
}

static const struct route routes[] = {
    {"POST", "/login", login},
    {"GET", "/session", session},
    {0},
};

const struct role role_auth = {"auth", routes, start, stop};
