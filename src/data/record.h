/* SPDX-License-Identifier: Apache-2.0 */
/* Values, and records of them laid out in the order of a field list. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "data/field.h"

struct arena;
struct batch; /* rows in columns: data/batch.h */

struct window {
    int64_t start_ns;
    int64_t end_ns; /* the first moment that is no longer inside */
};

struct value {
    enum type type;
    bool known; /* false: we looked and could not tell. Not the same as zero or empty. */
    union {
        bool truth;
        int64_t integer; /* also TYPE_TIME and TYPE_SPAN, in ns */
        double real;
        struct str text;
        struct window window;
        struct batch *rows;
    };
};

struct record {
    const struct field *fields;
    struct value *values;
};

/* All values unknown. */
struct record record_new(struct arena *arena, const struct field *fields);

/* With all its texts and rows, in another arena. */
struct record record_copy(struct arena *arena, const struct record *record);

/* The value of that field. To ask for a field that is not in the list is a bug, and ends there. */
struct value *record_at(const struct record *record, const char *name);

/* Whether each field that is not optional is known. */
MUST_CHECK bool record_is_complete(const struct record *record, struct err *err);

/* From a word: a window is START..END, rows are none. The text is not copied. */
MUST_CHECK bool value_parse(enum type type, struct str text, struct value *out, struct err *err);

struct value value_bool(bool truth);
struct value value_int(int64_t integer);
struct value value_real(double real); /* unknown where it is not finite */
struct value value_text(struct str text);
struct value value_time(int64_t time_ns);
struct value value_span(int64_t span_ns);
struct value value_rows(struct batch *rows);
