/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a message to its shape: what looks filled in becomes a slot, everything else stays.
 *
 * A pure function of one message, so that messages may be masked anywhere and in any order. The
 * shape is bytes: text as it stands, with white space as one blank, and for each slot one byte
 * below 0x20 that is its `enum entity`. Words and slots are its atoms; the miner compares shapes
 * atom by atom.
 */
#pragma once

#include "text/entity.h"

#define MASK_MESSAGE_MAX ((size_t)4096) /* bytes that are read; what follows is payload */
#define MASK_SHAPE_MAX 1024             /* bytes */
#define MASK_ATOMS_MAX 192

/* [from, to) in the shape's text, and [start, end) in the message. */
struct atom {
    uint16_t from, to;
    uint16_t start, end;
    uint8_t entity; /* of its slot; ENTITY_WORD: it has none */
};

struct shape {
    char text[MASK_SHAPE_MAX];
    uint32_t len;
    struct atom atoms[MASK_ATOMS_MAX];
    uint32_t atoms_count;
    uint64_t hash; /* the same for the same text, on every machine */
};

/* Any bytes. What does not fit is cut. */
void mask_message(struct str message, struct shape *out);
