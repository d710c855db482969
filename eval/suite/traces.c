/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/traces.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/file.h"
#include "data/json.h"
#include "eval/suite/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define TRACES_PATH "eval/traces/traces.jsonl"
#define BYTES_MAX ((size_t)16 << 20)
#define APART_S 5 /* so that none is taken for a part of another */

static const char *text_of(struct arena *arena, const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? str_copy(arena, str_of(text)).ptr : NULL;
}

bool traces_read(struct arena *arena, struct traces *out, struct err *err)
{
    struct str text, line;
    if (!file_read(arena, TRACES_PATH, BYTES_MAX, &text, err))
        return false;
    *out = (struct traces){.items = arena_push_many(arena, struct trace, TRACES_MAX)};
    while (out->count < TRACES_MAX && str_split(&text, '\n', &line)) {
        struct trace *trace = &out->items[out->count];
        json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
        const char *half = json_string_value(json_object_get(json, "half"));
        *trace = (struct trace){.id = text_of(arena, json, "id"),
                                .runtime = text_of(arena, json, "runtime"),
                                .file = text_of(arena, json, "file"),
                                .cause = text_of(arena, json, "cause"),
                                .text = text_of(arena, json, "text"),
                                .line = json_integer_value(json_object_get(json, "line")),
                                .is_kept = half && strcmp(half, "kept") == 0};
        json_decref(json);
        if (!trace->id || !trace->runtime || !trace->file || !trace->cause || !trace->text)
            return err_set(err, ERR_CORRUPT, "%s: line %u is no trace", TRACES_PATH,
                           out->count + 1);
        out->count++;
    }
    return out->count > 0 || err_set(err, ERR_CORRUPT, "%s: there is none in it", TRACES_PATH);
}

static bool write_text(struct arena *arena, const char *folder, const char *name, struct str text,
                       struct err *err)
{
    return file_replace(str_printf(arena, "%s/%s", folder, name).ptr, text, 0666, err);
}

bool traces_bundle(const struct task_run *run, const struct traces *traces, const char *runtime,
                   struct str changes, const char **out, struct err *err)
{
    struct arena *arena = run->arena;
    struct buf logs = buf_new(arena);
    const char *folder =
        str_printf(arena, "%s/crashes-%s", run->place->out, runtime ? runtime : "all").ptr;
    int at_s = TRACES_FIRST_S;
    for (uint32_t i = 0; i < traces->count; i++) {
        if (runtime && strcmp(runtime, traces->items[i].runtime) != 0)
            continue;
        buf_printf(&logs, "{\"timestamp\":%d,\"level\":\"error\",\"service\":", at_s);
        json_put_text(&logs, str_of(traces->items[i].id));
        json_put_key(&logs, "message");
        json_put_text(&logs, str_of(traces->items[i].text));
        buf_add(&logs, STR("}\n"));
        at_s += APART_S;
    }
    const struct str alert =
        str_printf(arena, "{\"name\":\"Crashes\",\"service\":\"shop\",\"startsAt\":%d}\n", at_s);
    *out = folder;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    return write_text(arena, folder, "logs.jsonl", buf_str(&logs), err) &&
           write_text(arena, folder, "alert.json", alert, err) &&
           (changes.len == 0 || write_text(arena, folder, "changes.jsonl", changes, err));
}

bool traces_ask(const struct task_run *run, const struct traces *traces, const json_t ***out,
                json_t **kept, struct err *err)
{
    struct arena *arena = run->arena;
    const json_t *row;
    const char *folder;
    size_t i;
    if (!traces_bundle(run, traces, NULL, STR(""), &folder, err))
        return false;
    const char *const words[] = {"tool",
                                 "run",
                                 "logs.stacks",
                                 folder,
                                 str_printf(arena, "onset=%d", TRACES_FIRST_S - APART_S).ptr,
                                 "--json",
                                 NULL};
    if (!ask_program(run, words, kept, err))
        return false;
    *out = arena_push_many(arena, const json_t *, traces->count);
    json_array_foreach(json_object_get(*kept, "stacks"), i, row)
    {
        const char *service = json_string_value(json_object_get(row, "service"));
        for (uint32_t k = 0; service && k < traces->count; k++)
            if (!(*out)[k] && strcmp(service, traces->items[k].id) == 0)
                (*out)[k] = row;
    }
    return true;
}

void traces_add(struct task_run *run, const char *who, const struct trace *trace, bool is_right)
{
    const double part = is_right;
    task_add(run, who, str_of(trace->id), &part, 1);
    if (strcmp(who, TASK_US) == 0)
        task_add(run, trace->is_kept ? TASK_KEPT : TASK_DEV, str_of(trace->id), &part, 1);
    if (strcmp(who, TASK_US) == 0 && !is_right && !trace->is_kept)
        fprintf(stderr, "missed: %s\n", trace->id);
}
