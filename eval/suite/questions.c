/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/questions.h"

#include "base/arena.h"
#include "base/map.h"
#include "knowledge/shelf.h"
#include "text/terms.h"

#include <jansson.h>

#define QUESTIONS_MAX 10000
#define FILE_BYTES_MAX ((size_t)16 << 20)

/* ---- reading ---- */

static bool get_text(struct arena *arena, const json_t *object, const char *name, struct str *out,
                     struct err *err)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text || !*text)
        return err_set(err, ERR_USAGE, "wants `%s`, a text", name);
    *out = str_copy(arena, str_of(text));
    return true;
}

static bool get_options(struct arena *arena, const json_t *object, struct exam_question *out,
                        struct err *err)
{
    const json_t *options = json_object_get(object, "options");
    const json_t *answer = json_object_get(object, "answer");
    const json_int_t right = json_integer_value(answer);
    for (uint32_t i = 0; i < OPTIONS; i++) {
        const char *text = json_string_value(json_array_get(options, i));
        if (json_array_size(options) != OPTIONS || !text || !*text)
            return err_set(err, ERR_USAGE, "wants `options`, a list of %d texts", OPTIONS);
        out->options[i] = str_copy(arena, str_of(text));
        for (uint32_t other = 0; other < i; other++)
            if (str_eq(out->options[other], out->options[i]))
                return err_set(err, ERR_USAGE, "has the option `%.*s` twice",
                               STR_ARG(out->options[i]));
    }
    if (!json_is_integer(answer) || right < 0 || right >= OPTIONS)
        return err_set(err, ERR_USAGE, "wants `answer`, the place of the right option, 0 to %d",
                       OPTIONS - 1);
    out->right = (uint32_t)right;
    return true;
}

static bool read_one(struct arena *arena, struct str line, struct exam_question *out,
                     struct err *err)
{
    json_error_t error;
    json_t *object = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return err_set(err, ERR_USAGE, "is no JSON: %s", error.text);
    const bool ok = get_text(arena, object, "id", &out->id, err) &&
                    get_text(arena, object, "kind", &out->kind, err) &&
                    get_text(arena, object, "question", &out->text, err) &&
                    get_options(arena, object, out, err) &&
                    get_text(arena, object, "explanation", &out->explanation, err) &&
                    get_text(arena, object, "source", &out->source, err);
    json_decref(object);
    return ok;
}

bool questions_read(struct arena *arena, const char *path, struct str text,
                    struct exam_questions *out, struct err *err)
{
    struct map ids = map_new(arena);
    struct str line;
    uint32_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    if (lines >= QUESTIONS_MAX)
        return err_set(err, ERR_USAGE, "%s: has more than %d lines", path, QUESTIONS_MAX);
    *out =
        (struct exam_questions){.items = arena_push_many(arena, struct exam_question, lines + 1)};
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        struct exam_question *question = &out->items[out->count];
        if (str_trim(line).len == 0)
            continue;
        if (!read_one(arena, line, question, err))
            return err_context(err, "%s:%u", path, number);
        if (map_find(&ids, question->id) != MAP_NONE)
            return err_set(err, ERR_USAGE, "%s:%u: the id `%.*s` is that of an earlier line", path,
                           number, STR_ARG(question->id));
        map_add(&ids, question->id);
        out->count++;
    }
    return true;
}

bool questions_load(struct arena *arena, const char *path, struct exam_questions *out,
                    struct err *err)
{
    struct str text;
    return shelf_read(arena, path, FILE_BYTES_MAX, &text, err) &&
           questions_read(arena, path, text, out, err);
}

/* ---- guesses ---- */

uint32_t questions_longest(const struct exam_question *question)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < OPTIONS; i++)
        if (question->options[i].len > question->options[best].len)
            best = i;
    return best;
}

uint32_t questions_most_shared(struct arena *scratch, const struct exam_question *question)
{
    uint32_t best = 0, most = 0;
    struct terms terms = {.rest = question->text};
    struct map asked = map_new(scratch);
    struct term term;
    while (terms_next(&terms, &term))
        map_add(&asked, term.text);
    for (uint32_t i = 0; i < OPTIONS; i++) {
        struct map shared = map_new(scratch);
        terms = (struct terms){.rest = question->options[i]};
        while (terms_next(&terms, &term))
            if (map_find(&asked, term.text) != MAP_NONE)
                map_add(&shared, term.text);
        if (shared.count > most) {
            most = shared.count;
            best = i;
        }
    }
    return best;
}
