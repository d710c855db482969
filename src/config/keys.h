/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of warroom.yaml that are its own: one list, which the checker reads by, `config explain`
 * prints, `config init` writes and docs/config.md is held against.
 */
#pragma once

#include "config/config.h"

enum config_type {
    CONFIG_TEXT,
    CONFIG_CHOICE, /* one of the words in `choices` */
    CONFIG_BOOL,
    CONFIG_COUNT,   /* a whole number, between min and max */
    CONFIG_SPAN,    /* "60s", "7d", between min and max */
    CONFIG_BYTES,   /* "20GiB", between min and max */
    CONFIG_ADDRESS, /* HOST:PORT to listen at */
    CONFIG_FILE,    /* that can be read */
    CONFIG_URL,     /* http or https */
    CONFIG_SECRET,
    CONFIG_SECRETS, /* one, or a list */
};

struct config_key {
    const char *path;
    enum config_type type;
    size_t field;         /* in struct config */
    const char *standard; /* as one writes it; NULL: none */
    const char *example;  /* where there is no standard */
    int64_t min, max;
    const char *choices; /* "embedded clickhouse" */
    const char *summary; /* one line, no full stop */
};

extern const struct config_key config_keys[]; /* in the order of the file; path NULL at the end */

/* NULL: there is none. A secret of a list, "x.secret[2]", is that of "x.secret". */
const struct config_key *config_key_find(struct str path);

/* The one that was probably meant; NULL: none comes near. */
const char *config_key_nearest(struct str path);

struct config_reading {
    struct arena *arena;
    struct config *out;
    struct config_warning **warnings; /* where the next goes; NULL: nobody wants them */
    bool is_expanded;                 /* there was a `${NAME}` in this value */
    bool has_plain_secret;            /* one stands in the file itself */
};

/* A value as it stands in the file; errors say what is wanted, not where. */
MUST_CHECK bool config_value_read(struct config_reading *reading, const struct config_key *key,
                                  const struct yaml_entry *entry, struct err *err);

void config_warn(struct config_reading *reading, const struct yaml_entry *entry, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));
