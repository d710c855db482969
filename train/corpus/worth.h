/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether prose is worth learning from: is it about running software (relevance), and is it written
 * by somebody for somebody (quality)? Two logistic regressions over features that cost a look at
 * each word; `warroom train filters` learns them (models/corpus.json).
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

enum worth { WORTH_RELEVANCE, WORTH_QUALITY, WORTH_COUNT };

const char *worth_name(enum worth worth); /* "relevance" */

#define WORTH_COLUMNS 48 /* the first is 1: the bias */

/* The columns that `worth` uses; the others are 0. */
uint32_t worth_columns(enum worth worth);
const char *worth_column_name(enum worth worth, uint32_t column);

void worth_look(enum worth worth, struct str text, double *columns);

struct worth_weights {
    double weights[WORTH_COUNT][WORTH_COLUMNS];
};

/* Those that the program is built with. */
MUST_CHECK bool worth_shipped(struct worth_weights *out, struct err *err);
MUST_CHECK bool worth_parse(struct str text, struct worth_weights *out, struct err *err);

/* The chance that it is, 0 to 1. */
double worth_chance(const struct worth_weights *weights, enum worth worth, struct str text);
