/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What incident_take() knows while it takes: the incidents that may take in more, the silences that
 * hold, how full the queue is. Read once for a transaction, kept up to date in memory, and what has
 * changed is written at its end, a row for each incident rather than for each alert.
 */
#pragma once

#include "incident/grouping.h"
#include "incident/incident.h"
#include "incident/silence.h"

#define SNAPSHOT_GROUPS_MAX 256 /* the youngest; half an hour at the limit of opened incidents */

struct open_incident {
    struct group group;
    struct str id;
    int64_t alerts, firing; /* different ones, and those that are not over */
    bool is_changed;
    bool is_new;            /* its row is there, and no investigation yet */
    uint32_t signs_kept[2]; /* how many services, and keys, are in the ledger */
    uint32_t delivery;      /* the last that it was told to, from 1 */
};

struct snapshot {
    struct arena *arena;
    struct ledger *ledger;
    int64_t now_ns;
    struct open_incident **opened; /* in no order, for what is not young is fetched when needed */
    uint32_t opened_count, opened_room;
    struct group *young[SNAPSHOT_GROUPS_MAX]; /* the youngest first */
    uint32_t young_count;
    struct silence *silences;
    uint32_t silences_count;
    uint32_t *hits;           /* of each silence, now */
    int64_t waiting;          /* investigations in the queue */
    int64_t opened_in_minute; /* incidents */
    int64_t next_number;
};

MUST_CHECK bool snapshot_read(struct snapshot *out, struct ledger *ledger, struct arena *arena,
                              int64_t now_ns, struct err *err);

/* The incident of that number, fetched if it must be. */
MUST_CHECK bool snapshot_find(struct snapshot *snapshot, int64_t number, struct open_incident **out,
                              struct err *err);

/* A new incident, first among the young; it has its number and id. */
struct open_incident *snapshot_open(struct snapshot *snapshot);

/* By what others will be put to it. */
void snapshot_add_signs(struct snapshot *snapshot, struct open_incident *incident,
                        const struct notice *notice);

/* Writes what has changed, and asks for the investigations of what is new. */
MUST_CHECK bool snapshot_write(struct snapshot *snapshot, struct err *err);
