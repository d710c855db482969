/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: is what a service suffers explained by what it calls?
 *
 * By the arithmetic of the verdict (verdict/weigh.h): it is, if more than half of the weight that
 * speaks for it is explained away and a callee, or a callee's callee that explains that one in
 * turn, is left with the higher score. It is as well, if the calls of the alert's service do not
 * lead to it, while they lead to a suspect with a higher score. Where neither holds nothing is
 * said.
 *
 * The strength is the share that is explained away. It changes no order: evidence that refutes
 * takes from its own finding alone, and a dependency has no weight.
 */
#include "actor/actor.h"

#include "actor/edges.h"
#include "base/arena.h"
#include "base/buf.h"
#include "store/telemetry.h"
#include "verdict/weigh.h"

#define EXPLAINED_MIN 0.5 /* of the weight; most of it */
#define STRENGTH_FAR 0.8  /* what the verdict takes from who is not reached */
#define PATH_MAX_CALLS 8  /* longer chains than that explain nobody's incident */

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose troubles", NULL},
    {0},
};

static const struct field output[] = {
    {"explained", TYPE_BOOL, FIELD_OPTIONAL, "another service explains them; unknown: none is seen",
     NULL},
    {"by", TYPE_TEXT, FIELD_OPTIONAL, "that service", NULL},
    {"reason", TYPE_TEXT, FIELD_OPTIONAL, "in words, with the names in them", NULL},
    {0},
};

/* From the service that is asked about to whom it calls, and so on. */
struct walk {
    const struct suspect *steps[PATH_MAX_CALLS + 1];
    uint32_t count;
};

static bool is_on(const struct walk *walk, const struct suspect *suspect)
{
    for (uint32_t i = 0; i < walk->count; i++)
        if (walk->steps[i] == suspect)
            return true;
    return false;
}

static double explained_share(const struct suspect *suspect)
{
    const double loudness = weigh_loudness(suspect);
    double left = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        left += suspect->left[finding];
    return loudness > 0 ? 1 - left / loudness : 0;
}

/* The callee that explains the most of it; NULL: none explains anything. Of equals the first by
 * name. */
static const struct suspect *best_callee(const struct weighing *weighing, const struct walk *walk)
{
    const struct suspect *caller = walk->steps[walk->count - 1], *best = NULL;
    const struct topology *topology = &weighing->casefile->topology;
    double most = 0;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        if (topology->edges[i].caller != caller->node)
            continue;
        const struct suspect *callee =
            weigh_find(weighing, topology->nodes.keys[topology->edges[i].callee]);
        if (!callee || is_on(walk, callee))
            continue;
        const double explained = weigh_explained_by(weighing, caller, callee);
        if (explained > most || (best && explained == most && weigh_tie(callee, best) < 0)) {
            most = explained;
            best = callee;
        }
    }
    return best;
}

/* Down the calls, as long as a callee explains most of its caller. */
static struct walk walk_from(const struct weighing *weighing, const struct suspect *suspect)
{
    struct walk walk = {.steps = {suspect}, .count = 1};
    while (walk.count <= PATH_MAX_CALLS &&
           explained_share(walk.steps[walk.count - 1]) > EXPLAINED_MIN) {
        const struct suspect *callee = best_callee(weighing, &walk);
        if (!callee)
            break;
        walk.steps[walk.count++] = callee;
    }
    /* the deepest one with more left than the suspect; whom nothing is left of explains nobody */
    while (walk.count > 1 && walk.steps[walk.count - 1]->score <= suspect->score)
        walk.count--;
    return walk;
}

static struct str walk_query(struct arena *arena, const struct walk *walk)
{
    struct buf sql = buf_new(arena);
    for (uint32_t i = 0; i + 1 < walk->count; i++)
        buf_printf(&sql, "%s%s", i > 0 ? " UNION " : "",
                   edges_query(arena, walk->steps[i]->name, walk->steps[i + 1]->name).ptr);
    buf_printf(&sql, " ORDER BY ALL");
    return buf_str(&sql);
}

static struct str walk_claim(struct arena *arena, const struct walk *walk)
{
    struct buf claim = buf_new(arena);
    for (uint32_t i = 0; i + 1 < walk->count; i++)
        buf_printf(&claim, "%s`%.*s` calls `%.*s`", i > 0 ? ", " : "",
                   STR_ARG(walk->steps[i]->name), STR_ARG(walk->steps[i + 1]->name));
    buf_printf(&claim, ", and what `%.*s` shows explains most of what speaks against `%.*s`.",
               STR_ARG(walk->steps[walk->count - 1]->name), STR_ARG(walk->steps[0]->name));
    return buf_str(&claim);
}

static struct str walk_reason(struct arena *arena, const struct walk *walk)
{
    struct buf reason = buf_new(arena);
    buf_printf(&reason, "what it suffers is explained by `%.*s`, which it calls",
               STR_ARG(walk->steps[walk->count - 1]->name));
    for (uint32_t i = 1; i + 1 < walk->count; i++)
        buf_printf(&reason, "%s `%.*s`", i == 1 ? " by way of" : " and",
                   STR_ARG(walk->steps[i]->name));
    return buf_str(&reason);
}

