/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a text that people or programs wrote, as an index wants them: lower case, an
 * identifier whole and then in its parts, endings taken off.
 *
 * "Restarting kubeApiServer_v2" gives: restart, kubeapiserver_v2 (whole), kube, api, server. A name
 * is split at `_`, where the case changes and where digits begin or end; parts of one character are
 * left out. Bytes above ASCII count as letters, so that words of other scripts stay in one piece.
 */
#pragma once

#include "base/str.h"

#define TERM_BYTES_MAX 64 /* what is longer is no word: base64, hashes, a line without spaces */

enum term_kind {
    TERM_PLAIN,  /* a word of a language, or a name of one part; without its ending */
    TERM_NAME,   /* an identifier of several parts, as a whole */
    TERM_PART,   /* a part of it; without its ending */
    TERM_NUMBER, /* digits only, two or more: a port, a status, an error code */
};

struct term {
    struct str text; /* in the reader, until the next call */
    enum term_kind kind;
};

/* A reader of words; give it the text and nothing else: {.rest = text}. */
struct terms {
    struct str rest;
    struct str name; /* whose parts come next */
    char text[TERM_BYTES_MAX];
};

/* False when there are no more. */
bool terms_next(struct terms *terms, struct term *out);

/*
 * Two words in a row say more than both by themselves: "thread pool". Give it each term as it
 * comes; it forms "thread pool" of plain words and parts, passing over those that every text has.
 */
struct pair {
    char text[2 * TERM_BYTES_MAX + 1];
    char last[TERM_BYTES_MAX]; /* the word before */
    size_t len;
};

bool pair_next(struct pair *pair, struct term term, struct str *out);

/* Whether every English text has it; the word is as terms_next() gives it. */
bool term_is_common(struct str word);

/*
 * Takes the ending off a lower-case word, in place; returns what is left. A few rules of M. Porter,
 * "An algorithm for suffix stripping", 1980: plural, -ed, -ing, -ion, a last e. Forms of one word
 * must come out the same; what comes out need not be a word.
 */
size_t term_stem(char *word, size_t len);
