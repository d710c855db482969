/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the ledger. A new table, column or index is a step more at the end: a ledger in
 * somebody's home has gone through the steps above it, and never goes through them again. Each
 * step runs in the transaction that writes down its version.
 *
 * A table says who owns it: `git_` is that of src/git, `feedback` that of src/feedback; those of
 * the server, from `incidents` to `silences`, are of src/incident, `tokens` and `audit` of
 * src/serve; `kb_` is that of src/knowledge.
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
    /*
     * incidents: alerts that were put together. `alert` is alert.json of the first; `group_ns` is
     * when an alert last fired, which is what grouping goes by. `investigation` is the last one
     * that was asked for, `answered` the last one that is done.
     * incident_alerts: an alert in an incident, a row however often it is told.
     * incident_signs: by what further alerts are recognised: 's' a service, 'g' a group key.
     * incident_posts: what was posted, so that what is posted again starts nothing.
     * investigations: `attempts` counts how often a worker took it, for one may be killed.
     * tokens: `hash` is the SHA-256 of a token; it stands nowhere itself.
     */
    ("CREATE TABLE incidents ("
     "    number INTEGER PRIMARY KEY,"
     "    id TEXT NOT NULL UNIQUE,"
     "    alert_name TEXT NOT NULL,"
     "    service TEXT NOT NULL,"
     "    severity TEXT NOT NULL,"
     "    url TEXT NOT NULL,"
     "    case_key TEXT NOT NULL,"
     "    alert TEXT NOT NULL,"
     "    alerts INTEGER NOT NULL,"
     "    firing INTEGER NOT NULL,"
     "    started_ns INTEGER NOT NULL,"
     "    opened_ns INTEGER NOT NULL,"
     "    group_ns INTEGER NOT NULL,"
     "    updated_ns INTEGER NOT NULL,"
     "    investigation INTEGER,"
     "    answered INTEGER"
     ") STRICT;"
     "CREATE INDEX incidents_by_group ON incidents (group_ns);"
     "CREATE INDEX incidents_by_alert ON incidents (alert_name, number);"
     "CREATE INDEX incidents_by_service ON incidents (service, number);"
     "CREATE TABLE incident_alerts ("
     "    incident INTEGER NOT NULL REFERENCES incidents ON DELETE CASCADE,"
     "    fingerprint TEXT NOT NULL,"
     "    name TEXT NOT NULL,"
     "    service TEXT NOT NULL,"
     "    severity TEXT NOT NULL,"
     "    url TEXT NOT NULL,"
     "    status TEXT NOT NULL,"
     "    episode TEXT NOT NULL,"
     "    told INTEGER NOT NULL,"
     "    first_ns INTEGER NOT NULL,"
     "    last_ns INTEGER NOT NULL,"
     "    labels TEXT NOT NULL,"
     "    why TEXT NOT NULL,"
     "    UNIQUE (fingerprint, incident)"
     ") STRICT;"
     "CREATE INDEX incident_alerts_by_incident ON incident_alerts (incident);"
     "CREATE TABLE incident_signs ("
     "    incident INTEGER NOT NULL REFERENCES incidents ON DELETE CASCADE,"
     "    sign TEXT NOT NULL,"
     "    value TEXT NOT NULL,"
     "    PRIMARY KEY (incident, sign, value)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE incident_posts ("
     "    key TEXT PRIMARY KEY,"
     "    at_ns INTEGER NOT NULL"
     ") STRICT, WITHOUT ROWID;"
     "CREATE INDEX incident_posts_by_time ON incident_posts (at_ns);"
     "CREATE TABLE investigations ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    incident INTEGER NOT NULL REFERENCES incidents ON DELETE CASCADE,"
     "    state TEXT NOT NULL,"
     "    attempts INTEGER NOT NULL,"
     "    asked_ns INTEGER NOT NULL,"
     "    begun_ns INTEGER,"
     "    ended_ns INTEGER,"
     "    why TEXT NOT NULL DEFAULT '',"
     "    is_known INTEGER,"
     "    service TEXT,"
     "    kind TEXT,"
     "    confidence REAL,"
     "    headline TEXT,"
     "    change TEXT"
     ") STRICT;"
     "CREATE INDEX investigations_by_state ON investigations (state, number);"
     "CREATE INDEX investigations_by_incident ON investigations (incident, number);"
     "CREATE TABLE silences ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    matchers TEXT NOT NULL,"
     "    since_ns INTEGER NOT NULL,"
     "    until_ns INTEGER NOT NULL,"
     "    who TEXT NOT NULL,"
     "    why TEXT NOT NULL,"
     "    hits INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE tokens ("
     "    name TEXT PRIMARY KEY,"
     "    hash TEXT NOT NULL UNIQUE,"
     "    scopes TEXT NOT NULL,"
     "    created_ns INTEGER NOT NULL,"
     "    last_used_ns INTEGER"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE audit ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    at_ns INTEGER NOT NULL,"
     "    who TEXT NOT NULL,"
     "    what TEXT NOT NULL,"
     "    subject TEXT NOT NULL"
     ") STRICT;"),
    /* incident_calls: who calls whom, as investigations have seen it. */
    ("CREATE TABLE incident_calls ("
     "    caller TEXT NOT NULL,"
     "    callee TEXT NOT NULL,"
     "    seen_ns INTEGER NOT NULL,"
     "    PRIMARY KEY (caller, callee)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE INDEX incident_calls_by_time ON incident_calls (seen_ns);"),
    /*
     * incident_news: what people are still to be told (incident/due.h).
     * incident_threads: where one of them goes on with what was told of an incident.
     */
    ("CREATE TABLE incident_news ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    incident INTEGER NOT NULL REFERENCES incidents ON DELETE CASCADE,"
     "    what TEXT NOT NULL,"
     "    due_ns INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE incident_threads ("
     "    incident INTEGER NOT NULL REFERENCES incidents ON DELETE CASCADE,"
     "    who TEXT NOT NULL,"
     "    thread TEXT NOT NULL,"
     "    PRIMARY KEY (incident, who)"
     ") STRICT, WITHOUT ROWID;"),
    /*
     * kb_documents: what was added to the knowledge base, by its path; `sha` is that of its bytes.
     * kb_passages: pieces of their sections; `meaning` is a direction (knowledge/meaning.h) or ''.
     * kb_words: the words of each passage under its number, as knowledge/words.h reads them. It is
     * written and deleted together with the passage: no trigger does it.
     */
    ("CREATE TABLE kb_documents ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    path TEXT NOT NULL UNIQUE,"
     "    kind TEXT NOT NULL,"
     "    title TEXT NOT NULL,"
     "    sha TEXT NOT NULL,"
     "    bytes INTEGER NOT NULL,"
     "    added_ns INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE kb_passages ("
     "    number INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    document INTEGER NOT NULL REFERENCES kb_documents ON DELETE CASCADE,"
     "    section TEXT NOT NULL,"
     "    first_line INTEGER NOT NULL,"
     "    last_line INTEGER NOT NULL,"
     "    text TEXT NOT NULL,"
     "    meaning TEXT NOT NULL"
     ") STRICT;"
     "CREATE INDEX kb_passages_by_document ON kb_passages (document);"
     "CREATE VIRTUAL TABLE kb_words USING fts5"
     " (title, section, text, tokenize = \"ascii tokenchars '_'\");"),
    /* By which an incident that people have spoken of is recognised later, and what ended it. */
    ("ALTER TABLE feedback ADD COLUMN fix TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE feedback ADD COLUMN alert_service TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE feedback ADD COLUMN kind TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE feedback ADD COLUMN signature TEXT NOT NULL DEFAULT '';"),
    /*
     * incident_news: `who` is one of those who are told, '' as long as nobody has looked who that
     * is; `next_ns` is before when it is not told, for it, or what was to be told to them before
     * it, has failed.
     * incident_gone: incidents whose time is over and whose files may still be there.
     */
    ("ALTER TABLE incident_news ADD COLUMN who TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE incident_news ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
     "ALTER TABLE incident_news ADD COLUMN next_ns INTEGER NOT NULL DEFAULT 0;"
     "CREATE TABLE incident_gone (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"),
};

const struct ledger_schema ledger_schema = {.steps = steps,
                                            .steps_count = sizeof steps / sizeof *steps};
