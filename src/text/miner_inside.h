/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside of a miner; for miner.c, which counts, and mined.c, which makes the templates. */
#pragma once

#include "text/generalise.h"
#include "text/miner.h"

struct entry {
    uint64_t hash;  /* of the shape; 0: free */
    uint64_t group; /* of its structure */
    uint64_t rank;  /* within the group: the lower, the longer it is kept */
    uint64_t count;
    const struct span *atoms;
    const char *text;
    uint16_t text_len;
    uint16_t atoms_count;
    uint32_t template; /* once finished */
};

/* The messages of one structure whose shapes were dropped. */
struct leftover {
    uint64_t group;
    uint64_t count;
};

struct miner {
    struct arena *arena;
    struct miner_limits limits;
    struct entry *entries; /* twice shapes_max */
    uint32_t count, room;
    uint32_t *slots; /* entry + 1, by hash */
    uint32_t slots_mask;
    struct arena *texts[2]; /* of the entries; the other is for the next pruning */
    uint32_t level;
    struct leftover *leftovers[2]; /* by group; the other is for the next pruning */
    uint32_t leftovers_count;
    uint64_t messages;
    struct shape shape; /* of the message at hand */
    bool finished;
    struct mined_template *templates;
    uint32_t *template_entries;   /* one shape of each */
    uint64_t (*wild)[FORM_WORDS]; /* by entry */
    uint32_t templates_count;
    uint64_t kept_messages;
};

/* Leaves what is to be kept, in the order of structure and rank. */
void miner_prune(struct miner *miner);

/* By the text between the atoms. */
uint64_t miner_group_of(const struct shape *shape);

/* The entry of a shape, or MINER_NONE; and what was dropped of a structure, or NULL. */
uint32_t miner_entry_of(const struct miner *miner, uint64_t shape);
struct leftover *miner_leftover_of(const struct miner *miner, uint64_t group);
