/* SPDX-License-Identifier: Apache-2.0 */
/* The code expert as whoever asks by name sees it: JSON in, JSON out. */
#include "expert/small.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/code/cause.h"
#include "expert/code/numbers.h"

#include <math.h>

extern const struct small_expert small_code;

static const struct small_task tasks[] = {
    {"name_exception", ABILITY_LABEL, "tell what an exception or an error message is caused by",
     "{\"text\": \"java.net.ConnectException: Connection refused\"}",
     "{\"cause\": \"refused\", \"odds\": 0.98, \"kind\": \"dependency\", \"end\": \"callee\"}"},
    {0},
};

static bool name_exception(const json_t *material, struct buf *out, struct err *err)
{
    static const char *const ends[] = {"own", "callee", "either"};
    const json_t *text = json_object_get(material, "text");
    if (!json_is_string(text))
        return err_set(err, ERR_USAGE, "the material is {\"text\": \"an exception\"}");
    const struct cause_guess guess =
        cause_of((struct str){json_string_value(text), json_string_length(text)});
    buf_printf(out, "{\"cause\": \"%s\", \"odds\": ", cause_name(guess.cause));
    json_put_real(out, guess.odds);
    buf_printf(out, ", \"kind\": \"%s\", \"end\": \"%s\"}", kind_name(cause_kind(guess.cause)),
               ends[cause_end(guess.cause)]);
    return true;
}

static bool infer(const struct brief *brief, struct arena *arena, struct opinion *out,
                  struct err *err)
{
    json_error_t problem;
    if (!brief->task || strcmp(brief->task, tasks[0].name) != 0)
        return err_set(err, ERR_USAGE, "the code expert is asked for %s", tasks[0].name);
    json_t *material = json_loadb(brief->material.ptr, brief->material.len, 0, &problem);
    if (!material)
        return err_set(err, ERR_USAGE, "the material is no JSON: %s", problem.text);
    struct buf answer = buf_new(arena);
    const bool ok = name_exception(material, &answer, err);
    json_decref(material);
    *out = (struct opinion){.text = buf_str(&answer)};
    for (int i = 0; i < LABELS_MAX; i++)
        out->odds[i] = -INFINITY;
    return ok;
}

static struct str card(void)
{
    return code_numbers()->card;
}

const struct small_expert small_code = {
    .name = "code",
    .summary = "what an exception is caused by, and which change a symptom speaks of",
    .tasks = tasks,
    .infer = infer,
    .card = card,
};
