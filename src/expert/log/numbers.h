/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log expert has learned: models/expert-log.json, which the program is built with.
 *
 * Weights are whole numbers of one byte each, so a score is a sum of whole numbers: the same on
 * every machine. They stand in the file as printable characters, one each. Nothing is read until
 * somebody asks.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

/* What a line may tell, from harmless to bad. */
enum gravity {
    GRAVITY_ROUTINE, /* trace, debug, info, notice */
    GRAVITY_WARNING,
    GRAVITY_ERROR, /* error, severe, critical, fatal, panic */
    GRAVITIES
};

#define LOG_TAGS(X)                                                                                \
    X(IP, ip)                                                                                      \
    X(PORT, port)                                                                                  \
    X(HOST, host)                                                                                  \
    X(URL, url)                                                                                    \
    X(PATH, path)                                                                                  \
    X(UUID, uuid)                                                                                  \
    X(ID, id)                                                                                      \
    X(NUMBER, number)                                                                              \
    X(QUANTITY, quantity)                                                                          \
    X(DURATION, duration)                                                                          \
    X(SIZE, size)                                                                                  \
    X(TIME, time)                                                                                  \
    X(VERSION, version)                                                                            \
    X(USER, user)                                                                                  \
    X(SERVICE, service)                                                                            \
    X(EXCEPTION, exception)                                                                        \
    X(SYMBOL, symbol)                                                                              \
    X(CODE, code)                                                                                  \
    X(STATUS, status)                                                                              \
    X(TABLE, table)                                                                                \
    X(EMAIL, email)

/* Of a token: part of no entity, a further part of the one before it, or the first of one. */
enum tag {
    TAG_OUTSIDE,
    TAG_INSIDE,
#define X(name, word) TAG_##name,
    LOG_TAGS(X)
#undef X
        TAGS
};

/* What the words of any system tell, so that nobody has to learn it from one. */
enum clue {
    CLUE_FAILING,   /* names an error or an exception: text/template.h */
    CLUE_BAD_WORD,  /* a word of level ERROR or worse stands in the text */
    CLUE_WARN_WORD, /* the same of WARN */
    CLUES
};

#define JUDGE_BUCKETS 8192
#define JUDGE_COLUMNS (GRAVITIES + 1) /* the last: whether it belongs to an incident */
#define TAG_BUCKETS 16384

struct log_numbers {
    int8_t judge[JUDGE_BUCKETS][JUDGE_COLUMNS];
    double clues[CLUES][JUDGE_COLUMNS];
    double gravity_bias[GRAVITIES];
    double gravity_scale; /* of the sum of weights, over the root of how many they are */
    double anomaly_bias;
    double anomaly_scale;
    int8_t tags[TAG_BUCKETS][TAGS];
    int16_t after[TAGS][TAGS]; /* what it is worth that the second comes behind the first */
    double novelty;            /* sequence.h */
    double backoff;
};

/* Those of the program. */
const struct log_numbers *log_numbers_shipped(void);

/* Their card, as JSON. */
struct str log_numbers_card(void);

/* A file of that form. `out` is as large as it looks: not for the stack. */
MUST_CHECK bool log_numbers_parse(struct str text, struct log_numbers *out, struct err *err);

/* ---- for who writes such a file ---- */

#define NUMBERS_WEIGHT_MAX                                                                         \
    45 /* so that a weight is a printable character that JSON leaves alone                         \
        */

struct buf;

/* `card` is JSON. */
void log_numbers_write(const struct log_numbers *numbers, struct str card, struct buf *out);
