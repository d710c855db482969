/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the names of a source to ours: which label or attribute holds the service, the instance, the
 * level, ... The first of the candidates that is there and not empty counts.
 *
 * The defaults are what OpenTelemetry's semantic conventions, Kubernetes with kube-state-metrics
 * and cAdvisor, service meshes, and Loki's and Prometheus' own agents write. A source's `mapping`
 * puts names of its own in front: `mapping: {service: [team_app, job]}`.
 */
#pragma once

#include "case/alert.h"

#define MAPPED(X)                                                                                  \
    X(SERVICE, "service", "what the report speaks of")                                             \
    X(INSTANCE, "instance", "which of several replicas")                                           \
    X(LEVEL, "level", "how bad a line is")                                                         \
    X(MESSAGE, "message", "the line itself, where it is one field of many")                        \
    X(TIME, "time", "when it was, where it is a field")                                            \
    X(TRACE_ID, "trace_id", "the request that it belongs to")                                      \
    X(SPAN_ID, "span_id", "the call that it belongs to")                                           \
    X(STATUS, "status", "whether a call failed")                                                   \
    X(KIND, "kind", "server, client, ... of a call")                                               \
    X(CALLER, "caller", "of an edge")                                                              \
    X(CALLEE, "callee", "of an edge")                                                              \
    X(SEVERITY, "severity", "how bad an alert is")

enum mapped {
#define X(id, name, summary) MAPPED_##id,
    MAPPED(X)
#undef X
        MAPPED_COUNT
};

#define MAPPING_OWN_MAX 8 /* names of a source's own, of one kind */

struct mapping {
    struct str own[MAPPED_COUNT][MAPPING_OWN_MAX];
    uint32_t own_count[MAPPED_COUNT];
};

const char *mapped_name(enum mapped what);

/* "service" -> MAPPED_SERVICE; false: there is nothing of that name. */
bool mapped_of_name(struct str name, enum mapped *out);

/* The n-th name to look for, a source's own first; empty: there are no more. */
struct str mapping_candidate(const struct mapping *mapping, enum mapped what, uint32_t number);

/* What one record or series has: labels, or attributes in dotted names. */
struct labelled {
    const struct label *labels;
    uint32_t count;
};

/* The label of that name, empty where it is not there. '.' and '_' are the same. */
struct str labelled_value(const struct labelled *labelled, struct str name);

/* The first candidate that is there; `used`, where asked for, is the name of that label. */
struct str mapping_value(const struct mapping *mapping, enum mapped what,
                         const struct labelled *labelled, struct str *used);

/*
 * The service of a series, line or span: a name of the source's own first; then, where it is about
 * a pod or a container by way of somebody who watches them (kubelet, kube-state-metrics, node
 * agents), the workload rather than the watcher; then the defaults.
 */
struct str mapping_service(const struct mapping *mapping, const struct labelled *labelled);

/*
 * "cart" of "cart-5bc9dbdf66-xp6gj", "cart-xp6gj" and "cart-0": the names that Kubernetes gives to
 * the pods of a Deployment, a DaemonSet and a StatefulSet. What is none of these stays.
 */
struct str mapping_workload_of_pod(struct str pod);
