/* SPDX-License-Identifier: Apache-2.0 */
/*
 * START READING HERE.
 *
 * An alert opens a case; the sources are read; the director plans, and follows its plan: actors
 * judge what agents observe; claims are re-read; the verdict ranks; the report tells.
 */
#include "engine/investigate.h"

#include "base/arena.h"
#include "engine/world.h"
#include "verdict/verdict.h"
#include "verdict/weights.h"

#define BUDGET_NS_DEFAULT (60 * NS_PER_S)

static void tell(const struct investigation *how, const char *what)
{
    if (how->progress)
        how->progress(how->progress_state, what);
}

/* From the open case to the report. */
static bool walk(struct casefile *casefile, const struct world *world,
                 const struct investigation *how, struct report *out, struct err *err)
{
    tell(how, "reading the sources");
    if (!world->load(world->state, casefile, err))
        return false;

    tell(how, "investigating");
    struct director *director = world_director(world, &how->direction, casefile);
    director_investigate(director);

    tell(how, "re-reading the claims");
    world->reread(world->state, casefile);
    verdict_rank(casefile);
    director_correct(director);
    world->exhibit(world->state, casefile);
    if (world->consult) {
        tell(how, "asking models");
        world->consult(world->state, casefile);
    }

    *out = report_write(casefile);
    if (how->further)
        how->further(how->further_state, casefile, world->services);
    return true;
}

/* Opens the case, and sees to it that its journal is written. */
static bool run(struct arena *arena, const struct alert *alert, const struct world *world,
                const struct investigation *how, struct report *out, struct err *err)
{
    struct journal *journal =
        how->journal.write ? journal_new(arena, how->journal, how->clock) : NULL;
    struct casefile *casefile =
        casefile_open(alert, journal ? journal_clock(journal) : how->clock, how->budget_ns);
    casefile->weights = how->weights;
    if (how->steps_max > 0)
        casefile->budget.steps_max = how->steps_max;
    if (journal) {
        const struct journal_opening opening = world_opening(
            arena, world, how->direction.library, weights_of(casefile)->text, how->budget_ns);
        journal_open(journal, casefile, &opening);
        world = world_with_journal(arena, world, journal);
    }
    if (!walk(casefile, world, how, out, err)) {
        casefile_close(casefile);
        return false;
    }
    if (journal)
        journal_close(journal, casefile, out->known, out->took_ns);
    return true;
}

bool investigate(struct arena *arena, struct str bundle_path, const struct investigation *how,
                 struct report *out, struct err *err)
{
    struct bundle *bundle = arena_push(arena, struct bundle);
    struct alert *alert = arena_push(arena, struct alert);
    if (!bundle_open(arena, bundle_path, bundle, err) ||
        !bundle_read_alert(bundle, arena, alert, err))
        return false;
    bundle->tables_out = how->tables_out;
    struct investigation all = *how;
    all.budget_ns = how->budget_ns > 0 ? how->budget_ns : BUDGET_NS_DEFAULT;
    return run(arena, alert, world_of_bundle(arena, bundle, how), &all, out, err);
}

/* NULL where the journal does not say: then the program had no others than those it came with. */
static bool weights_then(struct arena *arena, const struct reader *reader, struct weights **out,
                         struct err *err)
{
    if (reader->opening.weights.len == 0)
        return true;
    *out = arena_push(arena, struct weights);
    return weights_parse(arena, reader->opening.weights, *out, err) ||
           err_context(err, "%.*s: line 1", STR_ARG(reader->name));
}

bool investigate_again(struct arena *arena, struct replay *replay, struct report *out,
                       struct err *err)
{
    const struct reader *reader = replay_reader(replay);
    struct library *library = arena_push(arena, struct library);
    struct weights *weights = NULL;
    if (!world_library(arena, &reader->opening, library, err) ||
        !weights_then(arena, reader, &weights, err))
        return false;
    const struct investigation how = {.clock = replay_clock(replay),
                                      .budget_ns = reader->opening.budget_ns,
                                      .steps_max = reader->steps_max,
                                      .direction = {.library = library},
                                      .weights = weights,
                                      .journal = replay_sink(replay)};
    if (!run(arena, &reader->alert, world_of_journal(arena, replay), &how, out, err))
        return false;
    replay_end(replay);
    if (replay_is_sound(replay, err))
        return true;
    casefile_close((struct casefile *)(uintptr_t)out->casefile);
    return false;
}
