/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/world.h"

#include "base/arena.h"
#include "engine/exhibits.h"
#include "engine/investigate.h"
#include "engine/reread.h"
#include "runbook/load.h"

/* ---- a bundle ---- */

struct bundle_world {
    struct arena *arena;
    const struct bundle *bundle;
    const struct investigation *how;
    struct services services;
};

static bool load_bundle(void *state, struct casefile *casefile, struct err *err)
{
    struct bundle_world *world = state;
    if (!services_open(world->arena, world->bundle, world->how->repository, world->how->memories,
                       casefile, &world->services, err))
        return false;
    world->services.experts_out = world->how->experts_out;
    return true;
}

static void reread_bundle(void *state, struct casefile *casefile)
{
    reread_claims(casefile, &((struct bundle_world *)state)->services);
}

static void exhibit_bundle(void *state, struct casefile *casefile)
{
    const struct bundle_world *world = state;
    exhibits_gather(casefile, &world->services, world->how->repository);
}

static void consult_live(void *state, struct casefile *casefile)
{
    const struct investigation *how = ((const struct bundle_world *)state)->how;
    if (how->consult)
        how->consult(how->consult_state, how->panel, casefile);
    panel_tell(how->panel, casefile);
}

/* "local, cloud" */
static struct str names_of(struct arena *arena, struct panel *panel)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < panel_count(panel); i++)
        buf_printf(&out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(panel_expert(panel, i)->config.name));
    return buf_str(&out);
}

const struct world *world_of_bundle(struct arena *arena, const struct bundle *bundle,
                                    const struct investigation *how)
{
    struct bundle_world *state = arena_push(arena, struct bundle_world);
    *state = (struct bundle_world){.arena = arena, .bundle = bundle, .how = how};
    struct world *world = arena_push(arena, struct world);
    *world = (struct world){
        .load = load_bundle,
        .answer = run_answer_live,
        .reread = reread_bundle,
        .exhibit = exhibit_bundle,
        .consult = how->panel ? consult_live : NULL,
        .experts = names_of(arena, how->panel),
        .services = &state->services,
        .planner = how->direction.planner,
        .state = state,
    };
    return world;
}

/* ---- a journal that answers ---- */

static bool load_journal(void *state, struct casefile *casefile, struct err *err)
{
    return replay_load(state, casefile, err);
}

static bool answer_journal(void *state, const struct callee *callee, struct call *call,
                           const struct record *in, struct record *out, struct err *err)
{
    return replay_answer(state, call->casefile, callee->name, callee->sig->output, call->scratch,
                         in, out, err);
}

static void reread_journal(void *state, struct casefile *casefile)
{
    replay_reread(state, casefile);
}

static void exhibit_journal(void *state, struct casefile *casefile)
{
    replay_exhibits(state, casefile);
}

static void consult_journal(void *state, struct casefile *casefile)
{
    replay_consulting(state, casefile);
}

static bool plan_journal(void *state, struct casefile *casefile, const struct library *library,
                         struct buf *out, struct err *err)
{
    (void)library;
    struct replay *replay = state;
    return replay_plan(replay, casefile, replay_reader(replay)->opening.planner, out, err);
}

/* Whoever wrote plans then; NULL: nobody did. */
static const struct planner *planner_of_journal(struct arena *arena, struct replay *replay)
{
    const struct journal_opening *opening = &replay_reader(replay)->opening;
    if (opening->planner.len == 0)
        return NULL;
    struct planner *planner = arena_push(arena, struct planner);
    *planner = (struct planner){.name = str_copy(arena, opening->planner).ptr,
                                .is_final = opening->planner_is_final,
                                .write = plan_journal,
                                .state = replay};
    return planner;
}

const struct world *world_of_journal(struct arena *arena, struct replay *replay)
{
    const struct str experts = replay_reader(replay)->opening.experts;
    struct world *world = arena_push(arena, struct world);
    *world = (struct world){
        .load = load_journal,
        .answer = answer_journal,
        .reread = reread_journal,
        .exhibit = exhibit_journal,
        .consult = experts.len > 0 ? consult_journal : NULL,
        .experts = experts,
        .services = arena_push(arena, struct services),
        .planner = planner_of_journal(arena, replay),
        .state = replay,
    };
    return world;
}

/* ---- a journal that is written ---- */

struct written_world {
    const struct world *world;
    struct journal *journal;
};

