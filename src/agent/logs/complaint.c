/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words are those of the programs' own sources and manuals, cut to what all versions share.
 *
 * How clear they are: 0.9, words that nothing else makes anyone write; 0.8, a limit, a lock or a
 * name that is at fault itself or that another fault filled; 0.5, what mostly, but not always, has
 * that one reason; below 0.25, what any fault brings about, from late answers to refused
 * connections: that is too little to name a kind (verdict/kind.c), and has a vote.
 */
#include "agent/logs/complaint.h"

#include "base/arena.h"

#include <assert.h>
#include <ctype.h>

#define READ_MAX ((size_t)2048)
#define GAP_MAX ((size_t)80)
#define PHRASES_MAX 600

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A status of HTTP, as clients write that they got it. */
#define STATUS(code)                                                                               \
    "status " code, "status: " code, "status=" code, "status code " code, "status code: " code,    \
        "http " code, "http/1.1 " code, "code " code, "code=" code, "answered " code,              \
        "returned " code, "error " code, "response " code

const struct complaint complaints[] = {
    {"certificate", 0.9, KIND_CONFIGURATION, KIND_CONFIGURATION,
     "it cannot agree on an encrypted connection", "its certificate or its protocol is refused",
     WORDS("certificate has expired", "certificate expired", "certificate_expired",
           "certificate is not yet valid", "certificate verify failed", "certificate_unknown",
           "certificate signed by unknown authority", "x509:", "unable to get local issuer",
           "self signed certificate", "self-signed certificate", "pkix path building failed",
           "sslhandshakeexception", "certificateexpiredexception", "wrong version number",
           "ssl_do_handshake() failed", "ssl handshake failed", "tls handshake", "tls_error",
           "the remote certificate is invalid", "sslv3 alert", "packet length too long",
           "first record does not look like a tls handshake", "plain http request was sent to",
           "http request to an https server", "unsupported or unrecognized ssl message")},
    {"credentials", 0.9, KIND_CONFIGURATION, KIND_CONFIGURATION, "what it shows is not let in",
     "it does not know what is shown to it",
     WORDS("password authentication failed", "authentication failed", "access denied for user",
           "login failed for user", "noauth authentication required", "wrongpass", "invalid token",
           "invalid_token", "token is invalid", "unknown token", "invalid api key", "invalid_grant",
           "invalid_client", "invalid signature", "signature verification failed",
           "signaturedoesnotmatch", "bad credentials", "badcredentialsexception",
           "invalid credentials", "no pg_hba.conf entry", "401 unauthorized", "403 forbidden",
           "unauthorized", STATUS("401"), STATUS("403"))},
    {"clock", 0.9, KIND_CONFIGURATION, KIND_CONFIGURATION, "clocks differ", "clocks differ",
     WORDS("clock skew", "clock is skewed", "requesttimetooskewed", "request time too skewed",
           "token used before issued", "used before issued", "is in the future",
           "timestamp is too old", "clock has gone backwards", "clocks are not in sync")},
    {"name", 0.8, KIND_CONFIGURATION, KIND_CONFIGURATION, "a name that it asks for does not exist",
     "its name does not exist",
     WORDS("nxdomain", "no such host", "cannot resolve", "could not resolve", "unknownhost",
           "name or service not known", "getaddrinfo enotfound", "enotfound",
           "nodename nor servname provided", "host not found", "name does not resolve",
           "no address associated with hostname", "no address of", "no such name",
           "unable to resolve host", "failed to resolve", "could not translate host name")},
    {"resolver", 0.5, KIND_DEPENDENCY, KIND_DEPENDENCY, "names are not resolved",
     "names are not resolved",
     WORDS("temporary failure in name resolution", "eai_again", "servfail", "server misbehaving",
           "dns query timed out", "dns lookup timed out")},
    {"setting", 0.9, KIND_CONFIGURATION, KIND_UNKNOWN, "it refuses a setting, or lacks one", NULL,
     WORDS("invalid value", "invalid configuration", "invalid option", "illegal value",
           "wants a number", "wants one of", "is not a valid value", "is not a number",
           "must be a number", "must be an integer", "unknown directive",
           "invalid number of arguments in", "unknown key", "unknown option", "unknown setting",
           "unknown variable", "unrecognized configuration parameter", "unrecognized option",
           "bad directive or wrong number of arguments", "missing required", "is required but",
           "required key", "required property", "required environment variable", "must be set",
           "is not set", "environment variable * not", "failed to load config",
           "failed to parse config", "cannot read config", "cannot parse config",
           "configuration error", "configurationexception", "could not resolve placeholder",
           "failed to bind properties", "secret * not found", "configmap * not found",
           "couldn't find key", "cannot read the key", "cannot read key",
           "createcontainerconfigerror", "outside the valid range")},
    {"file", 0.5, KIND_CONFIGURATION, KIND_UNKNOWN, "a file that it wants is not there", NULL,
     WORDS("no such file or directory", "nosuchfileexception", "filenotfounderror",
           "filenotfoundexception", "enoent", "could not find file")},
    {"files", 0.9, KIND_CAPACITY, KIND_UNKNOWN, "it may not open more files or connections", NULL,
     WORDS("too many open files", "emfile", "enfile", "file table overflow",
           "no file descriptors available", "too many open file descriptors")},
    {"connections", 0.8, KIND_CAPACITY, KIND_CAPACITY, "connections are used up",
     "it has no connection left",
     WORDS("too many connections", "too many clients", "remaining connection slots",
           "max number of clients reached", "worker_connections are not enough",
           "no more connections allowed", "connection limit exceeded", "maximum * connections",
           "max_user_connections", "too many active connections", "server reached pm.max_children",
           "too many sessions", "max connections reached")},
    {"store", 0.9, KIND_UNKNOWN, KIND_CAPACITY, NULL, "it is full, and takes no more",
     WORDS("oom command not allowed", "command not allowed when used memory", "table is full",
           "quota exceeded", "resource_exhausted", "resourceexhausted", "insufficient storage",
           "out of storage", "storage quota", "mailbox full")},
    {"pool", 0.24, KIND_CAPACITY, KIND_UNKNOWN, "a pool or a queue of it is used up", NULL,
     WORDS("connection is not available, request timed out", "queuepool limit", "pool exhausted",
           "pool is exhausted", "pool is full", "pool timeout", "timeout waiting for idle object",
           "rejectedexecutionexception", "queue is full", "queue full", "thread pool is",
           "all connections in the pool", "max pool size was reached",
           "timeout acquiring a connection", "all pooled connections were in use",
           "no * connection within", "upstream_overflow", "circuit breaker is open")},
    {"throttled", 0.7, KIND_DEPENDENCY, KIND_CAPACITY, "what it calls lets in fewer requests",
     "it lets in fewer requests than it gets",
     WORDS("too many requests", "rate limit", "ratelimit", "rate-limit", "throttl",
           "request limit exceeded", "limiting requests", STATUS("429"))},
    {"disk", 0.9, KIND_DISK, KIND_DISK, "it cannot write to its disk",
     "it cannot write to its disk",
     WORDS("no space left", "enospc", "read-only file system", "erofs", "disk is full", "disk full",
           "disk quota exceeded", "misconf redis is configured", "misconf errors writing",
           "write error saving db", "not enough space on the disk", "input/output error",
           "flood stage disk watermark", "flood stage * watermark", "errno: 28",
           "could not extend file", "read-only mode because of disk")},
    {"memory", 0.9, KIND_MEMORY, KIND_UNKNOWN, "it ran out of memory", NULL,
     WORDS("outofmemory", "out of memory", "out-of-memory", "cannot allocate memory", "enomem",
           "bad_alloc", "heap out of memory", "memoryerror", "oomkilled", "oom-kill",
           "memory limit of", "gc overhead limit exceeded", "allowed memory size of")},
    {"locks", 0.8, KIND_LOCKS, KIND_LOCKS, "it waits for a lock", "sessions in it wait for locks",
     WORDS("deadlock", "lock wait timeout", "could not obtain lock", "database is locked",
           "still waiting for accesssharelock", "still waiting for rowsharelock",
           "still waiting for rowexclusivelock", "still waiting for sharelock",
           "still waiting for sharerowexclusivelock", "still waiting for shareupdateexclusivelock",
           "still waiting for exclusivelock", "still waiting for accessexclusivelock",
           "lock timeout", "lock request time out", "all goroutines are asleep", "ora-00060",
           "could not serialize access", "lock not available")},
    {"statement", 0.4, KIND_SLOW_QUERIES, KIND_SLOW_QUERIES, "its statements take too long",
     "statements in it take too long",
     WORDS("canceling statement due to statement timeout", "statement timeout", "slow query",
           "query execution was interrupted", "maximum statement execution time exceeded",
           "execution timeout expired", "querytimeoutexception", "slow log")},
    {"schema", 0.8, KIND_CHANGE, KIND_CHANGE, "it asks for what a database has no more",
     "statements ask for what it has no more",
     WORDS("column * does not exist", "relation * does not exist", "function * does not exist",
           "unknown column", "no such column", "no such table", "undefinedcolumn", "undefinedtable",
           "table * doesn't exist", "invalid column name", "invalid object name", "sqlstate 42703",
           "sqlstate 42p01", "ora-00904", "ora-00942")},
    {"program", 0.9, KIND_IMAGE, KIND_UNKNOWN, "what it is to run cannot be run", NULL,
     WORDS("exec format error", "executable file not found", "exec: *: not found",
           "exec * no such file", "exec * permission denied", "cannot execute",
           "could not find or load main class", "unable to access jarfile", "errimagepull",
           "imagepullbackoff", "manifest unknown", "command not found", "exit code 127",
           "exit status 127", "status=203/exec", "runcontainererror", "cannot run program",
           "failed to locate executable")},
    {"message", 0.5, KIND_EXCEPTION, KIND_UNKNOWN, "it cannot work on what it is sent", NULL,
     WORDS("unknown kind", "unknown type", "unknown message", "unknown job", "no handler for",
           "unsupported version", "cannot deserialize", "deserializationexception",
           "serializationexception", "failed to deserialize", "failed to parse message", "poison",
           "unexpected message", "unregistered task", "no worker for")},
    {"crash", 0.5, KIND_CRASH, KIND_UNKNOWN, "it crashed", NULL,
     WORDS("segmentation fault", "sigsegv", "core dumped", "signal 11", "sigabrt", "stack overflow",
           "double free", "fatal signal")},
    {"probe", 0.5, KIND_PROBE, KIND_UNKNOWN, "its probe fails", NULL,
     WORDS("liveness probe", "readiness probe", "startup probe", "health check failed",
           "failed its liveness probe", "health checks failed", "unhealthy threshold")},
    {"no route", 0.6, KIND_NETWORK_LOSS, KIND_NETWORK_LOSS, "packets of it do not get through",
     "packets do not get through to it",
     WORDS("no route to host", "ehostunreach", "noroutetohost", "network is unreachable",
           "enetunreach", "host is unreachable", "network unreachable")},
    {"unanswered", 0.5, KIND_NETWORK_LOSS, KIND_NETWORK_LOSS,
     "connections that it opens are not answered", "connections to it are not answered",
     WORDS("connection timed out", "connect timed out", "connect timeout", "connecttimeout",
           "connection timeout", "etimedout", "failed: timeout expired", "dial tcp * i/o timeout",
           "upstream timed out * while connecting", "cannot connect: timed out",
           "did not properly respond after a period of time", "could not connect * timed out",
           "cannot connect within", "no connection within", "connection attempt timed out")},
    {"refused", 0.24, KIND_DEPENDENCY, KIND_CRASH, "what it calls is not there",
     "nobody listens where it should",
     WORDS("connection refused", "econnrefused", "connectexception", "connectionrefused",
           "actively refused it", "connect() failed (111", "couldn't connect to",
           "could not connect to", "cannot connect to", "unable to connect to",
           "failed to connect to", "111: connection refused")},
    {"upstreams", 0.24, KIND_ROUTING, KIND_UNKNOWN, "it knows nobody to pass requests to", NULL,
     WORDS("no live upstreams", "no healthy upstream", "has no server available",
           "no server is available", "no available server", "no endpoints available",
           "no route matched", "default backend - 404", "cluster not found")},
    {"unavailable", 0.24, KIND_DEPENDENCY, KIND_DEPENDENCY, "what it calls does not serve it",
     "it turns requests away",
     WORDS("service unavailable", "serviceunavailable", "temporarily unavailable", "bad gateway",
           STATUS("502"), STATUS("503"), STATUS("504"))},
    {"broken", 0.2, KIND_DEPENDENCY, KIND_CRASH, "what it calls breaks off",
     "it breaks connections off",
     WORDS("connection reset", "econnreset", "broken pipe", "epipe", "prematurely closed",
           "closed the connection", "socket hang up", "unexpected eof",
           "upstream connect error or disconnect", "remote end closed connection",
           "connection aborted", "connection was closed", "server has gone away",
           "lost connection to")},
    {"late", 0.2, KIND_DEPENDENCY, KIND_UNKNOWN, "what it calls answers late", NULL,
     WORDS("timed out", "timeout", "no answer within", "deadline exceeded", "timeoutexception",
           "read timed out", "upstream timed out * while reading", "upstream timed out",
           "upstream request timeout", "resource temporarily unavailable", "operation was canceled",
           "taskcanceled")},
    {0},
};

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static char small(char c)
{
    return (char)tolower((unsigned char)c);
}

