/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a team has written down, in the ledger: documents in sections, found by their words (BM25,
 * SQLite's FTS5) and, where the weights of the sentence encoder are there, by what they mean.
 *
 * What is found is told with its place: the document, its section and its lines. It is what people
 * wrote, and no evidence of a case.
 */
#pragma once

#include "expert/language/sentence.h"
#include "store/ledger.h"
#include "text/markup.h"

#define KB_KINDS(X) X(DOC, doc) X(RUNBOOK, runbook) X(POSTMORTEM, postmortem) X(INCIDENT, incident)

enum kb_kind {
#define X(name, word) KB_##name,
    KB_KINDS(X)
#undef X
        KB_KINDS_COUNT
};

const char *kb_kind_name(enum kb_kind kind);
bool kb_kind_parse(struct str name, enum kb_kind *out);

/* ---- documents ---- */

struct kb_document {
    struct str path; /* by which it is known: absolute of a file, "incident:KEY" of an incident */
    enum kb_kind kind;
    struct str title; /* empty: the first heading tells, or the name */
    struct str bytes; /* any */
    enum markup markup;
};

enum kb_outcome { KB_ADDED, KB_UPDATED, KB_UNCHANGED };

struct kb_result {
    enum kb_outcome outcome;
    uint32_t passages;
    bool is_cut; /* it was longer than what is kept of a document */
};

/*
 * Puts it in, or in the place of what stood there under its path. `encoder` may be NULL: then it is
 * found by its words alone. ERR_USAGE: it is larger than DOCUMENT_BYTES_MAX, or no text.
 */
MUST_CHECK bool kb_add(struct ledger *ledger, const struct kb_document *document,
                       const struct sentence_encoder *encoder, int64_t now_ns,
                       struct kb_result *out, struct err *err);

/* The document of that path, and all below it. */
MUST_CHECK bool kb_remove(struct ledger *ledger, struct str path, uint32_t *count, struct err *err);

struct kb_entry {
    struct str path, title;
    enum kb_kind kind;
    int64_t bytes, passages, meant; /* `meant`: passages that have a direction */
    int64_t added_ns;
    struct str sha; /* SHA-256 of its bytes, hexadecimal */
};

/* By path; those below `path`, or all where it is empty. */
MUST_CHECK bool kb_list(struct ledger *ledger, struct arena *arena, struct str path,
                        struct kb_entry **out, uint32_t *count, struct err *err);

/* Whether a file says now what it said when it was added. */
enum kb_state { KB_SAME, KB_CHANGED, KB_GONE, KB_UNREAD /* whether it has changed is not known */ };

enum kb_state kb_state_of(struct arena *arena, struct str path, struct str sha);

/*
 * All that is kept, copied into memory for questions: nothing of the ledger at `path` stays open
 * (ledger_take_along()). What is added later is not in it.
 */
MUST_CHECK bool kb_take_along(struct arena *arena, const char *path, struct ledger **out,
                              struct err *err);

/* ---- questions ---- */

enum kb_by { KB_BY_BOTH, KB_BY_WORDS, KB_BY_MEANING };

#define KB_HITS_MAX 50

struct kb_question {
    struct str text;
    const struct sentence_encoder *encoder; /* NULL: by words */
    enum kb_by by;                          /* by both, where there is an encoder */
    bool has_kind;
    enum kb_kind kind;
    uint32_t hits_max; /* 1 to KB_HITS_MAX */
};

struct kb_hit {
    int64_t number; /* cited as [kb:17]; another one when the document is added anew */
    struct str path, title, section, text;
    enum kb_kind kind;
    uint32_t first_line, last_line;
    struct str sha;
    int64_t added_ns;
    double score; /* of the fusion: it orders, and means nothing else */
};

/* One for each section, the best first; none where nothing in the question is anywhere. */
MUST_CHECK bool kb_search(struct ledger *ledger, struct arena *arena,
                          const struct kb_question *question, struct kb_hit **out, uint32_t *count,
                          struct err *err);

/* "docs/serve.md, lines 12-18": where a person looks. */
struct str kb_place(struct arena *arena, const struct kb_hit *hit);
