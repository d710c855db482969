/* SPDX-License-Identifier: Apache-2.0 */
/* A query made from plain words and the names of the case (query/query.h); frames.sql runs it. */
#include "agent/agent.h"

#include "query/query.h"

static const struct field input[] = {
    {"text", TYPE_TEXT, 0, "what is asked: error lines of cart by minute since 10:00", NULL},
    {"language", TYPE_TEXT, FIELD_OPTIONAL, "sql, promql or logql; sql", NULL},
    {0},
};

static const struct field output[] = {
    {"query", TYPE_TEXT, 0, "what asks for it", NULL},
    {"left", TYPE_TEXT, 0, "the words that were not understood", NULL},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const struct value *named = record_at(in, "language");
    enum query_language language = QUERY_SQL;
    struct query query;
    if (named->known && !query_language_of(named->text, &language))
        return err_set(err, ERR_USAGE, "`%.*s` is no language: sql, promql, logql",
                       STR_ARG(named->text));
    if (!query_of_words(call->scratch, call->services->telemetry, call->casefile->alert->starts_ns,
                        record_at(in, "text")->text, language, &query, err))
        return false;
    *record_at(out, "query") = value_text(query.text);
    *record_at(out, "left") = value_text(query.left);
    return true;
}

const struct tool tool_frames_phrase = {
    .sig = {.name = "phrase",
            .summary = "Make a query of plain words, by the names of the case",
            .input = input,
            .output = output},
    .run = run,
};
