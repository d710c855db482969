/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the ledger. A new table, column or index is a step more at the end: a ledger in
 * somebody's home has gone through the steps above it, and never goes through them again. Each
 * step runs in the transaction that writes down its version.
 *
 * A table says who owns it: `git_` is that of src/git.
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
};

const struct ledger_schema ledger_schema = {.steps = steps,
                                            .steps_count = sizeof steps / sizeof *steps};
