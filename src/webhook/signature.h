/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a post comes from who says so: a signature over its bytes (HMAC-SHA256 in hexadecimal
 * digits, one or more in a header, as PagerDuty, Sentry and Grafana write it), or a shared token.
 */
#pragma once

#include "webhook/webhook.h"

/* Signatures in one header; a sender changes its key, so there are two for a while. */
#define SIGNATURES_MAX 16

/*
 * Where there is a secret and the kind signs, one signature must be of one of the secrets; else,
 * where there is a token, it must be sent. Where there is neither, all may post.
 */
MUST_CHECK bool signature_check(const struct webhook *webhook, const struct webhook_post *post,
                                const struct webhook_keys *keys, struct err *err);
