/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs and forms: what stands between '?' and the end, with all that could end a value written as
 * %XX (RFC 3986).
 */
#pragma once

#include "base/buf.h"

struct url {
    struct buf text;
    bool has_param;
};

/* `base` followed by `path`. */
struct url url_begin(struct arena *arena, struct str base, const char *path);
/* The same for a body of application/x-www-form-urlencoded. */
struct url url_form(struct arena *arena);

void url_param(struct url *url, const char *name, struct str value);
void url_param_int(struct url *url, const char *name, int64_t value);
void url_param_seconds(struct url *url, const char *name, int64_t time_ns); /* "1435781430.781" */

/* One part of a path, "/" and all escaped, with a slash in front. */
void url_part(struct url *url, struct str part);

struct str url_text(struct url *url);
