/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One model as its user configures it, in YAML; docs/experts.md has the keys. expert/experts.h
 * reads the file, in which there may be several.
 *
 *   kind: openai
 *   url: http://127.0.0.1:8080/v1
 *   model: qwen2.5-7b-instruct
 *   key: env:MODEL_KEY
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "data/yaml.h"

struct arena;
struct expert_type;

#define CONFIG_BYTES_MAX ((size_t)64 << 10)

struct expert_config {
    struct str name; /* what its user calls it; the model where it has no name */
    const struct expert_type *type;
    unsigned abilities; /* bits of enum ability: what it may be asked for */
    struct str url;     /* of the endpoint itself, with its path */
    struct str host;    /* as url_host() gives it */
    struct str model;
    struct str key;    /* empty: none is sent */
    bool is_cleartext; /* the key may go over http to another machine */
    bool takes_schema;
    bool streams;     /* it writes while one waits */
    bool masks_names; /* they go as aliases, and come back */
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

/*
 * Of the entries below `prefix` ("experts.local."), or of all where it is empty. Errors name the
 * place, and what to write there. The key comes from where `key` says it is.
 */
MUST_CHECK bool expert_config_read(struct arena *arena, const struct yaml_entries *entries,
                                   struct str prefix, struct expert_config *out, struct err *err);

/* ---- for people, and for experts.c ---- */

struct expert_key {
    const char *path;     /* "limits.tokens" */
    const char *standard; /* as one writes it; NULL: none */
    const char *summary;  /* one line, no full stop */
};

/* The n-th key; NULL: there are no more. */
const struct expert_key *expert_key_at(size_t index);

/* "LINE:COLUMN: there is no key `limits.tokns`; did you mean `limits.tokens`?" */
bool expert_config_refuse(const struct yaml_entry *entry, struct str prefix, struct err *err);
