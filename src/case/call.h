/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of a tool or an actor: whose case it is, and what it may use.
 */
#pragma once

#include "case/casefile.h"
#include "data/field.h"

struct memo;
struct owners; /* culprit/owners.h */
struct telemetry;

/* What an engine owns and lends to its calls. */
struct services {
    struct telemetry *telemetry; /* sealed */
    struct memo *memo;           /* for what several tools read; NULL: each reads for itself */
    const struct owners *owners; /* whose files are whose; NULL: habits tell */
    const char *const
        *experts_out; /* small experts that are left out; ends with NULL; NULL: none */
};

struct call {
    struct casefile *casefile;
    const struct services *services;
    struct arena *scratch; /* gone when the step ends */
    uint32_t step_id;
};

/*
 * Tools and actors are called the same way. `in` has been checked against the signature; `out` has
 * a value for each output field, all unknown, and is filled in place. Texts and rows put into `out`
 * live in scratch.
 */
typedef bool call_fn(struct call *call, const struct record *in, struct record *out,
                     struct err *err);

/* Whether the small expert of that name may be asked (expert/small.h). */
bool call_may_ask(const struct call *call, const char *expert);

/* Fills `out` with what it reads, all of it in `arena`. */
typedef bool call_load_fn(struct call *call, struct arena *arena, void *out, struct err *err);

/*
 * Loads once a case what several tools read: the first that asks loads it into the memo, and all
 * get the same thing, which nobody changes. `size` is that of *out; `name` is a literal.
 */
MUST_CHECK bool call_load_once(struct call *call, const char *name, size_t size, call_load_fn *load,
                               void *out, struct err *err);
