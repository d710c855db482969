/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a question in plain words becomes a SELECT that gives what a person's SELECT gives. */
#include "eval/suite/phrases.h"

#define ANYTHING "SELECT * FROM logs"

static bool is_same(const struct task_run *run, const struct phrase *phrase, struct str ours,
                    const json_t *theirs)
{
    json_t *rows = json_loadb(ours.ptr, ours.len, 0, NULL);
    const bool same = rows && phrase_same_rows(run->arena, rows, theirs, phrase->is_ordered);
    json_decref(rows);
    return same;
}

static bool run_one(struct task_run *run, const struct phrase *phrase, struct err *err)
{
    struct str ours, theirs, anything;
    if (!phrase_ask(run, "sql", phrase, &ours, err) ||
        !phrase_select(run, phrase, phrase->query, &theirs, err) ||
        !phrase_select(run, phrase, ANYTHING, &anything, err))
        return false;
    json_t *rows = json_loadb(theirs.ptr, theirs.len, 0, NULL);
    if (json_array_size(rows) == 0) {
        json_decref(rows);
        return err_set(err, ERR_CORRUPT, "%s: its own query gives no rows", phrase->id.ptr);
    }
    phrase_add(run, TASK_US, phrase, is_same(run, phrase, ours, rows));
    phrase_add(run, ANYTHING, phrase, is_same(run, phrase, anything, rows));
    json_decref(rows);
    return true;
}

static bool run(struct task_run *run, struct err *err)
{
    struct phrases phrases;
    if (!phrases_read(run, "sql", &phrases, err))
        return false;
    for (uint32_t i = 0; i < phrases.count; i++)
        if (!run_one(run, &phrases.items[i], err))
            return false;
    return true;
}

const struct task task_query_sql = {
    .name = "query_sql",
    .category = CATEGORY_QUERIES,
    .summary = "which SELECT answers a question in plain words?",
    .measure = "it runs, and gives the same rows",
    .source = "154 questions over two shipped incidents, run by DuckDB",
    .minds = MIND(NONE),
    .run = run,
};
