/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/reply.h"

#include "base/arena.h"
#include "data/json.h"
#include "guard/fence.h"
#include "net/sse.h"

#include <assert.h>

#define QUOTE_BYTES_MAX 100
#define TOKENS_BELIEVED_MAX 100000000

struct str brief_instructions(struct arena *arena, const struct expert_config *config,
                              const struct brief *brief)
{
    if (brief->labels || config->takes_schema)
        return brief->instructions;
    return str_printf(arena,
                      "%.*s\nAnswer with a JSON object of this schema, and nothing else: %.*s",
                      STR_ARG(brief->instructions), STR_ARG(brief->schema));
}

void brief_put_message(struct buf *out, const char *role, struct str content)
{
    json_put_comma(out);
    buf_printf(out, "{\"role\":\"%s\",\"content\":", role);
    json_put_text(out, content);
    buf_add_char(out, '}');
}

void request_add_header(struct request *request, const char *name, struct str value, bool secret)
{
    assert(request->headers_count < REQUEST_HEADERS_MAX);
    request->headers[request->headers_count++] =
        (struct header){.name = name, .value = value, .secret = secret};
}

struct str reply_quote(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    fence_put(&out, text, QUOTE_BYTES_MAX, NULL);
    return buf_str(&out);
}

json_t *reply_read(struct arena *arena, struct str reply, struct err *err)
{
    json_t *root = json_loadb(reply.ptr, reply.len, 0, NULL);
    if (json_is_object(root))
        return root;
    json_decref(root);
    if (reply.len == 0)
        err_set(err, ERR_PROTOCOL, "the reply is empty");
    else
        err_set(err, ERR_PROTOCOL, "the reply is no JSON object but %s; is the URL right?",
                reply_quote(arena, reply).ptr);
    return NULL;
}

struct str reply_text(const json_t *object, const char *name)
{
    const json_t *text = json_object_get(object, name);
    return (struct str){.ptr = json_is_string(text) ? json_string_value(text) : "",
                        .len = json_string_length(text)};
}

uint64_t reply_count(const json_t *object, const char *name)
{
    const json_int_t number = json_integer_value(json_object_get(object, name));
    return number > 0 && number < TOKENS_BELIEVED_MAX ? (uint64_t)number : 0;
}

/* OpenAI, Anthropic, LiteLLM and llama-server; Ollama; older vLLM. */
static struct str complaint_of(const json_t *root)
{
    const struct str inner = reply_text(json_object_get(root, "error"), "message");
    const struct str plain = inner.len > 0 ? inner : reply_text(root, "error");
    const bool is_error = str_eq(reply_text(root, "object"), STR("error"));
    return plain.len > 0 || !is_error ? plain : reply_text(root, "message");
}

struct str reply_complaint(struct arena *arena, struct str reply)
{
    json_t *root = json_loadb(reply.ptr, reply.len, 0, NULL);
    const struct str message = complaint_of(root);
    const struct str out = message.len > 0 ? reply_quote(arena, message) : STR("");
    json_decref(root);
    return out;
}

bool reply_is_calm(struct arena *arena, const json_t *root, struct err *err)
{
    const struct str message = complaint_of(root);
    return message.len == 0 || err_set(err, ERR_PROTOCOL, "instead of an answer it says %s",
                                       reply_quote(arena, message).ptr);
}

/* ---- streams ---- */

bool brief_streams(const struct expert_config *config, const struct brief *brief)
{
    return brief->hear && config->streams && !brief->labels && config->type->take;
}

bool reply_take_event(const struct expert_type *type, struct streamed *streamed, struct str data,
                      struct err *err)
{
    struct arena *arena = streamed->text.arena;
    if (str_eq(str_trim(data), STR("[DONE]"))) {
        streamed->is_ended = true;
        return true;
    }
    json_t *event = json_loadb(data.ptr, data.len, 0, NULL);
    const bool ok = json_is_object(event)
                        ? reply_is_calm(arena, event, err) && type->take(streamed, event, err)
                        : err_set(err, ERR_PROTOCOL,
                                  "an event of the stream is no JSON object "
                                  "but %s",
                                  reply_quote(arena, data).ptr);
    json_decref(event);
    return ok;
}

bool reply_read_stream(const struct expert_type *type, struct arena *arena, struct str reply,
                       struct opinion *out, struct err *err)
{
    struct streamed streamed = {.text = buf_new(arena)};
    struct str data;
    bool ok = true;
    while (ok && sse_next(arena, &reply, &data))
        ok = reply_take_event(type, &streamed, data, err);
    *out = (struct opinion){.text = buf_str(&streamed.text),
                            .is_cut = streamed.is_cut,
                            .tokens_in = streamed.tokens_in,
                            .tokens_out = streamed.tokens_out};
    if (!ok)
        return false;
    return streamed.is_ended ||
           err_set(err, ERR_PROTOCOL, "the answer broke off before it was whole");
}
