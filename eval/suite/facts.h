/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a summary names, and what of it the data bear out: entity-level factual consistency (Nan and
 * others 2021), by string and by number. Who wrote the summary is not believed: nothing of the
 * program that is measured is linked here.
 *
 * | entity | where it has to stand |
 * |---|---|
 * | a name: in `backquotes`; in a text without, a word with "_", a leading "/", a "-" before a
 * digit, or a capital inside | in the item's raw files, as a whole word | | a quotation: in "double
 * quotes" | in the item's raw files, but for quotes and backslashes in it | | a time, HH:MM:SS | in
 * the rows of a query, in the alert, or in a reference | | a number, with or without a unit | in
 * the rows of a query or in the alert, to the digits that are told; or in a reference |
 *
 * So it sees a name, a number or a moment that is made up. It does not see a wrong relation between
 * right ones ("rose" for "fell"), nor, in a text without marks, an invented service with the name
 * of a common word.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

struct arena;

struct facts_data {
    struct str raw;     /* the files of the item, one after the other */
    struct str alert;   /* its file */
    const json_t *rows; /* an array of objects: what the summary's queries give; NULL: none */
    const struct str *references;
    uint32_t references_count;
    bool with_numbers; /* false: times and numbers are passed over, for there are no rows */
};

struct facts {
    uint32_t entities, borne_out;
    struct str missing; /* those that are not borne out: "a, b" */
};

struct facts facts_check(struct arena *arena, struct str summary, const struct facts_data *data);
