/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Correct: what ends the pain now, best first, as commands that a person reads, approves and
 * pastes. Only for a cause that is named: below that a command would be a guess with a shell
 * prompt.
 *
 * The change goes back that the verdict names; where it names none, the last one, if it is of the
 * last minutes: it may not be the cause, but it is the cheapest thing to try and to take back. Then
 * comes what the kind of finding asks for. Where nothing is known to end it, a restart is the last
 * resort, and said to be one.
 */
#include "actor/actor.h"

#include "actor/correct/ailments.h"
#include "actor/correct/culprit.h"
#include "actor/correct/objects.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"proposals", TYPE_INT, 0, "how many mitigations are proposed", NULL},
    {0},
};

struct mitigating {
    struct call *call;
    const struct hypothesis *best;
    struct platform platform;
    int64_t count;
};

static void propose(struct mitigating *it, struct remedy remedy, const struct evidence *because)
{
    casefile_add_proposal(
        it->call->casefile,
        &(struct proposal){
            .kind = PROPOSAL_MITIGATION,
            .subject = it->best->subject,
            .text = str_printf(it->call->scratch, "%.*s [E%u].", STR_ARG(remedy.text), because->id),
            .command = remedy.command,
            .undo = remedy.command.len > 0 ? remedy.undo : STR(""),
            .risk = remedy.risk,
        });
    it->count++;
}

/* ---- by finding ---- */

static void mend_object(struct mitigating *it, const struct evidence *because)
{
    struct remedy remedy;
    if (objects_remedy(it->call, &it->platform, it->best->subject, objects_cause(because->cause),
                       &remedy))
        propose(it, remedy, because);
}

static void restart(struct mitigating *it, const struct evidence *because, const char *text)
{
    propose(it, remedy_restart(it->call->scratch, &it->platform, text), because);
}

static void give_memory(struct mitigating *it, const struct evidence *because)
{
    const struct remedy more = remedy_more_memory(it->call->scratch, &it->platform);
    if (more.command.len > 0)
        propose(it, more, because);
    else
        restart(it, because, "Restart @, which frees the memory that it holds");
}

/* Only what is one pod can be replaced; of a process on a host nothing is known. */
static bool replace_replica(struct mitigating *it, const struct evidence *because)
{
    const struct remedy remedy =
        remedy_replace(it->call->scratch, &it->platform, because->instance);
    if (remedy.command.len == 0)
        return false;
    propose(it, remedy, because);
    return true;
}

static void advise(struct mitigating *it, const struct evidence *because, const char *text)
{
    propose(it, (struct remedy){.text = remedy_words(it->call->scratch, text, it->best->subject)},
            because);
}

