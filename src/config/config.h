/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warroom.yaml: what is asked, where it listens, who may come in and who is told. docs/config.md
 * has all keys; the checker, `config explain` and `config init` are made from the same lists.
 *
 * A key that is not known is an error, for a limit that is misspelt is no limit. A secret does not
 * stand in the file: `env:NAME`, `${NAME}` or `file:PATH` say where it is. `${NAME}` may stand in
 * any text.
 */
#pragma once

#include "base/buf.h"
#include "data/yaml.h"

#define CONFIG_FILE_BYTES_MAX ((size_t)256 << 10)
#define CONFIG_ITEMS_MAX 64 /* of sources, and of notify */
#define CONFIG_SECRETS_MAX 4

/*
 * Who knows what stands under `sources.NAME` or `notify.NAME`: connect/ and notify/. The entries
 * are those of the whole file, with `${NAME}` replaced; theirs begin with `prefix`,
 * "sources.prometheus". What comes out lives in the arena.
 */
struct config_reader {
    bool (*read)(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                 void **out, struct err *err);
    void (*explain)(struct buf *out); /* the kinds and their keys, for people */
};

struct config_readers { /* one without read(): what stands there is kept, and not looked at */
    struct config_reader sources;
    struct config_reader notify;
    struct config_reader experts; /* of `experts`, `policy` and `limits` at once; no prefix */
};

/* What has a name of the user's own: a source, or who is told. */
struct config_item {
    struct str name;
    struct str prefix;
    void *thing; /* what its reader made of it: a struct source */
    uint32_t line, column;
};

struct config_items {
    struct config_item *items; /* in the order of the file */
    uint32_t count;
};

struct config_secrets {
    struct str items[CONFIG_SECRETS_MAX];
    uint32_t count;
};

struct config {
    struct str path;             /* of the file; empty: there is none, all is as standard */
    struct yaml_entries entries; /* of the whole file, with `${NAME}` replaced */

    struct {
        struct str host; /* "127.0.0.1", "::1", "0.0.0.0" */
        uint16_t port;   /* 0: any that is free */
        bool is_loopback;
        struct str data; /* a folder; empty: that of the ledger */
        int64_t workers, queue, opened_per_minute;
        int64_t posts_per_second, connections_max; /* of one address */
        int64_t deadline_ns;                       /* of one investigation */
        int64_t retention_ns;                      /* of incidents and their files */
        struct str certificate, key;               /* PEM files; both, or both empty */
        bool is_behind_proxy;                      /* something in front speaks TLS */
    } serve;

    struct {
        bool is_on;                     /* OTLP and Loki push are taken in */
        struct str store;               /* "embedded" or "clickhouse" */
        struct str url, user, password; /* of ClickHouse */
        int64_t retention_ns;
        int64_t bytes_max;
    } receive;

    struct {
        struct str token; /* empty: none is wanted */
        struct config_secrets pagerduty, sentry, grafana;
    } webhooks;

    struct str page_url; /* how people reach the page, for links; no slash at its end */
    struct config_items sources, notify;
    void *experts;         /* what their reader made of them: a struct experts; NULL: none */
    bool has_plain_secret; /* a secret stands in the file itself */
};

/* Of this program: a source is a struct source, of notify a struct notifier, experts are struct
 * experts. */
extern const struct config_readers config_readers_known;

/* Something that works and should not stay: "5:9: ..." */
struct config_warning {
    struct str text;
    struct config_warning *next;
};

/*
 * Errors name the place, as "line:column: key: ", and what to write there; ERR_USAGE. Secrets are
 * read now. `warnings` may be NULL.
 */
MUST_CHECK bool config_read(struct arena *arena, struct str text,
                            const struct config_readers *readers, struct config *out,
                            struct config_warning **warnings, struct err *err);

/* The same of a file, with a warning where others may read it and a secret stands in it. */
MUST_CHECK bool config_load(struct arena *arena, const char *path,
                            const struct config_readers *readers, struct config *out,
                            struct config_warning **warnings, struct err *err);

/*
 * Where the file is: `named` (of --config; may be NULL), $WARROOM_CONFIG, ./warroom.yaml,
 * /etc/warroom/warroom.yaml, the first of these that is there. What is named and not there is
 * ERR_NOT_FOUND; *out is NULL where none is named, and none there.
 */
MUST_CHECK bool config_find(const char *named, const char **out, struct err *err);

/* ---- for people ---- */

/* A file with all keys as standard, commented. */
void config_put_init(struct buf *out);

/* All keys that begin with `key` (empty: all), one a line, and the kinds. False: there is none. */
MUST_CHECK bool config_explain(struct buf *out, struct str key,
                               const struct config_readers *readers, struct err *err);
