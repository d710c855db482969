/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar is asked about the likeliest token, and about all of them only where that one is
 * refused: most of the time a model keeps to the form by itself.
 */
#include "gguf/model.h"
#include "gguf/prompt.h"

#include "base/arena.h"
#include "base/buf.h"

#include <errno.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BATCH 512                       /* tokens that are read at once */
#define PIECE_BYTES_MAX 1024            /* of a token */
#define MEMORY_BESIDE ((rlim_t)8 << 30) /* for what is computed and remembered */

/* A question while it is answered. */
struct run {
    const struct model *model;
    const struct llama *llama;
    struct llama_context *context;
    struct deadline deadline;
    struct clock clock;
};

/* ---- opening ---- */

static bool complain(struct err *err, enum err_kind kind, const char *what)
{
    char why[200];
    llama_complaint(why, sizeof why);
    return why[0] ? err_set(err, kind, "%s; llama.cpp says: %s", what, why)
                  : err_set(err, kind, "%s", what);
}

/* Its numbers may be copied once into the order that the processor likes. */
static bool limit_memory(const char *path, struct err *err)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return err_set(err, ERR_IO, "%s: no file to read", path);
    const rlim_t bytes = 2 * (rlim_t)info.st_size + MEMORY_BESIDE;
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur <= bytes)
        return true;
    limit = (struct rlimit){bytes, bytes};
    return setrlimit(RLIMIT_AS, &limit) == 0 ||
           err_set(err, ERR_IO, "its memory cannot be limited: %s", strerror(errno));
}

bool model_open(struct arena *arena, const struct llama *llama, const char *path, int threads,
                struct model **out, struct err *err)
{
    if (!limit_memory(path, err))
        return false;
    struct llama_model_params params = llama->llama_model_default_params();
    params.n_gpu_layers = 0;
    params.check_tensors = true; /* a number that is none would spread */
    struct llama_model *loaded = llama->llama_model_load_from_file(path, params);
    if (!loaded)
        return complain(err, ERR_IO, "this is no model that can be loaded");
    if (!llama->llama_model_has_decoder(loaded) || llama->llama_model_has_encoder(loaded))
        return err_set(err, ERR_USAGE, "this model does not write; one that does is wanted");
    *out = arena_push(arena, struct model);
    const struct llama_vocab *vocab = llama->llama_model_get_vocab(loaded);
    **out = (struct model){.llama = llama,
                           .model = loaded,
                           .vocab = vocab,
                           .vocab_count = (uint32_t)llama->llama_vocab_n_tokens(vocab),
                           .threads = threads};
    return (*out)->vocab_count > 0 || err_set(err, ERR_USAGE, "this model knows no words");
}

struct str model_describe(const struct model *model, struct arena *arena)
{
    char text[128] = "";
    model->llama->llama_model_desc(model->model, text, sizeof text);
    return str_printf(arena, "%s, %.3g million numbers, reads %d tokens", text,
                      (double)model->llama->llama_model_n_params(model->model) / 1e6,
                      model->llama->llama_model_n_ctx_train(model->model));
}

/* ---- running ---- */

static bool is_late(void *state)
{
    const struct run *run = state;
    return deadline_passed(run->deadline, run->clock);
}

static bool run_open(struct run *run, uint32_t tokens, bool is_exact, struct err *err)
{
    const struct model *model = run->model;
    const int reads = model->llama->llama_model_n_ctx_train(model->model);
    if (reads > 0 && tokens > (uint32_t)reads)
        return err_set(err, ERR_OVER_BUDGET,
                       "question and answer may take %u tokens, and the model reads %d", tokens,
                       reads);
    struct llama_context_params params = model->llama->llama_context_default_params();
    params.n_ctx = tokens;
    params.n_batch = params.n_ubatch = BATCH;
    params.n_seq_max = 1;
    params.n_threads = params.n_threads_batch = model->threads;
    params.no_perf = true;
    params.abort_callback = is_late;
    params.abort_callback_data = run;
    if (is_exact) {
        params.type_k = params.type_v = GGML_TYPE_F32;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    }
    run->context = model->llama->llama_init_from_model(model->model, params);
    return run->context || complain(err, ERR_IO, "there is not enough memory for this question");
}

static struct run run_of(const struct model *model, const struct question *question)
{
    return (struct run){.model = model,
                        .llama = model->llama,
                        .deadline = question->deadline,
                        .clock = question->clock};
}

/* Afterwards the numbers of the last token can be had. */
static bool feed(struct run *run, llama_token *tokens, uint32_t count, struct err *err)
{
    for (uint32_t at = 0; at < count; at += BATCH) {
        const uint32_t piece = count - at < BATCH ? count - at : BATCH;
        const int32_t got = run->llama->llama_decode(
            run->context, run->llama->llama_batch_get_one(tokens + at, (int32_t)piece));
        if (got == 2 || is_late(run))
            return err_set(err, ERR_TIMEOUT, "the time is over");
        if (got != 0)
            return complain(err, ERR_IO, "the model cannot be run");
    }
    return true;
}

