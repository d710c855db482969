/* SPDX-License-Identifier: Apache-2.0 */
/* Which log lines of a case are of databases, told once by template. */
#pragma once

#include "agent/databases/dialect.h"
#include "agent/logs/lines.h"

struct journal {
    struct lines lines;
    const unsigned *says;  /* by template: what its lines say, bits of enum database_word */
    const bool *is_server; /* by service: it is a database that logs for itself */
};

/* Read once a case. */
MUST_CHECK bool journal_load(struct call *call, struct journal *out, struct err *err);

/* The next line from *at on that says one of these; false: there is none. *at moves behind it. */
bool journal_next(const struct journal *journal, unsigned says, uint32_t *at,
                  const struct line **line, struct database_line *out);

/*
 * The service that a session's application name or user means: the longest name of a service, of
 * the graph or of a log, that stands in it as words do. Empty: none.
 */
struct str journal_service_of(const struct journal *journal, const struct topology *topology,
                              struct str application);

/* Whose session each process serves, as far as lines tell. */
struct sessions {
    struct map processes;     /* "SERVICE-NUMBER PROCESS" */
    struct str *applications; /* by number; as of the last line that was noted */
    uint32_t room;
};

/* As the first line tells that speaks of each process: who holds a lock may speak only later. */
struct sessions sessions_read(const struct journal *journal, struct arena *arena);

/* Process ids are used again: to be called for each line in the order of time. */
void sessions_note(struct sessions *sessions, const struct line *line,
                   const struct database_line *said);

/* Empty: not told. */
struct str sessions_application(const struct sessions *sessions, uint32_t service,
                                struct str process);
