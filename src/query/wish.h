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
    WANT_DISTINCT, /* how many values `by` has */
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
    PAIR_BOTH, /* each by itself */
};

#define WISH_NAMES_MAX 8

struct wish {
    enum wish_table table;
    enum wish_what what;
    double quantile;
    struct wish_value too; /* a second value of the same rows */
    bool is_percent;       /* of a share */
    const struct schema_metric *metrics[2];
    enum wish_pair pair;
    struct str services[WISH_NAMES_MAX], instances[WISH_NAMES_MAX];
    uint32_t services_count, instances_count;
    struct str level;  /* "ERROR" is this or worse; empty: any */
    bool is_level_not; /* any but those */
    bool is_failed;    /* of spans */
    struct wish_text texts[WISH_NAMES_MAX];
    uint32_t texts_count;
    const struct schema_value *values[WISH_NAMES_MAX];
    uint32_t values_count;
    int64_t from_ns, to_ns; /* 0: open */
    int64_t span_ns;        /* the newest so long; 0: all */
    int64_t ago_ns;
    int64_t longer_ns, shorter_ns; /* bounds of a duration; 0: none */
    bool has_bound, is_below;      /* of the value that comes out */
    double bound;
    struct str by;     /* a column, "minute" or "hour"; empty: all together */
    struct str by_too; /* a second one */
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

const char *wish_table_name(enum wish_table table);
