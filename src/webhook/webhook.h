/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as other products post them: bytes and headers in, notices out. Nothing here is kept, and
 * no clock is asked: what a post starts is decided by incident/.
 *
 * The shapes are those of docs/webhooks.md, each in a file of its own, decode_NAME.c.
 */
#pragma once

#include "case/alert.h"

#define WEBHOOK_BYTES_MAX ((size_t)1 << 20)
#define NOTICES_MAX 5000 /* of one post; a kilobyte of body holds about three */
#define FINGERPRINT_LEN_MAX 128

enum notice_status {
    NOTICE_FIRING,
    NOTICE_RESOLVED,
    NOTICE_ACKNOWLEDGED, /* somebody has it in hand: nothing is started, nothing ends */
};

const char *notice_status_name(enum notice_status status); /* "firing" */

/* What is said of one alert. All texts are UTF-8; `alert.starts_ns` is that of the post where it is
 * not said. */
struct notice {
    struct alert alert;
    struct str fingerprint; /* the same for each notice of the same alert; never empty */
    struct str group_key;   /* what the sender puts together; empty: it does not say */
    struct str url;         /* where a person reads on: http or https, or empty */
    enum notice_status status;
    struct str episode; /* the same while the alert fires without a break; empty: it is not said */
};

struct notices {
    struct notice *items;
    uint32_t count; /* may be 0: a post that says nothing of alerts, such as a test of the door */
    uint32_t left_out; /* how many the sender says it has cut off */
    struct str key;    /* the same for the same post sent again; never empty */
    bool has_id;       /* `key` is an id that the sender gave; else it stands for the bytes */
    int64_t sent_ns;   /* when the sender made it; 0: it does not say */
};

struct webhook_header {
    struct str name; /* whatever its case */
    struct str value;
};

struct webhook_post {
    const struct webhook_header *headers;
    uint32_t headers_count;
    struct str body;
    int64_t now_ns; /* when it came */
};

#define WEBHOOK_SECRETS_MAX 4 /* an old and a new one, of two subscriptions */

/* What proves who sends. Where there are secrets the signature is checked, else the token. */
struct webhook_keys {
    struct str token; /* of a header: X-Warroom-Token, or Authorization: Bearer; empty: none */
    struct str secrets[WEBHOOK_SECRETS_MAX];
    uint32_t secrets_count;
};

struct webhook {
    const char *name; /* the last word of the path it is posted to */
    const char *summary;
    const char *signature_header; /* NULL: this sender signs nothing */
    const char *signature_prefix; /* before each signature in there: "v1=" */
};

extern const struct webhook *const webhooks[]; /* ends with NULL */

/* NULL: there is no such kind. */
const struct webhook *webhook_find(struct str name);

/*
 * Checks who sends, then reads. Results live in `arena`; nothing of the body is shown in an error
 * but short texts that were wrong.
 *
 * ERR_PROTOCOL: it is not what that kind of sender sends, or its signature is no signature;
 * ERR_USAGE: a token is wanted and was not sent; ERR_DENIED: a token or signature is not ours;
 * ERR_OVER_BUDGET: it is too large.
 */
MUST_CHECK bool webhook_read(const struct webhook *webhook, const struct webhook_post *post,
                             const struct webhook_keys *keys, struct arena *arena,
                             struct notices *out, struct err *err);

/* What HTTP answers to such an error: 400, 401, 403 or 413. */
int webhook_status(enum err_kind kind);
