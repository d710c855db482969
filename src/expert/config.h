/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model as its user configures it: a file of YAML, docs/experts.md has the keys.
 *
 *   kind: openai
 *   url: http://127.0.0.1:8080/v1
 *   model: qwen2.5-7b-instruct
 *   key: env:MODEL_KEY
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct expert_type;

#define CONFIG_BYTES_MAX ((size_t)64 << 10)

struct expert_config {
    const struct expert_type *type;
    struct str url;  /* of the endpoint itself, with its path */
    struct str host; /* as url_host() gives it */
    struct str model;
    struct str key;    /* empty: none is sent */
    bool is_cleartext; /* the key may go over http to another machine */
    bool takes_schema;
    bool tells_odds;
    bool has_temperature;
    double temperature;
    double price_in; /* for a million tokens */
    double price_out;
    double money_max; /* 0: no limit */
    uint64_t tokens_max;
    uint32_t answer_tokens_max;
    int64_t span_max_ns;
    struct str record; /* folders for net/tape.h; empty: none */
    struct str replay;
};

/* Errors name the place, and what to write there. The key comes from where `key` says it is. */
MUST_CHECK bool expert_config_read(struct arena *arena, struct str text, struct expert_config *out,
                                   struct err *err);

/* The same of a file. */
MUST_CHECK bool expert_config_load(struct arena *arena, const char *path, struct expert_config *out,
                                   struct err *err);
