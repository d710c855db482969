/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cheap questions first, and the one of what it was judged by before any that a setting can switch
 * off. That one is asked of the text as it came: with its secrets masked it would no longer be the
 * same.
 */
#include "train/corpus/sift.h"

#include "base/arena.h"
#include "text/minhash.h"

#define LETTERS_MIN 0.3 /* of what is no white space; C has .7, a log with addresses .5 */
#define DENSE_BYTES 400 /* without white space: an encoding, or code that was packed */

const char *sift_reason_name(enum sift_reason reason)
{
    static const char *const names[] = {
#define X(name, text) text,
        SIFT_REASONS(X)
#undef X
    };
    return names[reason];
}

static bool is_short(struct str text)
{
    struct shingles words = shingles_of(text, 1);
    uint64_t hash;
    uint32_t count = 0;
    while (count < SIFT_WORDS_MIN && shingles_next(&words, &hash))
        count++;
    return count < SIFT_WORDS_MIN;
}

static bool is_dense(struct str text)
{
    size_t run = 0;
    for (size_t i = 0; i < text.len && run < DENSE_BYTES; i++)
        run = (unsigned char)text.ptr[i] > ' ' ? run + 1 : 0;
    return run >= DENSE_BYTES;
}

static bool is_numbers(struct str text)
{
    size_t letters = 0, others = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i], lower = (char)(c | 32);
        const bool is_letter = (lower >= 'a' && lower <= 'z') || (unsigned char)c >= 0x80;
        letters += is_letter;
        others += !is_letter && c > ' ';
    }
    return (double)letters < LETTERS_MIN * (double)(letters + others);
}

static enum sift_reason judge_prose(struct sift *sift, struct str text)
{
    const enum tongue tongue = tongue_of(text);
    if (tongue != TONGUE_ENGLISH && tongue != TONGUE_UNKNOWN) {
        sift->tongues[tongue]++;
        return SIFT_LANGUAGE;
    }
    if (worth_chance(&sift->weights, WORTH_QUALITY, text) < sift->quality_min)
        return SIFT_QUALITY;
    return worth_chance(&sift->weights, WORTH_RELEVANCE, text) < sift->relevance_min
               ? SIFT_RELEVANCE
               : SIFT_KEPT;
}

static enum sift_reason judge_new(struct sift *sift, struct str text)
{
    struct minhash minhash;
    minhash_of(text, &minhash);
    if (minhash_index_find(sift->kept, &minhash) != MINHASH_NONE)
        return SIFT_DUPLICATE;
    return minhash_index_add(sift->kept, &minhash) == MINHASH_NONE ? SIFT_FULL : SIFT_KEPT;
}

static enum sift_reason judge(struct sift *sift, struct arena *arena,
                              const struct document *document, struct str *out)
{
    static const enum sift_reason evaluated[] = {
        [APART_CLEAN] = SIFT_KEPT,
        [APART_OVERLAPS] = SIFT_EVALUATED,
        [APART_RESEMBLES] = SIFT_LIKE_EVALUATED,
    };
    if (is_short(document->text))
        return SIFT_SHORT;
    const enum apart_why why = apart_judge(sift->apart, document->text);
    if (why != APART_CLEAN)
        return evaluated[why];
    const enum sift_reason reason = document->kind == DOCUMENT_PROSE
                                        ? judge_prose(sift, document->text)
                                    : is_dense(document->text)   ? SIFT_DENSE
                                    : is_numbers(document->text) ? SIFT_NUMBERS
                                                                 : SIFT_KEPT;
    if (reason != SIFT_KEPT)
        return reason;
    struct masked masked = {0};
    struct buf clean = buf_new(arena);
    secrets_mask(&clean, document->text, &masked);
    *out = buf_str(&clean);
    const enum sift_reason last = judge_new(sift, *out);
    if (last == SIFT_KEPT) {
        sift->masked.secrets += masked.secrets;
        sift->masked.emails += masked.emails;
    }
    return last;
}

enum sift_reason sift_judge(struct sift *sift, struct arena *arena, const struct document *document,
                            struct str *out)
{
    const enum sift_reason reason = judge(sift, arena, document, out);
    sift->counts[document->kind][reason]++;
    return reason;
}
