/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions with four options of which one is right: eval/questions/NAME.jsonl, an object a line,
 * with `id`, `kind`, `question`, `options`, `answer` (the place of the right one, from 0),
 * `explanation` and `source`.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define OPTIONS 4

struct exam_question {
    struct str id, kind, text;
    struct str options[OPTIONS];
    uint32_t right; /* its place among the options */
    struct str explanation, source;
};

struct exam_questions {
    struct exam_question *items;
    uint32_t count;
};

/* Errors name the file, the line, and what has to stand there; ERR_USAGE. */
MUST_CHECK bool questions_read(struct arena *arena, const char *path, struct str text,
                               struct exam_questions *out, struct err *err);

/* ERR_NOT_FOUND: the file is not there. */
MUST_CHECK bool questions_load(struct arena *arena, const char *path, struct exam_questions *out,
                               struct err *err);

/*
 * What can be guessed without knowing anything: the place of the longest option, and of the one
 * that has most words of the question. The first of equal ones.
 */
uint32_t questions_longest(const struct exam_question *question);
uint32_t questions_most_shared(struct arena *scratch, const struct exam_question *question);
