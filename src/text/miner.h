/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The templates of many messages: what their authors wrote, with typed slots for what the programs
 * filled in.
 *
 * Messages are added one by one in any order, by any number of miners that are merged in any order;
 * the templates are a function of the multiset of messages alone. Memory is bounded by the limits,
 * whatever comes: beyond them a sample of the shapes is kept, chosen by hash within each structure,
 * with exact counts; the messages of all others are counted as dropped.
 */
#pragma once

#include "text/mask.h"

struct arena;
struct miner;

struct miner_limits {
    uint32_t shapes_max;           /* kept at the end; twice as many in between. 0: the default */
    uint32_t shapes_per_group_max; /* of one structure. 0: the default */
};

#define MINER_SHAPES_MAX 10000 /* with shapes of full length, 54 MB */
#define MINER_SHAPES_PER_GROUP_MAX 1024
#define MINER_NONE UINT32_MAX

/* All is in `arena`, which must not be reset while the miner is in use. */
struct miner *miner_new(struct arena *arena, struct miner_limits limits);

/* Counts one message and gives the name of its shape, which is the same in every miner. */
uint64_t miner_add(struct miner *miner, struct str message);

/* As if all that `from` has counted had been added to `into`; `from` is not finished and stays. */
void miner_merge(struct miner *into, const struct miner *from);

/* No message is added after it. */
void miner_finish(struct miner *miner);

struct mined_template {
    struct str text; /* "connection to <ip>:<port> refused after <duration>" */
    struct str wild; /* the same with <*> for each slot */
    uint64_t count;
    uint32_t shapes;
};

/* All of these want a finished miner. Templates are ordered by their text. */
uint32_t miner_templates_count(const struct miner *miner);
const struct mined_template *miner_template(const struct miner *miner, uint32_t number);

/* The template of a shape that miner_add() has named, or MINER_NONE where it was dropped. */
uint32_t miner_template_of(const struct miner *miner, uint64_t shape);

/*
 * The template of any message, even if its shape was dropped or never added: one of its structure
 * whose words it has. MINER_NONE where none is found among the shapes that were kept longest.
 */
uint32_t miner_find(const struct miner *miner, struct str message);

uint64_t miner_messages(const struct miner *miner); /* all that were added */
uint64_t miner_dropped(const struct miner *miner);  /* of these, without a template */
size_t miner_bytes(const struct miner *miner);      /* the memory in use */

struct parameter {
    struct str value; /* in the message */
    enum entity entity;
};

/*
 * What is filled in in a message that was added, from left to right: at most `max`. Returns how
 * many were written; none where the shape of the message was dropped.
 */
size_t miner_parameters(const struct miner *miner, struct str message, struct parameter *out,
                        size_t max);

/* The same of a message that has been masked. */
size_t miner_parameters_of(const struct miner *miner, struct str message, const struct shape *shape,
                           struct parameter *out, size_t max);