static bool load_written(void *state, struct casefile *casefile, struct err *err)
{
    const struct written_world *written = state;
    journal_begin(written->journal, casefile);
    const bool ok = written->world->load(written->world->state, casefile, err);
    journal_end_loading(written->journal, casefile);
    return ok;
}

static bool answer_written(void *state, const struct callee *callee, struct call *call,
                           const struct record *in, struct record *out, struct err *err)
{
    const struct written_world *written = state;
    journal_begin(written->journal, call->casefile);
    const bool ok = written->world->answer(written->world->state, callee, call, in, out, err);
    journal_end_answer(written->journal, call->casefile, call->step_id, in, out, ok, err);
    return ok;
}

static void reread_written(void *state, struct casefile *casefile)
{
    const struct written_world *written = state;
    journal_begin(written->journal, casefile);
    written->world->reread(written->world->state, casefile);
    journal_end_reread(written->journal, casefile);
}

static void exhibit_written(void *state, struct casefile *casefile)
{
    const struct written_world *written = state;
    journal_begin(written->journal, casefile);
    written->world->exhibit(written->world->state, casefile);
    journal_end_exhibits(written->journal, casefile);
}

static void consult_written(void *state, struct casefile *casefile)
{
    const struct written_world *written = state;
    journal_begin(written->journal, casefile);
    written->world->consult(written->world->state, casefile);
    journal_end_consulting(written->journal, casefile);
}

static bool plan_written(void *state, struct casefile *casefile, const struct library *library,
                         struct buf *out, struct err *err)
{
    const struct written_world *written = state;
    const struct planner *planner = written->world->planner;
    journal_begin(written->journal, casefile);
    const bool ok = planner->write(planner->state, casefile, library, out, err);
    journal_end_planning(written->journal, casefile, str_of(planner->name), buf_str(out), ok, err);
    return ok;
}

static const struct planner *planner_written(struct arena *arena, struct written_world *written)
{
    const struct planner *inner = written->world->planner;
    if (!inner)
        return NULL;
    struct planner *planner = arena_push(arena, struct planner);
    *planner = *inner;
    planner->write = plan_written;
    planner->state = written;
    return planner;
}

const struct world *world_with_journal(struct arena *arena, const struct world *inner,
                                       struct journal *journal)
{
    struct written_world *state = arena_push(arena, struct written_world);
    *state = (struct written_world){.world = inner, .journal = journal};
    struct world *world = arena_push(arena, struct world);
    *world = (struct world){
        .load = load_written,
        .answer = answer_written,
        .reread = reread_written,
        .exhibit = exhibit_written,
        .consult = inner->consult ? consult_written : NULL,
        .experts = inner->experts,
        .services = inner->services,
        .planner = planner_written(arena, state),
        .state = state,
    };
    return world;
}

/* ---- who directs ---- */

struct director *world_director(const struct world *world, const struct direction *direction,
                                struct casefile *casefile)
{
    struct direction of_world = *direction;
    of_world.planner = world->planner;
    of_world.answerer = (struct answerer){.answer = world->answer, .state = world->state};
    return director_new(&of_world, world->services, casefile);
}

struct journal_opening world_opening(struct arena *arena, const struct world *world,
                                     const struct library *library, struct str weights,
                                     int64_t budget_ns)
{
    uint32_t count = 0;
    for (const struct runbook *book = library->books; book; book = book->next)
        count++;
    struct journal_book *books = arena_push_many(arena, struct journal_book, count);
    count = 0;
    for (const struct runbook *book = library->books; book; book = book->next)
        books[count++] = (struct journal_book){.name = book->name, .text = book->text};
    return (struct journal_opening){
        .budget_ns = budget_ns,
        .planner = str_of(world->planner ? world->planner->name : NULL),
        .planner_is_final = world->planner && world->planner->is_final,
        .experts = world->experts,
        .books = books,
        .books_count = count,
        .weights = weights,
    };
}

bool world_library(struct arena *arena, const struct journal_opening *opening, struct library *out,
                   struct err *err)
{
    struct buf problems = buf_new(arena);
    struct problem *found = NULL;
    bool ok = true;
    *out = (struct library){0};
    for (uint32_t i = 0; i < opening->books_count; i++)
        ok &= load_text(out, arena, opening->books[i].name, opening->books[i].text, &problems);
    ok = ok && library_check(arena, out, &found);
    runbook_print_problems(found, STR(""), &problems);
    return ok || err_set(err, ERR_CORRUPT,
                         "the journal's runbooks are not such that this program "
                         "could follow them: %.200s",
                         buf_str(&problems).ptr);
}
