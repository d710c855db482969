/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a question while it is read, for wish*.c alone: each may be taken once. */
#pragma once

#include "query/wish.h"

#define WORDS_MAX 200 /* of a question of WISH_BYTES_MAX; what follows is not read */

#define WORDS_UNITS                                                                                \
    "ms|msec|millisecond|milliseconds|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|"   \
    "hrs|"                                                                                         \
    "hour|hours|d|day|days"

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
    uint32_t part_at; /* where wish->part was read */
};

/* Words that a question is put together with. */
#define WISH_GLUE                                                                                  \
    "a|an|all|and|any|are|at|been|but|by|did|do|does|for|from|give|had|has|have|how|in|is|it|"     \
    "list|log|logged|me|most|much|my|of|on|only|or|over|please|report|reported|reports|show|"      \
    "than|that|the|their|there|them|these|they|time|times|to|was|we|were|what|when|where|which|"   \
    "who|whom|whose|with|within|many|each|every|per|s|across|as|not|so|happened|wrote|write|"      \
    "seen|see|its|number|rate|find|get|writes|during|took|take|last|first|among|duration|"         \
    "durations|word|text|phrase|shows|out|some|got|up|now|right|went|off|fired|made|make|go|goes|" \
    "window|using|used|use|recent|frequent|common|both|everything|anything|happen|occur|occurs|"   \
    "occurred|concerning|regarding|related|ever|be|being|into|us|you|can|could|would|will|if|"     \
    "then|overall|also|too|taken|spent|kept|did|having|contribute|contributed|came|come|comes"

/* A condition that a share may be counted of: the last one is, but for those behind `among`. */
void wish_note_part(struct reading *reading, enum wish_part part, uint32_t at);

bool wish_is_signal(const struct reading *reading, uint32_t at); /* names a table, taken or not */

/* wish_names.c: names of the case. */
void wish_read_names(struct reading *reading);
void wish_read_values(struct reading *reading);
bool wish_read_operation_names(struct reading *reading); /* whole ones; false: there is none */
void wish_read_operations(struct reading *reading);      /* by a part of one alone */
void wish_read_authors(struct reading *reading);

/* "started" is the reason `Started`; "deployed" is the kind `deploy`. */
bool wish_is_value(struct arena *arena, struct str word, struct str value);

/* wish_text.c: texts of lines. */
void wish_add_text(struct reading *reading, struct wish_text text);
void wish_read_quoted(struct reading *reading);
void wish_read_statuses(struct reading *reading);
void wish_read_bare_texts(struct reading *reading);
void wish_read_loose_texts(struct reading *reading);

void words_split(struct reading *reading, struct str question);

/* Whether the word is there, is not taken, and is one of "a|b|c". */
bool words_is(const struct reading *reading, uint32_t at, const char *choice);

/* The same, taken or not. */
bool words_was(const struct reading *reading, uint32_t at, const char *choice);

void words_take(struct reading *reading, uint32_t from, uint32_t count);

/* Takes the first that is one of them; false: there is none. */
bool words_take_any(struct reading *reading, const char *choice);

/* How a number is held against another; `words.c` makes these marks of what people write. */
#define WORDS_COMPARE ">|>=|<|<=|="

/* COMPARE_NONE: no such mark is there, or it is taken. */
enum wish_compare words_compare(const struct reading *reading, uint32_t at);

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
void wish_settle(struct reading *reading); /* what only all words together tell */
bool wish_is_level(const struct reading *reading, uint32_t at);

/* The column that the word names; empty: none. */
struct str wish_group_at(const struct reading *reading, uint32_t at);

/* wish_metric.c: by its name, or by words of its name. */
void wish_read_metric_names(struct reading *reading);
void wish_read_metric_words(struct reading *reading);
