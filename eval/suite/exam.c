/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/exam.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/json.h"
#include "eval/suite/lookup.h"
#include "expert/language/language.h"

#include <math.h>

#define WHY_BYTES_MAX ((size_t)400)

static const char *const letters[OPTIONS] = {"A", "B", "C", "D"};

/* ---- a model ---- */

static const char instructions[] =
    "Answer a question on software engineering or on the operation of services. One of the four "
    "options is right. `answer` is its letter, `why` says in one or two sentences why.";
static const char instructions_odds[] =
    "Answer a question on software engineering or on the operation of services. One of the four "
    "options is right. Answer with its letter and nothing else.";
static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\",\"enum\":[\"A\",\"B\","
    "\"C\",\"D\"]},\"why\":{\"type\":\"string\"}},\"required\":[\"answer\",\"why\"],"
    "\"additionalProperties\":false}";

static struct str material(struct arena *arena, const struct exam_question *question, uint32_t turn)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    json_put_key(&out, "question");
    json_put_text(&out, question->text);
    json_put_key(&out, "options");
    buf_add_char(&out, '{');
    for (uint32_t i = 0; i < OPTIONS; i++) {
        json_put_key(&out, letters[i]);
        json_put_text(&out, question->options[(i + turn) % OPTIONS]);
    }
    buf_add(&out, STR("}}"));
    return buf_str(&out);
}

struct hearing {
    struct arena *arena;
    struct exam_answer *out;
};

static bool accept(void *state, const json_t *answer, struct err *mistake)
{
    const struct hearing *hearing = state;
    const char *letter = json_string_value(json_object_get(answer, "answer"));
    const char *why = json_string_value(json_object_get(answer, "why"));
    for (uint32_t i = 0; i < OPTIONS; i++)
        if (letter && str_eq(str_of(letter), str_of(letters[i]))) {
            hearing->out->letter = i;
            hearing->out->why = str_copy(hearing->arena, str_slice(str_of(why), 0, WHY_BYTES_MAX));
            return true;
        }
    return err_set(mistake, ERR_PROTOCOL, "`answer` has to be A, B, C or D");
}

/* The likeliest letter; the first of equal ones. */
static bool ask_odds(struct panel *panel, struct arena *arena, const struct brief *brief,
                     struct exam_answer *out, struct err *err)
{
    double odds[LABELS_MAX];
    if (!panel_odds(panel, arena, brief, odds, err))
        return false;
    for (uint32_t i = 1; i < OPTIONS; i++)
        if (odds[i] > odds[out->letter])
            out->letter = i;
    out->why = str_printf(arena, "probability %.2f", exp(odds[out->letter]));
    return true;
}

struct exam_answer exam_ask(struct panel *panel, struct arena *arena,
                            const struct exam_question *question, uint32_t turn)
{
    struct exam_answer answer = {0};
    struct hearing hearing = {.arena = arena, .out = &answer};
    struct err err = {0};
    struct brief brief = {.ability = ABILITY_LABEL,
                          .task = "answer_question",
                          .signals = MADE_OF_OUR_WORDS,
                          .material = material(arena, question, turn)};
    if (panel_tells_odds(panel, &brief)) {
        brief.instructions = STR(instructions_odds);
        brief.labels = letters;
        brief.labels_count = OPTIONS;
        answer.is_there = ask_odds(panel, arena, &brief, &answer, &err);
    } else {
        brief.instructions = STR(instructions);
        brief.schema = STR(schema);
        answer.is_there = panel_ask(panel, arena, &brief, accept, &hearing, &err);
    }
    answer.option = (answer.letter + turn) % OPTIONS;
    if (!answer.is_there)
        answer.why = str_printf(arena, "no answer: %s", err.text);
    return answer;
}

/* ---- an exam ---- */

struct exam {
    struct task_run *run;
    struct panel *panel;         /* one of these */
    struct lookup *lookup;       /* two */
    uint32_t chosen[OPTIONS];    /* by letter, of those that a model has answered */
    uint32_t asked[2], right[2]; /* in the order of the file; turned */
};

static void put_right(const struct exam *exam, const char *who, struct str id, bool is_right)
{
    task_add(exam->run, who, id, &(double){is_right}, 1);
}

static bool put_ours(struct exam *exam, const struct exam_question *question, uint32_t number,
                     struct err *err)
{
    const bool is_turned = number % 2 == 1;
    struct exam_answer answer = {.is_there = true};
    if (!exam->panel) {
        if (!lookup_choose(exam->lookup, question, &answer.option, err))
            return false;
    } else {
        answer = exam_ask(exam->panel, exam->run->arena, question, is_turned ? OPTIONS / 2 : 0);
        task_note(exam->run, question->id,
                  answer.is_there ? str_printf(exam->run->arena, "%s: %.*s", letters[answer.letter],
                                               STR_ARG(answer.why))
                                  : answer.why);
        exam->chosen[answer.letter] += answer.is_there;
    }
    const bool is_right = answer.is_there && answer.option == question->right;
    exam->asked[is_turned]++;
    exam->right[is_turned] += is_right;
    put_right(exam, TASK_US, question->id, is_right);
    return true;
}

static void put_baselines(const struct exam *exam, const struct exam_question *question)
{
    struct arena *scratch = arena_new("guess");
    task_add(exam->run, "chance", question->id, &(double){1.0 / OPTIONS}, 1);
    put_right(exam, "the longest option", question->id,
              questions_longest(question) == question->right);
    put_right(exam, "most words of the question", question->id,
              questions_most_shared(scratch, question) == question->right);
    arena_free(scratch);
}

static void note_letters(const struct exam *exam)
{
    struct arena *arena = exam->run->arena;
    struct buf text = buf_new(arena);
    for (uint32_t i = 0; i < OPTIONS; i++)
        buf_printf(&text, "%s %u, ", letters[i], exam->chosen[i]);
    buf_printf(&text, "right %u of %u in the order of the file, %u of %u turned", exam->right[0],
               exam->asked[0], exam->right[1], exam->asked[1]);
    task_note(exam->run, STR("letters"), buf_str(&text));
}

static bool put_all(struct exam *exam, const struct exam_questions *questions, const char *kind,
                    struct err *err)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < questions->count; i++) {
        const struct exam_question *question = &questions->items[i];
        if (!str_eq(question->kind, str_of(kind)))
            continue;
        if (!put_ours(exam, question, number++, err))
            return false;
        put_baselines(exam, question);
    }
    if (exam->panel)
        note_letters(exam);
    return true;
}

static bool open_mind(struct exam *exam, struct err *err)
{
    const struct task_place *place = exam->run->place;
    const struct sentence_encoder *encoder = NULL;
    if (exam->run->mind == MIND_MODEL)
        return panel_open(exam->run->arena, place->expert, clock_system(), NULL, &exam->panel, err);
    return (exam->run->mind == MIND_NONE || language_encoder(&encoder, err)) &&
           lookup_open(exam->run->arena, place->out, encoder, &exam->lookup, err);
}

bool exam_hold(struct task_run *run, const char *name, const char *kind, struct err *err)
{
    struct exam exam = {.run = run};
    struct exam_questions questions;
    if (!questions_load(run->arena, str_printf(run->arena, "eval/questions/%s.jsonl", name).ptr,
                        &questions, err) ||
        !open_mind(&exam, err))
        return false;
    const bool ok = put_all(&exam, &questions, kind, err);
    if (exam.lookup)
        lookup_close(exam.lookup);
    return ok;
}
