/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of fault it is. A finding says what was seen, a kind what is broken: several findings
 * may show one kind, and one finding may show several.
 */
#pragma once

#define KINDS(X)                                                                                   \
    X(UNKNOWN, "unknown", "of a kind that the evidence does not tell")                             \
    X(CPU, "cpu", "processor time")                                                                \
    X(MEMORY, "memory", "memory")                                                                  \
    X(DISK, "disk", "disk")                                                                        \
    X(NETWORK_DELAY, "network_delay", "network delay")                                             \
    X(NETWORK_LOSS, "network_loss", "network loss or partition")                                   \
    X(EXCEPTION, "exception", "an exception in its code")                                          \
    X(CODE_PATH, "code_path", "its code takes another path, or returns early")                     \
    X(SLOW_CODE, "slow_code", "its code became slow")                                              \
    X(SLOW_QUERIES, "slow_queries", "slow statements")                                             \
    X(LOCKS, "locks", "locks that are held")                                                       \
    X(CAPACITY, "capacity", "a limit that is reached")                                             \
    X(TRAFFIC, "traffic", "traffic")                                                               \
    X(DEPENDENCY, "dependency", "what it calls")                                                   \
    X(CONFIGURATION, "configuration", "configuration")                                             \
    X(CHANGE, "change", "a bad change")                                                            \
    X(CRASH, "crash", "it crashes or restarts")                                                    \
    X(MISSING_DATA, "missing_data", "its metrics are missing")                                     \
    X(ADMISSION, "admission", "quotas, or what a pod must have to be admitted")                    \
    X(SCHEDULING, "scheduling", "no node takes it")                                                \
    X(IMAGE, "image", "its image cannot be had")                                                   \
    X(STORAGE, "storage", "its volumes")                                                           \
    X(PROBE, "probe", "probes that fail")                                                          \
    X(ROUTING, "routing", "requests are sent elsewhere, or nowhere")                               \
    X(NODE, "node", "a node or what runs on it")

enum kind {
#define X(id, name, text) KIND_##id,
    KINDS(X)
#undef X
        KINDS_COUNT
};

const char *kind_name(enum kind kind); /* "network_delay" */
const char *kind_text(enum kind kind); /* "network delay" */
