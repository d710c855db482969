/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warroom-gguf FILE [THREADS]: answers from a GGUF file, a line of JSON for a line of JSON.
 *
 * A file like that comes from anywhere, and is read by a library that has had holes: so it is read
 * here, by a process that can open nothing else, speak with nobody and take no more memory than it
 * needs, and whose end is only the end of an answer. Who asks: src/expert/gguf.c.
 */
#include "gguf/model.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "serve/sandbox.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES_MAX ((size_t)16 << 20)
#define THREADS_MAX 64
#define TOKENS_MAX 100000
#define SPAN_MAX_MS 86400000

static void put_line(struct buf *out)
{
    buf_add(out, STR("}\n"));
    fwrite(out->ptr, 1, out->len, stdout);
    fflush(stdout);
}

static void tell_error(struct arena *arena, const struct err *err)
{
    static const char *const kinds[] = {
#define X(name, text) [ERR_##name] = #name,
        ERR_KINDS(X)
#undef X
    };
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"kind\":\"%s\"", kinds[err->kind]);
    json_put_key(&out, "error");
    json_put_text(&out, str_of(err->text));
    put_line(&out);
}

/* ---- a question ---- */

static struct str text_of(const json_t *json)
{
    return json_is_string(json)
               ? (struct str){.ptr = json_string_value(json), .len = json_string_length(json)}
               : STR("");
}

static bool read_number(const json_t *line, const char *name, long long most, long long *out,
                        struct err *err)
{
    *out = json_integer_value(json_object_get(line, name));
    return (*out > 0 && *out <= most) ||
           err_set(err, ERR_USAGE, "`%s`: a number from 1 to %lld is wanted", name, most);
}

static bool read_messages(const json_t *line, struct question *out, struct err *err)
{
    const json_t *messages = json_object_get(line, "messages");
    out->messages_count = (uint32_t)json_array_size(messages);
    if (out->messages_count == 0 || out->messages_count > MESSAGES_MAX)
        return err_set(err, ERR_USAGE, "`messages`: 1 to %d are wanted", MESSAGES_MAX);
    for (uint32_t i = 0; i < out->messages_count; i++) {
        const json_t *message = json_array_get(messages, i);
        out->messages[i] = (struct message){
            .role = json_string_value(json_object_get(message, "role")),
            .text = text_of(json_object_get(message, "content")),
        };
        if (!out->messages[i].role)
            return err_set(err, ERR_USAGE, "`messages`: each has a `role` and a `content`");
    }
    return true;
}

static bool read_labels(const json_t *line, struct question *out, struct err *err)
{
    const json_t *labels = json_object_get(line, "labels");
    if (json_array_size(labels) > LABELS_MAX)
        return err_set(err, ERR_USAGE, "`labels`: at most %d are weighed", LABELS_MAX);
    out->labels_count = (uint32_t)json_array_size(labels);
    for (uint32_t i = 0; i < out->labels_count; i++)
        out->labels[i] = text_of(json_array_get(labels, i));
    return true;
}

static bool read_question(const json_t *line, struct question *out, struct err *err)
{
    long long tokens = 1, span_ms;
    *out = (struct question){.clock = clock_system()};
    if (!read_messages(line, out, err) || !read_labels(line, out, err) ||
        !read_number(line, "ms", SPAN_MAX_MS, &span_ms, err))
        return false;
    if (out->labels_count == 0 && !read_number(line, "tokens", TOKENS_MAX, &tokens, err))
        return false;
    out->grammar = json_string_value(json_object_get(line, "grammar"));
    out->tokens_max = (uint32_t)tokens;
    out->deadline = deadline_in(out->clock, span_ms * NS_PER_MS);
    return true;
}

/* ---- answers ---- */

static void tell_piece(void *state, struct str piece)
{
    struct buf out = buf_new(state);
    buf_add(&out, STR("{\"piece\":"));
    json_put_text(&out, piece);
    put_line(&out);
}

