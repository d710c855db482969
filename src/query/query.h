/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a question in plain words to a query that answers it: templates filled in with names of the
 * case, no model. docs/query.md has the words.
 */
#pragma once

#include "query/wish.h"

#define QUERY_LANGUAGES(X) X(SQL) X(PROMQL) X(LOGQL)

enum query_language {
#define X(id) QUERY_##id,
    QUERY_LANGUAGES(X)
#undef X
        QUERY_LANGUAGES_COUNT
};

const char *query_language_name(enum query_language language); /* "promql" */

/* False: there is none of that name. */
bool query_language_of(struct str name, enum query_language *out);

struct query {
    struct str text;
    struct str left; /* the words that were not understood; empty: all were */
};

/*
 * `alert_ns`: when the alert fired, 0: not known. Fails with ERR_USAGE where the words do not say
 * what is asked about, or ask what the language cannot.
 */
MUST_CHECK bool query_of_words(struct arena *arena, struct telemetry *telemetry, int64_t alert_ns,
                               struct str words, enum query_language language, struct query *out,
                               struct err *err);

/* The same, of names that were read before: questions about one case need not read them again. */
MUST_CHECK bool query_of_names(struct arena *arena, const struct schema *schema, int64_t alert_ns,
                               struct str words, enum query_language language, struct query *out,
                               struct err *err);

/* One file a language: put_sql.c, put_promql.c, put_logql.c. */
MUST_CHECK bool query_put_sql(struct arena *arena, const struct wish *wish, struct str *out,
                              struct err *err);
MUST_CHECK bool query_put_promql(struct arena *arena, const struct wish *wish, struct str *out,
                                 struct err *err);
MUST_CHECK bool query_put_logql(struct arena *arena, const struct wish *wish, struct str *out,
                                struct err *err);
