/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warroom.yaml: what is asked, where it listens, who may come in and who is told. docs/config.md
 * has all keys; they are made from the same lists as the checker, `config explain` and `init`.
 *
 * A key that is not known is an error, for a limit that is misspelt is no limit. A secret does not
 * stand in the file: `env:NAME`, `${NAME}` or `file:PATH` say where it is. `${NAME}` may stand in
 * any text.
 */
#pragma once

#include "data/record.h"

#define CONFIG_FILE_BYTES_MAX ((size_t)256 << 10)
#define CONFIG_ITEMS_MAX 64 /* of sources, and of notify */

/*
 * A kind of source, or of who is told, and its keys. A field of TYPE_ROWS takes what is more than
 * one value: with the column `value` a list of texts (or one), with `name` and `value` a mapping of
 * texts, or of lists of texts: a row for each text.
 */
struct config_kind {
    const char *name; /* an array of kinds ends where it is NULL */
    const char *summary;
    const struct field *settings;
};

struct config_kinds {
    const struct config_kind *sources;
    const struct config_kind *notifiers;
};

/* What has a name of the user's own: a source, or who is told. */
struct config_item {
    struct str name;
    const struct config_kind *kind;
    struct record settings; /* complete, by the fields of its kind */
    uint32_t line, column;  /* in the file */
};

struct config_items {
    struct config_item *items; /* in the order of the file */
    uint32_t count;
};

#define CONFIG_SECRETS_MAX 4

struct config {
    struct str path; /* of the file; empty: there is none, all is as standard */

    struct {
        struct str host; /* "127.0.0.1", "::1", "0.0.0.0" */
        uint16_t port;   /* 0: any that is free */
        bool is_loopback;
        struct str data; /* a folder; empty: that of the ledger */
        uint32_t workers, queue, opened_per_minute;
        int64_t deadline_ns;         /* of one investigation */
        struct str certificate, key; /* PEM files; both, or both empty */
        bool needs_token;            /* who asks the API must have a token, on loopback too */
    } serve;

    struct {
        bool is_on;           /* OTLP and Loki push are taken in */
        struct str store;     /* "embedded" or "clickhouse" */
        struct str url, user; /* of ClickHouse */
        struct str password;
        int64_t retention_ns;
        int64_t bytes_max;
    } receive;

    struct {
        struct str token; /* empty: none is wanted */
        struct str pagerduty[CONFIG_SECRETS_MAX], sentry[CONFIG_SECRETS_MAX],
            grafana[CONFIG_SECRETS_MAX];
        uint32_t pagerduty_count, sentry_count, grafana_count;
    } webhooks;

    struct str page_url; /* how people reach the page, for links; without a slash at its end */
    struct config_items sources, notify;
};

/* Something that works and should not stay: "5:9: ..." */
struct config_warning {
    struct str text;
    struct config_warning *next;
};

/* Where secrets come from: tests bring their own. */
struct config_world {
    const char *(*get_env)(void *state, const char *name); /* NULL: not set */
    void *state;
};

/*
 * Errors name the place, as "line:column: key: ", and what to write there; ERR_USAGE. Secrets are
 * read now. `warnings` may be NULL. `world` NULL: the environment of the process.
 */
MUST_CHECK bool config_read(struct arena *arena, struct str text, const struct config_kinds *kinds,
                            const struct config_world *world, struct config *out,
                            struct config_warning **warnings, struct err *err);

/* The same of a file, with a warning where others may read it and a secret stands in it. */
MUST_CHECK bool config_load(struct arena *arena, const char *path, const struct config_kinds *kinds,
                            struct config *out, struct config_warning **warnings, struct err *err);

/*
 * Where the file is: `named` (of --config; may be NULL), $WARROOM_CONFIG, ./warroom.yaml,
 * /etc/warroom/warroom.yaml, the first of these that is there. What is named and not there is
 * ERR_NOT_FOUND; *out is NULL where none is named, and none there.
 */
MUST_CHECK bool config_find(const char *named, const char **out, struct err *err);

/* All as standard, as if the file were empty. */
void config_standard(struct arena *arena, struct config *out);

/* The kinds that this program has: one place that knows connect/ and notify/. */
struct config_kinds config_kinds_known(void);
