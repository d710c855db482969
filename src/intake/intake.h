/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telemetry that is pushed to us, from the bytes of a request to rows that are kept, and back.
 *
 * What has been answered with 200 or 204 is on disk: it is there after a kill -9. What could not be
 * kept is answered with 429 or 503 and a time to wait, which senders know to obey; what can never
 * be kept with 400, 413 or 415; single records that make no sense are counted in the answer and
 * the rest is kept.
 *
 * All functions may be called by several threads at a time. Nothing here reads a clock: the wall's
 * time is passed in, in ns since 1970.
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "otlp/harvest.h"

struct arena;
struct intake;

#define INTAKE_BODY_BYTES_MAX ((size_t)64 << 20) /* of a body, packed or not; OTLP's own advice */
#define INTAKE_RETENTION_NS (7 * NS_PER_DAY)
#define INTAKE_SIZE_BYTES_MAX (INT64_C(20) << 30)

struct transport;

/* Instead of the folder, where there is a URL. */
struct intake_clickhouse {
    struct str url;                    /* http://host:8123 */
    struct str database;               /* "": default */
    struct str user, password;         /* user "": none is sent */
    const struct transport *transport; /* NULL: the network */
};

struct intake_settings {
    struct str folder;    /* made where it is not there; only its owner may read it */
    int64_t retention_ns; /* older rows go; 0: INTAKE_RETENTION_NS */
    int64_t size_bytes;   /* beyond that the oldest go; 0: INTAKE_SIZE_BYTES_MAX */
    struct intake_clickhouse clickhouse;
};

/*
 * Opens the store below `folder`; what a process that was killed left there is brought in order
 * first. It is closed with the arena, after the last other call has returned.
 *
 * ERR_DENIED: another process has it open; ERR_IO: the folder cannot be made or written. What is
 * wrong with ClickHouse is told as net/courier.h tells it.
 */
MUST_CHECK bool intake_open(struct arena *arena, const struct intake_settings *settings,
                            struct intake **out, struct err *err);

/* ---- in: one function for a path ---- */

struct intake_request {
    struct str content_type;     /* as in the header, with parameters; "" where there was none */
    struct str content_encoding; /* the same; "", identity, gzip */
    struct str body;             /* at most INTAKE_BODY_BYTES_MAX; stays as long as `arena` */
};

struct intake_answer {
    int status;               /* of HTTP */
    const char *content_type; /* of the body */
    struct str body;          /* in the arena; may be empty */
    int retry_after_s;        /* for the header Retry-After; 0: none */
};

/*
 * Decodes, keeps and answers; returns when the rows are on disk. Rows and answer live in `arena`,
 * which may be freed once the answer is sent.
 */
typedef struct intake_answer intake_fn(struct intake *intake, struct arena *arena,
                                       const struct intake_request *request, int64_t now_ns);

intake_fn intake_logs;      /* POST /v1/logs */
intake_fn intake_traces;    /* POST /v1/traces */
intake_fn intake_metrics;   /* POST /v1/metrics */
intake_fn intake_loki_push; /* POST /loki/api/v1/push */

struct intake_path {
    const char *path;
    intake_fn *take;
};

extern const struct intake_path intake_paths[]; /* ends with a NULL path; all are POST */

/* ---- upkeep ---- */

#define INTAKE_TEND_EVERY_S 1 /* at 100,000 log records a second a segment is full after three */

/*
 * Closes segments that are full or old, and drops what retention no longer wants. To be called
 * every INTAKE_TEND_EVERY_S by one thread that may be busy for seconds; what comes in meanwhile is
 * taken. Without it the store fills up and answers 503.
 */
MUST_CHECK bool intake_tend(struct intake *intake, int64_t now_ns, struct err *err);

/* ---- out ---- */

struct intake_window {
    enum harvest_table table;   /* HARVEST_LOGS, HARVEST_TRACES, HARVEST_METRICS */
    int64_t from_ns, to_ns;     /* from <= time < to */
    const struct str *services; /* only of these */
    uint32_t services_count;    /* 0: of all */
    int64_t rows_max; /* the latest so many, and those of the same moment as the first of them;
                         0: INTAKE_EXPORT_ROWS_MAX */
};

#define INTAKE_TIME_MAX_NS INT64_C(9200000000000000000) /* of a window: a later end is this one */
#define INTAKE_EXPORT_ROWS_MAX 5000000                  /* an hour at 1400 rows a second */

/*
 * Writes a file NAME.parquet of an incident bundle (docs/bundle.md), in the order of time. What
 * lies at `path` is overwritten. `rows` tells how many there are, `cut` whether there were more.
 */
MUST_CHECK bool intake_export(struct intake *intake, const struct intake_window *window,
                              struct str path, int64_t *rows, bool *cut, struct err *err);

/* ---- numbers about ourselves ---- */

struct intake_counts {
    uint64_t requests;                 /* in all */
    uint64_t requests_refused;         /* answered with 4xx but 429 */
    uint64_t requests_busy;            /* answered with 429 or 503 */
    uint64_t rows[HARVEST_TABLES];     /* kept */
    uint64_t rejected[HARVEST_TABLES]; /* records that made no sense, or one series too many */
    uint64_t bytes;                    /* of bodies, unpacked */
    uint64_t commits;                  /* several requests may share one */
    uint64_t segments_dropped;         /* by retention */
    uint64_t segments_damaged;         /* found damaged at start, set aside */
    int64_t segments;                  /* on disk */
    int64_t segments_bytes;
    int64_t waiting_bytes; /* of rows that wait to be written */
    int64_t oldest_ns;     /* the oldest row's time; 0: there is none in a closed segment */
};

struct intake_counts intake_counts(struct intake *intake);
