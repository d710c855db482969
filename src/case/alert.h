/* SPDX-License-Identifier: Apache-2.0 */
/* The alert that opens a case, as it came: what is not in it stays empty. */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct arena;

struct label {
    struct str name;
    struct str value;
};

struct alert {
    struct str id;
    struct str name;
    struct str status;
    struct str severity;
    struct str service; /* may be empty: then the text tells */
    int64_t starts_ns;
    struct str summary;
    struct label *labels; /* labels first, then annotations */
    uint32_t labels_count;
};

#define ALERT_BYTES_MAX ((size_t)1 << 20)

/*
 * Reads our own format (docs/bundle.md) or the body of an Alertmanager webhook, version 4, of which
 * the first firing alert is taken. An error says what to write.
 */
MUST_CHECK bool alert_parse(struct arena *arena, struct str text, struct alert *out,
                            struct err *err);

/* In our own format, as alert_parse() reads it back: a summary is a label of that name. */
void alert_put_json(struct buf *out, const struct alert *alert);

/* Its labels alone, an object of texts. */
void alert_put_labels_json(struct buf *out, const struct alert *alert);

/* By which a case is known, sixteen hexadecimal digits: the same alert is the same case. */
struct str alert_key(struct arena *arena, const struct alert *alert);

/* The value of a label or annotation, empty where there is none. */
struct str alert_label(const struct alert *alert, const char *name);
