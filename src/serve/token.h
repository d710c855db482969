/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens by which programs and people show who they are. A token is 32 random bytes in
 * hexadecimal after "wr_"; the ledger has its SHA-256 only, so it is shown once, when it is made.
 */
#pragma once

#include "data/digest.h"
#include "store/ledger.h"

enum scope {
    SCOPE_NONE, /* nobody has to say who they are */
    SCOPE_READ,
    SCOPE_INVESTIGATE, /* send alerts and telemetry, start and cancel */
    SCOPE_FEEDBACK,
    SCOPE_ADMIN, /* silences, and all of the above */
    SCOPES_COUNT,
};

const char *scope_name(enum scope scope); /* "read" */

#define TOKENS_MAX 100
#define TOKEN_NAME_LEN_MAX 64

struct token {
    struct str name;
    struct digest hash;
    uint32_t scopes;                  /* a bit for each */
    int64_t created_ns, last_used_ns; /* 0: never */
};

/* "read,feedback" */
MUST_CHECK bool scopes_parse(struct str text, uint32_t *out, struct err *err);
struct str scopes_format(struct arena *arena, uint32_t scopes);
bool scopes_have(uint32_t scopes, enum scope scope); /* admin has all */

/* `secret` is what to give to whoever it is for; it is kept nowhere. */
MUST_CHECK bool token_add(struct ledger *ledger, struct arena *arena, struct str name,
                          uint32_t scopes, int64_t now_ns, struct str *secret, struct err *err);

/* ERR_NOT_FOUND: there is none of that name. */
MUST_CHECK bool token_remove(struct ledger *ledger, struct str name, struct err *err);

/* By name. */
MUST_CHECK bool token_list(struct ledger *ledger, struct arena *arena, struct token **out,
                           uint32_t *count, struct err *err);

MUST_CHECK bool token_used(struct ledger *ledger, struct str name, int64_t now_ns, struct err *err);

/* ---- who did what ---- */

MUST_CHECK bool audit_add(struct ledger *ledger, struct str who, struct str what,
                          struct str subject, int64_t now_ns, struct err *err);
