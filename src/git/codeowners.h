/* SPDX-License-Identifier: Apache-2.0 */
/* The CODEOWNERS file of a revision, as git keeps it: what lies in the folder is not looked at. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

/*
 * `where` is its path, and empty where there is none; then `text` is as well. Looked for are
 * .github/CODEOWNERS, CODEOWNERS, docs/CODEOWNERS and .gitlab/CODEOWNERS, and the first is taken:
 * each host's own order. Errors are those of git/child.h, and ERR_OVER_BUDGET above
 * OWNERS_BYTES_MAX.
 */
MUST_CHECK bool git_codeowners(struct arena *arena, const char *folder, struct str revision,
                               struct str *where, struct str *text, struct err *err);