/* ---- writing ---- */

/* The likeliest that `grammar` lets through; the lowest of equals. LLAMA_TOKEN_NULL: none. */
static llama_token likeliest(const struct run *run, const float *logits,
                             struct llama_sampler *grammar, llama_token_data *all)
{
    const uint32_t count = run->model->vocab_count;
    llama_token_data best = {.id = LLAMA_TOKEN_NULL, .logit = -INFINITY};
    for (uint32_t i = 0; i < count; i++)
        if (logits[i] > best.logit)
            best = (llama_token_data){.id = (llama_token)i, .logit = logits[i]};
    if (!grammar || best.id == LLAMA_TOKEN_NULL)
        return best.id;
    llama_token_data_array one = {.data = &best, .size = 1, .selected = -1};
    run->llama->llama_sampler_apply(grammar, &one);
    if (best.logit > -INFINITY)
        return best.id;

    for (uint32_t i = 0; i < count; i++)
        all[i] = (llama_token_data){.id = (llama_token)i, .logit = logits[i]};
    llama_token_data_array left = {.data = all, .size = count, .selected = -1};
    run->llama->llama_sampler_apply(grammar, &left);
    best = (llama_token_data){.id = LLAMA_TOKEN_NULL, .logit = -INFINITY};
    for (size_t i = 0; i < left.size; i++)
        if (left.data[i].logit > best.logit)
            best = left.data[i];
    return best.id;
}

/* How many bytes at the end begin a character that is not whole yet. */
static size_t torn_bytes(struct str text)
{
    for (size_t back = 1; back <= 3 && back <= text.len; back++) {
        const unsigned char byte = (unsigned char)text.ptr[text.len - back];
        if (byte < 0x80)
            return 0;
        if (byte >= 0xC0) {
            const size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
            return back < wanted ? back : 0;
        }
    }
    return 0;
}

static void tell_new(const struct question *question, struct str text, size_t *told)
{
    const size_t whole = text.len - torn_bytes(text);
    if (question->tell && whole > *told)
        question->tell(question->state, str_slice(text, *told, whole));
    *told = whole > *told ? whole : *told;
}

static bool write_tokens(struct run *run, struct arena *arena, const struct question *question,
                         struct llama_sampler *grammar, struct answer *out, struct err *err)
{
    struct buf text = buf_new(arena);
    llama_token_data *all = arena_push_many(arena, llama_token_data, run->model->vocab_count);
    size_t told = 0;
    for (out->tokens_out = 0; out->tokens_out < question->tokens_max; out->tokens_out++) {
        const float *logits = run->llama->llama_get_logits_ith(run->context, -1);
        llama_token token = likeliest(run, logits, grammar, all);
        if (token == LLAMA_TOKEN_NULL)
            return err_set(err, ERR_PROTOCOL, "no word of the model fits the form");
        if (run->llama->llama_vocab_is_eog(run->model->vocab, token))
            break;
        if (grammar)
            run->llama->llama_sampler_accept(grammar, token);
        char piece[PIECE_BYTES_MAX];
        const int32_t len = run->llama->llama_token_to_piece(run->model->vocab, token, piece,
                                                             sizeof piece, 0, false);
        if (len > 0)
            buf_add(&text, (struct str){.ptr = piece, .len = (size_t)len});
        tell_new(question, buf_str(&text), &told);
        if (!feed(run, &token, 1, err))
            return false;
    }
    out->is_cut = out->tokens_out == question->tokens_max;
    out->text = buf_str(&text);
    return true;
}

bool model_answer(struct model *model, struct arena *arena, const struct question *question,
                  struct answer *out, struct err *err)
{
    struct run run = run_of(model, question);
    struct tokens prompt;
    struct llama_sampler *grammar = NULL;
    *out = (struct answer){0};
    if (!prompt_read(model, arena, question, &prompt, err))
        return false;
    out->tokens_in = prompt.count;
    if (question->grammar) {
        grammar = model->llama->llama_sampler_init_grammar(model->vocab, question->grammar, "root");
        if (!grammar)
            return complain(err, ERR_USAGE, "the grammar is none");
    }
    const bool ok = run_open(&run, prompt.count + question->tokens_max, false, err) &&
                    feed(&run, prompt.items, prompt.count, err) &&
                    write_tokens(&run, arena, question, grammar, out, err);
    if (grammar)
        model->llama->llama_sampler_free(grammar);
    if (run.context)
        model->llama->llama_free(run.context);
    return ok;
}

/* ---- weighing ---- */

