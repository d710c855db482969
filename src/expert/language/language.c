/* SPDX-License-Identifier: Apache-2.0 */
/* The language expert as whoever asks by name sees it: JSON in, JSON out. */
#include "expert/language/language.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/language/intent.h"
#include "expert/language/numbers.h"
#include "expert/small.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define DIGITS 1e6 /* a direction is within 1e-5 of its reference */
#define TEXTS_MAX 4096
#define TEXT_MEMBER "text"

extern const struct small_expert small_language;

/* ---- the encoder ---- */

static const struct sentence_encoder *encoder; /* NULL: it could not be opened */
static struct err encoder_err;

static void open_encoder(void)
{
    static struct arena *arena; /* lives as long as the program; static: no leak is seen in that */
    const char *folder = getenv("WARROOM_ENCODER");
    if (!folder || !*folder) {
        err_set(&encoder_err, ERR_NOT_FOUND,
                "the weights of the sentence encoder are no part of the program: `make encoder` "
                "fetches them, and WARROOM_ENCODER=DIR says where they are");
        return;
    }
    arena = arena_new("encoder");
    if (!sentence_open(arena, folder, &encoder, &encoder_err))
        encoder = NULL;
}

bool language_encoder(const struct sentence_encoder **out, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_encoder);
    *out = encoder;
    if (!encoder)
        *err = encoder_err;
    return encoder != NULL;
}

/* ---- tasks ---- */

static bool text_of(const json_t *json, const char *name, struct str *out, struct err *err)
{
    const json_t *text = json_object_get(json, name);
    *out = (struct str){json_string_value(text), json_string_length(text)};
    return json_is_string(text) || err_set(err, ERR_USAGE, "the material has no text `%s`", name);
}

static bool name_intent(const json_t *material, struct buf *out, struct err *err)
{
    struct str text;
    if (!text_of(material, TEXT_MEMBER, &text, err))
        return false;
    const struct intent_guess guess = intent_of(text);
    buf_printf(out, "{\"intent\": \"%s\", \"odds\": ", intent_name(guess.intent));
    json_put_real(out, guess.odds);
    buf_printf(out, ", \"symptom\": \"%s\"}", symptom_name(intent_symptom(guess.intent)));
    return true;
}

static bool tell_likeness(const json_t *material, struct buf *out, struct err *err)
{
    struct str texts[2];
    float directions[2][SENTENCE_NUMBERS];
    const struct sentence_encoder *opened;
    if (!text_of(material, "left", &texts[0], err) || !text_of(material, "right", &texts[1], err) ||
        !language_encoder(&opened, err))
        return false;
    sentence_encode(opened, texts, 2, directions);
    buf_printf(out, "{\"likeness\": ");
    json_put_real(out, round(sentence_likeness(directions[0], directions[1]) * DIGITS) / DIGITS);
    buf_printf(out, "}");
    return true;
}

static bool read_texts(struct arena *arena, const json_t *material, struct str **out,
                       uint32_t *count, struct err *err)
{
    const json_t *list = json_object_get(material, "texts"), *text;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) > TEXTS_MAX)
        return err_set(err, ERR_USAGE, "the material is {\"texts\": [...]}, at most %d", TEXTS_MAX);
    *out = arena_push_many(arena, struct str, json_array_size(list) + 1);
    *count = (uint32_t)json_array_size(list);
    json_array_foreach(list, i, text)
    {
        if (!json_is_string(text))
            return err_set(err, ERR_USAGE, "`texts`: number %zu is no text", i + 1);
        (*out)[i] = (struct str){json_string_value(text), json_string_length(text)};
    }
    return true;
}

static bool embed(const json_t *material, struct buf *out, struct err *err)
{
    struct str *texts = NULL;
    uint32_t count = 0;
    const struct sentence_encoder *opened;
    if (!read_texts(out->arena, material, &texts, &count, err) || !language_encoder(&opened, err))
        return false;
    float(*directions)[SENTENCE_NUMBERS] =
        arena_alloc(out->arena, (count + 1) * sizeof(float[SENTENCE_NUMBERS]));
    sentence_encode(opened, texts, count, directions);
    buf_printf(out, "{\"directions\": [");
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(out, "%s[", i > 0 ? ", " : "");
        for (int j = 0; j < SENTENCE_NUMBERS; j++)
            buf_printf(out, "%s%.6f", j > 0 ? ", " : "", (double)directions[i][j]);
        buf_printf(out, "]");
    }
    buf_printf(out, "]}");
    return true;
}

static const struct small_task tasks[] = {
    {"name_intent", ABILITY_LABEL, "tell what an alert complains about",
     "{\"text\": \"HighRequestLatency: p99 of checkout is 2.3 s\"}",
     "{\"intent\": \"latency\", \"odds\": 0.97, \"symptom\": \"latency\"}", name_intent},
    {"likeness", ABILITY_EMBED, "tell how much alike two texts are in what they say",
     "{\"left\": \"no more connections can be made\", \"right\": \"the pool is used up\"}",
     "{\"likeness\": 0.61}", tell_likeness},
    {"embed", ABILITY_EMBED, "tell the meaning of each text as a direction of 512 numbers",
     "{\"texts\": [\"the disk is full\"]}", "{\"directions\": [[0.031, -0.044]]}", embed},
    {0},
};

static struct str card(void)
{
    return language_numbers()->card;
}

const struct small_expert small_language = {
    .name = "language",
    .summary = "what an alert complains about, and how much alike texts are",
    .tasks = tasks,
    .card = card,
};
