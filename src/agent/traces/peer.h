/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a span says that it calls, as OpenTelemetry's conventions have a caller tell it: what is
 * called need not record anything itself.
 */
#pragma once

#include "case/topology.h"

/* The text of the first attribute of these keys, out of a list of keys and values or an object. */
#define ATTRIBUTE_SQL(span, keys)                                                                  \
    "coalesce(regexp_extract(" span ".attributes, '\"(?:" keys ")\"\\s*(?:,\\s*\"value\"\\s*:"     \
    "\\s*\\{\\s*\"[a-z]+Value\"\\s*)?:\\s*\"?([^\"\\\\}]*)', 1), '')"

/* A span that calls: by its kind, for who is called says the same of its peer. */
#define CALLS_SQL(span)                                                                            \
    "coalesce(lower(" span ".kind) IN ('client', 'span_kind_client', '3'), false)"

#define PEER_SERVICE_SQL(span) ATTRIBUTE_SQL(span, "peer\\.service")
#define PEER_HOST_SQL(span)                                                                        \
    "regexp_extract(" ATTRIBUTE_SQL(                                                               \
        span, "server\\.address|net\\.peer\\.name|http\\.host") ", '^[^:]*[A-Za-z][^:]*', 0)"
#define PEER_STORE_SQL(span)                                                                       \
    ATTRIBUTE_SQL(span, "db\\.system\\.name|db\\.system|messaging\\.system")

/* A service, else a host that is no address, else a kind of store. Empty: it does not say. */
#define PEER_SQL(span)                                                                             \
    "CASE WHEN " PEER_SERVICE_SQL(span) " <> '' THEN " PEER_SERVICE_SQL(                           \
        span) " WHEN " PEER_HOST_SQL(span) " <> '' THEN " PEER_HOST_SQL(span) " ELSE"              \
                                                                              " " PEER_STORE_SQL(span) " END"

/* The caller was told that it asks wrongly; that it may not ask now (408, 429) is the callee's. */
#define REFUSED_SQL(span)                                                                          \
    "(regexp_full_match(" ATTRIBUTE_SQL(                                                           \
        span, "http\\.response\\.status_code|http\\.status_code") ", '4[0-9][0-9]') "              \
                                                                  "AND " ATTRIBUTE_SQL(span,       \
                                                                                       "http\\."   \
                                                                                       "response"  \
                                                                                       "\\."       \
                                                                                       "status_"   \
                                                                                       "code|"     \
                                                                                       "http\\."   \
                                                                                       "status_"   \
                                                                                       "code") " " \
                                                                                               "N" \
                                                                                               "O" \
                                                                                               "T" \
                                                                                               " " \
                                                                                               "I" \
                                                                                               "N" \
                                                                                               " " \
                                                                                               "(" \
                                                                                               "'" \
                                                                                               "4" \
                                                                                               "0" \
                                                                                               "8" \
                                                                                               "'" \
                                                                                               "," \
                                                                                               " " \
                                                                                               "'" \
                                                                                               "4" \
                                                                                               "2" \
                                                                                               "9" \
                                                                                               "'" \
                                                                                               ")" \
                                                                                               ")"

/*
 * The node of the graph that a caller means by such a name: the one of that name, or of the first
 * label of a host ("orders-db" of "orders-db.prod"); else the one that it calls with the kind of
 * the store in its name, or the other way round ("postgres", "postgresql"). Empty: two such are
 * called. What the graph does not have keeps its name.
 */
struct str peer_node(const struct topology *topology, struct str caller, struct str peer);
