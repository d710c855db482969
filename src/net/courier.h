/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The courier: the only door out of the program. Whoever asks the world makes a request and reads
 * a reply; how it travels, how often it is tried and how long that may take is decided here.
 *
 * It goes to hosts that the configuration names, and to no other: it follows no redirect, uses no
 * proxy, and reads neither .netrc nor cookies. A failure names the host, what was wrong and what to
 * do. It never shows a header that is secret.
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"

#define REQUEST_HEADERS_MAX 8
#define REQUEST_BYTES_MAX ((size_t)1 << 20)
#define REPLY_BYTES_MAX ((size_t)4 << 20) /* ten times the longest answer that a model gives */

struct header {
    const char *name;
    struct str value;
    bool secret; /* a key: sent, and never shown */
};

/* POST where there is a body, else GET. */
struct request {
    struct str url;
    struct header headers[REQUEST_HEADERS_MAX];
    uint32_t headers_count;
    struct str body;
    size_t reply_bytes_max; /* 0: REPLY_BYTES_MAX */
    struct str ca_file;     /* certificates to trust instead of the system's; empty: the system's */
    bool allow_link_local;  /* a name may lead to an address that net/address.h shuts */
    /*
     * Told of the body so far whenever more of it has come, of a reply with a status of 2xx; each
     * try begins with an empty one. NULL: nobody waits for pieces.
     */
    void (*heard)(void *state, struct str so_far);
    void *heard_state;
};

struct reply {
    int status;      /* of HTTP; 0: nobody answered */
    struct str body; /* as it came: any bytes, at most what the request allows */
    int64_t wait_ns; /* what the other side asks to wait before the next try; 0: it does not say */
};

/*
 * One exchange, without a second try. False where there is no whole reply: ERR_UNREACHABLE and
 * ERR_TIMEOUT may pass, anything else will not. A reply with any status is a reply.
 */
struct transport {
    bool (*exchange)(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err);
    void *state;
};

/* http and https by libcurl; net/tape.h has others. */
struct transport transport_network(void);

/*
 * Whether a connection can be had, with TLS where the URL has it (http, https, smtp, smtps);
 * nothing is asked. For who looks whether all is well.
 */
MUST_CHECK bool url_reach(struct arena *arena, struct str url, int64_t timeout_ns, struct err *err);

/* How long a reply may be that this request gets. */
size_t request_reply_bytes_max(const struct request *request);

struct courier {
    struct transport transport;
    struct clock clock;
    void (*pause)(void *state, int64_t span_ns); /* NULL: sleep */
    void *pause_state;
    const struct str *hosts; /* the only ones: "api.example.com:443", as url_host() gives them */
    uint32_t hosts_count;
    int tries_max;      /* 0: four */
    uint32_t exchanges; /* how often something was sent, counted here */
};

/* "api.example.com:443" of a URL of http or https without user and password. */
MUST_CHECK bool url_host(struct arena *arena, struct str url, struct str *out, struct err *err);

/* Of a host as url_host() gives it: what is sent there goes over no wire. */
bool host_is_this_machine(struct str host);

/*
 * Tries again, a few times and with growing pauses, what may pass; all of it before the deadline.
 * False: no reply, or one whose status is not 2xx; `out` is the last reply then, as far as it came,
 * so that who asked can say what the other side complains of.
 */
MUST_CHECK bool courier_send(struct courier *courier, struct arena *arena,
                             const struct request *request, struct deadline deadline,
                             struct reply *out, struct err *err);