static struct str text_at(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

/*
 * Whose sessions hold the locks, as the database logged it. A process that was named then may be
 * another one by now, so the command asks for those that block others when it is run.
 */
static void end_session(struct mitigating *it, const struct evidence *because)
{
    struct arena *arena = it->call->scratch;
    struct remedy remedy = {
        .text = remedy_words(arena, "End the database session of @ that others wait for",
                             it->best->subject),
        .risk = STR("What its transaction has done so far is undone."),
    };
    struct record asked = record_new(arena, agent_tool(STR("databases.locks"))->sig.input), answer;
    struct err ignored = {0};
    *record_at(&asked, "onset") = value_time(it->call->casefile->incident.start_ns);
    if (agent_use(it->call, "databases.locks", &asked, &answer, &ignored)) {
        const struct batch *holders = record_at(&answer, "holders")->rows;
        for (size_t row = 0; row < holders->rows && remedy.command.len == 0; row++)
            if (str_eq(text_at(holders, row, "holder"), it->best->subject) ||
                str_eq(text_at(holders, row, "service"), it->best->subject))
                remedy.command = remedy_end_sessions(arena, text_at(holders, row, "application"));
    }
    propose(it, remedy, because);
}

/* What people wrote down the last time, if they wrote how it ended. */
static void as_before(struct mitigating *it)
{
    for (const struct evidence *past = it->call->casefile->evidence; past; past = past->next) {
        if (past->finding != FINDING_PAST || !str_eq(past->subject, it->best->subject) ||
            !str_contains(past->claim, STR("it was ended by")))
            continue;
        struct str claim = past->claim;
        while (str_ends(claim, STR(".")))
            claim.len--;
        propose(it,
                (struct remedy){.text = str_printf(it->call->scratch,
                                                   "Do what ended it the last time: %.*s",
                                                   STR_ARG(claim))},
                past);
        return;
    }
}

/* What a database tells of itself has a remedy of its own. */
static bool mend_database(struct mitigating *it, const struct evidence *because)
{
    struct remedy remedy;
    if (!ailment_remedy(it->call, because, &remedy))
        return false;
    propose(it, remedy, because);
    return true;
}

static void by_finding(struct mitigating *it, const struct evidence *because)
{
    const bool rolled_back = it->count > 0;
    if (mend_database(it, because))
        return;
    switch (because->finding) {
    case FINDING_OBJECT:
        mend_object(it, because);
        break;
    case FINDING_LOCKS:
        end_session(it, because);
        break;
    case FINDING_CPU:
    case FINDING_TRAFFIC:
        propose(it, remedy_scale_out(it->call->scratch, &it->platform), because);
        break;
    case FINDING_MEMORY:
        give_memory(it, because);
        break;
    case FINDING_DISK:
        advise(it, because, "Free space on the disk of @, or add some");
        break;
    case FINDING_CONNECTIONS:
        restart(it, because, "Restart @, which frees the connections that it holds");
        break;
    case FINDING_CONFIGURATION:
        if (!rolled_back)
            advise(it, because, "Set the option of @ that does not fit back to what it was");
        break;
    case FINDING_MISSING:
        restart(it, because, "See whether @ runs at all, and start it again");
        break;
    default:
        if (!replace_replica(it, because) && !rolled_back)
            restart(it, because, "Restart @ as a last resort: nothing better is known to end it");
        break;
    }
}

/* The change may have been brought to another service than the one that is to blame. */
static bool take_back(struct mitigating *it, const struct culprit *culprit, struct err *err)
{
    struct platform platform = it->platform;
    if (culprit->service.len == 0)
        platform = (struct platform){0};
    else if (!str_eq(culprit->service, it->best->subject) &&
             !platform_load(it->call, culprit->service, STR(""), &platform, err))
        return false;
    propose(it, culprit_remedy(it->call->scratch, culprit, &platform), culprit->changed);
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct culprit culprit;
    bool known;
    *record_at(out, "proposals") = value_int(0);
    if (!culprit_load(call, &culprit, &known, err))
        return false;
    if (!known)
        return true;
    const struct hypothesis *best = culprit.best;
    const struct evidence *because = culprit.because;
    struct mitigating it = {.call = call, .best = best};
    if (!platform_load(call, best->subject, because ? because->instance : best->instance,
                       &it.platform, err))
        return false;
    if (culprit.changed && !take_back(&it, &culprit, err))
        return false;
    if (because && because->finding != FINDING_CHANGE)
        by_finding(&it, because);
    for (uint32_t i = 0; i < best->cited_for_count; i++)
        if (best->cited_for[i]->finding == FINDING_LOCKS && best->finding != FINDING_LOCKS) {
            end_session(&it, best->cited_for[i]);
            break;
        }
    as_before(&it);
    *record_at(out, "proposals") = value_int(it.count);
    return true;
}

const struct actor actor_propose_mitigation = {
    .sig = {.name = "propose_mitigation",
            .summary = "Propose what ends it now, as commands for a person to approve",
            .input = input,
            .output = output},
    .phase = PHASE_CORRECT,
    .effect = ACTOR_SUGGESTS,
    .reads_case = true,
    .run = run,
};
