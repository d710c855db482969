/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One incident, looked into by children of this program: first its sources are asked, then what
 * they said is investigated. All of it lies in the folder of the incident: `alert.json`, `bundle`,
 * `journal.jsonl`, and the report in its forms. What an earlier try has left is replaced when there
 * is something to replace it.
 */
#pragma once

#include "serve/site.h"

#include <stdio.h>

struct assignment {
    const struct site *site;
    struct arena *arena;
    struct str incident; /* its id; empty: nobody watches it */
    struct str folder;   /* of the incident; it is there */
    int stop_fd;         /* readable: it is to stop */
    int64_t deadline_ns; /* of the monotonic clock, for both */
};

/* Where the evidence is, or is to be: a folder, or a link to what was collected elsewhere. */
struct str assignment_bundle(const struct assignment *assignment);

/*
 * Each returns true where it goes on, or ends as `done`; else `out` says how it ended.
 * A stop from outside is INCIDENT_CANCELLED.
 */
bool assignment_collect(const struct assignment *assignment, struct str alert, struct ending *out);
bool assignment_investigate(const struct assignment *assignment, struct ending *out);

/* What a child may know of this process that reads evidence: no secrets. Its TMPDIR is DATA/tmp. */
const char *const *assignment_environment(const struct site *site, struct arena *arena);