/* The logarithm of the sum of all exponentials: what a logit loses to become a log-probability. */
static double log_sum(const float *logits, uint32_t count)
{
    double most = -INFINITY, sum = 0.0;
    for (uint32_t i = 0; i < count; i++)
        most = fmax(most, (double)logits[i]);
    for (uint32_t i = 0; i < count; i++)
        sum += exp((double)logits[i] - most);
    return most + log(sum);
}

static double log_probability(const struct run *run, const float *logits, llama_token token)
{
    return (double)logits[token] - log_sum(logits, run->model->vocab_count);
}

static double add_logs(double a, double b)
{
    const double more = fmax(a, b), less = fmin(a, b);
    return less == -INFINITY ? more : more + log1p(exp(less - more));
}

/* Of all these tokens, one after the other, behind a prompt whose `first` numbers are known. */
static bool weigh_tokens(struct run *run, const float *first, uint32_t prompt_count,
                         struct tokens *label, double *out, struct err *err)
{
    *out = log_probability(run, first, label->items[0]);
    for (uint32_t i = 0; i + 1 < label->count; i++) {
        if (!feed(run, &label->items[i], 1, err))
            return false;
        *out += log_probability(run, run->llama->llama_get_logits_ith(run->context, -1),
                                label->items[i + 1]);
    }
    return label->count == 1 ||
           run->llama->llama_memory_seq_rm(run->llama->llama_get_memory(run->context), 0,
                                           (llama_pos)prompt_count, -1) ||
           err_set(err, ERR_USAGE, "this kind of model cannot weigh labels of several tokens");
}

static bool same_tokens(const struct tokens *a, const struct tokens *b)
{
    return a->count == b->count && memcmp(a->items, b->items, a->count * sizeof *a->items) == 0;
}

#define LABEL_TOKENS_MAX 64

static bool weigh_label(struct run *run, const float *first, uint32_t prompt_count,
                        struct arena *arena, struct str text, double *out, struct err *err)
{
    llama_token room[2][LABEL_TOKENS_MAX];
    struct tokens forms[2];
    *out = -INFINITY;
    for (int i = 0; i < 2; i++) {
        double odds;
        forms[i] = (struct tokens){.items = room[i], .room = LABEL_TOKENS_MAX};
        const struct str written = str_printf(arena, "%s%.*s", i ? " " : "", STR_ARG(text));
        if (!tokens_add(run->model, &forms[i], written, false, err))
            return false;
        if (forms[i].count == 0 || (i == 1 && same_tokens(&forms[0], &forms[1])))
            continue;
        if (!weigh_tokens(run, first, prompt_count, &forms[i], &odds, err))
            return false;
        *out = add_logs(*out, odds);
    }
    return true;
}

bool model_weigh(struct model *model, struct arena *arena, const struct question *question,
                 struct answer *out, struct err *err)
{
    struct run run = run_of(model, question);
    struct tokens prompt;
    *out = (struct answer){.tokens_out = 1};
    if (!prompt_read(model, arena, question, &prompt, err))
        return false;
    out->tokens_in = prompt.count;
    bool ok = run_open(&run, prompt.count + LABEL_TOKENS_MAX, false, err) &&
              feed(&run, prompt.items, prompt.count, err);
    if (ok) {
        float *first = arena_push_many(arena, float, model->vocab_count);
        memcpy(first, model->llama->llama_get_logits_ith(run.context, -1),
               model->vocab_count * sizeof *first);
        for (uint32_t i = 0; ok && i < question->labels_count; i++)
            ok = weigh_label(&run, first, prompt.count, arena, question->labels[i], &out->odds[i],
                             err);
    }
    if (run.context)
        model->llama->llama_free(run.context);
    return ok;
}

/* ---- reading ---- */

bool model_read(struct model *model, struct arena *arena, struct str text, struct reading *out,
                struct err *err)
{
    struct run run = {
        .model = model, .llama = model->llama, .deadline = {INT64_MAX}, .clock = clock_system()};
    struct tokens tokens = tokens_new(model, arena);
    float *logits = arena_push_many(arena, float, model->vocab_count);
    bool ok = tokens_add(model, &tokens, text, true, err);
    if (ok && tokens.count == 0)
        ok = err_set(err, ERR_USAGE, "there is no text");
    ok = ok && run_open(&run, tokens.count, true, err) &&
         feed(&run, tokens.items, tokens.count, err);
    if (ok)
        memcpy(logits, model->llama->llama_get_logits_ith(run.context, -1),
               model->vocab_count * sizeof *logits);
    if (run.context)
        model->llama->llama_free(run.context);
    *out = (struct reading){.tokens = tokens.items,
                            .tokens_count = tokens.count,
                            .logits = logits,
                            .logits_count = model->vocab_count};
    return ok;
}
