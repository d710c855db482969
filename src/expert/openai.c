/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chat completions as OpenAI describes them (openai-openapi), which llama-server, vLLM, Ollama and
 * LiteLLM speak as well. Only what all of them know is sent: `max_tokens` to everyone but OpenAI
 * itself, which has given it up for `max_completion_tokens`.
 */
#include "expert/expert.h"
#include "expert/reply.h"

#include "base/arena.h"
#include "data/json.h"
#include "net/sse.h"

#include <math.h>

const struct expert_type expert_openai;

#define NOT_TOLD -9999.0 /* what OpenAI writes for a token that is not among them */
#define ODDS_TOLD 20     /* `top_logprobs`: the most that OpenAI tells */

/* ---- asking ---- */

static void put_messages(struct buf *out, const struct expert_config *config,
                         const struct brief *brief, struct arena *arena)
{
    json_put_key(out, "messages");
    buf_add_char(out, '[');
    brief_put_message(out, "system", brief_instructions(arena, config, brief));
    brief_put_message(out, "user", brief->material);
    if (brief->wrong.len > 0) {
        brief_put_message(out, "assistant", brief->wrong);
        brief_put_message(out, "user", brief->mistake);
    }
    buf_add_char(out, ']');
}

static void put_form(struct buf *out, const struct expert_config *config, const struct brief *brief)
{
    if (brief->labels)
        buf_printf(out, ",\"logprobs\":true,\"top_logprobs\":%d", ODDS_TOLD);
    else if (config->takes_schema)
        buf_printf(out,
                   ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
                   "\"%s\",\"strict\":true,\"schema\":%.*s}}",
                   brief->task, STR_ARG(brief->schema));
}

static bool is_openai(struct str url)
{
    return str_starts(url, STR("https://api.openai.com/"));
}

static bool encode(const struct expert_config *config, const struct brief *brief,
                   struct arena *arena, struct request *out, struct err *err)
{
    (void)err;
    struct buf body = buf_new(arena);
    buf_add(&body, STR("{\"model\":"));
    json_put_text(&body, config->model);
    put_messages(&body, config, brief, arena);
    buf_printf(&body, ",\"%s\":%u", is_openai(config->url) ? "max_completion_tokens" : "max_tokens",
               brief->labels ? 1 : config->answer_tokens_max);
    if (config->has_temperature) {
        json_put_key(&body, "temperature");
        json_put_real(&body, config->temperature);
    }
    put_form(&body, config, brief);
    if (brief_streams(config, brief))
        buf_add(&body, STR(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    buf_add_char(&body, '}');
    *out = (struct request){.url = config->url, .body = buf_str(&body)};
    request_add_header(out, "Content-Type", STR("application/json"), false);
    if (config->key.len > 0)
        request_add_header(out, "Authorization",
                           str_printf(arena, "Bearer %.*s", STR_ARG(config->key)), true);
    return true;
}

/* ---- being answered ---- */

/* Tokens begin with a blank, or with what a vocabulary writes for one. */
static struct str bare_token(struct str token)
{
    static const char *const blanks[] = {"\xe2\x96\x81", "\xc4\xa0"}; /* of SentencePiece, of BPE */
    token = str_trim(token);
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (str_starts(token, str_of(blanks[i])))
            token = str_slice(token, strlen(blanks[i]), token.len);
    return token;
}

static double add_logs(double a, double b)
{
    const double more = fmax(a, b), less = fmin(a, b);
    return less == -INFINITY ? more : more + log1p(exp(less - more));
}

/* "A" and " A" are the same answer, so their probabilities add. */
static void read_odds(const json_t *choice, const struct brief *brief, struct opinion *out)
{
    const json_t *tokens = json_object_get(json_object_get(choice, "logprobs"), "content");
    const json_t *told = json_object_get(json_array_get(tokens, 0), "top_logprobs");
    for (uint32_t i = 0; i < LABELS_MAX; i++)
        out->odds[i] = -INFINITY;
    for (size_t i = 0; i < json_array_size(told) && i < ODDS_TOLD; i++) {
        const json_t *item = json_array_get(told, i);
        const struct str token = bare_token(reply_text(item, "token"));
        const json_t *number = json_object_get(item, "logprob");
        const double log_probability =
            json_is_number(number) ? json_number_value(number) : NOT_TOLD;
        for (uint32_t j = 0; j < brief->labels_count; j++)
            if (str_eq(token, str_of(brief->labels[j])) && log_probability <= 0.0 &&
                log_probability > NOT_TOLD)
                out->odds[j] = add_logs(out->odds[j], log_probability);
    }
}

static bool read_choice(const json_t *root, const struct brief *brief, struct arena *arena,
                        struct opinion *out, struct err *err)
{
    const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
    const json_t *message = json_object_get(choice, "message");
    if (!reply_is_calm(arena, root, err))
        return false;
    if (!json_is_object(message))
        return err_set(err, ERR_PROTOCOL,
                       "the reply has no `choices[0].message`; is the URL one of "
                       "chat completions?");
    const struct str refusal = reply_text(message, "refusal");
    if (refusal.len > 0)
        return err_set(err, ERR_DENIED, "the model refuses: %s", reply_quote(arena, refusal).ptr);
    out->text = str_copy(arena, reply_text(message, "content"));
    out->is_cut = str_eq(reply_text(choice, "finish_reason"), STR("length"));
    if (brief->labels)
        read_odds(choice, brief, out);
    return true;
}

/* Pieces of the answer, then why it ended, then what it took, in an event without choices. */
static bool take(struct streamed *streamed, const json_t *event, struct err *err)
{
    const json_t *choice = json_array_get(json_object_get(event, "choices"), 0);
    const json_t *delta = json_object_get(choice, "delta");
    const json_t *usage = json_object_get(event, "usage");
    const struct str finish = reply_text(choice, "finish_reason");
    const struct str refusal = reply_text(delta, "refusal");
    if (refusal.len > 0)
        return err_set(err, ERR_DENIED, "the model refuses: %s",
                       reply_quote(streamed->text.arena, refusal).ptr);
    buf_add(&streamed->text, reply_text(delta, "content"));
    streamed->is_ended = streamed->is_ended || finish.len > 0;
    streamed->is_cut = streamed->is_cut || str_eq(finish, STR("length"));
    if (json_is_object(usage)) {
        streamed->tokens_in = reply_count(usage, "prompt_tokens");
        streamed->tokens_out = reply_count(usage, "completion_tokens");
    }
    return true;
}

static bool decode(const struct brief *brief, struct str reply, struct arena *arena,
                   struct opinion *out, struct err *err)
{
    if (!brief->labels && sse_begins(reply))
        return reply_read_stream(&expert_openai, arena, reply, out, err);
    json_t *root = reply_read(arena, reply, err);
    if (!root)
        return false;
    const json_t *usage = json_object_get(root, "usage");
    *out = (struct opinion){.tokens_in = reply_count(usage, "prompt_tokens"),
                            .tokens_out = reply_count(usage, "completion_tokens")};
    const bool ok = read_choice(root, brief, arena, out, err);
    json_decref(root);
    return ok;
}

const struct expert_type expert_openai = {
    .name = "openai",
    .summary = "Chat completions: OpenAI, llama-server, vLLM, Ollama, LiteLLM",
    .tells_odds = true,
    .path = "/chat/completions",
    .encode = encode,
    .decode = decode,
    .take = take,
};
