/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one claim says, taken apart so that a sentence in other words can be held against it: each
 * number with its unit and whether it was so before or is so now, shares, times, what rose and
 * fell, who complained of whom. Claims are in the grammar of guard/claim.h and in the words of our
 * own steps, so this reads what we wrote ourselves.
 */
#pragma once

#include "case/evidence.h"
#include "guard/words.h"

/* Of which time, or of whom, a number is. */
enum role { ROLE_NOW, ROLE_BEFORE, ROLE_OTHERS };

struct fact {
    struct amount amount;
    enum role role;
    bool is_whole;  /* 45 of "15 of 45" */
    bool is_quoted; /* in a name: `answered 503` */
};

struct fact_share {
    double part, whole;
    enum role role;
};

struct fact_clock {
    int64_t s; /* of the day */
    enum role role;
};

enum relation {
    RELATION_NONE,
    RELATION_COMPLAINS, /* `one` complained of `other` */
    RELATION_EXPLAINS,  /* what `other` shows explains what `one` suffers */
    RELATION_HOLDS,     /* others wait for what `one` holds */
    RELATION_LEADS,     /* `one` moved before `other` */
};

#define FACTS_MAX 64 /* of each kind, in a claim */

struct facts {
    const struct evidence *evidence;
    struct str claim; /* in small letters */
    struct str own;   /* the same without what others wrote: lines, messages, longer quotes */
    struct fact *numbers;
    uint32_t numbers_count;
    struct fact_share *shares;
    uint32_t shares_count;
    struct fact_clock *clocks;
    uint32_t clocks_count;
    struct str from, to; /* of what `went from` one value to another; empty: nothing did */
    bool rose, fell;
    bool is_rate;   /* its metric counts by the second */
    bool denies;    /* it says what is not so, or not much: "only at", "stayed" */
    enum unit unit; /* of its metric or setting, by its name */
    double unit_scale;
    enum relation relation;
    struct str one, other;
    double lead_s;
    uint64_t topics;
    uint64_t own_topics;
};

struct facts facts_of(struct arena *arena, const struct evidence *evidence);

/*
 * Whether that name stands in what is ours of the claim, or is whom it is about; capitals do not
 * count. Who writes into a log cannot make a name known.
 */
bool facts_know(const struct facts *facts, struct str name);

/* As a whole: `db` stands in "deploy/db", and not in "db-old". In small letters both. */
bool facts_has_name(struct str text, struct str name);
