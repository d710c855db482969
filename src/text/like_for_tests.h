/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a text matches the SQL pattern of its template. */
#pragma once

#include "base/str.h"

/* As the database matches: % any bytes, _ one, \ escapes. */
static inline bool like_matches(struct str pattern, struct str text)
{
    size_t p = 0, t = 0, star = STR_NPOS, from = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '%') {
            star = ++p;
            from = t;
            continue;
        }
        const bool escaped = p + 1 < pattern.len && pattern.ptr[p] == '\\';
        const size_t at = p + escaped;
        if (at < pattern.len &&
            (pattern.ptr[at] == text.ptr[t] || (pattern.ptr[at] == '_' && !escaped))) {
            p = at + 1;
            t++;
        } else if (star != STR_NPOS) {
            p = star;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '%')
        p++;
    return p == pattern.len;
}
