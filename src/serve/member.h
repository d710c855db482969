/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a JSON object, with their names: each puts a comma first where one is needed. */
#pragma once

#include "data/json.h"

void member_text(struct buf *out, const char *name, struct str text);
void member_text_or_null(struct buf *out, const char *name, struct str text);
void member_time(struct buf *out, const char *name, int64_t time_ns); /* 0: null */
void member_integer(struct buf *out, const char *name, int64_t integer);
void member_real(struct buf *out, const char *name, double real);
void member_truth(struct buf *out, const char *name, bool truth);
