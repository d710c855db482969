/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which templates are special cases of others: "synced to LOCAL(<*>), level <*>" of "synced to <*>,
 * level <*>".
 *
 * Structures are compared to the letter when shapes are generalised, so a value that has marks of
 * its own makes a template of its own. Here templates are compared word by word, between blanks.
 */
#pragma once

#include "base/str.h"

struct arena;

/*
 * For each of the texts (slots are <*>) the number of the one that stands for it, often itself. One
 * that stands for others stands for itself.
 */
uint32_t *absorb_templates(struct arena *arena, const struct str *texts, uint32_t count);

/*
 * The template with each stretch of words that comes again and again, and holds a slot, written
 * once: "delete <*> <*> <*>" is "delete <*>". Templates that agree in this are of lists of
 * different length. `shown` is another way to write the same template, and is shortened alike.
 */
struct str absorb_repeats(struct arena *arena, struct str text, struct str *shown);
