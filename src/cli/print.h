/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on a terminal, or for a program. */
#pragma once

#include "data/batch.h"

#include <stdio.h>

/* Columns under each other; control characters are made visible, long texts cut. */
void print_table(FILE *out, const struct batch *rows);

/* An array of objects, one a line. */
void print_json(FILE *out, const struct batch *rows);

/* One value as a table shows it; "-" where it is not known. Control characters are not taken out.
 */
struct str print_value(struct arena *arena, const struct value *value);

/* A field a line, its rows as a table. */
void print_record(FILE *out, const struct record *record);

/* What can be given or is given back, a field a line; below rows their columns. */
void print_fields(FILE *out, const struct field *fields, const char *indent);

/* JSON of ours, for people. */
void print_indented(FILE *out, struct str json);
