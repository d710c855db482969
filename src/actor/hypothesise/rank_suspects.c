/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: who looks worst so far, the loudest first. What speaks for each is taken as it came,
 * before symptoms are explained away: who is loudest need not be the cause, but is whom a person
 * would ask about first. Whom nothing but a change speaks for comes after all others.
 *
 * It adds no evidence: it puts what is there in order.
 */
#include "actor/actor.h"

#include "base/arena.h"
#include "data/batch.h"
#include "verdict/weigh.h"

#include <stdlib.h>

#define SUSPECTS_DEFAULT 10
#define SUSPECTS_MAX 100

static const struct field input[] = {
    {"max", TYPE_INT, FIELD_OPTIONAL, "how many at most; default: 10", NULL},
    {0},
};

static const struct field columns[] = {
    {"subject", TYPE_TEXT, 0, "a service, host or object", NULL},
    {"finding", TYPE_TEXT, 0, "what speaks for it most: latency, errors, change, ...", NULL},
    {"because", TYPE_TEXT, 0, "that in words, with the name in it", NULL},
    {"loudness", TYPE_REAL, 0, "the weight of all that speaks for it, nothing explained away",
     NULL},
    {"evidence", TYPE_INT, 0, "the id of its strongest piece", NULL},
    {0},
};

static const struct field output[] = {
    {"rows", TYPE_ROWS, 0, "the suspects, loudest first", columns},
    {"count", TYPE_INT, 0, "how many rows there are", NULL},
    {0},
};

/* A change has no weight of its own: it only comes before nothing at all. */
static bool is_stronger(const struct weights *weights, const struct evidence *a,
                        const struct evidence *b)
{
    const double of_a = weigh_evidence(weights, a), of_b = weigh_evidence(weights, b);
    return of_a != of_b ? of_a > of_b : of_a <= 0 && a->strength > b->strength;
}

static const struct evidence *strongest(const struct casefile *casefile, struct str subject)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, subject) && (!best || is_stronger(weights_of(casefile), it, best)))
            best = it;
    return best;
}

static int louder_first(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;
    const double of_x = weigh_loudness(x), of_y = weigh_loudness(y);
    if (of_x != of_y)
        return of_x < of_y ? 1 : -1;
    if (x->changed != y->changed)
        return x->changed < y->changed ? 1 : -1;
    return weigh_tie(x, y);
}

/* "it answered late" -> "`pages` answered late"; "its memory use rose" -> "`pages`: its ..." */
static struct str because(struct arena *arena, const struct evidence *evidence)
{
    const struct str cause =
        evidence->cause.len > 0 ? evidence->cause : str_of(finding_text(evidence->finding));
    const struct str about_it = STR("it ");
    return str_starts(cause, about_it)
               ? str_printf(arena, "`%.*s` %.*s", STR_ARG(evidence->subject),
                            STR_ARG(str_slice(cause, about_it.len, cause.len)))
               : str_printf(arena, "`%.*s`: %.*s", STR_ARG(evidence->subject), STR_ARG(cause));
}

static void add_row(struct batch *rows, const struct suspect *suspect,
                    const struct evidence *evidence)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "subject", value_text(suspect->name));
    batch_set(rows, row, "finding", value_text(str_of(finding_name(evidence->finding))));
    batch_set(rows, row, "because", value_text(because(rows->arena, evidence)));
    batch_set(rows, row, "loudness", value_real(weigh_loudness(suspect)));
    batch_set(rows, row, "evidence", value_int(evidence->id));
}

static size_t rows_max(const struct record *in)
{
    const struct value *max = record_at(in, "max");
    if (!max->known)
        return SUSPECTS_DEFAULT;
    return max->integer < 0 ? 0 : max->integer < SUSPECTS_MAX ? (size_t)max->integer : SUSPECTS_MAX;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)err;
    const struct weighing weighing = weigh(call->scratch, call->casefile);
    qsort(weighing.suspects, weighing.names.count, sizeof *weighing.suspects, louder_first);

    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < weighing.names.count && rows->rows < rows_max(in); i++) {
        const struct suspect *suspect = &weighing.suspects[i];
        if (weigh_loudness(suspect) > 0 || suspect->changed > 0)
            add_row(rows, suspect, strongest(call->casefile, suspect->name));
    }
    *record_at(out, "count") = value_int((int64_t)rows->rows);
    *record_at(out, "rows") = value_rows(rows);
    return true;
}

const struct actor actor_rank_suspects = {
    .sig = {.name = "rank_suspects",
            .summary = "Put the suspects in order, the loudest first",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .reads_case = true,
    .run = run,
};
