/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The weights of the sentence encoder, out of the files that they are published in: model.json,
 * which says what stands where, the files of numbers that it names, and vocab.json.
 *
 * They come from outside: nothing is taken that has not been measured first, and no number that is
 * none goes in.
 */
#pragma once

#include "expert/language/sentence_pieces.h"
#include "expert/product.h"

#define WEIGHTS_LAYERS 2
#define WEIGHTS_WORD 256  /* numbers of a piece, before the first layer */
#define WEIGHTS_WIDTH 512 /* and behind it */
#define WEIGHTS_INSIDE 1536

struct norm {
    const float *scale, *bias; /* a number a column */
};

struct dense {
    struct matrix weights;
    const float *bias;
};

struct layer {
    uint32_t width; /* of what comes in */
    struct norm norm_before, norm_between;
    struct dense asked;   /* queries, keys and values, beside each other */
    struct dense told;    /* what came of them, as wide as the layer is */
    struct dense widened; /* of the first layer only: what comes in, as wide as what goes out */
    struct dense inside, outside;
};

struct sentence_weights {
    struct pieces pieces;
    const float *words;   /* WEIGHTS_WORD a piece */
    const float *timings; /* WEIGHTS_WORD / 2: how fast each turns from place to place */
    struct layer layers[WEIGHTS_LAYERS];
    struct dense last;
};

/* Everything lives in `arena`. */
MUST_CHECK bool sentence_weights_read(struct arena *arena, const char *folder,
                                      struct sentence_weights *out, struct err *err);

/* ---- model.json ---- */

#define MANIFEST_FILES_MAX 64
#define MANIFEST_TENSORS_MAX 1024
#define MANIFEST_NUMBERS_MAX ((size_t)16 << 20) /* 64 MB; the published one has 28 */

struct tensor {
    struct str name;
    bool is_real; /* else its numbers are integers */
    size_t first; /* among all numbers, of 4 bytes each */
    size_t count;
    size_t columns; /* its last dimension */
};

struct weights_manifest {
    struct str files[MANIFEST_FILES_MAX]; /* plain names, in the order of their numbers */
    uint32_t files_count;
    struct tensor *tensors;
    uint32_t tensors_count;
    size_t numbers; /* of all tensors */
};

MUST_CHECK bool weights_manifest_parse(struct arena *arena, struct str json,
                                       struct weights_manifest *out, struct err *err);
