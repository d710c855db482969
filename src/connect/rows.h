/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What answers become: rows of the bundle's files (docs/bundle.md), written by one function a file.
 *
 * Times are ns since 1970. A text that is empty is left out. Rows go into memory, and from there to
 * the disk when an answer has been read; so one answer's rows are bounded by its bytes. Secrets and
 * addresses of people are masked in what people and programs write freely (lines, messages, diffs,
 * statements), and counted.
 */
#pragma once

#include "base/buf.h"
#include "case/alert.h"
#include "culprit/change.h"
#include "guard/secrets.h"

#define ROW_FILES(X)                                                                               \
    X(METRICS, "metrics.csv")                                                                      \
    X(LOGS, "logs.jsonl")                                                                          \
    X(TRACES, "traces.jsonl")                                                                      \
    X(CHANGES, "changes.jsonl")                                                                    \
    X(EVENTS, "events.jsonl")                                                                      \
    X(STATE, "state.jsonl")                                                                        \
    X(TOPOLOGY, "topology.jsonl")                                                                  \
    X(ALERTS, "alerts.json")                                                                       \
    X(OWNERS, "CODEOWNERS")                                                                        \
    X(METRICS_PARQUET, "metrics.parquet")                                                          \
    X(LOGS_PARQUET, "logs.parquet")                                                                \
    X(TRACES_PARQUET, "traces.parquet")

enum row_file {
#define X(id, name) ROWS_##id,
    ROW_FILES(X)
#undef X
        ROW_FILES_COUNT
};

/* The name of the bundle's file. */
const char *row_file_name(enum row_file file);

struct rows {
    struct buf text[ROW_FILES_COUNT]; /* as the file has it, without its first line */
    int64_t counts[ROW_FILES_COUNT];
    int64_t newest_ns; /* of the samples, lines, spans, changes and events; 0: there are none */
    bool redact;
    struct masked masked;
    struct buf series; /* of rows_series(): what is the same in each of its rows */
    size_t series_head_len;
    struct buf one; /* a text while it is masked */
};

/* Empty ones; they live in the arena. */
struct rows rows_new(struct arena *arena, bool redact);

int64_t rows_total(const struct rows *rows);

/* ---- metrics ---- */

struct series_row {
    struct str service;
    struct str instance; /* one of several replicas */
    struct str metric;
    struct str labels; /* what else tells it apart, a JSON object; may be empty */
};

/* The samples that follow are of this series. */
void rows_series(struct rows *rows, const struct series_row *series);
/* `value` is a finite number as it came; anything else is passed over. */
void rows_sample(struct rows *rows, int64_t time_ns, struct str value);

/* ---- others: `more` are further members, whose names may be any ---- */

struct more {
    const struct label *labels;
    uint32_t count;
};

struct log_row {
    int64_t time_ns;
    struct str service, instance;
    struct str level; /* as the source has it */
    struct str message;
    struct str trace_id, span_id;
    struct more more;
};
void rows_log(struct rows *rows, const struct log_row *row);

struct span_row {
    int64_t start_ns;
    int64_t duration_ns;
    struct str trace_id, span_id, parent_id; /* hexadecimal */
    struct str service, instance;
    struct str operation;
    struct str status; /* "ERROR", "OK", or an HTTP status */
    struct str kind;   /* "server", "client", ... */
    struct more more;
};
void rows_span(struct rows *rows, const struct span_row *row);

struct change_row {
    int64_t time_ns; /* when it took effect */
    struct str id;
    struct str service, instance;
    struct str kind; /* "commit", "deploy", "config", "flag", "rollout_start", "rollout_step" */
    struct str author, message;
    const struct str *files;
    uint32_t files_count;
    const struct change *seen; /* of a repository: files with their lines, words, scopes, as in a
                                  feed (culprit/feed.h); NULL: nobody has looked */
    struct str detail;         /* the diff, or what was set to what */
    uint32_t parents;          /* of a commit; 0: not known */
};
void rows_change(struct rows *rows, const struct change_row *row);

/* A whole file as it came; counted as one row, for nobody has looked into it. */
void rows_file(struct rows *rows, enum row_file file, struct str bytes);

/* Lines of CODEOWNERS. */
void rows_owners(struct rows *rows, struct str text);

struct event_row {
    int64_t time_ns;
    struct str type;   /* "Normal" or "Warning" */
    struct str reason; /* "BackOff" */
    struct str object; /* "pods/cart-5bc9dbdf66-xp6gj" */
    struct str source; /* who says so */
    int64_t count;     /* 0: not known */
    struct str message;
    struct more more;
};
void rows_event(struct rows *rows, const struct event_row *row);

struct state_row {
    struct str kind, name, object_namespace;
    struct str format; /* "json", "list", "describe", or what else docs/bundle.md has */
    struct str text;
    bool is_masked; /* its secrets are masked already, where that is wanted at all */
};
void rows_state(struct rows *rows, const struct state_row *row);

void rows_edge(struct rows *rows, struct str caller, struct str callee);

struct alert_row {
    int64_t starts_ns, ends_ns; /* ends_ns 0: it fires */
    struct str name, service, severity;
    struct more labels, annotations;
};
void rows_alert(struct rows *rows, const struct alert_row *row);
