/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slack, in blocks: by an incoming webhook (`url`), or as a bot (`key`, `channel`), whose later
 * news of an incident go into the thread of the first.
 *
 * Sources: Slack's reference of blocks, and what users of other tools ran into: a message of more
 * than some 13,000 characters, and a section of more than 3,000, are refused as a whole.
 */
#include "notify/notify.h"

#include "base/arena.h"
#include "notify/post.h"
#include "notify/words.h"
#include "report/escape.h"

#include <jansson.h>

#define HEADER_CHARS_MAX 150
#define SECTION_CHARS_MAX 2900
#define LINES_CHARS_MAX 1800 /* of one list; with six sections it stays below 13,000 */
#define FALLBACK_CHARS_MAX 300
#define POST_URL "https://slack.com/api/chat.postMessage"

static const struct field settings[] = {
    {"url", TYPE_TEXT, FIELD_OPTIONAL, "of an incoming webhook; env:NAME or file:/path", NULL},
    {"key", TYPE_TEXT, FIELD_OPTIONAL, "or the token of a bot: env:NAME or file:/path", NULL},
    {"channel", TYPE_TEXT, FIELD_OPTIONAL, "where the bot writes", NULL},
    {0},
};

/* & < > are Slack's own; `backquotes` and - are as ours. Text from logs cannot mention people. */
static struct str escape(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    text = escape_utf8(arena, text);
    for (size_t i = 0; i < text.len; i++)
        switch (text.ptr[i]) {
        case '&':
            buf_add(&out, STR("&amp;"));
            break;
        case '<':
            buf_add(&out, STR("&lt;"));
            break;
        case '>':
            buf_add(&out, STR("&gt;"));
            break;
        default:
            buf_add_char(&out, text.ptr[i]);
        }
    return buf_str(&out);
}

static json_t *text_object(const char *type, struct str text)
{
    return json_pack("{s:s,s:s%}", "type", type, "text", text.ptr, (size_t)text.len);
}

/* Clipped before it is escaped, so that no entity is cut in two; escapes grow it fivefold at worst.
 */
static void add_section(struct arena *arena, json_t *blocks, struct str text)
{
    if (text.len == 0)
        return;
    struct str shown = escape(arena, escape_clip(arena, text, SECTION_CHARS_MAX));
    for (size_t chars = SECTION_CHARS_MAX; escape_chars(shown) > SECTION_CHARS_MAX; chars /= 2)
        shown = escape(arena, escape_clip(arena, text, chars / 2));
    json_array_append_new(
        blocks, json_pack("{s:s,s:o}", "type", "section", "text", text_object("mrkdwn", shown)));
}

static void add_list(struct arena *arena, json_t *blocks, const char *heading,
                     const struct news_lines *lines)
{
    struct buf out = buf_new(arena);
    words_put_list(&out, heading, lines);
    add_section(arena, blocks, escape_clip(arena, str_trim(buf_str(&out)), LINES_CHARS_MAX));
}

static json_t *make_blocks(struct arena *arena, const struct news *news)
{
    json_t *blocks = json_array();
    const struct str title =
        escape_clip(arena, escape_utf8(arena, news->title), HEADER_CHARS_MAX - 1);
    json_array_append_new(
        blocks, json_pack("{s:s,s:o}", "type", "header", "text", text_object("plain_text", title)));
    add_section(arena, blocks, news_headline(arena, news));
    if (news->phase == NEWS_VERDICT) {
        add_list(arena, blocks, "*What was found*", &news->summary);
        if (news->change.len > 0)
            add_section(arena, blocks,
                        str_printf(arena, "*Change*\n%.*s", STR_ARG(news->change_why)));
        add_list(arena, blocks, "*What to do*", &news->next_steps);
        add_list(arena, blocks, "*Ruled out*", &news->ruled_out);
        add_list(arena, blocks, "*Not known*", &news->gaps);
    }
    if (news->url.len > 0)
        json_array_append_new(blocks, json_pack("{s:s,s:[{s:s,s:o,s:s%}]}", "type", "actions",
                                                "elements", "type", "button", "text",
                                                text_object("plain_text", STR("Evidence")), "url",
                                                news->url.ptr, (size_t)news->url.len));
    return blocks;
}

static bool encode(struct arena *arena, const struct notifier *notifier, const struct news *news,
                   struct str thread, struct request *out, struct err *err)
{
    const struct str url = notifier_text(notifier, "url"), key = notifier_text(notifier, "key"),
                     channel = notifier_text(notifier, "channel");
    if ((url.len > 0) == (key.len > 0) || (key.len > 0 && channel.len == 0))
        return err_set(err, ERR_USAGE, "`url`, or `key` and `channel`, is wanted");
    const struct str fallback =
        escape(arena, escape_clip(arena,
                                  str_printf(arena, "%.*s: %.*s", STR_ARG(news->title),
                                             STR_ARG(news_headline(arena, news))),
                                  FALLBACK_CHARS_MAX));
    json_t *body = json_pack("{s:s%,s:o}", "text", fallback.ptr, (size_t)fallback.len, "blocks",
                             make_blocks(arena, news));
    if (key.len > 0)
        json_object_set_new(body, "channel", json_stringn(channel.ptr, channel.len));
    if (key.len > 0 && thread.len > 0)
        json_object_set_new(body, "thread_ts", json_stringn(thread.ptr, thread.len));
    post_json(arena, url.len > 0 ? url : STR(POST_URL), key, body, out);
    return true;
}

/* A bot is told of errors with status 200; a webhook answers "ok". */
static bool decode(struct arena *arena, const struct notifier *notifier, struct str body,
                   struct str *thread, struct err *err)
{
    if (notifier_text(notifier, "key").len == 0)
        return true;
    json_t *root = json_loadb(body.ptr ? body.ptr : "", body.len, 0, NULL);
    const bool ok = json_is_true(json_object_get(root, "ok"));
    const char *ts = json_string_value(json_object_get(root, "ts"));
    const char *why = json_string_value(json_object_get(root, "error"));
    if (ok && ts && thread->len == 0)
        *thread = str_copy(arena, str_of(ts));
    if (!ok)
        err_set(err, ERR_PROTOCOL, "Slack says: %.80s", why ? why : "something that is no JSON");
    json_decref(root);
    return ok;
}

const struct notifier_type notifier_slack = {
    .name = "slack",
    .summary = "a message in a channel; as a bot, one thread an incident",
    .settings = settings,
    .place = "url",
    .usual_place = POST_URL,
    .encode = encode,
    .decode = decode,
};
