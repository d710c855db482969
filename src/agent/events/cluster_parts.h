/* SPDX-License-Identifier: Apache-2.0 */
/* What the files cluster_*.c share, and nobody else needs. */
#pragma once

#include "agent/events/cluster.h"

/* The thing of that name, made (zeroed) at first sight; NULL: there are too many. */
void *roll_add(struct roll *roll, struct str name, size_t size);

struct pairs pairs_parse(struct arena *arena, struct str text); /* "a=b,c=d", or one a line */
struct containers containers_parse(struct arena *arena, const struct entries *entries,
                                   const char *prefix);

bool cluster_has_event(const struct cluster *cluster, struct str object, struct str reason,
                       struct str message);

/* Is this a list (of `kubectl get`), with or without -o wide? */
bool snapshot_is_list(const struct snapshot *snapshot);

/* Readers of one kind of text each: they make objects, or add to them. */
void read_workloads(struct cluster *cluster, const struct snapshot *snapshot);
void read_pods(struct cluster *cluster, const struct snapshot *snapshot);
void read_replica_sets(struct cluster *cluster, const struct snapshot *snapshot);
void read_services(struct cluster *cluster, const struct snapshot *snapshot);
void read_nodes(struct cluster *cluster, const struct snapshot *snapshot);
void read_claims(struct cluster *cluster, const struct snapshot *snapshot);
void read_volumes(struct cluster *cluster, const struct snapshot *snapshot);
void read_accounts(struct cluster *cluster, const struct snapshot *snapshot);
void read_quotas(struct cluster *cluster, const struct snapshot *snapshot);
void read_endpoints(struct cluster *cluster, const struct snapshot *snapshot);
void read_policies(struct cluster *cluster, const struct snapshot *snapshot);
void read_ingresses(struct cluster *cluster, const struct snapshot *snapshot);
void read_budgets(struct cluster *cluster, const struct snapshot *snapshot);
void read_autoscalers(struct cluster *cluster, const struct snapshot *snapshot);
void read_units(struct cluster *cluster, const struct snapshot *snapshot);
void read_manifests(struct cluster *cluster, const struct snapshot *snapshot);
void read_connectivity(struct cluster *cluster, const struct snapshot *snapshot);
void relate_objects(struct cluster *cluster);
