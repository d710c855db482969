/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim is a sentence of ours around words of the system that suffers; only what it quotes is of
 * that system. A word of ours that a change happens to have would tell nothing.
 */
#include "actor/symptoms.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdlib.h>

#define UNITS "ns us ms second minute hour byte kb mb gb kib mib gib percent" /* of anything */
#define PIECES_MAX 40 /* of evidence: what is weaker than these is noise */

static bool tells_of_it(const struct evidence *evidence)
{
    return evidence->bearing == BEARING_SUPPORTS && evidence->signal != SIGNAL_CHANGES &&
           evidence->finding != FINDING_HISTORY && evidence->finding != FINDING_CONFIGURATION;
}

static int stronger_first(const void *a, const void *b)
{
    const struct evidence *x = *(const struct evidence *const *)a;
    const struct evidence *y = *(const struct evidence *const *)b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static void add_quoted(struct buf *out, struct str claim)
{
    struct str part;
    for (bool quoted = false; str_split(&claim, '`', &part); quoted = !quoted)
        if (quoted) {
            buf_add(out, part);
            buf_add_char(out, '\n');
        }
}

static void add_alert(struct buf *out, const struct alert *alert)
{
    const struct str parts[] = {alert->name, alert->summary};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_add(out, parts[i]);
        buf_add_char(out, '\n');
    }
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        buf_add(out, alert->labels[i].value);
        buf_add_char(out, '\n');
    }
}

struct clues symptoms_clues(struct arena *arena, const struct casefile *casefile)
{
    const struct evidence **pieces =
        arena_push_many(arena, const struct evidence *, casefile->evidence_count);
    uint32_t count = 0;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (tells_of_it(it))
            pieces[count++] = it;
    if (count > 1)
        qsort(pieces, count, sizeof *pieces, stronger_first);
    struct buf text = buf_new(arena);
    add_alert(&text, casefile->alert);
    for (uint32_t i = 0; i < count && i < PIECES_MAX; i++)
        add_quoted(&text, pieces[i]->claim);
    struct clues clues = clues_read(arena, buf_str(&text));
    clues_leave_out(&clues, casefile->alert->service);
    for (uint32_t i = 0; i < casefile->topology.nodes.count; i++)
        clues_leave_out(&clues, casefile->topology.nodes.keys[i]);
    clues_leave_out(&clues, STR(UNITS));
    return clues;
}
