/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions put to who answers: with no model they are looked up in the documents of the project,
 * with small experts by the sentence encoder as well, and a model of a user is asked.
 *
 * Models like some letters better than others (Zheng and others, "Large Language Models Are Not
 * Robust Multiple Choice Selectors", ICLR 2024). So every other question is shown to a model with
 * its options turned by two, and the card notes how often each letter was chosen.
 */
#pragma once

#include "eval/suite/questions.h"
#include "eval/suite/task.h"
#include "expert/panel.h"

/* A whole task: the questions of that kind in eval/questions/NAME.jsonl. */
MUST_CHECK bool exam_hold(struct task_run *run, const char *name, const char *kind,
                          struct err *err);

struct lookup;

/* Who answers: one of both. */
struct examinee {
    struct panel *panel;
    struct lookup *lookup;
};

/* The same of questions that have been read, and beside them the guesses of who knows nothing. */
MUST_CHECK bool exam_put(struct task_run *run, const struct exam_questions *questions,
                         const char *kind, const struct examinee *examinee, struct err *err);

struct exam_answer {
    bool is_there;   /* it is not: nobody answered in time, within the limits, or in this form */
    uint32_t letter; /* 0 is A */
    uint32_t option; /* its place in the file */
    struct str why;  /* in the model's words; why there is no answer, where there is none */
};

/* Shows the options from that of place `turn` on. */
struct exam_answer exam_ask(struct panel *panel, struct arena *arena,
                            const struct exam_question *question, uint32_t turn);
