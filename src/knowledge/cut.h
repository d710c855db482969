/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document in passages: pieces of one section, with the headings above them and the lines of the
 * document where they stand, so that a person finds them.
 */
#pragma once

#include "text/markup.h"

#define PASSAGE_BYTES 600     /* some 100 words: as many as the sentence encoder reads of a text */
#define PASSAGES_MAX 4000     /* of a document; of a longer one the rest is left out */
#define HEADING_BYTES_MAX 120 /* of each heading in a path */
#define DOCUMENT_BYTES_MAX ((size_t)4 << 20) /* a book of a thousand pages has two */

struct passage {
    struct str section;  /* "Install > From a package", below the title; empty: before any */
    struct str text;     /* plain, of at most PASSAGE_BYTES or one word more */
    uint32_t first_line; /* of the document, from 1 */
    uint32_t last_line;
};

struct cutting {
    struct str title; /* the first heading of the first level; empty: there is none */
    struct passage *passages;
    uint32_t count;
    bool is_cut; /* there were more than PASSAGES_MAX */
};

/* Any bytes. All of it lives in `arena`. */
struct cutting document_cut(struct arena *arena, struct str bytes, enum markup kind);
