/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/reply.h"

#include "base/arena.h"
#include "data/json.h"
#include "guard/fence.h"

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

struct str reply_complaint(struct arena *arena, struct str reply)
{
    json_t *root = json_loadb(reply.ptr, reply.len, 0, NULL);
    const struct str message = reply_text(json_object_get(root, "error"), "message");
    const struct str out = message.len > 0 ? reply_quote(arena, message) : STR("");
    json_decref(root);
    return out;
}
