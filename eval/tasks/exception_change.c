/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the change that brought the line at fault is told from what a crash prints and the diffs
 * of two dozen changes, most of which touch the same files (eval/traces/histories.py).
 */
#include "eval/suite/traces.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "data/json.h"
#include "eval/suite/ask.h"

#include <string.h>

#define HISTORIES_PATH "eval/traces/histories.jsonl"
#define BYTES_MAX ((size_t)16 << 20)
#define EVERY_S 1800 /* a change; the last as long before the first crash */

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

static struct str feed_of(struct arena *arena, const json_t *changes)
{
    static const char *const members[] = {"id", "message", "files", "detail"};
    struct buf out = buf_new(arena);
    const json_t *change;
    size_t i;
    int at_s = TRACES_FIRST_S - EVERY_S * (int)json_array_size(changes);
    json_array_foreach(changes, i, change)
    {
        buf_printf(&out, "{\"timestamp\":%d,\"kind\":\"deploy\"", at_s);
        for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
            json_put_key(&out, members[k]);
            json_put_text(&out, str_of(text_of(change, members[k])));
        }
        buf_add(&out, STR("}\n"));
        at_s += EVERY_S;
    }
    return buf_str(&out);
}

/* The newest whose files have that name; NULL: any. */
static const char *newest(const json_t *changes, const char *file)
{
    const char *found = "";
    const json_t *change;
    size_t i;
    json_array_foreach(changes, i, change) if (!file || strstr(text_of(change, "files"), file))
        found = text_of(change, "id");
    return found;
}

static bool ask(struct task_run *run, const struct trace *trace, const char *bundle,
                const json_t *history, struct err *err)
{
    const json_t *changes = json_object_get(history, "changes");
    const char *truth = text_of(json_object_get(history, "wrote"), trace->id);
    const char *const words[] = {"actor",
                                 "run",
                                 "find_exception_cause",
                                 bundle,
                                 str_printf(run->arena, "service=%s", trace->id).ptr,
                                 "--json",
                                 NULL};
    json_t *told;
    if (!ask_program(run, words, &told, err))
        return false;
    const char *change = text_of(json_object_get(told, "output"), "change");
    traces_add(run, TASK_US, trace, strcmp(change, truth) == 0);
    json_decref(told);
    traces_add(run, "the newest", trace, strcmp(newest(changes, NULL), truth) == 0);
    traces_add(run, "the newest of its file", trace,
               strcmp(newest(changes, trace->file), truth) == 0);
    return true;
}

static bool ask_all(struct task_run *run, const struct traces *traces, const json_t *history,
                    struct err *err)
{
    const char *runtime = text_of(history, "runtime"), *bundle;
    const struct str feed = feed_of(run->arena, json_object_get(history, "changes"));
    if (!traces_bundle(run, traces, runtime, feed, &bundle, err))
        return false;
    for (uint32_t i = 0; i < traces->count; i++)
        if (strcmp(traces->items[i].runtime, runtime) == 0 &&
            !ask(run, &traces->items[i], bundle, history, err))
            return false;
    return true;
}

static bool run(struct task_run *run, struct err *err)
{
    struct traces traces;
    struct str text, line;
    if (!traces_read(run->arena, &traces, err) ||
        !file_read(run->arena, HISTORIES_PATH, BYTES_MAX, &text, err))
        return false;
    while (str_split(&text, '\n', &line)) {
        json_t *history = json_loadb(line.ptr, line.len, 0, NULL);
        const bool ok = !history || ask_all(run, &traces, history, err);
        json_decref(history);
        if (!ok)
            return false;
    }
    return true;
}

const struct task task_exception_change = {
    .name = "exception_change",
    .category = CATEGORY_CODE,
    .summary = "which change brought the line that a crash comes from?",
    .measure = "top-1 of two dozen",
    .source = "87 recorded crashes of small programs of ours, in histories drawn by a seed",
    .minds = MIND(NONE),
    .run = run,
};
