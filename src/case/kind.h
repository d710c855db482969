/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of fault it is. A finding says what was seen, a kind what is broken: several findings
 * may show one kind, and one finding may show several.
 *
 * A kind says how it fails, not who did it: most faults come with a change, and a limit that was set
 * too low is of the kind of what it limits. Between neighbours:
 *
 *  cpu            it gets too little processor time: others take it, its limit holds it, or it
 *                 stands still. What a change made it compute by itself is slow_code.
 *  memory         its own memory grows, or has too low a limit. A store that is full of data is at
 *                 its capacity.
 *  disk           a volume is slow, full or read-only. Volumes that cannot be had are storage.
 *  network_delay  packets come late, or wait for a narrow link; network_loss: they do not come.
 *  exception      a path of its code ends with an error, whatever input that takes. What a program
 *                 says when it refuses its settings is configuration.
 *  code_path      it does more, less or other work than before, and may not fail itself: an early
 *                 return, a call for each element, work that is left out.
 *  slow_code      the same work takes its code longer since it was changed.
 *  slow_queries   statements or commands keep a store busy, by their plan or what they look through.
 *  locks          it waits for who holds something, in a database or within a process.
 *  capacity       a bound of connections, files, entries or instances is reached: it lets in no more.
 *  traffic        more is asked of it than ever was, and that is all.
 *  dependency     whom it calls, and nobody here can look into or mend, is down, late or throttles.
 *  configuration  a value that it is given does not fit what it meets: credentials, certificates,
 *                 names, clocks, time-outs, or one that it refuses. Addresses are routing.
 *  change         what was brought does not fit what runs beside it, as a schema does not fit
 *                 statements; or it was changed, and nothing tells more.
 *  crash          it ends again and again, or hangs as a whole, for none of the other reasons.
 *  missing_data   it cannot be measured, and nobody who uses it feels anything.
 *  image          what it runs cannot be had or started, or is another program.
 *  probe          it is well, and whoever asks whether it is asks wrongly.
 *  routing        requests go where nobody listens, or to another: an address, a port, a selector.
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
