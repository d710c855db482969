/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/queries.h"

#include "base/arena.h"
#include "base/clock.h"
#include "culprit/feed.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUERIES_MAX 10000

static struct str folder_name(struct arena *arena, const char *folder)
{
    struct str path = str_of(folder);
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return str_copy(arena, path_name(path));
}

static bool read_changes(struct arena *arena, const char *folder, struct history *history,
                         struct err *err)
{
    const struct str path = str_printf(arena, "%s/changes.jsonl", folder);
    struct feed feed;
    if (!feed_read_file(arena, path.ptr, history, &feed, err))
        return false;
    if (feed.faults_count > 0)
        return err_set(err, ERR_CORRUPT, "%s:%u: %.*s", path.ptr, feed.faults[0].line,
                       STR_ARG(feed.faults[0].why));
    return true;
}

/* The first change at or after a position. */
static uint32_t number_at(const struct history *history, int64_t position)
{
    uint32_t low = 0, high = history->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (history->items[middle].change.position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One that is none of the candidates cannot be found; a query that has no other is missed. */
static void read_truths(const json_t *truths, const struct history *history,
                        struct culprit_query *query)
{
    for (size_t i = 0; i < json_array_size(truths) && query->truths_count < QUERY_TRUTHS_MAX; i++) {
        const struct str id = str_of(json_string_value(json_array_get(truths, i)));
        const uint32_t number = map_find(&history->ids, id);
        if (number != MAP_NONE && number >= query->from && number < query->to)
            query->truths[query->truths_count++] = number;
    }
}

static bool read_query(struct arena *arena, const json_t *json, const struct history *history,
                       struct culprit_query *out, struct err *err)
{
    const char *symptom = json_string_value(json_object_get(json, "symptom"));
    const char *id = json_string_value(json_object_get(json, "id"));
    if (!symptom || !id)
        return err_set(err, ERR_CORRUPT, "`id` and `symptom` are wanted");
    *out = (struct culprit_query){
        .id = str_copy(arena, str_of(id)),
        .symptom = str_copy(arena, str_of(symptom)),
        .time_ns = json_integer_value(json_object_get(json, "time")) * NS_PER_S,
        .from = number_at(history, json_integer_value(json_object_get(json, "lo"))),
        .to = number_at(history, json_integer_value(json_object_get(json, "hi"))),
        .hard = json_is_true(json_object_get(json, "hard")),
    };
    const json_t *truths = json_object_get(json, "truth");
    if (json_array_size(truths) == 0)
        return err_set(err, ERR_CORRUPT, "`truth` wants the ids of the culprits");
    read_truths(truths, history, out);
    return true;
}

static bool read_queries(struct arena *arena, FILE *file, struct repository *out, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    out->queries = arena_push_many(arena, struct culprit_query, QUERIES_MAX);
    while (ok && out->queries_count < QUERIES_MAX && getline(&line, &room, file) > 0) {
        json_error_t problem;
        json_t *json = json_loads(line, 0, &problem);
        ok = json ? read_query(arena, json, out->history, &out->queries[out->queries_count], err)
                  : err_set(err, ERR_CORRUPT, "%s", problem.text);
        json_decref(json);
        out->queries_count++;
        if (!ok)
            err_context(err, "queries.jsonl:%u", out->queries_count);
    }
    free(line);
    return ok;
}

bool repository_fits(uint32_t count, struct err *err)
{
    return count < REPOSITORIES_MAX ||
           err_set(err, ERR_USAGE, "more than %d folders", REPOSITORIES_MAX);
}

bool repository_read(struct arena *arena, const char *folder, struct repository *out,
                     struct err *err)
{
    *out = (struct repository){.name = folder_name(arena, folder), .history = history_new(arena)};
    if (!read_changes(arena, folder, out->history, err))
        return false;
    const struct str path = str_printf(arena, "%s/queries.jsonl", folder);
    FILE *file = fopen(path.ptr, "re");
    if (!file)
        return err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    const bool ok = read_queries(arena, file, out, err);
    fclose(file);
    return ok ? true : err_context(err, "%s", folder);
}
