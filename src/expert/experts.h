/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of models. One model is its keys at the top (expert/config.h). Several have names:
 *
 *   experts:
 *     local: {kind: openai, url: "http://127.0.0.1:8080", model: qwen2.5-7b-instruct}
 *     cloud: {kind: anthropic, url: "https://api.anthropic.com", model: m, key: env:KEY}
 *   policy: {logs: [local]}
 *   limits: {money: 1.50}
 *
 * The same three sections may stand in warroom.yaml. Their order is the order in which the models
 * are asked.
 */
#pragma once

#include "base/buf.h"
#include "data/yaml.h"
#include "expert/config.h"
#include "expert/policy.h"

#define EXPERTS_MAX 16

struct experts {
    struct expert_config items[EXPERTS_MAX];
    uint32_t count;
    struct policy policy;
    uint64_t tokens_max; /* of all of them together; 0: no further limit */
    double money_max;
    int64_t span_max_ns;
};

/* Of a whole file. Errors name the place and what to write there; ERR_USAGE. */
MUST_CHECK bool experts_read(struct arena *arena, struct str text, struct experts *out,
                             struct err *err);
MUST_CHECK bool experts_load(struct arena *arena, const char *path, struct experts *out,
                             struct err *err);

/* Of the three sections among the entries of a larger file; no model is no error. */
MUST_CHECK bool experts_read_sections(struct arena *arena, const struct yaml_entries *entries,
                                      struct experts *out, struct err *err);

/* Whether an entry, or a section without one, stands in one of the three. */
bool experts_own(struct str path);

/* All keys, for people. */
void experts_explain(struct buf *out);
