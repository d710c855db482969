/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of an index in the ledger: one a change, in landing order, with positions 0, 1, 2, ...
 *
 * They are written some at a time, so that nobody waits for long and a crash costs little; each
 * time it is made sure that the last that is kept is still the last that was seen. So of two
 * processes that index the same, one goes on and the other one is told; nothing is written twice.
 */
#pragma once

#include "base/buf.h"
#include "git/log.h"
#include "store/ledger.h"

struct index_end {
    char id[GIT_ID_BYTES_MAX + 1]; /* of the last change; empty: there is none */
    int64_t position;              /* of it; -1 */
};

struct index_row;

struct index_rows {
    struct ledger *ledger;
    struct str repository, revision; /* what it is the index of */
    int64_t number;                  /* in the ledger; 0: it is made with the first row */
    struct index_end end;            /* with what is not written yet */
    struct index_end kept;           /* without */
    bool is_shallow;     /* the first change is where a shallow clone ended: it may reach further */
    int64_t plain_from;  /* from this position on changes have no lines; -1: all have */
    bool is_overtaken;   /* another process has written: what is known here is not so any more */
    struct arena *arena; /* of what is not written yet */
    struct index_row *rows;
    uint32_t rows_count;
    size_t bytes;
};

/*
 * The index of a revision of a repository, or another one of it that has the commit `tip`. Where
 * there is none, it is an empty one. It goes with the arena; what is not written then is lost.
 */
MUST_CHECK bool index_rows_open(struct arena *arena, struct ledger *ledger, struct str repository,
                                struct str revision, struct str tip, struct index_rows *out,
                                struct err *err);

/* The position of a commit among those that are written; -1: it is not there. */
MUST_CHECK bool index_rows_find(struct index_rows *rows, struct str id, int64_t *position,
                                struct err *err);

/* The id of what is written at a position; empty: nothing is. */
MUST_CHECK bool index_rows_id(struct index_rows *rows, struct arena *arena, int64_t position,
                              struct str *id, struct err *err);

/* Adds the change after the end; `position` of it is set here. Written when there are enough. */
MUST_CHECK bool index_rows_add(struct index_rows *rows, const struct change *change,
                               struct err *err);

/* Writes what is left to write. */
MUST_CHECK bool index_rows_flush(struct index_rows *rows, struct err *err);

/* Forgets what stands at `position` and after it. */
MUST_CHECK bool index_rows_cut(struct index_rows *rows, int64_t position, struct err *err);

/*
 * The lines of the newest changes, `count_max` at most, up to a position and a time, in landing
 * order: a feed. When a change landed is when it was committed, but not before the change below it,
 * nor after `tip_ns`.
 */
MUST_CHECK bool index_rows_read(struct arena *arena, struct ledger *ledger, int64_t number,
                                int64_t position, int64_t tip_ns, int64_t until_ns,
                                uint32_t count_max, struct str *lines, struct err *err);

/* One change as a line of a feed, in two parts: what a row has columns for, and the rest. */
void index_put_head(struct buf *out, struct str id, int64_t position, int64_t time_ns);
void index_put_body(struct buf *out, const struct change *change);
