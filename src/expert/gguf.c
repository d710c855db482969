/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GGUF file, read by llama.cpp in a process of ours: gguf/ has the other end, and the reason.
 * `model` names the file.
 *
 * The form of an answer stands in the instructions, and a grammar keeps to it: a model that does
 * not know what is wanted writes something that fits and means nothing.
 */
#include "expert/expert.h"
#include "expert/gguf_answer.h"
#include "expert/gguf_child.h"
#include "expert/grammar.h"
#include "expert/reply.h"

#include "base/arena.h"
#include "data/json.h"

static void put_messages(struct buf *out, const struct expert_config *config,
                         const struct brief *brief, struct arena *arena)
{
    struct expert_config in_words = *config;
    in_words.takes_schema = false;
    json_put_key(out, "messages");
    buf_add_char(out, '[');
    brief_put_message(out, "system", brief_instructions(arena, &in_words, brief));
    brief_put_message(out, "user", brief->material);
    if (brief->wrong.len > 0) {
        brief_put_message(out, "assistant", brief->wrong);
        brief_put_message(out, "user", brief->mistake);
    }
    buf_add_char(out, ']');
}

static bool put_form(struct buf *out, const struct expert_config *config, const struct brief *brief,
                     struct arena *arena, struct err *err)
{
    struct str grammar;
    if (brief->labels) {
        json_put_key(out, "labels");
        buf_add_char(out, '[');
        for (uint32_t i = 0; i < brief->labels_count; i++) {
            json_put_comma(out);
            json_put_text(out, str_of(brief->labels[i]));
        }
        buf_add_char(out, ']');
        return true;
    }
    buf_printf(out, ",\"tokens\":%u", config->answer_tokens_max);
    if (!config->takes_schema)
        return true;
    if (!grammar_of_schema(arena, brief->schema, &grammar, err))
        return false;
    json_put_key(out, "grammar");
    json_put_text(out, grammar);
    return true;
}

/* ---- being answered ---- */

/* What has been written so far, for who waits. */
struct hearing {
    const struct brief *brief;
    struct buf so_far;
};

static void hear_piece(void *state, struct str line)
{
    struct hearing *hearing = state;
    gguf_piece_put(&hearing->so_far, line);
    hearing->brief->hear(hearing->brief->hear_state, buf_str(&hearing->so_far));
}

static bool infer(const struct expert_config *config, const struct brief *brief,
                  struct arena *arena, struct opinion *out, struct err *err)
{
    struct buf line = buf_new(arena);
    struct str answer;
    struct hearing hearing = {.brief = brief, .so_far = buf_new(arena)};
    const struct deadline deadline = deadline_in(clock_system(), config->span_max_ns);
    buf_printf(&line, "{\"ms\":%lld", (long long)(config->span_max_ns / NS_PER_MS));
    put_messages(&line, config, brief, arena);
    if (!put_form(&line, config, brief, arena, err))
        return false;
    buf_add(&line, STR("}\n"));
    return gguf_child_ask(str_copy(arena, config->model).ptr, buf_str(&line), deadline,
                          brief->hear ? hear_piece : NULL, &hearing, arena, &answer, err) &&
           gguf_answer_read(brief, answer, arena, out, err);
}

const struct expert_type expert_gguf = {
    .name = "gguf",
    .summary = "A GGUF file on this machine, read by llama.cpp",
    .tells_odds = true,
    .infer = infer,
};
