/* SPDX-License-Identifier: Apache-2.0 */
/*
 * llama.cpp, loaded by name: what is built needs its headers, what runs its shared objects. They
 * must be of one version, for its structures are passed by value and change with it.
 */
#pragma once

#include "base/err.h"

#include <llama.h>

#include <stddef.h>

#define LLAMA_FUNCTIONS(X)                                                                         \
    X(llama_version)                                                                               \
    X(llama_log_set)                                                                               \
    X(llama_backend_init)                                                                          \
    X(ggml_backend_load_all_from_path)                                                             \
    X(llama_model_default_params)                                                                  \
    X(llama_model_load_from_file)                                                                  \
    X(llama_model_get_vocab)                                                                       \
    X(llama_model_n_ctx_train)                                                                     \
    X(llama_model_n_params)                                                                        \
    X(llama_model_desc)                                                                            \
    X(llama_model_has_encoder)                                                                     \
    X(llama_model_has_decoder)                                                                     \
    X(llama_model_chat_template)                                                                   \
    X(llama_context_default_params)                                                                \
    X(llama_init_from_model)                                                                       \
    X(llama_free)                                                                                  \
    X(llama_get_memory)                                                                            \
    X(llama_memory_seq_rm)                                                                         \
    X(llama_batch_get_one)                                                                         \
    X(llama_batch_init)                                                                            \
    X(llama_batch_free)                                                                            \
    X(llama_decode)                                                                                \
    X(llama_get_logits_ith)                                                                        \
    X(llama_vocab_n_tokens)                                                                        \
    X(llama_vocab_bos)                                                                             \
    X(llama_vocab_get_add_bos)                                                                     \
    X(llama_vocab_is_eog)                                                                          \
    X(llama_tokenize)                                                                              \
    X(llama_token_to_piece)                                                                        \
    X(llama_chat_apply_template)                                                                   \
    X(llama_sampler_init_grammar)                                                                  \
    X(llama_sampler_apply)                                                                         \
    X(llama_sampler_accept)                                                                        \
    X(llama_sampler_free)

struct llama {
#define X(name) __typeof__(name) *name;
    LLAMA_FUNCTIONS(X)
#undef X
};

/*
 * The file that WARROOM_LIBLLAMA names, else the one that this was built with, else that of the
 * package. NULL: it is not
 * there or of another version, and err says what to do. What the library complains of from then on
 * is kept for llama_complaint(), and not printed.
 */
const struct llama *llama_load(struct err *err);

/* The first error that it told since this was asked last; empty: none. */
void llama_complaint(char *out, size_t size);
