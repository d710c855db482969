/* SPDX-License-Identifier: Apache-2.0 */
/* A question as the tokens of a model. */
#pragma once

#include "gguf/model.h"

#define PROMPT_TOKENS_MAX 131072

struct tokens {
    llama_token *items;
    uint32_t count;
    uint32_t room;
};

/* Room for a prompt, with the token that the model wants before any. */
struct tokens tokens_new(const struct model *model, struct arena *arena);

/* ERR_OVER_BUDGET: there is no room. `has_marks`: special tokens are read as such. */
MUST_CHECK bool tokens_add(const struct model *model, struct tokens *tokens, struct str text,
                           bool has_marks, struct err *err);

/* The messages in the template of the model. */
MUST_CHECK bool prompt_read(const struct model *model, struct arena *arena,
                            const struct question *question, struct tokens *out, struct err *err);
