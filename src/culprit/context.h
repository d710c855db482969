/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of services around a question: which of them suffers, whom it calls, and whose a
 * file is. It makes signs of its own, for the histories that a ranker learns from know no services:
 * what these are worth is a prior, stated in the section `context` of models/changes.json.
 *
 * Whose a change is, the first of these says that knows: the service that it names; those that it
 * was brought to; the configured owner of a path of it; a part of a path that is called like a
 * service; the service that alone was brought changes of that folder.
 */
#pragma once

#include "base/err.h"
#include "case/topology.h"
#include "culprit/history.h"

#define CONTEXT_SIGNS(X)                                                                           \
    X(OWN, own)           /* 0 or 1: it is about the service that suffers */                       \
    X(CALLEE, callee)     /* ... one that this calls, by how many steps: 1 / steps */              \
    X(STRANGER, stranger) /* 0 or 1: only about services that this does not call */                \
    X(FRESH, fresh)       /* when it came into service: 1 / (1 + age / two minutes) */             \
    X(LATE, late)         /* the trouble had begun by then: 1 - 1 / (1 + minutes) */               \
    X(WAITING, waiting)   /* 0 or 1: nothing has brought it, where other changes are brought */

enum context_sign {
#define X(id, name) CONTEXT_##id,
    CONTEXT_SIGNS(X)
#undef X
        CONTEXT_SIGNS_COUNT
};

const char *context_sign_name(enum context_sign sign);

struct context_signs {
    double of[CONTEXT_SIGNS_COUNT];
};

struct context {
    struct arena *arena;
    struct str suffers;       /* the service; empty: not known */
    struct topology topology; /* who calls whom; services that only own files are nodes too */
    struct map paths;         /* configured: a file or a folder */
    uint32_t *owners;         /* beside it: numbers of nodes */
    uint32_t owners_room;
};

/* `topology` may be NULL: nobody knows who calls whom. Copies what it keeps. */
struct context *context_new(struct arena *arena, const struct topology *topology,
                            struct str suffers);

/* The files and folders that are a service's: a JSON array, or names with commas between them. */
void context_add_paths(struct context *context, struct str service, struct str paths);

/* Whom it calls, written the same way. */
void context_add_calls(struct context *context, struct str service, struct str callees);

#define CONTEXT_BYTES_MAX ((size_t)16 << 20)

/*
 * Adds lines of JSON such as {"service": "cart", "paths": ["src/cart"], "calls": ["stock"]}. The
 * error names the line.
 */
MUST_CHECK bool context_read(struct context *context, struct str text, struct err *err);

struct question;

/*
 * One for each candidate, in landing order. Without a context of the question only the last three
 * signs are measured; without rollouts, the others.
 */
struct context_signs *context_measure(struct arena *arena, const struct question *question);

/* The one service that it was brought to last, or is about; empty: not known, or several. */
struct str context_service(struct arena *arena, const struct question *question, uint32_t number);

/* Whose it is beside who suffers, in words: "it is about what `web` calls"; empty: not known. */
struct str context_where(struct arena *arena, const struct question *question,
                         const struct context_signs *signs);

/* Why, in words: "was brought to `cart` 4 min before, which the alert is about"; empty: nothing. */
struct str context_text(struct arena *arena, const struct question *question, uint32_t number,
                        const struct context_signs *signs);