/* How long the match of `words` at the start of `text` is; 0: there is none. */
static size_t match_len(struct str text, const char *words)
{
    size_t at = 0;
    for (; *words && *words != '*'; words++, at++)
        if (at >= text.len || small(text.ptr[at]) != *words)
            return 0;
    if (!*words)
        return at;
    for (size_t gap = 0; gap <= GAP_MAX && at + gap < text.len; gap++) {
        const size_t rest = match_len(str_slice(text, at + gap, text.len), words + 1);
        if (rest > 0)
            return at + gap + rest;
    }
    return 0;
}

static bool is_word_start(struct str line, size_t at)
{
    return at == 0 || !is_word_char(line.ptr[at - 1]) ||
           (isupper((unsigned char)line.ptr[at]) && islower((unsigned char)line.ptr[at - 1]));
}

struct complaint_ear complaint_ear_new(struct arena *arena)
{
    struct complaint_ear ear = {.phrases =
                                    arena_push_many(arena, struct complaint_phrase, PHRASES_MAX)};
    for (unsigned first = 0; first < COMPLAINT_FIRSTS; first++) {
        ear.from[first] = ear.count;
        for (uint32_t i = 0; complaints[i].name; i++)
            for (const char *const *words = complaints[i].words; *words; words++)
                if ((unsigned char)**words == first) {
                    assert(ear.count < PHRASES_MAX);
                    ear.phrases[ear.count++] = (struct complaint_phrase){&complaints[i], *words};
                }
    }
    ear.from[COMPLAINT_FIRSTS] = ear.count;
    return ear;
}

