/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/news.h"

#include "base/arena.h"
#include "report/escape.h"

#include <jansson.h>

const char *news_phase_name(enum news_phase phase)
{
    static const char *const names[] = {[NEWS_OPENED] = "opened",
                                        [NEWS_VERDICT] = "verdict",
                                        [NEWS_FAILED] = "failed",
                                        [NEWS_RESOLVED] = "resolved"};
    return names[phase];
}

static struct str text_at(struct arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return escape_utf8(arena, str_copy(arena, (struct str){.ptr = json_string_value(value),
                                                           .len = json_string_length(value)}));
}

static void add(struct news_lines *lines, struct str line)
{
    if (line.len == 0)
        return;
    if (lines->count < NEWS_LINES_MAX)
        lines->items[lines->count++] = line;
    else
        lines->left++;
}

/* An array of texts. */
static void read_lines(struct arena *arena, const json_t *array, struct news_lines *out)
{
    size_t at;
    json_t *item;
    json_array_foreach(array, at, item)
    {
        add(out, str_copy(arena, (struct str){.ptr = json_string_value(item),
                                              .len = json_string_length(item)}));
    }
}

/* An array of objects: "`name`: text". */
static void read_named(struct arena *arena, const json_t *array, const char *name, const char *text,
                       const char *state, struct news_lines *out)
{
    size_t at;
    json_t *item;
    json_array_foreach(array, at, item)
    {
        const struct str why = text_at(arena, item, text);
        if (why.len > 0 && (!state || str_eq(text_at(arena, item, "state"), str_of(state))))
            add(out, str_printf(arena, "`%.*s`: %.*s", STR_ARG(text_at(arena, item, name)),
                                STR_ARG(why)));
    }
}

static void read_mitigations(struct arena *arena, const json_t *array, struct news_lines *out)
{
    size_t at;
    json_t *item;
    json_array_foreach(array, at, item)
    {
        const struct str command = text_at(arena, item, "command");
        const struct str text = text_at(arena, item, "text");
        add(out, command.len > 0 ? str_printf(arena, "%.*s `%.*s`", STR_ARG(text), STR_ARG(command))
                                 : text);
    }
}

static void read_change(struct arena *arena, const json_t *changes, struct news *out)
{
    const json_t *first = json_array_get(json_object_get(changes, "candidates"), 0);
    if (!json_is_true(json_object_get(changes, "named")) || !first)
        return;
    out->change = text_at(arena, first, "id");
    out->change_why = text_at(arena, first, "why");
    out->revert = text_at(arena, first, "revert");
}

bool news_read_report(struct arena *arena, struct str json, struct news *out, struct err *err)
{
    json_error_t error;
    json_t *root = json_loadb(json.ptr ? json.ptr : "", json.len, 0, &error);
    const json_t *verdict = json_object_get(root, "verdict");
    if (!json_is_object(verdict)) {
        json_decref(root);
        return err_set(err, ERR_CORRUPT, "the report is not one: %s",
                       root ? "it has no verdict" : error.text);
    }
    out->known = json_is_true(json_object_get(verdict, "known"));
    out->confidence = json_number_value(json_object_get(verdict, "confidence"));
    out->subject = text_at(arena, verdict, "subject");
    out->cause = text_at(arena, verdict, "cause");
    out->kind = text_at(arena, verdict, "kind");
    read_lines(arena, json_object_get(root, "summary"), &out->summary);
    read_lines(arena, json_object_get(root, "impact"), &out->impact);
    read_named(arena, json_object_get(root, "leads"), "subject", "reason", "abandoned",
               &out->ruled_out);
    read_named(arena, json_object_get(root, "gaps"), "signal", "text", NULL, &out->gaps);
    read_mitigations(arena, json_object_get(root, "mitigations"), &out->next_steps);
    read_lines(arena, json_object_get(root, "next_steps"), &out->next_steps);
    read_change(arena, json_object_get(root, "changes"), out);
    json_decref(root);
    return true;
}

struct str news_headline(struct arena *arena, const struct news *news)
{
    switch (news->phase) {
    case NEWS_OPENED:
        return STR("An investigation has begun");
    case NEWS_FAILED:
        return str_printf(arena, "It could not be investigated: %.*s", STR_ARG(news->why));
    case NEWS_RESOLVED:
        return STR("Its alerts are over");
    case NEWS_VERDICT:
        break;
    }
    if (!news->known)
        return STR("The cause is not known");
    return str_printf(arena, "`%.*s`: %.*s (%.0f %%)", STR_ARG(news->subject), STR_ARG(news->cause),
                      news->confidence * 100.0);
}
