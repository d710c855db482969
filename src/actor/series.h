/* SPDX-License-Identifier: Apache-2.0 */
/* The shift of a series in words, and SQL that shows it again. Rows are those of metrics.shifts. */
#pragma once

#include "case/evidence.h"

struct arena;

struct series_shift {
    struct series_name name;
    bool falls;
    int64_t onset_ns;     /* of the incident: what is compared, before and since */
    double before, after; /* the median before, the outer quartile since */
    struct str shape;     /* as metrics.shifts has it; "none": only the numbers are told */
    int64_t changed_ns;   /* its own onset; 0: not known */
    int64_t earliest_ns;  /* which lies after this, */
    int64_t latest_ns;    /* and not after that */
    int64_t back_ns;      /* of a spike */
    struct window usual;  /* an earlier stretch in which it was as far out; 0: none */
    double then;          /* its outer quartile in that stretch */
};

struct series_shift series_shift_of(const struct batch *rows, size_t row, int64_t onset_ns);

/*
 * Columns before (the median) and after (the upper quartile since the onset; the lower one, if it
 * falls), and where the shift has them changed, back and usual. Whoever speaks of a series uses
 * this very text: what several claims share is read once.
 */
struct str series_shift_query(struct arena *arena, const struct series_shift *shift);

/* One sentence that says how it moved, for that query. */
struct str series_shift_claim(struct arena *arena, const struct series_shift *shift);

/*
 * The same of an instance that is too young for a baseline: columns siblings (the median of those
 * that were there before the onset) and after.
 */
struct str series_young_query(struct arena *arena, const struct series_shift *shift);
struct str series_young_claim(struct arena *arena, const struct series_shift *shift);

/* `m` of `s` (`i`) */
struct str series_quoted(struct arena *arena, const struct series_name *name);
