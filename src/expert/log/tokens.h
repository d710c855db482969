/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log expert's own tokens: where a line is cut, what form each part has, and its pieces.
 *
 * A line is cut at blanks and at marks, and a part at the marks inside it unless it is one thing as
 * a whole: an address, a path, a time of day, a place in the code. So what an entity is made of is
 * whole tokens. Numbers, hexadecimal, paths and their kin collapse into their form; names fall into
 * their words ("getTicketsFailed" is get, tickets, failed), and these are hashed: no vocabulary is
 * kept, so none can be told apart from what it was learned from.
 */
#pragma once

#include "text/entity.h"

#define TOKENS_BYTES_MAX ((size_t)2048) /* of a line that are read; what follows is payload */
#define TOKENS_MAX 256

struct token {
    uint16_t start, end; /* bytes of the line */
    uint8_t form;        /* enum entity; ENTITY_WORD for words and marks */
    bool is_mark;        /* one byte that is no part of a word */
    bool is_first;       /* of the line, or behind a blank */
    bool is_place;       /* "file.c:31" */
};

struct tokens {
    struct str line; /* what is read of it */
    struct token items[TOKENS_MAX];
    uint32_t count;
};

/* Any bytes. */
void tokens_cut(struct str line, struct tokens *out);

static inline struct str token_text(const struct tokens *tokens, const struct token *token)
{
    return str_slice(tokens->line, token->start, token->end);
}

/* ---- pieces ---- */

#define PIECE_NONE UINT64_C(0xcbf29ce484222325) /* where a hash begins: FNV-1a, 64 bits */

/* A hash that goes on with these bytes; letters of ASCII as small ones. */
uint64_t piece_add(uint64_t hash, struct str text);

/* The same with one number. */
uint64_t piece_mix(uint64_t hash, uint64_t number);

/* Spreads a hash over `buckets`, a power of two. */
uint32_t piece_bucket(uint64_t hash, uint32_t buckets);

/* Takes the next word off a name, by capitals, digits and underscores; false: no letters are left.
 */
bool piece_word(struct str *name, struct str *word);

/* Runs of capitals, small letters and digits as one each: "getTask_7" is "aAa_d". */
uint64_t piece_shape(struct str text);
