/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the documents goes into a corpus, and why the others do not. One document after the
 * other, in memory that grows by a kilobyte for each that is kept.
 */
#pragma once

#include "guard/secrets.h"
#include "train/corpus/apart.h"
#include "train/corpus/tongue.h"
#include "train/corpus/worth.h"

/* The first that holds is told. */
#define SIFT_REASONS(X)                                                                            \
    X(KEPT, "kept")                                                                                \
    X(SHORT, "short")         /* fewer words than SIFT_WORDS_MIN */                                \
    X(EVALUATED, "evaluated") /* shares a run of words with an evaluation set */                   \
    X(LIKE_EVALUATED, "like_evaluated")                                                            \
    X(LANGUAGE, "language")   /* prose in another than English */                                  \
    X(DENSE, "dense")         /* code and logs that nobody reads: no white space for too long */   \
    X(NUMBERS, "numbers")     /* code and logs of hardly any letters */                            \
    X(QUALITY, "quality")     /* prose */                                                          \
    X(RELEVANCE, "relevance") /* prose */                                                          \
    X(DUPLICATE, "duplicate") /* resembles one that was kept */                                    \
    X(FULL, "full")           /* there are MINHASH_TEXTS_MAX */

enum sift_reason {
#define X(name, text) SIFT_##name,
    SIFT_REASONS(X)
#undef X
        SIFT_REASONS_COUNT
};

const char *sift_reason_name(enum sift_reason reason);

#define SIFT_WORDS_MIN 12

struct sift {
    const struct apart *apart;
    struct worth_weights weights;
    double relevance_min, quality_min; /* chances; 0 keeps all */
    struct minhash_index *kept;

    uint64_t counts[DOCUMENT_KINDS][SIFT_REASONS_COUNT];
    uint64_t tongues[TONGUES]; /* of what was dropped for its language */
    struct masked masked;
};

/*
 * Judges a document. Where it is kept, `out` is its text as it goes out, without secrets, in
 * `arena`.
 */
enum sift_reason sift_judge(struct sift *sift, struct arena *arena, const struct document *document,
                            struct str *out);