static void tell_answer(struct arena *arena, const struct question *question,
                        const struct answer *answer)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "{\"tokens_in\":%llu,\"tokens_out\":%llu",
               (unsigned long long)answer->tokens_in, (unsigned long long)answer->tokens_out);
    if (question->labels_count == 0) {
        json_put_key(&out, "text");
        json_put_text(&out, answer->text);
        buf_printf(&out, ",\"cut\":%s", answer->is_cut ? "true" : "false");
    } else {
        json_put_key(&out, "odds");
        buf_add_char(&out, '[');
        for (uint32_t i = 0; i < question->labels_count; i++) {
            json_put_comma(&out);
            if (isfinite(answer->odds[i]))
                json_put_real(&out, answer->odds[i]);
            else
                buf_add(&out, STR("null"));
        }
        buf_add_char(&out, ']');
    }
    put_line(&out);
}

static bool answer(struct model *model, struct arena *arena, const json_t *line, struct err *err)
{
    struct question question;
    struct answer out;
    if (!read_question(line, &question, err))
        return false;
    question.tell = tell_piece;
    question.state = arena;
    if (!(question.labels_count > 0 ? model_weigh : model_answer)(model, arena, &question, &out,
                                                                  err))
        return false;
    tell_answer(arena, &question, &out);
    return true;
}

static bool read_text(struct model *model, struct arena *arena, const json_t *line, struct err *err)
{
    struct reading reading;
    if (!model_read(model, arena, text_of(json_object_get(line, "read")), &reading, err))
        return false;
    struct buf out = buf_new(arena);
    buf_add(&out, STR("{\"tokens\":["));
    for (uint32_t i = 0; i < reading.tokens_count; i++)
        buf_printf(&out, "%s%d", i > 0 ? "," : "", reading.tokens[i]);
    buf_add(&out, STR("],\"logits\":["));
    for (uint32_t i = 0; i < reading.logits_count; i++)
        buf_printf(&out, "%s%.9g", i > 0 ? "," : "", (double)reading.logits[i]);
    buf_add_char(&out, ']');
    put_line(&out);
    return true;
}

static void answer_line(struct model *model, struct arena *arena, struct str text)
{
    struct err err = {0};
    json_error_t where;
    json_t *line = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    bool ok = line != NULL;
    if (!ok)
        err_set(&err, ERR_USAGE, "the question is no JSON: %s", where.text);
    else
        ok = (json_object_get(line, "read") ? read_text : answer)(model, arena, line, &err);
    json_decref(line);
    if (!ok)
        tell_error(arena, &err);
}

/* Until who asks has gone. */
static void answer_all(struct model *model)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t len;
    while ((len = getline(&text, &room, stdin)) > 0) {
        struct arena *arena = arena_new("question");
        if ((size_t)len > LINE_BYTES_MAX)
            tell_error(arena, &(struct err){.kind = ERR_USAGE, .text = "the question is too long"});
        else
            answer_line(model, arena, (struct str){.ptr = text, .len = (size_t)len});
        arena_free(arena);
    }
    free(text);
}

/* ---- start ---- */

static bool start(struct arena *arena, const char *path, int threads, struct model **out,
                  struct err *err)
{
    const struct llama *llama = llama_load(err);
    if (!llama)
        return false;
    const struct str lacks =
        sandbox_enter(arena, &(struct sandbox){.evidence = &path, .evidence_count = 1});
    if (!model_open(arena, llama, path, threads, out, err))
        return false;
    struct buf line = buf_new(arena);
    buf_add(&line, STR("{\"model\":"));
    json_put_text(&line, model_describe(*out, arena));
    json_put_key(&line, "lacks");
    json_put_text(&line, lacks);
    put_line(&line);
    return true;
}

int main(int argc, char **argv)
{
    const int threads = argc > 2 ? atoi(argv[2]) : 1;
    if (argc < 2 || argc > 3 || threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: warroom-gguf FILE [THREADS]\n");
        return 2;
    }
    struct arena *arena = arena_new("gguf");
    struct model *model;
    struct err err = {0};
    const bool ok = start(arena, argv[1], threads, &model, &err);
    if (ok)
        answer_all(model);
    else
        tell_error(arena, &err);
    arena_free(arena);
    return ok ? 0 : 2;
}
