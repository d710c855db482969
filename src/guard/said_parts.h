/* SPDX-License-Identifier: Apache-2.0 */
/* A sentence while it is checked: what the files said_*.c share. */
#pragma once

#include "guard/facts.h"
#include "guard/lexicon.h"
#include "guard/said.h"

struct saying {
    const struct casefile *casefile;
    struct arena *arena;
    struct words words;
    struct facts *cited;
    uint32_t cited_count;
    uint64_t topics;               /* of all that is cited */
    const struct hypothesis *best; /* NULL: no cause is named */
    struct said_score score;
    struct err *err;
    bool failed;
};

/* Something that could be wrong, and whether it is; the first that is gives the reason. */
void said_count(struct saying *saying, bool ok, struct str what, const char *why);

/* The plain word at a place, in small letters; empty: there is none. */
struct str said_plain(const struct saying *saying, uint32_t at);
bool said_is(const struct saying *saying, uint32_t at, const char *list); /* " a b " */
bool said_has(const struct saying *saying, uint32_t at, enum sense sense);
bool said_is_stop(const struct saying *saying, uint32_t at, const char *stops);

/* The part of the sentence around `at`: between stops, and words that join or oppose. */
uint32_t said_part_begin(const struct saying *saying, uint32_t at);
uint32_t said_part_end(const struct saying *saying, uint32_t at);

enum role said_role(const struct saying *saying, uint32_t at);

/* The service that the word at a place means by a name that the case knows; empty: none. */
struct str said_entity(const struct saying *saying, uint32_t at);

/* Whether what a claim says may be meant at `at`: it is of one of those who are named around it. */
bool said_is_of(const struct saying *saying, const struct facts *facts, uint32_t at);

void said_check_numbers(struct saying *saying);
void said_check_order(struct saying *saying);
void said_check_relations(struct saying *saying);
