/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 for who answers requests: sockets, their limits, bodies and streams. What is answered is
 * decided elsewhere (serve/site.h).
 *
 * One thread reads and writes all connections and must never wait; an answer that takes longer is
 * given later, from any thread. Everything that a client may do has a limit: how many connect, how
 * long they take to say what they want, how much of it there may be.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <pthread.h>
#include <sys/types.h>

#define HTTP_CONNECTIONS_MAX 1200 /* 500 who watch, as many who post, and some to spare */
#define HTTP_HEADER_BYTES_MAX ((size_t)16 << 10) /* of a request, its first line among them */
#define HTTP_HEADERS_MAX 64
#define HTTP_QUERY_MAX 16
#define HTTP_ANSWER_HEADERS_MAX 12
#define HTTP_HEAD_S_MAX 20 /* from connecting, or the last answer, to the end of the headers */
#define HTTP_BODY_S_MAX 60 /* from there to the end of the body */
#define HTTP_IDLE_S_MAX 30 /* neither reads nor writes */
#define HTTP_BODIES_BYTES_MAX ((size_t)256 << 20) /* of all bodies that are being read */

struct http_pair {
    struct str name; /* of a header: in lower case */
    struct str value;
};

struct http_request {
    struct arena *arena; /* lives until the answer has been sent */
    struct str method;   /* as it came: "GET" */
    struct str path;     /* decoded: UTF-8, no NUL, no "..", from "/" on */
    struct http_pair query[HTTP_QUERY_MAX];
    uint32_t query_count;
    struct http_pair headers[HTTP_HEADERS_MAX];
    uint32_t headers_count;
    struct str body;
    struct str peer;  /* "127.0.0.1" */
    uint64_t address; /* the same, as client_address() has it */
    bool is_loopback;
    bool is_tls;
};

/* The first of that name (in lower case); empty where there is none. */
struct str http_header(const struct http_request *request, const char *name);
struct str http_query(const struct http_request *request, const char *name);

/* A stream of bytes that come as things happen; the server takes them as the client does. */
struct http_stream;

struct http_feed {
    void *state;
    pthread_mutex_t *lock; /* held during all calls below, and by who calls http_stream_wake() */
    void (*open)(void *state, struct http_stream *stream);
    /* Up to `room` bytes; 0: nothing as yet; -1: that was all. */
    ssize_t (*read)(void *state, char *into, size_t room);
    void (*close)(void *state); /* no call comes after this one */
};

/* There is something to read, or to end. Of a thread that holds the lock of the feed. */
void http_stream_wake(struct http_stream *stream);

struct http_answer {
    int status;
    const char *media_type;
    struct str body; /* lives in the request's arena, or for good */
    int file;        /* 0: none; else what is sent in place of the body, closed afterwards */
    int64_t file_bytes;
    struct http_feed *feed;                            /* NULL: none; lives until its close() */
    struct http_pair headers[HTTP_ANSWER_HEADERS_MAX]; /* further ones; names end in NUL */
    uint32_t headers_count;
};

void http_answer_header(struct http_answer *answer, const char *name, struct str value);

/* One request on its way to an answer. */
struct http_exchange {
    struct http_request request;
    struct http_answer answer;
    int64_t begun_ns;           /* monotonic: when the headers were whole */
    const void *route;          /* of who answers */
    void *caller;               /* the same */
    struct http_exchange *next; /* of whoever keeps it */
};

/* Who answers. All calls come from the one thread that must not wait. */
struct http_handler {
    void *state;
    /* The headers are whole. False: it is answered already, and no body is wanted. */
    bool (*admit)(void *state, struct http_exchange *exchange, size_t *body_bytes_max);
    /* So is the body. False: it takes longer, and later() is called. */
    bool (*answer)(void *state, struct http_exchange *exchange);
    /* Hands it to another thread, which ends with http_finish(). */
    void (*later)(void *state, struct http_exchange *exchange);
    /* The answer stands: headers that all answers have may be added. */
    void (*dress)(void *state, struct http_exchange *exchange);
    /* The answer has been sent, or nobody is there any more to take it. */
    void (*over)(void *state, const struct http_exchange *exchange, size_t bytes);
};

/* Any thread: exchange->answer stands. The exchange is not to be touched afterwards. */
void http_finish(struct http_exchange *exchange);

/* {"error": {"kind": ..., "message": ...}}, with the words of err.h where `kind` fits. */
void http_refuse(struct http_exchange *exchange, int status, const char *kind, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

struct http_listen {
    const char *host;            /* NULL: 127.0.0.1 */
    uint16_t port;               /* 0: any that is free */
    struct str certificate, key; /* PEM, ending in NUL; both empty: no TLS */
    uint32_t address_max;        /* connections of one address but loopback; 0: any number */
};

struct http_server;

/* Listens and answers, from a thread of its own, until it is stopped. */
MUST_CHECK bool http_start(struct arena *arena, const struct http_listen *listen,
                           const struct http_handler *handler, struct http_server **out,
                           struct err *err);

uint16_t http_port(const struct http_server *server);

/* How many are connected. */
uint32_t http_connections(struct http_server *server);

/* Takes no new connections; those that are open go on. */
void http_quiesce(struct http_server *server);

/* Ends all connections. Everything that was begun must have been finished, and each feed ended. */
void http_stop(struct http_server *server);
