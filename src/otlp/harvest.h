/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What telemetry of others becomes: rows with the columns of docs/bundle.md. This is the one place
 * where that is said, for pushed requests in protobuf and JSON and for the files of a bundle.
 *
 * | there | here |
 * |---|---|
 * | resource `service.name` | service |
 * | resource `service.instance.id`, or `k8s.pod.name`, or `host.name` | instance |
 * | log: time, or where it has none the time it was observed | time |
 * | log: severity text, or the name of its number's range | level |
 * | log: body as text (lists and maps as JSON), or the name of the event | message |
 * | span: its end less its start, in us | duration_us |
 * | span: status code ok, error | status OK, ERROR |
 * | span: kind | internal, server, client, producer, consumer |
 * | span: its attributes and those of the resource | attributes |
 * | gauge, sum | metric NAME |
 * | histogram, exponential histogram, summary | metrics NAME.count and NAME.sum |
 * | monotonic cumulative sum; cumulative histogram; summary | kind `counter` |
 * | point: attributes | labels |
 *
 * Attributes and labels are one JSON object (otlp/attributes.h). Ids are hexadecimal digits in
 * lower case. A record without a time that can be is rejected, and counted with the first reason;
 * so are points without a value.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "data/batch.h"

#define HARVEST_TEXT_BYTES_MAX ((size_t)256 << 10) /* of one text; the rest is cut off */
#define HARVEST_ID_BYTES_MAX 32                    /* a trace's has 16 bytes, so 32 digits */

enum harvest_table { HARVEST_LOGS, HARVEST_TRACES, HARVEST_METRICS, HARVEST_TABLES };

/* The columns of each table, in their order; each ends with a NULL name. */
extern const struct field *const harvest_columns[HARVEST_TABLES];
extern const char *const harvest_names[HARVEST_TABLES]; /* logs, traces, metrics */

struct harvest {
    struct arena *arena;
    int64_t from_ns, to_ns; /* from <= time <= to: of a record that is taken */
    size_t bytes_max;       /* of the arena, for what it had and the rows */
    bool is_full;           /* that did not do; the rest has been left out */
    struct batch *rows[HARVEST_TABLES];
    uint64_t rejected[HARVEST_TABLES];
    struct str why;  /* of the first that was rejected */
    struct buf text; /* where attributes are written before they are kept */
    struct buf rest; /* attributes of the resource, as members of an object */
};

/*
 * `body_bytes` have come in: what the rows may take is a multiple of that, for a resource's
 * attributes are kept with each of its spans, and a few bytes may hold many of them.
 */
struct harvest harvest_new(struct arena *arena, int64_t from_ns, int64_t to_ns, size_t body_bytes);

/* ERR_OVER_BUDGET: there was more than that. */
MUST_CHECK bool harvest_fits(const struct harvest *harvest, struct err *err);

/* Who sent what follows. */
struct harvest_origin {
    struct str service, instance, pod, host; /* "": unknown */
    struct str attributes; /* the others, as members of an object without its braces */
};

struct harvest_log {
    uint64_t time_ns, observed_ns;
    uint64_t severity_number; /* OpenTelemetry's, 1 to 24 */
    struct str severity, message, event, trace_id, span_id;
    struct str attributes; /* members of an object without its braces */
};

struct harvest_span {
    uint64_t start_ns, end_ns;
    uint64_t kind, status; /* OpenTelemetry's numbers */
    struct str trace_id, span_id, parent_id, name;
    struct str attributes; /* members of an object without its braces */
};

/* What the points of one metric have in common. */
struct harvest_measure {
    struct str name;
    bool is_counter;
};

struct harvest_point {
    uint64_t time_ns;
    uint64_t flags;       /* OpenTelemetry's: 1 says that there is nothing to tell */
    bool is_distribution; /* a count, and perhaps a sum; else one value */
    bool has_value, has_sum;
    double value, count, sum;
    struct str labels; /* members of an object without its braces */
};

/* Texts are taken as they are, without a copy, where they are UTF-8; so they must stay. Ids and
 * attributes are copied. */
void harvest_log(struct harvest *harvest, const struct harvest_origin *origin,
                 const struct harvest_log *log);
void harvest_span(struct harvest *harvest, const struct harvest_origin *origin,
                  const struct harvest_span *span);
void harvest_point(struct harvest *harvest, const struct harvest_origin *origin,
                   const struct harvest_measure *measure, const struct harvest_point *point);

/* Something that cannot be taken; `why` is a sentence. */
void harvest_reject(struct harvest *harvest, enum harvest_table table, struct str why);

/* Puts an attribute of the resource where it belongs; false: it is one of the others. */
bool harvest_origin_take(struct harvest_origin *origin, struct str key, struct str value);

/* Valid UTF-8 that begins as `text` does: bad bytes are U+FFFD, what is too long is cut. */
struct str harvest_text(struct arena *arena, struct str text);

/* Bytes as hexadecimal digits in lower case; "" where all are 0, which means that there is none. */
struct str harvest_hex(struct arena *arena, struct str bytes);
