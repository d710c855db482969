/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Selectors of Prometheus and Loki, {a="b",c=~"d|e"}, quoted by the rules of both languages (those
 * of Go's strings), and the matrices that both answer with.
 */
#pragma once

#include "connect/answer.h"
#include "connect/connector.h"

/* "..." with backslashes, quotes and control characters escaped. */
void promql_put_text(struct buf *out, struct str text);

/* The same for a text that is to be matched as it stands by a regular expression (RE2). */
void promql_put_pattern(struct buf *out, const struct str *texts, uint32_t count);

/*
 * What comes after the names: `,a="b"` for each matcher, and the selector's text that a person has
 * configured (`match`), which must be made of matchers alone.
 */
void promql_put_matchers(struct buf *out, const struct question *question, struct str match);

/* [1435781430.781, "1"]; false: it is none. */
bool promql_point(const json_t *point, int64_t *time_ns, struct str *value);

/* {"status":"success","data":...}: the data; false: it says what was wrong. */
MUST_CHECK bool promql_data(struct arena *arena, struct str body, struct gathered *gathered,
                            const json_t **out, struct err *err);
