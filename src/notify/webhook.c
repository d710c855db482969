/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object, in members that users of other tools know, to any address. */
#include "notify/notify.h"

#include "base/arena.h"
#include "notify/post.h"
#include "notify/words.h"

#include <jansson.h>

#define TEXT_CHARS_MAX 20000

static const struct field settings[] = {
    {"url", TYPE_TEXT, 0, "where it is posted; env:NAME or file:/path", NULL},
    {"key", TYPE_TEXT, FIELD_OPTIONAL, "sent as `Authorization: Bearer KEY`", NULL},
    {0},
};

static json_t *list_of(const struct news_lines *lines)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < lines->count; i++)
        json_array_append_new(array, json_stringn(lines->items[i].ptr, lines->items[i].len));
    return array;
}

static void set(json_t *object, const char *name, struct str text)
{
    json_object_set_new(object, name, json_stringn(text.ptr ? text.ptr : "", text.len));
}

static bool encode(struct arena *arena, const struct notifier *notifier, const struct news *news,
                   struct str thread, struct request *out, struct err *err)
{
    (void)thread, (void)err;
    json_t *body = json_object();
    json_object_set_new(body, "schema_version", json_integer(1));
    set(body, "event", str_of(news_phase_name(news->phase)));
    set(body, "incident", news->id);
    set(body, "title", news->title);
    set(body, "verdict", news_headline(arena, news));
    json_object_set_new(body, "known", json_boolean(news->known));
    json_object_set_new(body, "confidence", json_real(news->confidence));
    set(body, "resource", news->subject);
    set(body, "kind", news->kind);
    set(body, "severity", news->severity);
    set(body, "alert_name", news->alert_name);
    set(body, "started_at", time_format_rfc3339(arena, news->started_ns));
    set(body, "change", news->change);
    json_object_set_new(body, "findings", list_of(&news->summary));
    json_object_set_new(body, "next_steps", list_of(&news->next_steps));
    json_object_set_new(body, "ruled_out", list_of(&news->ruled_out));
    json_object_set_new(body, "data_gaps", list_of(&news->gaps));
    set(body, "text", words_of_news(arena, news, TEXT_CHARS_MAX));
    set(body, "curated_url", news->url);
    post_json(arena, notifier_text(notifier, "url"), notifier_text(notifier, "key"), body, out);
    return true;
}

const struct notifier_type notifier_webhook = {
    .name = "webhook",
    .summary = "one JSON object, posted to an address of your own",
    .settings = settings,
    .place = "url",
    .encode = encode,
};
