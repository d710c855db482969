/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines in the order of a curriculum: each line goes to the file of its stage, and at the end
 * the files become one. So nothing is held and nothing is sorted.
 */
#pragma once

#include "train/corpus/ease.h"

#include "base/err.h"
#include "data/digest.h"

#include <stdio.h>

struct arena;

struct shelf {
    struct str folder;
    const char *name; /* "causal.jsonl" */
    FILE *stages[EASE_STAGES];
    uint64_t lines[EASE_STAGES];
    uint64_t bytes;
};

/* `folder` is there and outlives the shelf. */
MUST_CHECK bool shelf_open(struct shelf *shelf, struct arena *arena, struct str folder,
                           const char *name, struct err *err);

/* `line` without its end. */
MUST_CHECK bool shelf_put(struct shelf *shelf, struct str line, uint32_t stage, struct err *err);

/* One file, stage after stage; the SHA-256 of it. */
MUST_CHECK bool shelf_close(struct shelf *shelf, struct arena *arena, struct digest *digest,
                            struct err *err);

/* After a failure: nothing half-written is left behind. */
void shelf_abandon(struct shelf *shelf, struct arena *arena);
