/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between the two sides of a survey: templates that are new, that stopped, that come
 * more or less often; values that one side has and the other has not; and bursts on one side.
 *
 * A template's rate is held against its rate before, and both against the pace of the log as a
 * whole: where all templates came twice as often, there was twice the traffic and no template is
 * news (median of ratios: Anders and Huber, Differential expression analysis for sequence count
 * data, 2010). The test is stats/rates.h's; of all that is called certain at most a hundredth is
 * chance.
 */
#pragma once

#include "logs/survey.h"

enum change { CHANGE_NEW, CHANGE_STOPPED, CHANGE_MORE, CHANGE_LESS, CHANGES };

const char *change_name(enum change change); /* "new", "stopped", "more", "less" */

struct template_change {
    enum change change;
    uint32_t template;
    double rates[2];  /* events a second, or of a thousand lines where there is no time */
    double ratio;     /* of these; 0 where one of them is */
    double low, high; /* of the ratio, with 95 % confidence */
    double p;         /* by chance, the pace taken out */
    bool is_certain;
};

/* Of something that has values: how often it has this one. */
struct value_change {
    uint32_t template;  /* UINT32_MAX: it is an attribute */
    uint32_t parameter; /* of the template, or the attribute */
    struct str value;
    uint64_t counts[2], totals[2]; /* a count may be too low where there are very many values */
    double p;
};

struct burst {
    uint32_t template;
    uint32_t from_slot, to_slot; /* [from, to) */
    uint64_t count;              /* in these */
    double usual;                /* what so many slots have otherwise */
    double p;
};

struct comparison_of_logs {
    double pace; /* how much faster the log as a whole is on side 1; 1 where that is not known */
    struct template_change *changes; /* certain ones first, then the least probable by chance */
    uint32_t changes_count;
    struct value_change *values; /* the least probable first; only what is certain */
    uint32_t values_count;
};

struct comparison_of_logs compare_sides(struct arena *arena, const struct survey *survey);

/* Attributes, by side or by level; `only_coming`: those that go with side 1, or with errors. */
struct value_change *compare_attributes(struct arena *arena, const struct survey *survey,
                                        bool only_coming, uint32_t *count);

struct burst *find_bursts(struct arena *arena, const struct survey *survey, uint32_t *count);
