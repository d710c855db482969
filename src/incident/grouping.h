/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which incident an alert belongs to. A decision and nothing else: what is known goes in as
 * structs, what to do comes out, with its reason in words.
 *
 * The rules, in this order:
 *   1. the same alert, as its fingerprint says: the incident it is in, as long as it fires without
 * a break, and when it fires again soon after;
 *   2. the same group, as the sender says;
 *   3. the same service, within minutes;
 *   4. a service that it calls, that calls it, or that calls the same, within minutes;
 *   5. in a storm, the youngest incident: so many at a time have one cause, or wait for each other.
 * Else it opens an incident.
 */
#pragma once

#include "case/topology.h"
#include "webhook/webhook.h"

/* What fires again within an hour, or has no start of its own and was told so lately, is the same.
 */
#define GROUPING_AGAIN_NS (3600 * INT64_C(1000000000))
#define GROUPING_GROUP_NS (1800 * INT64_C(1000000000)) /* since one of the group fired */
#define GROUPING_NEAR_NS (300 * INT64_C(1000000000))   /* for what only lies near */
/* An incident takes in new alerts for so long: else one a minute would make a day of it. */
#define GROUPING_SPAN_NS (7200 * INT64_C(1000000000))

#define GROUPING_SIGNS_MAX 128 /* services, and group keys, by which an incident is recognised */

/* An incident that may take in more. */
struct group {
    int64_t number;    /* younger ones have higher ones */
    int64_t opened_ns; /* when it was taken */
    int64_t fired_ns;  /* when one of its alerts last fired */
    struct str services[GROUPING_SIGNS_MAX];
    uint32_t services_count;
    struct str keys[GROUPING_SIGNS_MAX];
    uint32_t keys_count;
};

/* What was last told of the fingerprint. */
struct last_told {
    int64_t incident; /* 0: never anything */
    enum notice_status status;
    struct str episode;
    int64_t at_ns;
};

/* How a service lies to another, by node of the topology. */
enum nearness {
    NEAR_NOT,
    NEAR_CALLS,     /* it calls it, itself or through one other */
    NEAR_CALLED_BY, /* the same the other way round */
    NEAR_SHARES,    /* both call the same */
};

/*
 * An array by node number, for the service of node `of`. Two that are called by the same are not
 * near for that: half of a system is called by its front door.
 */
unsigned char *grouping_nearness(const struct topology *topology, struct arena *arena, uint32_t of);

struct grouping_question {
    const struct notice *notice;
    int64_t now_ns;
    struct last_told last;
    struct group *const *groups; /* the youngest first */
    uint32_t groups_count;
    const struct topology *topology; /* may be NULL */
    const unsigned char *nearness;   /* of the notice's service; NULL: it is not in the topology */
    bool is_storm;
};

enum grouping_verdict {
    GROUPING_PASSES, /* nothing to do: the end of what never was, or an old post */
    GROUPING_JOINS,
    GROUPING_OPENS,
};

struct grouping {
    enum grouping_verdict verdict;
    int64_t incident; /* of GROUPING_JOINS */
    const char *why;  /* of GROUPING_JOINS and _OPENS */
};

struct grouping grouping_decide(const struct grouping_question *question);
