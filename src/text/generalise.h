/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which atoms of which shapes are filled in, seen from all shapes of one structure.
 *
 * A position is filled in where shapes that agree everywhere else disagree there, and where what
 * stands there is more than a choice of words: "eth0" and "eth1" are, "started" and "paused" are
 * not.
 */
#pragma once

#include "text/mask.h"

struct arena;

/* [from, to) of an atom in the text of its shape. */
struct span {
    uint16_t from, to;
};

#define FORM_WORDS (MASK_ATOMS_MAX / 64)

/* A shape that takes part. */
struct form {
    struct str text;
    const struct span *atoms;
    uint32_t atoms_count;
    uint64_t count;
    uint64_t wild[FORM_WORDS]; /* out: a bit for each atom that is filled in */
};

bool form_is_wild(const struct form *form, uint32_t atom);
bool form_is_unit(const struct form *form, uint32_t atom); /* "KB" behind a slot */
struct str form_atom(const struct form *form, uint32_t atom);

/* The kind of an atom's slot; ENTITY_WORD where it has none. */
enum entity atom_entity(struct str atom);

/*
 * All are of one structure: the same number of atoms, the same text between them; at most 65,535.
 * Are they a sample of more than could be kept?
 */
void generalise(struct arena *scratch, struct form *forms, uint32_t count, bool is_sample);
