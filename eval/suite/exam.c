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

struct tally {
    uint32_t chosen[OPTIONS];    /* by letter, of those that were answered */
    uint32_t asked[2], right[2]; /* in the order of the file; turned */
};

static void put_right(struct task_run *run, const char *who, struct str id, bool is_right)
{
    task_add(run, who, id, &(double){is_right}, 1);
}

static uint32_t ask_model(struct task_run *run, struct panel *panel, struct tally *tally,
                          const struct exam_question *question)
{
    const bool is_turned = (tally->asked[0] + tally->asked[1]) % 2 == 1;
    const struct exam_answer answer =
        exam_ask(panel, run->arena, question, is_turned ? OPTIONS / 2 : 0);
    tally->asked[is_turned]++;
    if (!answer.is_there) {
        task_note(run, question->id, answer.why);
        return OPTIONS; /* none of them */
    }
    tally->chosen[answer.letter]++;
    tally->right[is_turned] += answer.option == question->right;
    task_note(run, question->id,
              str_printf(run->arena, "%s: %.*s", letters[answer.letter], STR_ARG(answer.why)));
    return answer.option;
}

static void put_guesses(struct task_run *run, const struct exam_question *question)
{
    struct arena *scratch = arena_new("guess");
    task_add(run, "chance", question->id, &(double){1.0 / OPTIONS}, 1);
    put_right(run, "the longest option", question->id,
              questions_longest(question) == question->right);
    put_right(run, "most words of the question", question->id,
              questions_most_shared(scratch, question) == question->right);
    arena_free(scratch);
}

static void note_letters(struct task_run *run, const struct tally *tally)
{
    struct buf text = buf_new(run->arena);
    for (uint32_t i = 0; i < OPTIONS; i++)
        buf_printf(&text, "%s %u, ", letters[i], tally->chosen[i]);
    buf_printf(&text, "right %u of %u in the order of the file, %u of %u turned", tally->right[0],
               tally->asked[0], tally->right[1], tally->asked[1]);
    task_note(run, STR("letters"), buf_str(&text));
}

bool exam_put(struct task_run *run, const struct exam_questions *questions, const char *kind,
              const struct examinee *examinee, struct err *err)
{
    struct tally tally = {0};
    for (uint32_t i = 0; i < questions->count; i++) {
        const struct exam_question *question = &questions->items[i];
        uint32_t option;
        if (!str_eq(question->kind, str_of(kind)))
            continue;
        if (examinee->panel)
            option = ask_model(run, examinee->panel, &tally, question);
        else if (!lookup_choose(examinee->lookup, question, &option, err))
            return false;
        put_right(run, TASK_US, question->id, option == question->right);
        put_guesses(run, question);
    }
    if (examinee->panel)
        note_letters(run, &tally);
    return true;
}

static bool open_examinee(struct task_run *run, struct examinee *out, struct err *err)
{
    const struct sentence_encoder *encoder = NULL;
    *out = (struct examinee){0};
    if (run->mind == MIND_MODEL)
        return panel_open(run->arena, run->place->expert, clock_system(), NULL, &out->panel, err);
    return (run->mind == MIND_NONE || language_encoder(&encoder, err)) &&
           lookup_open(run->arena, run->place->out, encoder, &out->lookup, err);
}

bool exam_hold(struct task_run *run, const char *name, const char *kind, struct err *err)
{
    const char *path = str_printf(run->arena, "eval/questions/%s.jsonl", name).ptr;
    struct examinee examinee;
    struct exam_questions questions;
    if (!questions_load(run->arena, path, &questions, err))
        return err_context(err, "questions are read from the folder that this runs in");
    if (!open_examinee(run, &examinee, err))
        return false;
    const bool ok = exam_put(run, &questions, kind, &examinee, err);
    if (examinee.lookup)
        lookup_close(examinee.lookup);
    return ok;
}
