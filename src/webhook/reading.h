/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the decoders of webhooks share: members of JSON objects as texts and times, and a notice
 * that is put together from them.
 *
 * A reading remembers the first thing that was wrong and reads nothing after it, so a decoder reads
 * all it wants and is asked once. What is not there is empty; what is there and of another type is
 * wrong. Texts are cut where they are longer than anybody reads.
 */
#pragma once

#include "webhook/webhook.h"

#include <jansson.h>

struct reading {
    struct arena *arena;
    const struct webhook_post *post;
    struct notices *out;
    struct err *err;
    bool failed;
    uint32_t labels_room; /* of the notice that is being put together */
    char where[64];       /* before the name of a member: "alerts[3]." */
};

/* Says `where`, the name and what is wanted; for the first failure only. */
void reading_fail(struct reading *reading, const char *name, const char *wanted);

/* A member that is an object or array; NULL: not there, or null. */
const json_t *reading_object(struct reading *reading, const json_t *from, const char *name);
const json_t *reading_array(struct reading *reading, const json_t *from, const char *name);

/* A text, number or truth as text; empty: not there, null. */
struct str reading_text(struct reading *reading, const json_t *from, const char *name);

/* As time_parse() has it; 0: not there, null, empty, zero, or a time before 1970. */
int64_t reading_time(struct reading *reading, const json_t *from, const char *name);

/* ---- a notice ---- */

/* The next one, with room for so many labels; NULL after NOTICES_MAX, which is a failure. */
struct notice *reading_notice(struct reading *reading, size_t labels_max);

/* Nothing is added where the value is empty, or the name is there already. */
void reading_label(struct reading *reading, struct notice *notice, const char *name,
                   struct str value);

/* Each member of an object; values that are no texts are told as JSON. */
void reading_labels(struct reading *reading, struct notice *notice, const json_t *from);
size_t reading_labels_count(const json_t *from); /* 0 for NULL */

/* "service:checkout,env:prod", or an array of such: "name:value" is a label, a word alone none. */
void reading_tags(struct reading *reading, struct notice *notice, const json_t *from,
                  const char *name);
#define TAGS_MAX 64

/* The fingerprint of an alert whose sender gives none: of its name, service and labels so far. */
struct str reading_fingerprint(struct reading *reading, const struct notice *notice);

/*
 * The last word on a notice: what is missing is taken from labels, what is not known from the time
 * of the post; `url` stays where a browser may go there. `fingerprint` empty: made from the rest.
 */
void reading_settle(struct reading *reading, struct notice *notice);

/* "P1" to "P5" as "critical" to "info"; anything else in lower case. */
struct str reading_severity(struct reading *reading, struct str priority);

/* ---- decoders ---- */

/* Each fills reading->out from the whole body; `root` is an object or an array. */
void decode_alertmanager(struct reading *reading, const json_t *root);
void decode_grafana(struct reading *reading, const json_t *root);
void decode_pagerduty(struct reading *reading, const json_t *root);
void decode_datadog(struct reading *reading, const json_t *root);
void decode_opsgenie(struct reading *reading, const json_t *root);
void decode_sentry(struct reading *reading, const json_t *root);
void decode_generic(struct reading *reading, const json_t *root);

/* The id that the sender gave this post; for a decoder. Empty: it gave none. */
void reading_set_key(struct reading *reading, const char *kind, struct str id);