/* ---- whom the alert's service does not reach ---- */

/* Every service that a chain of calls leads to from `from`. */
static struct str reach_query(struct arena *arena, struct str from, struct str suspect,
                              struct str rival)
{
    return str_printf(
        arena,
        "WITH RECURSIVE edges(caller, callee) AS (SELECT caller, callee FROM topology UNION SELECT "
        "above.service, below.service FROM traces below JOIN traces above ON below.trace_id = "
        "above.trace_id AND below.parent_id = above.span_id WHERE above.service <> below.service "
        "UNION SELECT split_part(edge, '->', 1), split_part(edge, '->', 2) FROM (" EDGES_OF_METRICS
        ") WHERE edge <> ''), "
        "reached(service) AS (SELECT %s UNION SELECT callee FROM edges JOIN reached ON caller = "
        "reached.service) SELECT %s AS begins, count(*) AS reached, max(service) FILTER (WHERE "
        "service = %s) AS rival, (SELECT max(callee) FROM edges WHERE callee = %s) AS "
        "not_reached, (SELECT max(caller) FROM edges WHERE caller = %s) AS calls FROM reached "
        "HAVING count(*) FILTER (WHERE service = %s) = 0",
        sql_quote(arena, from).ptr, sql_quote(arena, from).ptr, sql_quote(arena, rival).ptr,
        sql_quote(arena, suspect).ptr, sql_quote(arena, suspect).ptr,
        sql_quote(arena, suspect).ptr);
}

/* The best of those that are reached, if it has more left than this one that is not. */
static const struct suspect *reached_rival(const struct weighing *weighing,
                                           const struct suspect *suspect)
{
    if (weighing->casefile->beyond_reach || weigh_is_reached(weighing, suspect))
        return NULL;
    const struct suspect *best = suspect;
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        const struct suspect *other = &weighing->suspects[i];
        if (other->score > best->score && other->node != MAP_NONE &&
            weigh_is_reached(weighing, other))
            best = other;
    }
    return best == suspect ? NULL : best;
}

/* ---- the story ---- */

static void add_evidence(struct call *call, struct str subject, double strength, struct str claim,
                         struct str query)
{
    casefile_add(call->casefile, &(struct evidence){
                                     .step_id = call->step_id,
                                     .signal = SIGNAL_TOPOLOGY,
                                     .bearing = BEARING_REFUTES,
                                     .finding = FINDING_DEPENDENCY,
                                     .subject = subject,
                                     .window = call->casefile->incident,
                                     .claim = claim,
                                     .query = query,
                                     .strength = strength,
                                 });
}

static void answer(const struct record *out, struct str by, struct str reason)
{
    *record_at(out, "explained") = value_bool(true);
    *record_at(out, "by") = value_text(by);
    *record_at(out, "reason") = value_text(reason);
}

/* Its trouble is another one: the alert's service does not need it, and there is a better suspect.
 */
static void answer_not_reached(struct call *call, struct record *out, struct str service,
                               struct str rival)
{
    struct arena *arena = call->scratch;
    const struct str from = call->casefile->subject;
    const bool itself = str_eq(from, rival);
    const struct str claim =
        itself
            ? str_printf(arena, "`%.*s` does not call `%.*s`, directly or through others.",
                         STR_ARG(from), STR_ARG(service))
            : str_printf(arena, "`%.*s` calls `%.*s`, directly or through others, and not `%.*s`.",
                         STR_ARG(from), STR_ARG(rival), STR_ARG(service));
    const struct str reason =
        itself ? str_printf(arena,
                            "`%.*s` does not call it, directly or through others, and is "
                            "the better suspect itself",
                            STR_ARG(from))
               : str_printf(arena,
                            "`%.*s` does not call it, directly or through others, and does "
                            "call `%.*s`",
                            STR_ARG(from), STR_ARG(rival));
    add_evidence(call, service, STRENGTH_FAR, claim, reach_query(arena, from, service, rival));
    answer(out, rival, reason);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)err;
    struct arena *arena = call->scratch;
    const struct str service = record_at(in, "service")->text;
    const struct weighing weighing = weigh(arena, call->casefile);
    const struct suspect *suspect = weigh_find(&weighing, service);
    if (!suspect)
        return true; /* nothing speaks for it: nothing is to be explained */

    *record_at(out, "explained") = value_bool(false);
    const struct walk walk = walk_from(&weighing, suspect);
    if (walk.count > 1) {
        add_evidence(call, service, explained_share(suspect), walk_claim(arena, &walk),
                     walk_query(arena, &walk));
        answer(out, walk.steps[walk.count - 1]->name, walk_reason(arena, &walk));
        return true;
    }
    const struct suspect *rival = reached_rival(&weighing, suspect);
    if (rival)
        answer_not_reached(call, out, service, rival->name);
    return true;
}

const struct actor actor_walk_dependencies = {
    .sig = {.name = "walk_dependencies",
            .summary = "Judge whether what a service suffers is explained by what it calls",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .reads_case = true,
    .run = run,
};
