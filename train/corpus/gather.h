/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From sources to documents, one at a time: folders, files, git repositories, bundles, a ledger.
 *
 * What a source is follows from what is there: a folder with alert.json (or a packed one) is a
 * bundle, one with .git a repository, any other is walked. Links are followed only where the user
 * named them, so a walk cannot go in circles. A document is a piece that a trainer can hold: prose
 * by its headings, code by its blank lines, logs in windows of whole lines, a trace as a tree.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

enum document_kind { DOCUMENT_PROSE, DOCUMENT_CODE, DOCUMENT_LOG, DOCUMENT_TRACE, DOCUMENT_KINDS };

const char *document_kind_name(enum document_kind kind); /* "prose" */

#define DOCUMENT_BYTES_MAX                                                                         \
    ((size_t)4096)                        /* some 600 words: what spans of a T5 vocabulary cover   \
                                           */
#define FILE_BYTES_MAX ((size_t)8 << 20)  /* of prose and code; what is larger is data */
#define LINE_BYTES_MAX ((size_t)16 << 10) /* of a log; the rest of a longer line is passed over */
#define ROWS_MAX 20000                    /* of a table of a bundle */

struct document {
    enum document_kind kind;
    struct str source; /* "docs/a.md#3": the third piece of it */
    struct str text;   /* UTF-8 */
};

/* Why something never became a document. */
enum passed_over {
    PASSED_UNREADABLE,
    PASSED_BINARY,
    PASSED_TOO_LARGE,
    PASSED_DATA,      /* tables of numbers, lock files, what is generated */
    PASSED_LINK,      /* a link, a device, a socket */
    PASSED_CUT_LINES, /* lines that were longer than LINE_BYTES_MAX: their ends */
    PASSED_ROWS,      /* rows of a bundle beyond ROWS_MAX */
    PASSED_COUNT
};

const char *passed_over_name(enum passed_over why);

struct gather {
    bool (*take)(void *state, const struct document *document, struct err *err);
    void (*pass)(void *state, enum passed_over why, struct str source, const char *what);
    /* The alert of a bundle, by which it is known; NULL: it is not asked for. */
    void (*alert)(void *state, struct str key);
    void *state;
    uint64_t files; /* that were looked at */
};

/*
 * Gives `take` each document of a source, in the order of names. What cannot be read is told to
 * `pass`, and the rest goes on; false: the source itself is not there, or `take` gave up.
 */
MUST_CHECK bool gather_source(struct gather *gather, const char *path, struct err *err);

/* What people said of reports, of the ledger at `path`. */
MUST_CHECK bool gather_ledger(struct gather *gather, const char *path, struct err *err);
