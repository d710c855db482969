/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/answers.h"

#include "base/arena.h"
#include "data/file.h"
#include "data/json.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define BYTES_MAX ((size_t)256 << 20)

static const char *name_of(const struct held_answer *answer, int choice)
{
    return choice == 0 ? ROUTER_RULES : answer->expert;
}

void answers_put(struct buf *out, const struct held_answer *answer)
{
    buf_printf(out, "{\"task\":\"%s\",\"set\":", answer->task);
    json_put_text(out, answer->set);
    buf_printf(out, ",\"id\":%u,\"bytes\":%zu,\"rules_speak\":%s,\"candidates\":%u,\"sure\":%.4f",
               answer->id, answer->question.bytes, answer->question.rules_speak ? "true" : "false",
               answer->question.candidates, answer->question.sure);
    json_put_key(out, "choices");
    buf_add_char(out, '{');
    for (int i = 0; i < ANSWER_CHOICES; i++) {
        json_put_key(out, name_of(answer, i));
        buf_printf(out, "{\"right\":%s,\"cost_us\":%.2f}", answer->right[i] ? "true" : "false",
                   answer->cost_us[i]);
    }
    buf_printf(out, "}}\n");
}

static bool read_choice(const json_t *json, struct held_answer *out, int choice)
{
    const json_t *right = json_object_get(json, "right");
    const json_t *cost = json_object_get(json, "cost_us");
    out->right[choice] = json_is_true(right);
    out->cost_us[choice] = json_number_value(cost);
    return json_is_boolean(right) && json_is_number(cost) && out->cost_us[choice] >= 0.0;
}

static const char *text_of(struct arena *arena, const json_t *json)
{
    return json_is_string(json) ? str_copy(arena, str_of(json_string_value(json))).ptr : NULL;
}

static bool read_answer(struct arena *arena, const json_t *json, struct held_answer *out)
{
    const json_t *sure = json_object_get(json, "sure");
    const char *set = text_of(arena, json_object_get(json, "set")), *name;
    json_t *choices = json_object_get(json, "choices"), *choice;
    *out = (struct held_answer){
        .task = text_of(arena, json_object_get(json, "task")),
        .id = (uint32_t)json_integer_value(json_object_get(json, "id")),
        .question = {.bytes = (size_t)json_integer_value(json_object_get(json, "bytes")),
                     .rules_speak = json_is_true(json_object_get(json, "rules_speak")),
                     .candidates =
                         (uint32_t)json_integer_value(json_object_get(json, "candidates")),
                     .sure = json_number_value(sure)}};
    bool ok = out->task && set && json_is_number(sure) &&
              read_choice(json_object_get(choices, ROUTER_RULES), out, 0);
    json_object_foreach(choices, name, choice) if (strcmp(name, ROUTER_RULES) != 0)
    {
        ok = ok && !out->expert && read_choice(choice, out, 1);
        out->expert = str_copy(arena, str_of(name)).ptr;
    }
    out->set = str_of(set ? set : "");
    return ok && out->expert;
}

bool answers_read(struct arena *arena, const char *path, struct held_answers *out, struct err *err)
{
    struct str text, line;
    if (!file_read(arena, path, BYTES_MAX, &text, err))
        return false;
    if (!out->items)
        out->items = arena_push_many(arena, struct held_answer, ANSWERS_MAX);
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        json_error_t problem;
        if (line.len == 0)
            continue;
        json_t *json = json_loadb(line.ptr, line.len, 0, &problem);
        const bool ok =
            out->count < ANSWERS_MAX && read_answer(arena, json, &out->items[out->count]);
        json_decref(json);
        if (!ok)
            return err_set(err, ERR_CORRUPT,
                           "%s: line %u: this is no held-back answer, or there are more than %d; "
                           "`warroom eval expert NAME --answers FILE` writes them",
                           path, number, ANSWERS_MAX);
        out->count++;
    }
    return true;
}

double answers_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}
