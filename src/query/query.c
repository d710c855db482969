/* SPDX-License-Identifier: Apache-2.0 */
#include "query/query.h"

#include "base/arena.h"

static const struct {
    const char *name;
    enum wish_table table; /* what it can ask about, where that is but one */
    bool (*put)(struct arena *arena, const struct wish *wish, struct str *out, struct err *err);
} languages[QUERY_LANGUAGES_COUNT] = {
    [QUERY_SQL] = {"sql", WISH_NONE, query_put_sql},
    [QUERY_PROMQL] = {"promql", WISH_METRICS, query_put_promql},
    [QUERY_LOGQL] = {"logql", WISH_LOGS, query_put_logql},
};

const char *query_language_name(enum query_language language)
{
    return languages[language].name;
}

bool query_language_of(struct str name, enum query_language *out)
{
    for (int i = 0; i < QUERY_LANGUAGES_COUNT; i++)
        if (str_eq(name, str_of(languages[i].name))) {
            *out = (enum query_language)i;
            return true;
        }
    return false;
}

bool query_of_names(struct arena *arena, const struct schema *schema, int64_t alert_ns,
                    struct str words, enum query_language language, struct query *out,
                    struct err *err)
{
    struct wish wish;
    if (!wish_of(arena, schema, alert_ns, languages[language].table, words, &wish, err) ||
        !languages[language].put(arena, &wish, &out->text, err))
        return false;
    out->left = wish.left;
    return true;
}

bool query_of_words(struct arena *arena, struct telemetry *telemetry, int64_t alert_ns,
                    struct str words, enum query_language language, struct query *out,
                    struct err *err)
{
    struct schema schema;
    return schema_read(arena, telemetry, &schema, err) &&
           query_of_names(arena, &schema, alert_ns, words, language, out, err);
}
