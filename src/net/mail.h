/* SPDX-License-Identifier: Apache-2.0 */
/* A mail, given to a server by libcurl: in UTF-8, and so that no text in it can become a header. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define MAIL_TO_MAX 16

struct mail {
    struct str server;         /* smtp://HOST:PORT (STARTTLS where it is offered), smtps://... */
    struct str user, password; /* empty: none; wanted with TLS only */
    struct str from;
    struct str to[MAIL_TO_MAX];
    uint32_t to_count;
    struct str subject, text;
    struct str thread; /* the same for mails that belong together; empty: none do */
    int64_t now_ns;    /* since 1970 */
};

/* The bytes that are sent. ERR_USAGE: an address is none. */
MUST_CHECK bool mail_print(struct arena *arena, const struct mail *mail, struct str *out,
                           struct err *err);

MUST_CHECK bool mail_send(struct arena *arena, const struct mail *mail, int64_t timeout_ns,
                          struct err *err);
