/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is told, and how. A way of telling is two pure functions, encode and decode, and the courier
 * between them; e-mail and files go their own way. What a message has room for is known here: what
 * is longer is cut where it is made, and says so.
 */
#pragma once

#include "base/buf.h"
#include "data/record.h"
#include "data/yaml.h"
#include "net/courier.h"
#include "notify/news.h"

struct notifier_type;

/* One of the configuration: `notify.NAME`. */
struct notifier {
    struct str name;
    const struct notifier_type *type;
    struct record settings; /* of its type, and of all */
    unsigned when;          /* 1 << enum news_phase */
};

/* What it takes to send. */
struct dispatch {
    struct courier courier; /* its hosts are filled in here */
    int64_t now_ns;         /* since 1970, for the date of a mail */
};

struct notifier_type {
    const char *name, *summary;
    const struct field *settings; /* its own; those of all are in notify.c */
    const char *place;            /* the setting that says where it goes, */
    const char *usual_place;      /* and where it goes without; NULL: it is always set */

    /* `thread`: what decode() gave for earlier news of this incident; empty: there was none. */
    bool (*encode)(struct arena *arena, const struct notifier *notifier, const struct news *news,
                   struct str thread, struct request *out, struct err *err);
    /* NULL: any 2xx will do. */
    bool (*decode)(struct arena *arena, const struct notifier *notifier, struct str body,
                   struct str *thread, struct err *err);

    /* In the place of both. */
    bool (*deliver)(struct arena *arena, const struct notifier *notifier, const struct news *news,
                    struct dispatch *dispatch, struct err *err);
};

extern const struct notifier_type *const notifier_types[]; /* ends with NULL */

/*
 * Reads what stands under `prefix`, "notify.oncall". Errors have line and column. `out` becomes a
 * struct notifier in the arena: the form that config/ wants.
 */
MUST_CHECK bool notifier_read(struct arena *arena, const struct yaml_entries *entries,
                              struct str prefix, void **out, struct err *err);

/* The kinds and their keys, for people. */
void notifier_explain(struct buf *out);

/* Where it goes: a URL, or a folder. It may hold a secret. */
struct str notifier_place(const struct notifier *notifier);

bool notifier_wants(const struct notifier *notifier, enum news_phase phase);

/*
 * Tells it. `thread` goes in as the last news of the incident left it, and comes out as the next
 * will need it. Errors name the notifier.
 */
MUST_CHECK bool notifier_send(struct arena *arena, const struct notifier *notifier,
                              const struct news *news, struct dispatch *dispatch,
                              struct deadline deadline, struct str *thread, struct err *err);

/* A setting; empty where it is not there. */
struct str notifier_text(const struct notifier *notifier, const char *name);
