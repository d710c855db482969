/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question in plain words asks for: of which rows, what of them, how kept apart. Words of
 * English and names of the case alone decide; a word that is neither is told as left over.
 */
#pragma once

#include "query/schema.h"

/* What is asked about. */
#define WISH_TABLES(X)                                                                             \
    X(NONE, "")                                                                                    \
    X(LOGS, "logs")                                                                                \
    X(TRACES, "traces")                                                                            \
    X(METRICS, "metrics")                                                                          \
    X(CHANGES, "changes") X(EVENTS, "events") X(TOPOLOGY, "topology") X(ALERTS, "alerts")

enum wish_table {
#define X(id, name) WISH_##id,
    WISH_TABLES(X)
#undef X
};

/* What of it. */
enum wish_what {
    WANT_ROWS,
    WANT_COUNT,
    WANT_RATE, /* a second */
    WANT_SHARE,
    WANT_SUM,
    WANT_MEAN,
    WANT_MAX,
    WANT_MIN,
    WANT_QUANTILE,
    WANT_INCREASE,
    WANT_FIRST_TIME,
    WANT_LAST_TIME,
    WANT_WHICH, /* the different values of `by` */
    WANT_BYTES,
    WANT_DISTINCT, /* how many values `of` has */
    WANT_STDDEV,
    WANT_SPREAD, /* from the lowest to the highest */
    WANT_NEWEST, /* the last value */
    WANT_SLOPE,  /* a second */
};

struct wish_value {
    enum wish_what what; /* WANT_ROWS: nothing */
    double quantile;
};

enum wish_text_kind {
    WISH_BARE,   /* in capitals or not */
    WISH_QUOTED, /* as it stands */
    WISH_STATUS, /* "504" or "5[0-9][0-9]", where a line tells of a status of HTTP */
};

struct wish_text {
    struct str text;
    enum wish_text_kind kind;
    bool is_not;
    bool is_or; /* it, or the one before */
};

/* What two metrics are asked for together. */
enum wish_pair {
    PAIR_SHARE, /* the first through the second */
    PAIR_MINUS,
    PAIR_PLUS,
    PAIR_BOTH, /* each by itself */
};

/* Which condition a share is counted of; the others say of which rows. */
enum wish_part { PART_NONE, PART_LEVEL, PART_FAILED, PART_TEXTS, PART_LASTING, PART_VALUES };

/* How a value is held against a number. */
enum wish_compare {
    COMPARE_NONE,
    COMPARE_MORE,
    COMPARE_AT_LEAST,
    COMPARE_LESS,
    COMPARE_AT_MOST,
    COMPARE_EQUAL,
};

#define WISH_NAMES_MAX 8
#define WISH_VALUES_MAX 4 /* of the same rows */

struct wish {
    enum wish_table table;
    enum wish_what what;
    double quantile;
    struct wish_value also[WISH_VALUES_MAX - 1]; /* further values of the same rows */
    uint32_t also_count;
    bool is_percent; /* of a share */
    bool is_rate;    /* a second, of WANT_BYTES */
    const struct schema_metric *metrics[2];
    enum wish_pair pair;
    struct str services[WISH_NAMES_MAX], instances[WISH_NAMES_MAX];
    uint32_t services_count, instances_count;
    bool is_service_not, is_instance_not; /* any but those */
    struct str levels[WISH_NAMES_MAX];    /* "ERROR" is this or worse; none: any */
    uint32_t levels_count;
    bool is_level_not;             /* any but those */
    bool is_failed, is_failed_not; /* of spans */
    struct wish_text texts[WISH_NAMES_MAX];
    uint32_t texts_count;
    const struct schema_value *values[WISH_NAMES_MAX];
    uint32_t values_count;
    bool is_value_not;
    enum wish_part part;    /* what a share is counted of */
    bool is_never;          /* those of `by` that have no such row */
    int64_t from_ns, to_ns; /* 0: open */
    int64_t span_ns;        /* the newest so long; 0: all */
    int64_t ago_ns;
    bool is_against_past;             /* held against what it was so long ago */
    int64_t split_ns;                 /* each value before and after it; 0: not */
    int64_t head_ns;                  /* the oldest so long; 0: all */
    int64_t longer_ns, shorter_ns;    /* bounds of a duration; 0: none */
    bool is_longer_or, is_shorter_or; /* or as long */
    enum wish_compare compare;        /* of the value that comes out */
    double bound;
    struct str by;     /* a column, "minute", "hour" or "bucket"; empty: all together */
    struct str by_too; /* a second one */
    int64_t bucket_ns; /* of `by` "bucket" */
    bool is_of_counts; /* the value is one of how many rows each of `by` has */
    bool is_samples;   /* how many values a metric has, not how many series */
    struct str of;     /* the column of WANT_DISTINCT */
    int64_t unit_ns;   /* in which durations are asked; 0: as they are stored */
    bool is_across;
    uint32_t limit; /* 0: all */
    bool is_top, is_bottom, is_newest;
    struct str calls; /* of a topology: the column that is asked, `caller` or `callee` */
    struct str left;  /* the words that say nothing here */
};

#define WISH_BYTES_MAX ((size_t)2000) /* of a question; more is a paste */

/* `alert_ns` is what "before the alert" and hours mean; 0: there is none. `table` is asked where
 * the language has but one, else WISH_NONE. */
MUST_CHECK bool wish_of(struct arena *arena, const struct schema *schema, int64_t alert_ns,
                        enum wish_table table, struct str words, struct wish *out, struct err *err);

const char *wish_compare_mark(enum wish_compare compare); /* ">=" */

const char *wish_table_name(enum wish_table table);
