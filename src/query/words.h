/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a question while it is read, for wish*.c alone: each may be taken once. */
#pragma once

#include "query/wish.h"

#define WORDS_MAX 200 /* of a question of WISH_BYTES_MAX; what follows is not read */

struct word {
    struct str text; /* as it stands, without marks around it */
    struct str low;
    bool is_quoted, is_taken;
    bool ends; /* a comma or full stop follows */
};

struct reading {
    struct arena *arena;
    const struct schema *schema;
    int64_t alert_ns;
    struct word words[WORDS_MAX];
    uint32_t count;
    struct wish *wish;
};

void words_split(struct reading *reading, struct str question);

/* Whether the word is there, is not taken, and is one of "a|b|c". */
bool words_is(const struct reading *reading, uint32_t at, const char *choice);

/* The same, taken or not. */
bool words_was(const struct reading *reading, uint32_t at, const char *choice);

void words_take(struct reading *reading, uint32_t from, uint32_t count);

/* Takes the first that is one of them; false: there is none. */
bool words_take_any(struct reading *reading, const char *choice);

/* wish_time.c: stretches of time, hours, durations. */
MUST_CHECK bool wish_read_times(struct reading *reading, struct err *err);

/* What fails, of spans. */
#define FAILED_WORDS "failed|failing|fail|fails|failure|failures"

/* wish_limit.c: how many of them, and which come first. */
void wish_read_limits(struct reading *reading);

/* wish_what.c: which number is asked, and how kept apart. */
void wish_read_groups(struct reading *reading);
void wish_read_what(struct reading *reading);
void wish_read_conditions(struct reading *reading);
bool wish_is_level(const struct reading *reading, uint32_t at);

/* The column that the word names; empty: none. */
struct str wish_group_at(const struct reading *reading, uint32_t at);

/* wish_metric.c: by its name, or by words of its name. */
void wish_read_metric_names(struct reading *reading);
void wish_read_metric_words(struct reading *reading);