/* The longest that begins here. */
static struct complaint_heard heard_at(const struct complaint_ear *ear, struct str rest)
{
    struct complaint_heard best = {0};
    const unsigned char first = (unsigned char)small(rest.ptr[0]);
    if (first >= COMPLAINT_FIRSTS)
        return best;
    for (uint32_t i = ear->from[first]; i < ear->from[first + 1]; i++) {
        const size_t len = match_len(rest, ear->phrases[i].words);
        if (len > best.said.len)
            best = (struct complaint_heard){ear->phrases[i].complaint, ear->phrases[i].words,
                                            str_slice(rest, 0, len)};
    }
    return best;
}

struct complaint_heard complaint_in(const struct complaint_ear *ear, struct str line)
{
    struct complaint_heard best = {0};
    line = str_slice(line, 0, READ_MAX);
    for (size_t at = 0; at < line.len;) {
        struct complaint_heard heard = {0};
        if (is_word_start(line, at))
            heard = heard_at(ear, str_slice(line, at, line.len));
        if (heard.complaint && (!best.complaint || heard.complaint->clear > best.complaint->clear))
            best = heard;
        at += heard.complaint ? heard.said.len : 1;
    }
    return best;
}

struct str complaint_said(struct str line, const char *words)
{
    line = str_slice(line, 0, READ_MAX);
    for (size_t at = 0; at < line.len; at++) {
        const size_t len =
            is_word_start(line, at) ? match_len(str_slice(line, at, line.len), words) : 0;
        if (len > 0)
            return str_slice(line, at, at + len);
    }
    return STR("");
}

const struct complaint *complaint_find(struct str name)
{
    for (const struct complaint *it = complaints; it->name; it++)
        if (str_eq(str_of(it->name), name))
            return it;
    return NULL;
}
