/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two investigations can be compared by, whether it comes from a journal or from a report. All
 * of it is JSON as it stood there; steps of a journal are long, and are read as they are asked for.
 */
#pragma once

#include "base/map.h"
#include "journal/diff.h"

struct account_step {
    struct str name;
    uint32_t line;      /* of the journal */
    const json_t *json; /* of a report */
};

struct account {
    const struct reader *reader; /* NULL: of a report */
    const json_t *opening;       /* each of these may be NULL: it is not told */
    json_t *sources;             /* arrays */
    json_t *plans;
    json_t *evidence;
    json_t *leads; /* as they stood at the end */
    struct map leads_by_id;
    json_t *withdrawn;
    json_t *hypotheses;
    json_t *end;
    struct account_step *steps;
    uint32_t steps_count;
    struct conclusion conclusion;
};

/* It goes with the arena. */
MUST_CHECK bool account_of_journal(struct arena *arena, const struct reader *reader,
                                   struct account *out, struct err *err);
MUST_CHECK bool account_of_report(struct arena *arena, const json_t *report, struct account *out,
                                  struct err *err);

/* For the caller to json_decref(); NULL: it cannot be read a second time. */
json_t *account_step(const struct account *account, uint32_t number, struct err *err);

/* A text member, or an empty text. */
struct str account_text(const json_t *object, const char *name);
