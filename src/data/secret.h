/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets are not written where they are used: "env:NAME" and "file:/path" say where they lie.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define SECRET_BYTES_MAX 65536 /* a token of a cloud has some thousands */

/*
 * What stands there, without white space around it; any other text as it is. Errors never show it.
 */
MUST_CHECK bool secret_read(struct arena *arena, struct str text, struct str *out, struct err *err);
