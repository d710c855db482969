/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wrote a text must not speak for others. So the template of the model is filled with marks of
 * ours first; its own parts are read with special tokens, what stands for a mark is read without.
 */
#include "gguf/prompt.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdio.h>

#define MARK "warroom+part+%u+here" /* no template has it */

bool tokens_add(const struct model *model, struct tokens *tokens, struct str text, bool has_marks,
                struct err *err)
{
    if (text.len == 0)
        return true;
    const int32_t got =
        text.len > INT32_MAX
            ? -1
            : model->llama->llama_tokenize(
                  model->vocab, text.ptr, (int32_t)text.len, tokens->items + tokens->count,
                  (int32_t)(tokens->room - tokens->count), false, has_marks);
    if (got < 0)
        return err_set(err, ERR_OVER_BUDGET, "the question has more than %u tokens", tokens->room);
    tokens->count += (uint32_t)got;
    return true;
}

struct tokens tokens_new(const struct model *model, struct arena *arena)
{
    struct tokens tokens = {.items = arena_push_many(arena, llama_token, PROMPT_TOKENS_MAX),
                            .room = PROMPT_TOKENS_MAX};
    if (model->llama->llama_vocab_get_add_bos(model->vocab))
        tokens.items[tokens.count++] = model->llama->llama_vocab_bos(model->vocab);
    return tokens;
}

/* The template around marks; where there is none, or one that nobody here knows, blank lines. */
static struct str fill_template(const struct model *model, struct arena *arena,
                                const struct question *question)
{
    struct llama_chat_message chat[MESSAGES_MAX];
    struct buf plain = buf_new(arena);
    for (uint32_t i = 0; i < question->messages_count; i++) {
        chat[i] = (struct llama_chat_message){.role = question->messages[i].role,
                                              .content = str_printf(arena, MARK, i).ptr};
        buf_printf(&plain, "%s\n\n", chat[i].content);
    }
    const char *form = model->llama->llama_model_chat_template(model->model, NULL);
    char *text = arena_alloc(arena, BUFSIZ);
    const int32_t len = form ? model->llama->llama_chat_apply_template(
                                   form, chat, question->messages_count, true, text, BUFSIZ)
                             : -1;
    return len > 0 && len <= BUFSIZ ? (struct str){.ptr = text, .len = (size_t)len}
                                    : buf_str(&plain);
}

bool prompt_read(const struct model *model, struct arena *arena, const struct question *question,
                 struct tokens *out, struct err *err)
{
    struct str rest = fill_template(model, arena, question);
    *out = tokens_new(model, arena);
    for (uint32_t i = 0; i < question->messages_count; i++) {
        const struct str mark = str_printf(arena, MARK, i);
        const size_t at = str_find(rest, mark);
        if (at == STR_NPOS) /* a template that leaves out whom it does not know */
            continue;
        if (!tokens_add(model, out, str_slice(rest, 0, at), true, err) ||
            !tokens_add(model, out, question->messages[i].text, false, err))
            return false;
        rest = str_slice(rest, at + mark.len, rest.len);
    }
    if (!tokens_add(model, out, rest, true, err))
        return false;
    return out->count > 0 || err_set(err, ERR_USAGE, "there is no question");
}
