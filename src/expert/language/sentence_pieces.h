/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text cut into pieces of a vocabulary: words, parts of words, signs. Of all ways to cut it, the
 * one whose pieces have the greatest sum of scores (the unigram model of T. Kudo, "Subword
 * Regularization", 2018).
 *
 * Letters that the vocabulary does not have are PIECE_UNKNOWN, several in a row are one of it.
 * Spaces are part of the piece behind them, and letters of several widths or forms are read as the
 * plain one: the part of NFKC that such texts need.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"

#define PIECES_MAX 8192 /* in a vocabulary */
#define PIECE_UNKNOWN 0
#define PIECES_TEXT_BYTES_MAX 2048 /* of a text; more than 128 of the longest pieces have */

struct pieces {
    struct map texts;  /* beside it: */
    uint16_t *numbers; /* in the vocabulary */
    double *scores;
    uint32_t longest_bytes;
    uint32_t count; /* in the vocabulary, with those that no text has */
};

/* [["piece", score], ...]: vocab.json. A score that is null counts as 0. */
MUST_CHECK bool pieces_parse(struct arena *arena, struct str json, struct pieces *out,
                             struct err *err);

/* The first pieces of the text, at most `max`; how many. None: the text is empty. */
uint32_t pieces_cut(const struct pieces *pieces, struct str text, uint16_t *out, uint32_t max);
