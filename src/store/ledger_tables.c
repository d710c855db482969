/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the ledger. A new table, column or index is a step more at the end: a ledger in
 * somebody's home has gone through the steps above it, and never goes through them again. Each
 * step runs in the transaction that writes down its version.
 *
 * A table says who owns it: `git_` is that of src/git, `feedback` that of src/feedback.
 */
#include "store/ledger.h"

static const char *const steps[] = {
    /*
     * git_indexes: the commits along the first parents of a revision, as far as they are known.
     * `is_shallow`: its first change is where a shallow clone ended. `plain_from`: the position of
     * the first change whose contents git did not have; from there on only messages and files are
     * known.
     * git_changes: `body` is the rest of a line of a feed (culprit/feed.h), in one piece because it
     * is always read as one; what is looked for has a column. `committed_ns` is what the commit
     * says, which may lie before that of the change below it.
     */
    ("CREATE TABLE git_indexes ("
     "    number INTEGER PRIMARY KEY,"
     "    repository TEXT NOT NULL,"
     "    revision TEXT NOT NULL,"
     "    is_shallow INTEGER NOT NULL,"
     "    plain_from INTEGER,"
     "    UNIQUE (repository, revision)"
     ") STRICT;"
     "CREATE TABLE git_changes ("
     "    git_index INTEGER NOT NULL REFERENCES git_indexes ON DELETE CASCADE,"
     "    position INTEGER NOT NULL,"
     "    id TEXT NOT NULL,"
     "    committed_ns INTEGER NOT NULL,"
     "    body TEXT NOT NULL,"
     "    UNIQUE (git_index, position),"
     "    UNIQUE (git_index, id)"
     ") STRICT;"
     "CREATE INDEX git_changes_by_time ON git_changes (git_index, committed_ns, position);"),
    /*
     * feedback: what people said of investigations, a row each time; the last of a case counts.
     * `lesson` is what learning needs of the case (feedback/lesson.h): it is always read as one.
     */
    ("CREATE TABLE feedback ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    case_key TEXT NOT NULL,"
     "    alert TEXT NOT NULL,"
     "    alert_ns INTEGER NOT NULL,"
     "    named TEXT NOT NULL,"
     "    named_cause TEXT NOT NULL,"
     "    confidence REAL NOT NULL,"
     "    lesson TEXT NOT NULL,"
     "    judgement TEXT NOT NULL,"
     "    nothing_broken INTEGER NOT NULL,"
     "    service TEXT NOT NULL,"
     "    cause TEXT NOT NULL,"
     "    change TEXT NOT NULL,"
     "    note TEXT NOT NULL,"
     "    given_ns INTEGER NOT NULL"
     ") STRICT;"
     "CREATE INDEX feedback_by_case ON feedback (case_key, number);"),
};

const struct ledger_schema ledger_schema = {.steps = steps,
                                            .steps_count = sizeof steps / sizeof *steps};
