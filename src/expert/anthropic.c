/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as Anthropic describes them, version 2023-06-01. There are no odds in it. */
#include "expert/expert.h"
#include "expert/reply.h"

#include "base/arena.h"
#include "data/json.h"
#include "net/sse.h"

const struct expert_type expert_anthropic;

#define PARTS_MAX 64 /* of an answer; the models think, quote and write in parts */

static void put_messages(struct buf *out, const struct brief *brief)
{
    json_put_key(out, "messages");
    buf_add_char(out, '[');
    brief_put_message(out, "user", brief->material);
    if (brief->wrong.len > 0) {
        brief_put_message(out, "assistant", brief->wrong);
        brief_put_message(out, "user", brief->mistake);
    }
    buf_add_char(out, ']');
}

static bool encode(const struct expert_config *config, const struct brief *brief,
                   struct arena *arena, struct request *out, struct err *err)
{
    if (brief->labels)
        return err_set(err, ERR_USAGE, "anthropic tells no odds");
    struct buf body = buf_new(arena);
    buf_add(&body, STR("{\"model\":"));
    json_put_text(&body, config->model);
    buf_printf(&body, ",\"max_tokens\":%u", config->answer_tokens_max);
    json_put_key(&body, "system");
    json_put_text(&body, brief_instructions(arena, config, brief));
    put_messages(&body, brief);
    if (config->has_temperature) {
        json_put_key(&body, "temperature");
        json_put_real(&body, config->temperature);
    }
    if (config->takes_schema)
        buf_printf(&body,
                   ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":%.*s}}",
                   STR_ARG(brief->schema));
    if (brief_streams(config, brief))
        buf_add(&body, STR(",\"stream\":true"));
    buf_add_char(&body, '}');
    *out = (struct request){.url = config->url, .body = buf_str(&body)};
    request_add_header(out, "Content-Type", STR("application/json"), false);
    request_add_header(out, "anthropic-version", STR("2023-06-01"), false);
    if (config->key.len > 0)
        request_add_header(out, "x-api-key", config->key, true);
    return true;
}

static bool read_content(const json_t *root, struct arena *arena, struct opinion *out,
                         struct err *err)
{
    const json_t *parts = json_object_get(root, "content");
    const struct str stop = reply_text(root, "stop_reason");
    if (!reply_is_calm(arena, root, err))
        return false;
    if (!json_is_array(parts))
        return err_set(err, ERR_PROTOCOL,
                       "the reply has no `content`; is the URL one of messages?");
    if (str_eq(stop, STR("refusal")))
        return err_set(err, ERR_DENIED, "the model refuses");
    struct buf text = buf_new(arena);
    for (size_t i = 0; i < json_array_size(parts) && i < PARTS_MAX; i++)
        if (str_eq(reply_text(json_array_get(parts, i), "type"), STR("text")))
            buf_add(&text, reply_text(json_array_get(parts, i), "text"));
    out->text = buf_str(&text);
    out->is_cut = str_eq(stop, STR("max_tokens"));
    return true;
}

static uint64_t tokens_in(const json_t *usage)
{
    return reply_count(usage, "input_tokens") + reply_count(usage, "cache_read_input_tokens") +
           reply_count(usage, "cache_creation_input_tokens");
}

/* message_start, content_block_delta, message_delta; others have nothing for us. */
static bool take(struct streamed *streamed, const json_t *event, struct err *err)
{
    const struct str type = reply_text(event, "type");
    const json_t *delta = json_object_get(event, "delta");
    if (str_eq(type, STR("message_start")))
        streamed->tokens_in =
            tokens_in(json_object_get(json_object_get(event, "message"), "usage"));
    else if (str_eq(type, STR("content_block_delta")) &&
             str_eq(reply_text(delta, "type"), STR("text_delta")))
        buf_add(&streamed->text, reply_text(delta, "text"));
    if (!str_eq(type, STR("message_delta")))
        return true;
    const struct str stop = reply_text(delta, "stop_reason");
    if (str_eq(stop, STR("refusal")))
        return err_set(err, ERR_DENIED, "the model refuses");
    streamed->is_ended = stop.len > 0;
    streamed->is_cut = str_eq(stop, STR("max_tokens"));
    streamed->tokens_out = reply_count(json_object_get(event, "usage"), "output_tokens");
    return true;
}

static bool decode(const struct brief *brief, struct str reply, struct arena *arena,
                   struct opinion *out, struct err *err)
{
    if (!brief->labels && sse_begins(reply))
        return reply_read_stream(&expert_anthropic, arena, reply, out, err);
    json_t *root = reply_read(arena, reply, err);
    if (!root)
        return false;
    const json_t *usage = json_object_get(root, "usage");
    *out = (struct opinion){.tokens_in = tokens_in(usage),
                            .tokens_out = reply_count(usage, "output_tokens")};
    const bool ok = read_content(root, arena, out, err);
    json_decref(root);
    return ok;
}

const struct expert_type expert_anthropic = {
    .name = "anthropic",
    .summary = "Messages of Anthropic",
    .path = "/messages",
    .encode = encode,
    .decode = decode,
    .take = take,
};
