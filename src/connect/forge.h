/* SPDX-License-Identifier: Apache-2.0 */
/* What the hosts of repositories have in common: commits are asked for one by one, with diffs. */
#pragma once

#include "connect/answer.h"
#include "connect/connector.h"

#define FORGE_PAGE_MAX 100
#define FORGE_BACK_NS NS_PER_DAY /* what was merged a day ago may ship today */

/* Asks for the commit that `next` is about (its cursor), once; the newest of many only. */
void forge_ask(struct gathered *out, const struct question *next);

/*
 * Files and diff of a change out of a list of objects, in which `path` and `hunks` name the
 * members; as much of the diff as a person reads.
 */
void forge_read_files(struct arena *scratch, const json_t *list, const char *path,
                      const char *hunks, struct change_row *row);

/* A note, where a list was as long as one page. */
void forge_note_page(struct gathered *out, const struct question *question, const json_t *list);
